/**
 * One stream of a timeline as an append-only file of frames. A frame is one append, whole or not there:
 * u32 payload length, u32 CRC-32 of all that follows, f64 number of its first record, u32 count, then per record
 * u32 length and bytes (big-endian).
 */
import { type FileHandle, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Logger } from 'pino';
import { limits, type StoredRecord, TimelineError } from './store.ts';

const headBytes = 20;
const longestPayload = limits.appendBytes + 4 * limits.appendRecords;
/** One remembered position for so many frames: a read skips over at most that many. */
const framesPerMark = 32;
const readChunk = 256 * 1024;

type Mark = { readonly first: number; readonly offset: number };

export class StreamFile {
  readonly #path: string;
  readonly #sync: boolean;
  readonly #log: Logger;
  #handle: FileHandle | undefined;
  #marks: Mark[] = [];
  #frames = 0;
  #next = 0;
  /** Bytes of whole, acknowledged frames. */
  #size = 0;
  /** Bytes may lie behind them, of an append that failed. */
  #torn = false;

  private constructor(path: string, sync: boolean, log: Logger) {
    this.#path = path;
    this.#sync = sync;
    this.#log = log;
  }

  /** Reads the file through, and cuts off what a crash tore. `sync`: an append waits for the platter. */
  static async open(path: string, sync: boolean, log: Logger): Promise<StreamFile> {
    const stream = new StreamFile(path, sync, log);
    await stream.#scan();
    return stream;
  }

  get next(): number {
    return this.#next;
  }

  /** One append at a time. Rejects with `unavailable`; then nothing was appended. */
  async append(records: readonly Buffer[]): Promise<number> {
    const frame = encodeFrame(this.#next, records);
    try {
      this.#handle ??= await this.#openForAppend();
      if (this.#torn) await this.#handle.truncate(this.#size);
      this.#torn = true;
      const { bytesWritten } = await this.#handle.write(frame);
      if (bytesWritten !== frame.length) throw Object.assign(new Error('short write'), { code: 'ENOSPC' });
      if (this.#sync) await this.#handle.datasync();
      this.#torn = false;
    } catch (error) {
      // Cut at once, lest a later start finds what was never acknowledged.
      await this.#handle?.truncate(this.#size).then(
        () => {
          this.#torn = false;
        },
        () => undefined,
      );
      throw new TimelineError('unavailable', `appending to ${this.#path} failed`, error);
    }
    this.#remember(this.#next, records.length, frame.length);
    return this.#next;
  }

  async read(from: number, limit: number): Promise<readonly StoredRecord[]> {
    const end = this.#size;
    if (from >= this.#next || limit === 0) return [];
    const mark = this.#marks.findLast(({ first }) => first <= from);
    const found: StoredRecord[] = [];
    let bytes = 0;
    const handle = await open(this.#path, 'r').catch(orMissing);
    if (handle === undefined) return [];
    try {
      for await (const frame of frames(handle, mark?.offset ?? 0, end)) {
        for (const record of recordsOf(frame)) {
          if (record.n < from) continue;
          if (found.length === limit || (bytes > 0 && bytes + record.data.length > limits.readBytes))
            return found;
          bytes += record.data.length;
          found.push({ n: record.n, data: Buffer.from(record.data) });
        }
      }
    } finally {
      await handle.close();
    }
    return found;
  }

  /** Deletes what was written, and what was put aside of it. The object is of no use afterwards. */
  async remove(): Promise<void> {
    await this.close();
    for (const path of [this.#path, `${this.#path}.torn`, `${this.#path}.torn.new`])
      await rm(path, { force: true });
    if (!this.#sync) return;
    const folder = await open(dirname(this.#path), 'r').catch(orMissing);
    await folder?.sync().finally(() => folder.close());
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }

  async #openForAppend(): Promise<FileHandle> {
    const handle = await open(this.#path, 'a+', 0o640);
    if (!this.#sync) return handle;
    const folder = await open(dirname(this.#path), 'r');
    await folder.sync().finally(() => folder.close());
    return handle;
  }

  #remember(first: number, count: number, length: number): void {
    if (this.#frames % framesPerMark === 0) this.#marks.push({ first, offset: this.#size });
    this.#frames += 1;
    this.#next = first + count;
    this.#size += length;
  }

  async #scan(): Promise<void> {
    const handle = await open(this.#path, 'r+').catch(orMissing);
    if (handle === undefined) return;
    try {
      const { size } = await handle.stat();
      for await (const frame of frames(handle, 0, size)) {
        if (frame.readDoubleBE(8) !== this.#next) break;
        this.#remember(this.#next, frame.readUInt32BE(16), frame.length);
      }
      if (size > this.#size) await this.#cut(handle, size);
    } finally {
      await handle.close();
    }
  }

  /** What cannot be read is put aside, not destroyed: it was not acknowledged, or the disk is at fault and a person must look. */
  async #cut(handle: FileHandle, size: number): Promise<void> {
    const torn = Buffer.alloc(Math.min(size - this.#size, longestPayload));
    await handle.read(torn, 0, torn.length, this.#size);
    await writeFile(`${this.#path}.torn.new`, torn);
    await rename(`${this.#path}.torn.new`, `${this.#path}.torn`);
    await handle.truncate(this.#size);
    this.#log.warn(
      { stream: this.#path, next: this.#next, tornBytes: size - this.#size },
      'timeline stream cut back to its last whole append',
    );
  }
}

/** A file that is not there (any more) is empty. */
function orMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

function encodeFrame(first: number, records: readonly Buffer[]): Buffer {
  const payload = records.reduce((sum, { length }) => sum + 4 + length, 0);
  const frame = Buffer.allocUnsafe(headBytes + payload);
  frame.writeUInt32BE(payload, 0);
  frame.writeDoubleBE(first, 8);
  frame.writeUInt32BE(records.length, 16);
  let at = headBytes;
  for (const record of records) {
    at = frame.writeUInt32BE(record.length, at);
    at += record.copy(frame, at);
  }
  frame.writeUInt32BE(crc32(frame.subarray(8)), 4);
  return frame;
}

function* recordsOf(frame: Buffer): Generator<StoredRecord> {
  let n = frame.readDoubleBE(8);
  for (let at = headBytes; at < frame.length; n += 1) {
    const length = frame.readUInt32BE(at);
    yield { n, data: frame.subarray(at + 4, at + 4 + length) };
    at += 4 + length;
  }
}

/** Whole frames from `offset` on, up to `end` or the first one that is torn. */
async function* frames(handle: FileHandle, offset: number, end: number): AsyncGenerator<Buffer> {
  let position = offset;
  let held = Buffer.alloc(0);
  for (;;) {
    const wanted = frameLength(held);
    if (wanted === undefined) return;
    if (held.length >= wanted) {
      const frame = held.subarray(0, wanted);
      if (frame.readUInt32BE(4) !== crc32(frame.subarray(8))) return;
      held = held.subarray(wanted);
      yield frame;
      continue;
    }
    if (position >= end) return;
    const chunk = Buffer.allocUnsafe(Math.min(Math.max(readChunk, wanted - held.length), end - position));
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    held = Buffer.concat([held, chunk.subarray(0, bytesRead)]);
  }
}

/** Bytes of the frame at the start, or of its head while that is not there yet; undefined when it cannot be one. */
function frameLength(held: Buffer): number | undefined {
  if (held.length < headBytes) return headBytes;
  const payload = held.readUInt32BE(0);
  return payload > longestPayload || payload === 0 ? undefined : headBytes + payload;
}
