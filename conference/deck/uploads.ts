/**
 * Uploads on their way: one folder each with `upload.json` and the files so far, so that an upload goes on after a lost
 * connection or a restart. What was received is the length of the file.
 */
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Upload } from '#contracts/deck.ts';
import { CodedError } from '#contracts/errors.ts';
import type { DeckFile } from './deck.ts';
import { chunkBytes, mostChunkBytes, mostOpenUploads } from './upload-rules.ts';

const savedSchema = z.object({
  id: z.string().regex(/^[A-Za-z0-9_-]{20,64}$/),
  talkId: z.string(),
  venueId: z.string(),
  files: z.array(z.object({ name: z.string(), bytes: z.number() })),
  createdAt: z.number(),
});
type Saved = z.infer<typeof savedSchema>;
type Open = Saved & { readonly received: number[]; touchedAt: number; busy: Set<number>; sealed: boolean };

const abandonedAfter = 24 * 3600_000;
const sweepEvery = 10 * 60_000;

export type UploadsOptions = {
  readonly folder: string;
  readonly log: Logger;
  /** Epoch ms. */
  readonly now?: () => number;
};

export class Uploads {
  readonly #folder: string;
  readonly #log: Logger;
  readonly #now: () => number;
  readonly #open = new Map<string, Open>();
  #sweeper: NodeJS.Timeout | undefined;

  constructor({ folder, log, now = Date.now }: UploadsOptions) {
    this.#folder = folder;
    this.#log = log;
    this.#now = now;
  }

