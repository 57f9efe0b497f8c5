/**
 * A ZIP read within limits (FAULTS 56, 57): what its directory promises is checked before anything is unpacked, and
 * what comes out is counted against the promise. Nothing is ever written under a name from the archive.
 */
import { type FileHandle, open, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { type Entry, fromRandomAccessReader, RandomAccessReader, type ZipFile } from 'yauzl';
import { CodedError } from '#contracts/errors.ts';
import { zipLimits } from './zip-limits.ts';

export type Archive = {
  readonly entries: readonly Entry[];
  find(name: string): Entry | undefined;
  /** Unpacked bytes of one entry. @throws CodedError deck.hostile when there are more than `limit` */
  read(name: string, limit: number): Promise<Buffer>;
  /** The same piece by piece, for what is large; it ends with an error when its size was a lie. */
  stream(name: string, limit: number): Promise<Readable>;
  close(): void;
};

/** @throws CodedError deck.broken, deck.encrypted or deck.hostile */
export async function openArchive(path: string, name: string): Promise<Archive> {
  const { size } = await stat(path);
  const zip = await openZip(path, name);
  let entries: Map<string, Entry>;
  try {
    entries = await listEntries(zip, size, name);
  } catch (error) {
    zip.close();
    throw error;
  }
  return {
    entries: [...entries.values()],
    find: (wanted) => entries.get(wanted),
    read: (wanted, limit) => {
      const entry = entries.get(wanted);
      if (!entry) throw new CodedError('deck.broken', `${name} has no ${wanted}`);
      return readEntry(zip, entry, limit, name);
    },
    stream: (wanted, limit) => {
      const entry = entries.get(wanted);
      if (!entry) throw new CodedError('deck.broken', `${name} has no ${wanted}`);
      return openEntry(zip, entry, limit, name);
    },
    close: () => zip.close(),
  };
}

/**
 * The end record is searched from the end of the file, as PowerPoint does: real decks have bytes after it, or a comment
 * that is shorter than it says, and are whole for all that. What lies behind it is never read.
 */
async function openZip(path: string, name: string): Promise<ZipFile> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const tail = Buffer.alloc(Math.min(size, endRecordBytes + 0xffff));
    await file.read(tail, 0, tail.length, size - tail.length);
    const at = tail.lastIndexOf(endRecord, tail.length - endRecordBytes);
    if (at < 0) throw new CodedError('deck.broken', `${name} is cut off: the end of the file is missing`);
    const end = size - tail.length + at + endRecordBytes + tail.readUInt16LE(at + 20);
    return await new Promise((resolve, reject) => {
      fromRandomAccessReader(
        new FileReader(file, size),
        end,
        { lazyEntries: true, autoClose: false, validateEntrySizes: true, strictFileNames: true },
        (error, zip) => {
          if (zip) resolve(zip);
          else
            reject(
              new CodedError('deck.broken', `${name}: ${error?.message.split('. ', 1)[0] ?? 'unreadable'}`),
            );
        },
      );
    });
  } catch (error) {
    await file.close();
    throw error;
  }
}

const endRecord = Buffer.from('PK\x05\x06', 'latin1');
const endRecordBytes = 22;
const chunkBytes = 256 * 1024;

/** Zeros behind the end, where a comment is shorter than it says. */
class FileReader extends RandomAccessReader {
  readonly #file: FileHandle;
  readonly #size: number;

  constructor(file: FileHandle, size: number) {
    super();
    this.#file = file;
    this.#size = size;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    const file = this.#file;
    const last = Math.min(end, this.#size);
    return Readable.from(
      (async function* () {
        for (let at = start; at < last; ) {
          const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, last - at));
          const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
          if (bytesRead === 0) return;
          at += bytesRead;
          yield chunk.subarray(0, bytesRead);
        }
      })(),
      { objectMode: false },
    );
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    buffer.fill(0, offset, offset + length);
    this.#file.read(buffer, offset, length, position).then(
      () => callback(null),
      (error: Error) => callback(error),
    );
  }

  override close(callback: (error: Error | null) => void): void {
    this.#file.close().then(() => callback(null), callback);
  }
}

