/**
 * Decks: rows in the database, all versions without their pages in memory, and the pages of those lately used.
 * A change is written first and seen afterwards; the presenter goes on while the database is gone.
 */
import { randomBytes } from 'node:crypto';
import { and, asc, eq, inArray } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Deck, DeckPage } from '#contracts/deck.ts';
import { CodedError } from '#contracts/errors.ts';
import type { PageImage } from '#contracts/events.ts';
import {
  type DeckFile,
  type DeckPages,
  type DeckRecord,
  imagesOf,
  isUnfinished,
  presentedOf,
} from './deck.ts';
import type { deckPageTable as DeckPageTable, deckTable as DeckTable } from './deck-tables.ts';
import { deckPageTable, deckTable } from './deck-tables.ts';

type Tables = { deckTable: typeof DeckTable; deckPageTable: typeof DeckPageTable };
export type NewDeck = Pick<DeckRecord, 'talkId' | 'venueId' | 'uploadId' | 'name'> & {
  files: readonly DeckFile[];
};
type Change = Partial<
  Pick<
    DeckRecord,
    'state' | 'done' | 'total' | 'error' | 'losses' | 'fonts' | 'pdfBytes' | 'attempts' | 'removedAt'
  >
>;

/** Decks whose pages are kept in memory beside those being converted. */
const mostCached = 40;

export type DeckStoreOptions<T extends Tables> = {
  readonly db: NodePgDatabase<T>;
  /** Told after each change, by talk. */
  readonly onChange?: (talkId: string) => void;
  /** Epoch ms. */
  readonly now?: () => number;
};

export class DeckStore<T extends Tables = Tables> {
  readonly #db: NodePgDatabase<T>;
  readonly #onChange: (talkId: string) => void;
  readonly #now: () => number;
  readonly #decks = new Map<string, DeckRecord>();
  readonly #byTalk = new Map<string, Set<string>>();
  readonly #pages = new Map<string, Promise<(DeckPage | undefined)[]>>();
  /** Changes take turns: each is made from the state the one before left. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor({ db, onChange, now = Date.now }: DeckStoreOptions<T>) {
    this.#db = db;
    this.#onChange = onChange ?? (() => undefined);
    this.#now = now;
  }

  async load(): Promise<void> {
    const rows = await this.#db.select().from(deckTable).orderBy(asc(deckTable.version));
    for (const { createdAt, removedAt, ...row } of rows)
      this.#put({ ...row, createdAt: createdAt.getTime(), removedAt: removedAt?.getTime() ?? null });
  }

  get(id: string): DeckRecord | undefined {
    const deck = this.#decks.get(id);
    return deck?.removedAt === null ? deck : undefined;
  }

  byUpload(uploadId: string): DeckRecord | undefined {
    return [...this.#decks.values()].find((deck) => deck.uploadId === uploadId && deck.removedAt === null);
  }

  /** Newest first, without deleted ones. */
  ofTalk(talkId: string): DeckRecord[] {
    return this.#all(talkId)
      .filter(({ removedAt }) => removedAt === null)
      .sort((a, b) => b.version - a.version);
  }

  newest(talkId: string): DeckRecord | undefined {
    return this.ofTalk(talkId)[0];
  }

  presented(talkId: string): DeckRecord | undefined {
    return presentedOf(this.ofTalk(talkId));
  }

