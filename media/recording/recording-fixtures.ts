/** Media and faults for the tests of recordings. */
import type { Init, Part, SegmentStart } from '../packager/segment.ts';
import { nodeFs, type RecordingFile, type RecordingFs } from './recording-fs.ts';

/** Seconds. */
export const partDuration = 0.32;
const epoch = 1_700_000_000_000;

export const init = (k: number): Init => ({
  k,
  bytes: Buffer.from(`ftyp moov ${k}`),
  codecs: 'avc1.64001f',
  width: 1280,
  height: 720,
  frameRate: 25,
  channels: 0,
});

export const start = (msn: number): SegmentStart => ({
  msn,
  init: 0,
  programDateTime: epoch + msn * 2000 + 0.25,
  discontinuity: msn === 0,
});

/** Bytes that can be told apart by segment and part, and checked without keeping them. */
export const part = (msn: number, index: number, length = 200 + ((msn * 31 + index * 7) % 100)): Part => ({
  msn,
  index,
  bytes: Buffer.alloc(length, `moof ${msn}.${index} mdat `),
  duration: partDuration,
  independent: index === 0,
  start: msn * 2 + index * partDuration,
});

type Write = { readonly path: string; readonly length: number };

/** The real file system with faults that are switched on and off. */
export class FaultyFs implements RecordingFs {
  writes = 0;
  #code: string | undefined;
  #hits: (path: string) => boolean = () => true;
  #hold: { readonly release: Promise<void>; readonly reached: (write: Write) => void } | undefined;

  /** Every write tears half-way and fails. */
  failWrites(code: string, hits: (path: string) => boolean = () => true): void {
    this.#code = code;
    this.#hits = hits;
  }

  heal(): void {
    this.#code = undefined;
  }

  /** Writes hang until released. */
  holdWrites(): { readonly waiting: Promise<Write>; release(): void } {
    const release = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<Write>();
    this.#hold = { release: release.promise, reached: reached.resolve };
    return {
      waiting: reached.promise,
      release: () => {
        this.#hold = undefined;
        release.resolve();
      },
    };
  }

  async open(path: string, mode: 'create' | 'update' | 'read'): Promise<RecordingFile> {
    const file = await nodeFs.open(path, mode);
    return {
      write: (buffers, position) => this.#write(file, path, buffers, position),
      read: (target, position) => file.read(target, position),
      truncate: (length) => file.truncate(length),
      datasync: () => file.datasync(),
      close: () => file.close(),
    };
  }

  async #write(
    file: RecordingFile,
    path: string,
    buffers: readonly Buffer[],
    position: number,
  ): Promise<void> {
    this.writes += 1;
    const bytes = Buffer.concat(buffers);
    if (this.#hold !== undefined) {
      this.#hold.reached({ path, length: bytes.length });
      await this.#hold.release;
    }
    if (this.#code !== undefined && this.#hits(path)) {
      await file.write([bytes.subarray(0, bytes.length / 2)], position);
      throw Object.assign(new Error(`${this.#code}: injected`), { code: this.#code });
    }
    await file.write(buffers, position);
  }

  readFile(path: string): Promise<Buffer | undefined> {
    return nodeFs.readFile(path);
  }
  list(folder: string): Promise<readonly string[]> {
    return nodeFs.list(folder);
  }
  makeFolder(path: string): Promise<void> {
    return nodeFs.makeFolder(path);
  }
  remove(path: string): Promise<void> {
    return nodeFs.remove(path);
  }
  syncFolder(path: string): Promise<void> {
    return nodeFs.syncFolder(path);
  }
  folderBytes(path: string): Promise<number> {
    return nodeFs.folderBytes(path);
  }
  space(folder: string): Promise<{ free: number; total: number }> {
    return nodeFs.space(folder);
  }
}