function listEntries(zip: ZipFile, fileBytes: number, name: string): Promise<Map<string, Entry>> {
  const hostile = (detail: string): CodedError => new CodedError('deck.hostile', `${name}: ${detail}`);
  return new Promise((resolve, reject) => {
    if (zip.entryCount > zipLimits.entries) {
      reject(hostile(`${zip.entryCount} entries, at most ${zipLimits.entries} are allowed`));
      return;
    }
    const entries = new Map<string, Entry>();
    const seen = new Set<string>();
    let packed = 0;
    let unpacked = 0;
    const check = (entry: Entry): CodedError | undefined => {
      packed += entry.compressedSize;
      unpacked += entry.uncompressedSize;
      if (seen.size >= zipLimits.entries) return hostile(`more than ${zipLimits.entries} entries`);
      const key = entry.fileName.toLowerCase();
      if (seen.has(key)) return hostile(`two entries are called ${quoted(entry.fileName)}`);
      seen.add(key);
      if (entry.isEncrypted()) return new CodedError('deck.encrypted', `${name} is a ZIP with a password`);
      if (((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000)
        return hostile(`${quoted(entry.fileName)} is a symbolic link`);
      if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8)
        return new CodedError(
          'deck.broken',
          `${name}: ${quoted(entry.fileName)} is packed by method ${entry.compressionMethod}`,
        );
      if (packed > fileBytes) return hostile('its entries lie over each other');
      if (unpacked - packed > zipLimits.growthBytes)
        return hostile(
          `unpacks to more than ${zipLimits.growthBytes / 1024 ** 2} MiB over its size (ZIP bomb)`,
        );
      if (unpacked > zipLimits.ratioFromBytes && unpacked > zipLimits.ratio * packed)
        return hostile(`unpacks to more than ${zipLimits.ratio} times its size (ZIP bomb)`);
      return undefined;
    };
    zip.on('entry', (entry: Entry) => {
      const problem = check(entry);
      if (problem) {
        reject(problem);
        return;
      }
      if (!entry.fileName.endsWith('/')) entries.set(entry.fileName, entry);
      zip.readEntry();
    });
    zip.once('end', () => resolve(entries));
    zip.once('error', (error: Error) => {
      const slip = /invalid (relative path|characters in fileName)|absolute path/i.test(error.message);
      reject(slip ? hostile(error.message) : new CodedError('deck.broken', `${name}: ${error.message}`));
    });
    zip.readEntry();
  });
}

function openEntry(zip: ZipFile, entry: Entry, limit: number, name: string): Promise<Readable> {
  const what = `${name}: ${quoted(entry.fileName)}`;
  return new Promise((resolve, reject) => {
    if (entry.uncompressedSize > limit) {
      reject(new CodedError('deck.hostile', `${what} has ${entry.uncompressedSize} bytes, at most ${limit}`));
      return;
    }
    zip.openReadStream(entry, (error: Error | null, stream: Readable | undefined) => {
      if (stream) resolve(stream);
      else reject(new CodedError('deck.broken', `${what}: ${error?.message ?? 'cannot be read'}`));
    });
  });
}

function readEntry(zip: ZipFile, entry: Entry, limit: number, name: string): Promise<Buffer> {
  const what = `${name}: ${quoted(entry.fileName)}`;
  return new Promise((resolve, reject) => {
    if (entry.uncompressedSize > limit) {
      reject(new CodedError('deck.hostile', `${what} has ${entry.uncompressedSize} bytes, at most ${limit}`));
      return;
    }
    zip.openReadStream(entry, (error: Error | null, stream: Readable | undefined) => {
      if (!stream) {
        reject(new CodedError('deck.broken', `${what}: ${error?.message ?? 'cannot be read'}`));
        return;
      }
      const chunks: Buffer[] = [];
      // yauzl ends a stream that brings more or fewer bytes than promised.
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.once('end', () => resolve(Buffer.concat(chunks)));
      stream.once('error', (failure: Error) => {
        const lies = /too many bytes|not enough bytes/i.test(failure.message);
        reject(
          lies
            ? new CodedError('deck.hostile', `${what} is not as large as it says`)
            : new CodedError('deck.broken', `${what}: ${failure.message}`),
        );
      });
    });
  });
}

const quoted = (name: string): string => JSON.stringify(name.slice(0, 120));
