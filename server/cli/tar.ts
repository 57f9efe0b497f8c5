/** Tape archives (POSIX ustar with GNU/base-256 sizes), written and read as streams. Only plain files; names up to 255 bytes. */
import type { Readable } from 'node:stream';

const block = 512;

export type TarFile = {
  readonly name: string;
  readonly size: number;
  /** Epoch s. */
  readonly mtime: number;
  /** Must give exactly `size` bytes. */
  readonly content: AsyncIterable<Buffer>;
};

/** The archive's bytes. Throws when a file gives other than its size. */
export async function* packTar(files: AsyncIterable<TarFile>): AsyncGenerator<Buffer> {
  for await (const file of files) {
    yield header(file);
    let given = 0;
    for await (const chunk of file.content) {
      given += chunk.length;
      yield chunk;
    }
    if (given !== file.size) throw new Error(`${file.name} must give ${file.size} bytes (gave ${given})`);
    if (given % block !== 0) yield Buffer.alloc(block - (given % block));
  }
  yield Buffer.alloc(2 * block);
}

/** Each file in turn; its content must be read to the end before the next. Throws on anything that is not such an archive. */
export async function* unpackTar(source: Readable): AsyncGenerator<TarFile> {
  const reader = new ByteReader(source);
  for (;;) {
    const head = await reader.take(block);
    if (head.every((byte) => byte === 0)) return;
    const sum = head.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0);
    if (readOctal(head, 148, 8) !== sum) throw new Error('this is not a backup file (bad tar header)');
    const prefix = readText(head, 345, 155);
    const name = (prefix === '' ? '' : `${prefix}/`) + readText(head, 0, 100);
    const kind = String.fromCharCode(head[156] ?? 0);
    if (kind !== '0' && kind !== '\0') throw new Error(`${name} must be a plain file (got type ${kind})`);
    const size = readSize(head);
    yield { name, size, mtime: readOctal(head, 136, 12), content: reader.stream(size) };
    if (reader.left > 0) throw new Error(`${name} was not read to its end`);
    await reader.take((block - (size % block)) % block);
  }
}

function header({ name, size, mtime }: TarFile): Buffer {
  const head = Buffer.alloc(block);
  const bytes = Buffer.from(name);
  if (bytes.length <= 100) head.set(bytes, 0);
  else {
    const cut = name.indexOf('/', Math.max(0, name.length - 101));
    const prefix = Buffer.from(name.slice(0, cut));
    const rest = Buffer.from(name.slice(cut + 1));
    if (cut <= 0 || prefix.length > 155 || rest.length > 100)
      throw new Error(`a file name in a backup must be shorter (got ${JSON.stringify(name)})`);
    head.set(rest, 0);
    head.set(prefix, 345);
  }
  writeOctal(head, 0o600, 100, 8);
  writeOctal(head, 0, 108, 8);
  writeOctal(head, 0, 116, 8);
  if (size < 8 ** 11) writeOctal(head, size, 124, 12);
  else {
    head[124] = 0x80;
    head.writeBigUInt64BE(BigInt(size), 128);
  }
  writeOctal(head, mtime, 136, 12);
  head.fill(32, 148, 156);
  head.write('0', 156);
  head.write('ustar\x0000', 257, 'latin1');
  writeOctal(
    head,
    head.reduce((total, byte) => total + byte, 0),
    148,
    8,
  );
  return head;
}

const writeOctal = (head: Buffer, value: number, at: number, length: number): void => {
  head.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
};
const readText = (head: Buffer, at: number, length: number): string => {
  const field = head.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? length : end);
};
const readOctal = (head: Buffer, at: number, length: number): number =>
  Number.parseInt(readText(head, at, length).trim() || '0', 8);
const readSize = (head: Buffer): number =>
  head[124] === 0x80 ? Number(head.readBigUInt64BE(128)) : readOctal(head, 124, 12);

/** Exact amounts from a stream of chunks of any size. */
class ByteReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);
  left = 0;

  constructor(source: Readable) {
    this.#chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  async take(length: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let need = length; need > 0; ) {
      const part = await this.#some(need);
      parts.push(part);
      need -= part.length;
    }
    return Buffer.concat(parts);
  }

  async *stream(length: number): AsyncGenerator<Buffer> {
    this.left = length;
    while (this.left > 0) {
      const part = await this.#some(this.left);
      this.left -= part.length;
      yield part;
    }
  }

  async #some(most: number): Promise<Buffer> {
    if (this.#rest.length === 0) {
      const { done, value } = await this.#chunks.next();
      if (done) throw new Error('the backup file ends too early');
      this.#rest = value;
    }
    const part = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(part.length);
    return part;
  }
}
