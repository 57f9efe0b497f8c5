/** Open files of recordings that are being read: a bounded number, the least recently used one closed first. */
import type { RecordingFile, RecordingFs } from './recording-fs.ts';

type Entry = { readonly file: Promise<RecordingFile>; users: number; dropped: boolean };

/** Bytes; a request for more than this is not for a segment of ours. */
const longestRead = 256 * 1024 * 1024;

export class ReadHandles {
  readonly #fs: RecordingFs;
  readonly #limit: number;
  /** In order of use, the oldest first. */
  readonly #entries = new Map<string, Entry>();
  #closed = false;

  constructor(fs: RecordingFs, limit: number) {
    this.#fs = fs;
    this.#limit = limit;
  }

  get open(): number {
    return this.#entries.size;
  }

  /** Exactly `length` bytes from `offset`; undefined when the file does not hold them. */
  async read(path: string, offset: number, length: number): Promise<Buffer | undefined> {
    if (!(Number.isSafeInteger(offset) && offset >= 0 && Number.isSafeInteger(length) && length > 0))
      return undefined;
    if (length > longestRead || this.#closed) return undefined;
    const entry = this.#use(path);
    entry.users += 1;
    try {
      const file = await entry.file;
      const target = Buffer.allocUnsafeSlow(length);
      return (await file.read(target, offset)) === length ? target : undefined;
    } catch {
      // Gone (retention), or unreadable: to the asker both are "not there".
      this.forget(path);
      return undefined;
    } finally {
      entry.users -= 1;
      this.#closeUnused(entry);
    }
  }

  /** Closes the files whose path starts so, because they are removed or written anew. */
  forget(prefix: string): void {
    for (const path of this.#entries.keys()) if (path.startsWith(prefix)) this.#drop(path);
  }

  close(): void {
    this.#closed = true;
    for (const path of this.#entries.keys()) this.#drop(path);
  }

  #use(path: string): Entry {
    const known = this.#entries.get(path);
    const entry = known ?? { file: this.#fs.open(path, 'read'), users: 0, dropped: false };
    this.#entries.delete(path);
    this.#entries.set(path, entry);
    if (known === undefined && this.#entries.size > this.#limit) {
      const oldest = this.#entries.keys().next();
      if (!oldest.done) this.#drop(oldest.value);
    }
    return entry;
  }

  #drop(path: string): void {
    const entry = this.#entries.get(path);
    if (entry === undefined) return;
    this.#entries.delete(path);
    entry.dropped = true;
    this.#closeUnused(entry);
  }

  #closeUnused(entry: Entry): void {
    if (!entry.dropped || entry.users > 0) return;
    entry.dropped = false;
    // A file that never opened has nothing to close; a failing close of a file only read loses nothing.
    entry.file.then((file) => file.close()).catch(() => undefined);
  }
}
