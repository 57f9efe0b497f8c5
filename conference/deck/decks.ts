/** Courseware of talks from upload to deletion: uploads, versions, files and page images together. */
import type { Logger } from 'pino';
import type { Deck, DeckPage, Upload } from '#contracts/deck.ts';
import { CodedError } from '#contracts/errors.ts';
import type { PlannedTalk } from '#contracts/events.ts';
import type { Talk } from '#contracts/talk.ts';
import { type Courseware, coursewareOf, coursewarePath } from './courseware.ts';
import { type DeckFile, type DeckRecord, deckSummary, deckView, wholePages } from './deck.ts';
import type { DeckFiles } from './deck-files.ts';
import type { DeckStore } from './deck-store.ts';
import type { PageFiles } from './page-files.ts';
import { checkUpload, deckName, type UploadLimits } from './upload-rules.ts';
import type { Uploads } from './uploads.ts';

/** Conversions in the order asked for, one at a time. */
export type ConversionQueue = {
  send(deckId: string): Promise<void>;
  /** Resolves when it is not being converted. */
  abort(deckId: string): Promise<void>;
};

export type DecksOptions = {
  readonly store: DeckStore;
  readonly uploads: Uploads;
  readonly files: DeckFiles;
  readonly images: PageFiles;
  readonly limits: UploadLimits;
  readonly log: Logger;
};

type TalkOf = Pick<Talk, 'id' | 'venueId'>;

export class Decks {
  readonly #options: DecksOptions;
  /** Pages shown whose rows do not say so yet. */
  readonly #shown = new Map<string, Set<number>>();
  #queue: ConversionQueue | undefined;

  #mayDownload: (talkId: string) => boolean = () => true;

  constructor(options: DecksOptions) {
    this.#options = options;
  }

  /** From now on decks are converted. Puts right what a crash left: half-made decks, deletions, conversions. */
  async begin(
    queue: ConversionQueue,
    talkExists: (talkId: string) => boolean,
    shownPages: (deck: DeckRecord) => readonly number[],
  ): Promise<void> {
    const { store, uploads, files, log } = this.#options;
    this.#queue = queue;
    for (const talkId of store.talks()) if (!talkExists(talkId)) await this.removeTalk(talkId);
    await files.removeOthers((id) => store.get(id) !== undefined);
    for (const deck of store.unfinished()) {
      // The conversion begins anew, but what the audience has on screen stays.
      await store.markShown(deck.id, shownPages(deck));
      // Lost files make the conversion fail, not the start.
      if (!(await files.has(deck.id)))
        await uploads
          .moveTo(deck.uploadId, files.folderOf(deck.id))
          .catch((err: unknown) => log.error({ deck: deck.id, err }, 'files of a deck are missing'));
      await queue.send(deck.id);
    }
    await uploads.removeAll(({ talkId }) => !talkExists(talkId));
  }

  close(): void {
    this.#options.uploads.close();
  }

  /** Throws `deck.kind`, `deck.tooLarge`, `request.tooMany`. */
  startUpload(talk: TalkOf, files: readonly DeckFile[]): Promise<Upload> {
    const { store, uploads, limits } = this.#options;
    const stored = store.bytesOf(talk.id) + uploads.announced(talk.id);
    return uploads.create(talk.id, talk.venueId, checkUpload(files, stored, limits));
  }

  get uploads(): Uploads {
    return this.#options.uploads;
  }

  /** Which talk an upload belongs to, also when it has become a deck. */
  talkOfUpload(uploadId: string): string | undefined {
    return this.#options.uploads.talkOf(uploadId) ?? this.#options.store.byUpload(uploadId)?.talkId;
  }

  /** The upload as the talk's next version; asked again, the same deck. `venueId`: where the talk is now. */
  async complete(uploadId: string, venueId?: string): Promise<Deck> {
    const { store, uploads, files } = this.#options;
    const made = store.byUpload(uploadId);
    if (made) return deckSummary(made);
    const { talkId, venueId: begun, files: uploaded } = uploads.seal(uploadId);
    let deck: DeckRecord;
    try {
      deck = await store.create({
        talkId,
        venueId: venueId ?? begun,
        uploadId,
        name: deckName(uploaded),
        files: uploaded,
      });
    } catch (error) {
      uploads.unseal(uploadId);
      throw error;
    }
    await uploads.moveTo(uploadId, files.folderOf(deck.id));
    await this.#queue?.send(deck.id);
    return deckSummary(deck);
  }

  get(deckId: string): DeckRecord | undefined {
    return this.#options.store.get(deckId);
  }

  list(talkId: string): Deck[] {
    return this.#options.store.ofTalk(talkId).map(deckSummary);
  }

  /** With pages and notes. */
  async view(deckId: string): Promise<Deck | undefined> {
    const { store } = this.#options;
    const deck = store.get(deckId);
    return deck && deckView(deck, await store.pages(deckId));
  }

  /** The version presented, with the pages usable so far. */
  async presented(
    talkId: string,
  ): Promise<{ readonly deck: DeckRecord; readonly pages: readonly DeckPage[] } | undefined> {
    const { store } = this.#options;
    const deck = store.presented(talkId);
    return deck && { deck, pages: wholePages(await store.pages(deck.id)) };
  }

