/** A small value on disk that a crash leaves either old or new: two slots, written in turn, each with number and checksum. */
import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

const slotBytes = 512;
const headBytes = 12;

export class Slots<T> {
  readonly #path: string;
  readonly #sync: boolean;
  #value: T | undefined;
  #number = 0;

  private constructor(path: string, sync: boolean) {
    this.#path = path;
    this.#sync = sync;
  }

  /** `sync`: each write waits for the platter. */
  static async open<T>(path: string, sync: boolean): Promise<Slots<T>> {
    const slots = new Slots<T>(path, sync);
    await slots.#load();
    return slots;
  }

  get value(): T | undefined {
    return this.#value;
  }

  /** `value` as JSON must be at most 500 bytes. One write at a time. */
  async write(value: T): Promise<void> {
    const number = this.#number + 1;
    const json = Buffer.from(JSON.stringify(value));
    if (json.length > slotBytes - headBytes)
      throw new Error(`slot value too long (got ${json.length} bytes)`);
    const slot = Buffer.alloc(slotBytes);
    slot.writeUInt32BE(number, 4);
    slot.writeUInt32BE(json.length, 8);
    json.copy(slot, headBytes);
    slot.writeUInt32BE(crc32(slot.subarray(4)), 0);
    const handle = await openForWriting(this.#path);
    try {
      const { bytesWritten } = await handle.write(slot, 0, slotBytes, (number % 2) * slotBytes);
      if (bytesWritten !== slotBytes) throw Object.assign(new Error('short write'), { code: 'ENOSPC' });
      if (this.#sync) await handle.datasync();
    } finally {
      await handle.close();
    }
    this.#number = number;
    this.#value = value;
  }

  async #load(): Promise<void> {
    const handle = await open(this.#path, 'r').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (handle === undefined) return;
    try {
      for (const position of [0, slotBytes]) {
        const slot = Buffer.alloc(slotBytes);
        const { bytesRead } = await handle.read(slot, 0, slotBytes, position);
        if (bytesRead !== slotBytes || slot.readUInt32BE(0) !== crc32(slot.subarray(4))) continue;
        const number = slot.readUInt32BE(4);
        if (number <= this.#number) continue;
        this.#number = number;
        this.#value = JSON.parse(slot.toString('utf8', headBytes, headBytes + slot.readUInt32BE(8))) as T;
      }
    } finally {
      await handle.close();
    }
  }
}

async function openForWriting(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r+');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    return open(path, 'wx', 0o640);
  }
}