  async load(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    for (const name of await readdir(this.#folder)) {
      const saved = await this.#read(name);
      if (saved) this.#open.set(saved.id, saved);
      else await rm(join(this.#folder, name), { recursive: true, force: true });
    }
    await this.sweep();
    this.#sweeper = setInterval(() => {
      this.sweep().catch((err: unknown) => this.#log.warn({ err }, 'abandoned uploads were not removed'));
    }, sweepEvery).unref();
  }

  close(): void {
    clearInterval(this.#sweeper);
  }

  /** Bytes the uploads of a talk may come to. */
  announced(talkId: string): number {
    let sum = 0;
    for (const upload of this.#open.values())
      if (upload.talkId === talkId) for (const { bytes } of upload.files) sum += bytes;
    return sum;
  }

  async create(talkId: string, venueId: string, files: readonly DeckFile[]): Promise<Upload> {
    const others = [...this.#open.values()].filter((upload) => upload.talkId === talkId);
    if (others.length >= mostOpenUploads)
      throw new CodedError('request.tooMany', 'uploads of this talk at once');
    const id = randomBytes(18).toString('base64url');
    const createdAt = this.#now();
    const saved: Saved = { id, talkId, venueId, files: [...files], createdAt };
    const received = files.map(() => 0);
    const open = { ...saved, received, touchedAt: createdAt, busy: new Set<number>(), sealed: false };
    // Counted before the first wait, so that a hundred at once do not all find room.
    this.#open.set(id, open);
    try {
      await mkdir(this.folderOf(id));
      await writeFile(join(this.folderOf(id), 'upload.json'), JSON.stringify(saved));
    } catch (error) {
      this.#open.delete(id);
      throw error;
    }
    return view(open);
  }

  /** Which talk it belongs to; undefined when there is no such upload. */
  talkOf(id: string): string | undefined {
    return this.#open.get(id)?.talkId;
  }

  get(id: string): Upload | undefined {
    const open = this.#open.get(id);
    return open && view(open);
  }

  /** Appends a chunk. What arrived before a connection broke is kept. Throws `deck.offset`, `request.tooLarge`. */
  async write(id: string, index: number, offset: number, chunk: Readable): Promise<Upload> {
    const open = this.#need(id);
    const file = open.files[index];
    const received = open.received[index];
    if (!file || received === undefined)
      throw new CodedError('notFound', `file ${index} of ${open.files.length}`);
    if (open.sealed || open.busy.has(index) || offset !== received)
      throw new CodedError('deck.offset', `received ${received}`);
    open.busy.add(index);
    const path = join(this.folderOf(id), String(index));
    const room = Math.min(mostChunkBytes, file.bytes - received);
    try {
      // Flag `a`: even a slip of ours could not overwrite what is there.
      await pipeline(chunk, (source) => bounded(source, room, file), createWriteStream(path, { flags: 'a' }));
    } finally {
      open.received[index] = await sizeOf(path);
      open.busy.delete(index);
      open.touchedAt = this.#now();
    }
    return view(open);
  }

  /** Takes a whole upload: no chunk is accepted any more. Throws `deck.offset` when bytes are missing. */
  seal(id: string): Saved {
    const open = this.#need(id);
    const missing = open.files.findIndex(({ bytes }, index) => open.received[index] !== bytes);
    const file = open.files[missing];
    if (file || open.busy.size > 0)
      throw new CodedError(
        'deck.offset',
        `${file?.name}: received ${open.received[missing]} of ${file?.bytes}`,
      );
    if (open.sealed) throw new CodedError('deck.offset', 'it is being completed');
    open.sealed = true;
    return open;
  }

  /** The deck could not be made: the upload may be completed again. */
  unseal(id: string): void {
    const open = this.#open.get(id);
    if (open) open.sealed = false;
  }

  /** Moves the folder of a sealed upload; done again after a crash it changes nothing. */
  async moveTo(id: string, folder: string): Promise<void> {
    await rename(this.folderOf(id), folder).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT' || !(await exists(folder))) throw error;
    });
    this.#open.delete(id);
    await rm(join(folder, 'upload.json'), { force: true });
  }

  async remove(id: string): Promise<void> {
    this.#open.delete(id);
    await rm(this.folderOf(id), { recursive: true, force: true });
  }

  async removeAll(
    belongs: (upload: { readonly talkId: string; readonly venueId: string }) => boolean,
  ): Promise<void> {
    for (const upload of [...this.#open.values()]) if (belongs(upload)) await this.remove(upload.id);
  }

  /** Removes what nobody went on with for a day. */
  async sweep(): Promise<void> {
    const limit = this.#now() - abandonedAfter;
    for (const { id, touchedAt, busy, sealed } of [...this.#open.values()]) {
      if (touchedAt > limit || busy.size > 0 || sealed) continue;
      await this.remove(id);
      this.#log.info({ upload: id }, 'abandoned upload removed');
    }
  }

  folderOf(id: string): string {
    return join(this.#folder, id);
  }

  #need(id: string): Open {
    const open = this.#open.get(id);
    if (!open) throw new CodedError('notFound', 'upload');
    return open;
  }

  async #read(name: string): Promise<Open | undefined> {
    try {
      const path = join(this.#folder, name);
      const saved = savedSchema.parse(JSON.parse(await readFile(join(path, 'upload.json'), 'utf8')));
      if (saved.id !== name) return undefined;
      const sizes = await Promise.all(saved.files.map((_, index) => sizeOf(join(path, String(index)))));
      const { mtimeMs } = await stat(path);
      return { ...saved, received: sizes, touchedAt: mtimeMs, busy: new Set(), sealed: false };
    } catch {
      // Killed while it was being made: nobody was told of it.
      return undefined;
    }
  }
}

const view = ({ id, files, received }: Open): Upload => ({
  id,
  files: files.map(({ name, bytes }, index) => ({ name, bytes, received: received[index] ?? 0 })),
  chunkBytes,
});

async function* bounded(source: AsyncIterable<Buffer>, room: number, file: DeckFile): AsyncGenerator<Buffer> {
  let left = room;
  for await (const piece of source) {
    left -= piece.length;
    if (left < 0)
      throw new CodedError('request.tooLarge', `a chunk of ${file.name} must not exceed ${room} bytes here`);
    yield piece;
  }
}

const sizeOf = async (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );
const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