  /** The audience saw these pages: their images stay when the version is deleted. Noted again when the database was gone. */
  async markShown(deckId: string, pages: readonly number[]): Promise<void> {
    const pending = this.#shown.get(deckId) ?? new Set();
    for (const page of pages) pending.add(page);
    this.#shown.set(deckId, pending);
    const noted = [...pending];
    await this.#options.store.markShown(deckId, noted);
    for (const page of noted) pending.delete(page);
    if (pending.size === 0) this.#shown.delete(deckId);
  }

  /** Bytes of a page's image. */
  async image(
    deck: DeckRecord,
    page: number,
    width: number,
    format: 'webp' | 'avif',
  ): Promise<Buffer | undefined> {
    const { store, images } = this.#options;
    const image = (await store.pages(deck.id))[page]?.steps[0]?.image;
    if (!image?.widths.includes(width) || (format === 'avif' && !image.avif)) return undefined;
    return images.read(deck.venueId, `${image.id}.${width}.${format}`);
  }

  /** Deletes a version: its files, and the images of pages nobody was shown. `shown`: pages known to have been. */
  async remove(deckId: string, shown: readonly number[] = []): Promise<DeckRecord> {
    const { store, files, images } = this.#options;
    const deck = store.get(deckId);
    if (!deck) throw new CodedError('deck.notFound');
    await this.#queue?.abort(deckId);
    await this.markShown(deckId, shown);
    await images.remove(deck.venueId, await store.remove(deckId));
    await files.remove(deckId);
    return deck;
  }

  /** A talk is gone: nothing of its courseware stays. */
  async removeTalk(talkId: string): Promise<void> {
    const { store, files, images, uploads, log } = this.#options;
    await uploads.removeAll((upload) => upload.talkId === talkId);
    for (const deck of store.unfinished()) if (deck.talkId === talkId) await this.#queue?.abort(deck.id);
    const { decks, images: all } = await store.removeTalk(talkId);
    for (const deck of decks) await files.remove(deck.id);
    for (const { venueId } of decks.slice(0, 1)) await images.remove(venueId, all);
    if (decks.length > 0)
      log.info({ talk: talkId, decks: decks.length }, 'courseware of a removed talk deleted');
  }

  /**
   * The talk went to another venue: so do the images of its pages. A conversion under way is begun again there. Files are there twice
   * until the rows say where they are, so that a crash loses none; done again it changes nothing.
   */
  async moveTalk(talkId: string, venueId: string): Promise<void> {
    const { store, images } = this.#options;
    const ended = async (): Promise<string[]> => {
      const ids = store.unfinished().flatMap((deck) => (deck.talkId === talkId ? [deck.id] : []));
      for (const id of ids) await this.#queue?.abort(id);
      return ids;
    };
    const begun = await ended();
    const before = (await store.imagesOf(talkId)).filter((deck) => deck.venueId !== venueId);
    for (const deck of before) await images.share(deck.venueId, venueId, deck.images);
    await store.moveTalk(talkId, venueId);
    // One that began between wrote to the old place.
    const again = new Set([...begun, ...(await ended())]);
    const now = (await store.imagesOf(talkId)).flatMap((deck) => deck.images);
    for (const old of new Set(before.map((deck) => deck.venueId))) {
      await images.share(old, venueId, now);
      await images.remove(old, [...now, ...before.flatMap((deck) => deck.images)]);
    }
    for (const id of again)
      if (store.unfinished().some((deck) => deck.id === id)) await this.#queue?.send(id);
  }

  /** At start: what a crash kept from following its talk. */
  async settle(venueOf: (talkId: string) => string | undefined): Promise<void> {
    for (const talkId of this.#options.store.talks()) {
      const venueId = venueOf(talkId);
      const away = this.#options.store.ofTalk(talkId).some((deck) => deck.venueId !== venueId);
      if (venueId !== undefined && away) await this.moveTalk(talkId, venueId);
    }
  }

  /** For the talk's own record. */
  newest(talkId: string): Talk['deck'] {
    const deck = this.#options.store.newest(talkId);
    if (!deck) return null;
    const { id, version, state, total, name } = deck;
    return { id, version, state, pages: total, name };
  }

  /** Who else must agree to a download; before this is called nobody must. */
  downloadsAsk(mayDownload: (talkId: string) => boolean): void {
    this.#mayDownload = mayDownload;
  }

  /** The file viewers may download now. */
  download(
    talk: Pick<Talk, 'id' | 'download'>,
  ): { readonly path: string; readonly what: Courseware } | undefined {
    const { store, files } = this.#options;
    if (!this.#mayDownload(talk.id)) return undefined;
    const deck = store.ofTalk(talk.id).find(({ state }) => state === 'ready');
    const what = coursewareOf(talk, deck);
    if (!deck || !what) return undefined;
    return { path: what.file === 'pdf' ? files.pdf(deck.id) : files.original(deck.id, what.file), what };
  }

  /** As the programme tells it. */
  courseware(talk: Pick<Talk, 'id' | 'download'>): PlannedTalk['courseware'] {
    const what = this.download(talk)?.what;
    return what ? [{ name: what.name, bytes: what.bytes, href: coursewarePath(talk.id, what.form) }] : [];
  }
}
