/** A deck version as the server holds it, and what follows from it without any I/O. */
import type { Deck, DeckPage } from '#contracts/deck.ts';
import type { PageImage } from '#contracts/events.ts';

export type DeckFile = { readonly name: string; readonly bytes: number };

export type DeckRecord = Omit<Deck, 'pages'> & {
  readonly venueId: string;
  /** As uploaded, in page order; on disk by their index. */
  readonly files: readonly DeckFile[];
  /** The upload it came from: completing that twice makes one deck. */
  readonly uploadId: string;
  /** Of the PDF beside the files; null when there is none. */
  readonly pdfBytes: number | null;
  /** Conversions begun. */
  readonly attempts: number;
  /** Epoch ms. */
  readonly createdAt: number;
  /** Set when it was deleted but pages of it were shown. */
  readonly removedAt: number | null;
};

/** Pages by number; holes while converting. */
export type DeckPages = readonly (DeckPage | undefined)[];

export const isUnfinished = ({ state, removedAt }: DeckRecord): boolean =>
  removedAt === null && (state === 'waiting' || state === 'converting');

/** The version on the presenter's page: the newest that is ready, else what there is of the newest that did not fail. */
export function presentedOf(versions: readonly DeckRecord[]): DeckRecord | undefined {
  const newest = versions.toSorted((a, b) => b.version - a.version);
  return (
    newest.find(({ state }) => state === 'ready') ??
    newest.find(({ state }) => state === 'converting') ??
    newest.find(({ state }) => state === 'waiting')
  );
}

/** With all pages up to the first hole: a page's place in the list is its number. */
export function deckView(record: DeckRecord, pages: DeckPages): Deck {
  const { id, talkId, version, name, bytes, state, done, total, error, losses, fonts } = record;
  return {
    ...{ id, talkId, version, name, bytes, state, done, total, error, losses, fonts },
    pages: wholePages(pages),
  };
}

/** What lists show: without pages, hence without notes. */
export const deckSummary = (record: DeckRecord): Deck => deckView(record, []);

export function wholePages(pages: DeckPages): DeckPage[] {
  const whole: DeckPage[] = [];
  for (const page of pages) {
    if (!page) break;
    whole.push(page);
  }
  return whole;
}

export const imagesOf = (page: DeckPage): readonly PageImage[] => page.steps.map(({ image }) => image);

/** File names of one image under the venue's folder of pages. */
export const imageFiles = ({ id, widths, avif }: PageImage): string[] => [
  `${id}.json`,
  ...widths.flatMap((width) =>
    avif ? [`${id}.${width}.webp`, `${id}.${width}.avif`] : [`${id}.${width}.webp`],
  ),
];
