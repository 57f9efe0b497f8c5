/** Uploads a deck's files in chunks, goes on where the server has got to after an outage, and tells how far it is. */
import type { Deck, Upload } from '#contracts/deck.ts';
import { ApiError, api } from './api.ts';

export type UploadProgress = { readonly percent: number; readonly paused: boolean };

const longestPause = 8000;
const at = (upload: string): string => `/api/v1/uploads/${encodeURIComponent(upload)}`;

/** Rejects with an ApiError when the server refuses, or when aborted. */
export async function uploadDeck(
  talk: string,
  files: readonly File[],
  signal: AbortSignal,
  onProgress: (progress: UploadProgress) => void,
): Promise<void> {
  let upload = await api<Upload>(`/api/v1/talks/${encodeURIComponent(talk)}/uploads`, {
    method: 'POST',
    body: { files: files.map(({ name, size }) => ({ name, bytes: size })) },
  });
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const tell = (paused: boolean) => {
    const received = upload.files.reduce((sum, file) => sum + file.received, 0);
    onProgress({ percent: total === 0 ? 0 : Math.floor((received * 100) / total), paused });
  };
  let failures = 0;
  for (;;) {
    const k = upload.files.findIndex(({ bytes, received }) => received < bytes);
    const [file, place] = [files[k], upload.files[k]];
    if (!file || !place) break;
    try {
      await putChunk(
        upload.id,
        k,
        place.received,
        file.slice(place.received, place.received + upload.chunkBytes),
        signal,
      );
      upload = {
        ...upload,
        files: upload.files.map((one, i) =>
          i === k ? { ...one, received: Math.min(one.bytes, one.received + upload.chunkBytes) } : one,
        ),
      };
      failures = 0;
      tell(false);
    } catch (error) {
      if (
        signal.aborted ||
        (error instanceof ApiError &&
          error.status >= 400 &&
          error.status < 500 &&
          error.status !== 409 &&
          error.status !== 429)
      ) {
        void api(at(upload.id), { method: 'DELETE' }).catch(() => undefined);
        throw error;
      }
      tell(true);
      await pause(Math.min(longestPause, 500 * 2 ** failures++), signal);
      upload = await api<Upload>(at(upload.id), { signal }).catch(() => upload);
    }
  }
  await api<Deck>(`${at(upload.id)}/complete`, { method: 'POST', body: {} });
}

async function putChunk(
  upload: string,
  k: number,
  offset: number,
  chunk: Blob,
  signal: AbortSignal,
): Promise<void> {
  const answer = await fetch(`${at(upload)}/files/${k}?offset=${offset}`, {
    method: 'PUT',
    credentials: 'same-origin',
    headers: { 'content-type': 'application/octet-stream' },
    body: chunk,
    signal: AbortSignal.any([signal, AbortSignal.timeout(60_000)]),
  });
  if (!answer.ok) throw new ApiError('unreadable', answer.status, `HTTP ${answer.status}`);
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
