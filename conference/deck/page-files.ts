/**
 * Images and texts of pages on disk, `<folder>/<venueId>/<imageId>.<w>.<format>` and `<imageId>.json`. Whoever knows a name
 * may have the file; names are random and told by events. What a hall turns to at once is read once.
 */
import { link, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PageImage } from '#contracts/events.ts';
import { imageFiles } from './deck.ts';

/** A name we could have made; everything else does not exist (FAULTS 32). */
const fileName = /^[A-Za-z0-9_-]{16,64}(?:\.json|\.\d{2,5}\.(?:webp|avif))$/;
const venueName = /^[A-Za-z0-9_-]{1,128}$/;

export class PageFiles {
  readonly #folder: string;
  readonly #cacheBytes: number;
  /** In the order last used. */
  readonly #cache = new Map<string, Buffer>();
  readonly #reading = new Map<string, Promise<Buffer | undefined>>();
  #cached = 0;

  constructor(folder: string, cacheBytes = 64 * 1024 * 1024) {
    this.#folder = folder;
    this.#cacheBytes = cacheBytes;
  }

  folderOf(venueId: string): string {
    return join(this.#folder, venueId);
  }

  read(venueId: string, name: string): Promise<Buffer | undefined> {
    if (!venueName.test(venueId) || !fileName.test(name)) return Promise.resolve(undefined);
    const key = `${venueId}/${name}`;
    const known = this.#cache.get(key);
    if (known) {
      this.#cache.delete(key);
      this.#cache.set(key, known);
      return Promise.resolve(known);
    }
    const running = this.#reading.get(key);
    if (running) return running;
    const reading = this.#load(key).finally(() => {
      if (this.#reading.get(key) === reading) this.#reading.delete(key);
    });
    this.#reading.set(key, reading);
    return reading;
  }

  /** Moves the files of these images from where the conversion wrote them. */
  async take(venueId: string, images: readonly PageImage[], from: string): Promise<void> {
    const folder = this.folderOf(venueId);
    await mkdir(folder, { recursive: true });
    await Promise.all(
      images.flatMap(imageFiles).map((name) => {
        if (!fileName.test(name))
          throw new Error(`a page's file must have a random name (got ${JSON.stringify(name)})`);
        return rename(join(from, name), join(folder, name));
      }),
    );
  }

  /** The same files under another venue too; what is not there is left out. Done again it changes nothing. */
  async share(from: string, to: string, images: readonly PageImage[]): Promise<void> {
    await mkdir(this.folderOf(to), { recursive: true });
    for (const name of images.flatMap(imageFiles).filter((file) => fileName.test(file)))
      await link(join(this.folderOf(from), name), join(this.folderOf(to), name)).catch(
        (error: NodeJS.ErrnoException) => {
          if (error.code !== 'EEXIST' && error.code !== 'ENOENT') throw error;
        },
      );
  }

  async remove(venueId: string, images: readonly PageImage[]): Promise<void> {
    for (const name of images.flatMap(imageFiles)) {
      this.#drop(`${venueId}/${name}`);
      await rm(join(this.folderOf(venueId), name), { force: true });
    }
  }

  async removeVenue(venueId: string): Promise<void> {
    for (const key of [...this.#cache.keys(), ...this.#reading.keys()])
      if (key.startsWith(`${venueId}/`)) this.#drop(key);
    await rm(this.folderOf(venueId), { recursive: true, force: true });
  }

  async #load(key: string): Promise<Buffer | undefined> {
    const bytes = await readFile(join(this.#folder, key)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    // Not when it was deleted while it was read.
    if (bytes && this.#reading.has(key)) this.#keep(key, bytes);
    return bytes;
  }

  #keep(key: string, bytes: Buffer): void {
    this.#cache.set(key, bytes);
    this.#cached += bytes.length;
    for (const [oldest, { length }] of this.#cache) {
      if (this.#cached <= this.#cacheBytes) return;
      this.#cache.delete(oldest);
      this.#cached -= length;
    }
  }

  #drop(key: string): void {
    this.#reading.delete(key);
    this.#cached -= this.#cache.get(key)?.length ?? 0;
    this.#cache.delete(key);
  }
}
