/**
 * One deck from its files to pages: what the job does. Pages become usable one by one; a conversion that was killed leaves only
 * its work folder and rows, which the next attempt clears.
 */
import type { Logger } from 'pino';
import type { Deck, DeckPage } from '#contracts/deck.ts';
import { CodedError } from '#contracts/errors.ts';
import { type DeckRecord, imagesOf, wholePages } from './deck.ts';
import type { DeckFiles } from './deck-files.ts';
import type { DeckStore } from './deck-store.ts';
import type { PageFiles } from './page-files.ts';

export type ConvertedPages = {
  readonly pages: readonly DeckPage[];
  readonly losses: Deck['losses'];
  readonly fonts: Deck['fonts'];
  /** A PDF of the whole, in the folder given; undefined when the file itself is one. */
  readonly pdf?: string | undefined;
};

/** The converter as decks see it. Fails with a `deck.*` error. */
export type Convert = (
  files: readonly { readonly path: string; readonly name: string }[],
  options: {
    /** Images and texts are written here, under random names. */
    readonly outDir: string;
    readonly signal: AbortSignal;
    /** The page's files are there. */
    readonly onPage: (page: number, content: DeckPage, total: number) => void | Promise<void>;
  },
) => Promise<ConvertedPages>;

export type ConversionOptions = {
  readonly decks: DeckStore;
  readonly files: DeckFiles;
  readonly images: PageFiles;
  readonly convert: Convert;
  /** Does a piece of database work, again while the database is gone. */
  readonly persist: <R>(work: () => Promise<R>, signal: AbortSignal) => Promise<R>;
  readonly log: Logger;
};

/** An interrupted conversion is tried once more: a file that takes the whole machine down must not do so at every start. */
export const mostAttempts = 2;

/** Ends with the deck ready or failed. Throws only when it was interrupted (the signal, the database gone for good). */
export async function convertOne(
  deckId: string,
  signal: AbortSignal,
  options: ConversionOptions,
): Promise<void> {
  const { decks, files, images, log } = options;
  const persist = <R>(work: () => Promise<R>): Promise<R> => options.persist(work, signal);
  const deck = decks.get(deckId);
  if (!deck || deck.state === 'ready' || deck.state === 'failed') return;
  const started = performance.now();
  if (deck.attempts >= mostAttempts) {
    await fail(deck, new CodedError('deck.failed', 'the conversion was interrupted twice'), options, signal);
    return;
  }
  await images.remove(deck.venueId, await persist(() => decks.begin(deckId)));
  try {
    const outDir = await files.freshWork(deckId);
    const { pages, losses, fonts, pdf } = await options.convert(
      deck.files.map(({ name }, index) => ({ name, path: files.original(deckId, index) })),
      {
        outDir,
        signal,
        onPage: (page, content, total) => onPage(deck, page, content, total, outDir, options, signal),
      },
    );
    signal.throwIfAborted();
    const done = wholePages(await decks.pages(deckId)).length;
    if (done !== pages.length)
      throw new Error(`${pages.length} pages were made, but only ${done} were handed over`);
    const pdfBytes = pdf === undefined ? null : await files.keepPdf(deckId, pdf);
    await files.removeWork(deckId);
    await persist(() => decks.ready(deckId, { total: pages.length, losses, fonts, pdfBytes }));
    log.info(
      { deck: deckId, pages: pages.length, ms: Math.round(performance.now() - started) },
      'deck ready',
    );
  } catch (error) {
    if (signal.aborted || !decks.get(deckId)) throw error;
    await fail(deck, error, options, signal);
  } finally {
    await files.removeWork(deckId);
  }
}

async function onPage(
  deck: DeckRecord,
  page: number,
  content: DeckPage,
  total: number,
  outDir: string,
  { decks, images, persist }: ConversionOptions,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  // Shown already, while an earlier attempt was interrupted: the audience has its image.
  if ((await persist(() => decks.pages(deck.id), signal))[page]) return;
  // The row first: after a kill in between, the files of every row are removed, and none without a row remain.
  await persist(() => decks.addPage(deck.id, page, content), signal);
  await images.take(deck.venueId, imagesOf(content), outDir);
  await persist(() => decks.pageDone(deck.id, page, content, total), signal);
}

async function fail(
  deck: DeckRecord,
  error: unknown,
  { decks, images, persist, log }: ConversionOptions,
  signal: AbortSignal,
): Promise<void> {
  const coded = error instanceof CodedError ? error : new CodedError('deck.failed');
  if (!(error instanceof CodedError)) log.error({ deck: deck.id, err: error }, 'conversion failed');
  else log.info({ deck: deck.id, code: coded.code, detail: coded.detail }, 'deck refused');
  const { code, detail } = coded;
  const unseen = await persist(
    () => decks.fail(deck.id, detail === undefined ? { code } : { code, detail: detail.slice(0, 500) }),
    signal,
  );
  await images.remove(deck.venueId, unseen);
}
