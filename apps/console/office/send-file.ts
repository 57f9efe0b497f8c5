/** Sends a file as the raw body of a request and tells how much of it has left: `fetch` cannot say. */
import { ApiError, errorFromBody } from '../../ui/api.ts';
import { t } from '../texts.ts';

/** Resolves with the JSON answer. `onPercent` gets whole percents; 100 means sent, the server may still be at work. */
export function sendFile<T>(
  path: string,
  file: Blob,
  onPercent?: (percent: number) => void,
  signal?: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `/api/v1${path}`);
    request.responseType = 'text';
    // What it is the server sees from its bytes; a type such as JSON would be read as a request of its own.
    const picture = /^(image|video)\//.test(file.type);
    request.setRequestHeader('content-type', picture ? file.type : 'application/octet-stream');
    request.upload.onprogress = ({ loaded, total }) => onPercent?.(Math.floor((loaded * 100) / (total || 1)));
    request.onerror = () => reject(new ApiError('network', 0, t('error.network')));
    request.onabort = () => reject(new DOMException('aborted', 'AbortError'));
    request.onload = () => {
      const body = parse(request.responseText);
      if (request.status >= 200 && request.status < 300) resolve(body as T);
      else reject(errorFromBody(request.status, body));
    };
    signal?.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
