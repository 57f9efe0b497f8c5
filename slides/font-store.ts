/**
 * Fonts given for decks: `<folder>/<id>.font` and `<id>.json`. The id is made of the content, so neither the name of the
 * file nor what the font calls itself is ever a path (FAULTS 61).
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError } from '#contracts/errors.ts';
import { type Font, fontLimits, fontSchema } from '#contracts/font.ts';
import { fontFamilies } from './font-file.ts';

const idOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex').slice(0, 32);
const noteName = /^([0-9a-f]{32})\.json$/;

export class FontStore {
  readonly #folder: string;
  readonly #fonts = new Map<string, Font>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Reads what is there; what a kill left half made is removed. */
  async load(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const names = await readdir(this.#folder);
    for (const name of names) {
      const [, id] = noteName.exec(name) ?? [];
      if (id === undefined || !names.includes(`${id}.font`)) continue;
      const read = fontSchema.safeParse(JSON.parse(await readFile(join(this.#folder, name), 'utf8')));
      if (read.success && read.data.id === id) this.#fonts.set(id, read.data);
    }
    for (const name of names)
      if (!this.#fonts.has(name.replace(/\.\w+$/, '')))
        await rm(join(this.#folder, name), { recursive: true, force: true });
  }

  /** Newest first. */
  list(): Font[] {
    return [...this.#fonts.values()].sort((a, b) => b.addedAt - a.addedAt);
  }

  /** For a conversion that begins now. */
  paths(): string[] {
    return [...this.#fonts.keys()].map((id) => this.#file(id));
  }

  /** @throws CodedError request.tooLarge, font.kind, font.room */
  async add(name: string, content: AsyncIterable<Buffer>, now = Date.now()): Promise<Font> {
    const bytes = await whole(content);
    const families = fontFamilies(bytes);
    if (families.length === 0) throw new CodedError('font.kind', name);
    const id = idOf(bytes);
    const known = this.#fonts.get(id);
    if (known) return known;
    const all = [...this.#fonts.values()].reduce((sum, font) => sum + font.bytes, bytes.length);
    if (all > fontLimits.allBytes)
      throw new CodedError('font.room', `all fonts together would be ${all} of ${fontLimits.allBytes} bytes`);
    const font: Font = { id, name, families, bytes: bytes.length, addedAt: now };
    // Counted before the first wait, so that many at once do not all find room.
    this.#fonts.set(id, font);
    try {
      await writeFile(this.#file(id), bytes);
      // The note last and whole: without it the font is not there.
      await writeFile(join(this.#folder, `${id}.new`), JSON.stringify(font));
      await rename(join(this.#folder, `${id}.new`), join(this.#folder, `${id}.json`));
    } catch (error) {
      this.#fonts.delete(id);
      throw error;
    }
    return font;
  }

  /** What was removed; undefined when there is no such font. */
  async remove(id: string): Promise<Font | undefined> {
    const font = this.#fonts.get(id);
    if (!font) return undefined;
    this.#fonts.delete(id);
    await rm(join(this.#folder, `${id}.json`), { force: true });
    await rm(this.#file(id), { force: true });
    return font;
  }

  #file(id: string): string {
    return join(this.#folder, `${id}.font`);
  }
}

async function whole(content: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of content) {
    bytes += piece.length;
    if (bytes > fontLimits.bytes)
      throw new CodedError('request.tooLarge', `a font is at most ${fontLimits.bytes} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces, bytes);
}