  /** Talks that have decks, deleted versions included. */
  talks(): string[] {
    return [...this.#byTalk.keys()];
  }

  unfinished(): DeckRecord[] {
    return [...this.#decks.values()].filter(isUnfinished);
  }

  bytesOf(talkId: string): number {
    return this.ofTalk(talkId).reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** The next version of the talk's courseware, waiting for conversion. */
  create({ talkId, venueId, uploadId, name, files }: NewDeck): Promise<DeckRecord> {
    return this.#inTurn(async () => {
      const version = Math.max(0, ...this.#all(talkId).map((deck) => deck.version)) + 1;
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
      const deck: DeckRecord = {
        ...{ id: randomBytes(9).toString('base64url'), talkId, venueId, version, uploadId, name, bytes },
        ...{ files, state: 'waiting', done: 0, total: 0, error: null, losses: [], fonts: [], pdfBytes: null },
        ...{ attempts: 0, createdAt: this.#now(), removedAt: null },
      };
      const { createdAt, removedAt: _, ...row } = deck;
      await this.#db.insert(deckTable).values({ ...row, files: [...files], createdAt: new Date(createdAt) });
      return this.#put(deck);
    });
  }

  /**
   * A conversion begins, anew if one was interrupted: pages of that one which were shown stay, with their images.
   * Returns the images of the others, which nobody needs now.
   */
  begin(id: string): Promise<PageImage[]> {
    return this.#inTurn(async () => {
      const { attempts } = this.#need(id);
      const old = await this.#deletePages(id, true);
      const pages = await this.#readPages(id);
      const done = pages.filter((page) => page !== undefined).length;
      await this.#write(id, { state: 'converting', attempts: attempts + 1, done, total: 0, error: null });
      this.#pages.set(id, Promise.resolve(pages));
      return old;
    });
  }

  /** A page's row; it counts from the moment `pageDone` is called, when its files are in place. */
  async addPage(id: string, page: number, content: DeckPage): Promise<void> {
    await this.#db
      .insert(deckPageTable)
      .values({ deckId: id, page, content, shown: false })
      .onConflictDoUpdate({ target: [deckPageTable.deckId, deckPageTable.page], set: { content } });
  }

  async pageDone(id: string, page: number, content: DeckPage, total: number): Promise<void> {
    const pages = await this.pages(id);
    (pages as (DeckPage | undefined)[])[page] = content;
    await this.progress(
      id,
      pages.reduce((sum, one) => sum + (one ? 1 : 0), 0),
      total,
    );
  }

  progress(id: string, done: number, total: number): Promise<void> {
    return this.#inTurn(() => this.#write(id, { done, total }));
  }

  ready(id: string, made: Pick<DeckRecord, 'total' | 'losses' | 'fonts' | 'pdfBytes'>): Promise<void> {
    return this.#inTurn(() => this.#write(id, { ...made, state: 'ready', done: made.total, error: null }));
  }

  /** Pages of it that were shown meanwhile keep their images. Returns those of the others. */
  fail(id: string, error: NonNullable<Deck['error']>): Promise<PageImage[]> {
    return this.#inTurn(async () => {
      const old = await this.#deletePages(id, true);
      await this.#write(id, { state: 'failed', error });
      return old;
    });
  }

  /** The conversion was ended by a stop of the server: it does not count. */
  waitAgain(id: string): Promise<void> {
    return this.#inTurn(async () => {
      const { attempts } = this.#need(id);
      await this.#write(id, { state: 'waiting', attempts: Math.max(0, attempts - 1) });
    });
  }

  /** By number; of a deck being converted what there is so far. */
  pages(id: string): Promise<DeckPages> {
    const known = this.#pages.get(id);
    this.#pages.delete(id);
    const pages = known ?? this.#readPages(id);
    // Last in the map: used last.
    this.#pages.set(id, pages);
    if (!known) {
      pages.catch(() => this.#pages.delete(id));
      for (const other of this.#pages.keys()) {
        if (this.#pages.size <= mostCached) break;
        if (this.#decks.get(other)?.state !== 'converting') this.#pages.delete(other);
      }
    }
    return pages;
  }

  /** Its image stays when the deck is deleted. */
  async markShown(id: string, pages: readonly number[]): Promise<void> {
    if (pages.length === 0) return;
    await this.#db
      .update(deckPageTable)
      .set({ shown: true })
      .where(and(eq(deckPageTable.deckId, id), inArray(deckPageTable.page, [...pages])));
  }

  /** Deletes a version. Returns the images nobody saw; the others go with the talk. */
  remove(id: string): Promise<PageImage[]> {
    return this.#inTurn(async () => {
      const { talkId } = this.#need(id);
      const unseen = await this.#deletePages(id, true);
      const [left] = await this.#db
        .select({ page: deckPageTable.page })
        .from(deckPageTable)
        .where(eq(deckPageTable.deckId, id))
        .limit(1);
      if (left) await this.#write(id, { removedAt: this.#now() });
      else {
        await this.#db.delete(deckTable).where(eq(deckTable.id, id));
        this.#forget(id);
      }
      this.#pages.delete(id);
      this.#onChange(talkId);
      return unseen;
    });
  }

  /** Deletes all versions of a talk with every page. */
  removeTalk(
    talkId: string,
  ): Promise<{ readonly decks: readonly DeckRecord[]; readonly images: readonly PageImage[] }> {
    return this.#inTurn(async () => {
      const decks = this.#all(talkId);
      const ids = decks.map(({ id }) => id);
      const images: PageImage[] = [];
      for (const id of ids) images.push(...(await this.#deletePages(id, false)));
      if (ids.length > 0) await this.#db.delete(deckTable).where(inArray(deckTable.id, ids));
      for (const id of ids) this.#forget(id);
      this.#byTalk.delete(talkId);
      return { decks, images };
    });
  }

  /** Every page's images of all versions, with the venue under which they lie. */
  async imagesOf(talkId: string): Promise<{ readonly venueId: string; readonly images: PageImage[] }[]> {
    return Promise.all(
      this.#all(talkId).map(async ({ id, venueId }) => ({
        venueId,
        images: (await this.#readPages(id)).flatMap((page) => (page ? imagesOf(page) : [])),
      })),
    );
  }

  /** The talk is in another venue now. */
  moveTalk(talkId: string, venueId: string): Promise<void> {
    return this.#inTurn(async () => {
      await this.#db.update(deckTable).set({ venueId }).where(eq(deckTable.talkId, talkId));
      for (const deck of this.#all(talkId)) this.#put({ ...deck, venueId });
    });
  }

  async #readPages(id: string): Promise<(DeckPage | undefined)[]> {
    const rows = await this.#db.select().from(deckPageTable).where(eq(deckPageTable.deckId, id));
    const pages: (DeckPage | undefined)[] = [];
    for (const { page, content } of rows) pages[page] = content;
    return Array.from(pages);
  }

  async #deletePages(id: string, keepShown: boolean): Promise<PageImage[]> {
    const rows = await this.#db
      .delete(deckPageTable)
      .where(and(eq(deckPageTable.deckId, id), keepShown ? eq(deckPageTable.shown, false) : undefined))
      .returning({ content: deckPageTable.content });
    this.#pages.delete(id);
    return rows.flatMap(({ content }) => imagesOf(content));
  }

  async #write(id: string, change: Change): Promise<void> {
    const deck = this.#need(id);
    const { removedAt, ...rest } = change;
    const moved =
      removedAt === undefined ? {} : { removedAt: removedAt === null ? null : new Date(removedAt) };
    await this.#db
      .update(deckTable)
      .set({ ...rest, ...moved })
      .where(eq(deckTable.id, id));
    this.#put({ ...deck, ...change });
  }

  #need(id: string): DeckRecord {
    const deck = this.get(id);
    if (!deck) throw new CodedError('deck.notFound');
    return deck;
  }

  #all(talkId: string): DeckRecord[] {
    return [...(this.#byTalk.get(talkId) ?? [])].flatMap((id) => this.#decks.get(id) ?? []);
  }

  #put(deck: DeckRecord): DeckRecord {
    const before = this.#decks.get(deck.id);
    this.#decks.set(deck.id, deck);
    const ids = this.#byTalk.get(deck.talkId) ?? new Set();
    this.#byTalk.set(deck.talkId, ids.add(deck.id));
    // Not at every page: progress is asked for.
    if (before?.state !== deck.state) this.#onChange(deck.talkId);
    return deck;
  }

  #forget(id: string): void {
    const deck = this.#decks.get(id);
    this.#decks.delete(id);
    this.#pages.delete(id);
    if (deck) this.#byTalk.get(deck.talkId)?.delete(id);
  }

  #inTurn<R>(change: () => Promise<R>): Promise<R> {
    const result = this.#turn.then(change);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}
