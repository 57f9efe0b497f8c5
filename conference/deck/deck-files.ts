/** Files of deck versions: `<folder>/<deckId>/<k>` as uploaded, `deck.pdf`, and `work/` while it is converted. */
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

export class DeckFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async prepare(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
  }

  folderOf(deckId: string): string {
    return join(this.#folder, deckId);
  }
  original(deckId: string, index: number): string {
    return join(this.#folder, deckId, String(index));
  }
  pdf(deckId: string): string {
    return join(this.#folder, deckId, 'deck.pdf');
  }
  work(deckId: string): string {
    return join(this.#folder, deckId, 'work');
  }

  async has(deckId: string): Promise<boolean> {
    return (await sizeOf(this.folderOf(deckId))) !== undefined;
  }

  /** Keeps the PDF that the conversion made; answers its bytes. */
  async keepPdf(deckId: string, from: string): Promise<number> {
    await rename(from, this.pdf(deckId));
    return (await stat(this.pdf(deckId))).size;
  }

  /** An empty folder to convert into; what an interrupted conversion left there is gone. */
  async freshWork(deckId: string): Promise<string> {
    await this.removeWork(deckId);
    await mkdir(this.work(deckId));
    return this.work(deckId);
  }

  async removeWork(deckId: string): Promise<void> {
    await rm(this.work(deckId), { recursive: true, force: true });
  }

  async remove(deckId: string): Promise<void> {
    await rm(this.folderOf(deckId), { recursive: true, force: true });
  }

  /** Removes folders of decks that are not in the database (killed in the middle of a deletion). */
  async removeOthers(isKnown: (deckId: string) => boolean): Promise<void> {
    for (const name of await readdir(this.#folder)) if (!isKnown(name)) await this.remove(name);
  }
}

const sizeOf = (path: string): Promise<number | undefined> =>
  stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
