/** The few file-system calls a recording makes, so that tests can make each of them slow or fail. */
import { constants, promises } from 'node:fs';
import { dirname, join } from 'node:path';

export interface RecordingFile {
  /** Writes all buffers from `position` on; rejects when not everything could be written. */
  write(buffers: readonly Buffer[], position: number): Promise<void>;
  /** Fills `target` from `position`; returns the bytes read, fewer at the end of the file. */
  read(target: Buffer, position: number): Promise<number>;
  truncate(length: number): Promise<void>;
  datasync(): Promise<void>;
  close(): Promise<void>;
}

export interface RecordingFs {
  /** `create` empties an existing file, `update` makes a missing one, `read` rejects with ENOENT. */
  open(path: string, mode: 'create' | 'update' | 'read'): Promise<RecordingFile>;
  /** Undefined when there is no such file. */
  readFile(path: string): Promise<Buffer | undefined>;
  /** Names in a folder; none when it does not exist. */
  list(folder: string): Promise<readonly string[]>;
  makeFolder(path: string): Promise<void>;
  /** Removes a file or a whole folder; a missing one is fine. */
  remove(path: string): Promise<void>;
  /** Makes the names in a folder durable. */
  syncFolder(path: string): Promise<void>;
  /** Bytes of the files in a folder, not of folders in it. */
  folderBytes(path: string): Promise<number>;
  /** Bytes of the file system a folder lies on; `free` is what an ordinary user may still write. */
  space(folder: string): Promise<{ readonly free: number; readonly total: number }>;
}

const { O_CREAT, O_RDONLY, O_RDWR, O_TRUNC } = constants;
const flags = { create: O_RDWR | O_CREAT | O_TRUNC, update: O_RDWR | O_CREAT, read: O_RDONLY } as const;

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

async function writeAll(
  handle: promises.FileHandle,
  buffers: readonly Buffer[],
  position: number,
): Promise<void> {
  let rest = buffers;
  let at = position;
  for (;;) {
    const length = rest.reduce((sum, buffer) => sum + buffer.length, 0);
    if (length === 0) return;
    const { bytesWritten } = await handle.writev([...rest], at);
    if (bytesWritten === length) return;
    // A short write is how a filling disk announces itself; the next try says ENOSPC.
    if (bytesWritten === 0) throw Object.assign(new Error('write returned 0 bytes'), { code: 'EIO' });
    rest = [Buffer.concat(rest).subarray(bytesWritten)];
    at += bytesWritten;
  }
}

class NodeFile implements RecordingFile {
  readonly #handle: promises.FileHandle;

  constructor(handle: promises.FileHandle) {
    this.#handle = handle;
  }

  write(buffers: readonly Buffer[], position: number): Promise<void> {
    return writeAll(this.#handle, buffers, position);
  }

  async read(target: Buffer, position: number): Promise<number> {
    let filled = 0;
    while (filled < target.length) {
      const { bytesRead } = await this.#handle.read(
        target,
        filled,
        target.length - filled,
        position + filled,
      );
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return filled;
  }

  truncate(length: number): Promise<void> {
    return this.#handle.truncate(length);
  }

  datasync(): Promise<void> {
    return this.#handle.datasync();
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

export const nodeFs: RecordingFs = {
  async open(path, mode) {
    return new NodeFile(await promises.open(path, flags[mode], 0o640));
  },
  async readFile(path) {
    try {
      return await promises.readFile(path);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  },
  async list(folder) {
    try {
      return await promises.readdir(folder);
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  },
  async makeFolder(path) {
    await promises.mkdir(path, { recursive: true, mode: 0o750 });
  },
  async remove(path) {
    await promises.rm(path, { recursive: true, force: true });
  },
  async syncFolder(path) {
    const handle = await promises.open(path, O_RDONLY);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  async folderBytes(path) {
    let bytes = 0;
    for (const name of await this.list(path)) {
      const stats = await promises.stat(join(path, name)).catch((error: unknown) => {
        if (isMissing(error)) return undefined;
        throw error;
      });
      if (stats?.isFile()) bytes += stats.size;
    }
    return bytes;
  },
  async space(folder) {
    const { bavail, blocks, bsize } = await promises.statfs(folder);
    return { free: bavail * bsize, total: blocks * bsize };
  },
};

/** The folder that holds a path. */
export const parentOf = (path: string): string => dirname(path);
