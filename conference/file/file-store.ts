/** Pictures and short videos of conferences (covers, logos, slates): checked, made small, kept under names nobody can guess. */
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import sharp from 'sharp';
import { CodedError } from '#contracts/errors.ts';
import { Turns } from '../rows.ts';
import { type FileKind, kindOf } from './file-kind.ts';

export const fileLimits = {
  pictureBytes: 25 * 2 ** 20,
  videoBytes: 200 * 2 ** 20,
  /** Of a picture as it is kept. */
  edge: 2560,
  /** Of a picture as it comes: above it decoding is not begun (FAULTS 66). */
  pixels: 120_000_000,
} as const;

const nameForm = /^[A-Za-z0-9_-]{22}\.(webp|mp4)$/;
const partial = '.part';

export class FileStore {
  readonly #folder: string;
  /** One picture is decoded at a time: each may take hundreds of MB. */
  readonly #turns = new Turns();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** What a crash left half written goes. */
  async prepare(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.#folder))
      if (name.endsWith(partial)) await rm(join(this.#folder, name), { force: true });
  }

  /** The name it is kept under. Throws `request.tooLarge`, `file.kind` for what is neither picture nor MP4, or broken. */
  async add(bytes: Readable): Promise<string> {
    const id = randomBytes(16).toString('base64url');
    const arriving = join(this.#folder, `${id}${partial}`);
    try {
      await pipeline(bytes, limited(fileLimits.videoBytes), createWriteStream(arriving, { mode: 0o600 }));
      const kind = kindOf(await firstBytes(arriving));
      if (kind === undefined) throw new CodedError('file.kind');
      const name = `${id}.${kind === 'mp4' ? 'mp4' : 'webp'}`;
      await this.#turns.take(() => this.#keep(arriving, join(this.#folder, name), kind));
      return name;
    } finally {
      await rm(arriving, { force: true });
    }
  }

  /** Undefined for a name that is none of ours. */
  async find(name: string): Promise<{ path: string; bytes: number; type: string } | undefined> {
    if (!nameForm.test(name)) return undefined;
    const path = join(this.#folder, name);
    const found = await stat(path).catch(() => undefined);
    return found && { path, bytes: found.size, type: name.endsWith('.mp4') ? 'video/mp4' : 'image/webp' };
  }

  /** Nothing happens for a name that is none of ours. */
  async remove(name: string): Promise<void> {
    if (nameForm.test(name)) await rm(join(this.#folder, name), { force: true });
  }

  async #keep(from: string, to: string, kind: FileKind): Promise<void> {
    if (kind === 'mp4') {
      await rename(from, to);
      return;
    }
    const { size } = await stat(from);
    if (size > fileLimits.pictureBytes)
      throw new CodedError('request.tooLarge', `a picture has at most ${fileLimits.pictureBytes} bytes`);
    const { edge, pixels } = fileLimits;
    const made = `${to}${partial}`;
    try {
      // Re-encoded: nothing of the original's bytes, such as the place it was taken, goes out.
      await sharp(from, { limitInputPixels: pixels, failOn: 'error', sequentialRead: true })
        .autoOrient()
        .resize({ width: edge, height: edge, fit: 'inside', withoutEnlargement: true })
        .webp({ quality: 82 })
        .toFile(made);
    } catch (error) {
      await rm(made, { force: true });
      throw new CodedError('file.kind', (error as Error).message.slice(0, 200));
    }
    await rename(made, to);
  }
}

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(32), 0, 32, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

const limited = (most: number) =>
  async function* (bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let sum = 0;
    for await (const piece of bytes) {
      sum += piece.length;
      if (sum > most) throw new CodedError('request.tooLarge', `a file has at most ${most} bytes`);
      yield piece;
    }
  };
