/**
 * A deck to pages: images in the widths of contracts/deck.ts, text, notes. The file's bytes are looked at here only to
 * tell its kind; everything else happens in children that have no network, a deadline and a memory limit.
 */
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import pino, { type Logger } from 'pino';
import { type Deck, type DeckPage, deckLimits } from '#contracts/deck.ts';
import { CodedError } from '#contracts/errors.ts';
import { runAttempts } from './attempts.ts';
import { runChild } from './converter-process.ts';
import type { NamedFile, OfficeJob, OfficeMessage, PageMade, PagesJob, PagesMessage } from './messages.ts';
import type { OfficeFacts } from './office-facts.ts';
import { type FileKind, isPicture, sniff } from './sniff.ts';

export type DeckKind = Exclude<FileKind, 'png' | 'jpeg' | 'webp' | 'gif' | 'avif' | 'tiff'> | 'images';

export type ConvertOptions = {
  /** Images and texts are written here; made if it does not exist. */
  readonly outDir: string;
  readonly signal?: AbortSignal;
  /** Of contracts/deck.ts where not given. */
  readonly limits?: Partial<Record<keyof typeof deckLimits, number>>;
  /** TTF or OTF files given by the organiser. */
  readonly fonts?: readonly string[];
  /** AVIF beside WebP; two to three times the CPU. */
  readonly avif?: boolean;
  /** Names like `page-0001-step-0001` in place of random ones. */
  readonly readableNames?: boolean;
  /** The files of this page (0-based) are there. The next is handed over when this is done. */
  readonly onPage?: (page: number, content: DeckPage, total: number) => void | Promise<void>;
  readonly log?: Logger;
};

export type ConvertedDeck = {
  readonly kind: DeckKind;
  readonly pages: readonly DeckPage[];
  readonly losses: Deck['losses'];
  readonly fonts: Deck['fonts'];
  /** PDF of the whole, inside outDir; undefined when the file itself is one. */
  readonly pdf: string | undefined;
  readonly seconds: number;
  /** Seconds until the first page could be shown. */
  readonly firstPageSeconds: number;
  /** Largest resident size of a child, bytes; 0 where the system does not tell. */
  readonly peakBytes: number;
};

/** @throws CodedError deck.*, naming the file and what is wrong with it */
export async function convertDeck(
  files: readonly NamedFile[],
  options: ConvertOptions,
): Promise<ConvertedDeck> {
  const started = performance.now();
  const limits = { ...deckLimits, ...options.limits };
  const log = options.log ?? pino({ enabled: false });
  const run = {
    deadline: started + limits.seconds * 1000,
    memoryMiB: limits.memoryMiB,
    signal: options.signal,
    log,
  };
  const kind = await kindOf(files, limits.bytes);
  await mkdir(options.outDir, { recursive: true });

  let facts: OfficeFacts = { pages: [], losses: [], fonts: [] };
  let pdf: string | undefined;
  let office = { peakBytes: 0, deadline: run.deadline };
  const first = files[0] as NamedFile;
  if (kind !== 'pdf' && kind !== 'images') {
    pdf = join(options.outDir, 'deck.pdf');
    const job: OfficeJob = { file: first, kind, pdf, fonts: options.fonts ?? [], maxPages: limits.pages };
    const onMessage = (message: OfficeMessage): void => {
      if (message.kind === 'facts') facts = message.facts;
    };
    office = await named(first.name, limits.seconds, () =>
      runAttempts({ ...run, entry: new URL('office-child.ts', import.meta.url), job, onMessage }),
    );
  }

  if (kind === 'images') pdf = join(options.outDir, 'deck.pdf');
  const pages: DeckPage[] = [];
  let total = 0;
  let firstPageAt = 0;
  const onMessage = async (message: PagesMessage): Promise<void> => {
    if (message.kind === 'total') {
      total = message.total;
      facts = fitted(facts, total);
    }
    if (message.kind !== 'page') return;
    const content = deckPage(message, facts);
    pages.push(content);
    firstPageAt ||= performance.now();
    await options.onPage?.(message.page, content, total);
  };
  const job: PagesJob = {
    source: sourceOf(kind, files, pdf),
    outDir: options.outDir,
    maxPages: limits.pages,
    avif: options.avif ?? false,
    readableNames: options.readableNames ?? false,
  };
  const end = await named(first.name, limits.seconds, () =>
    runChild({
      ...run,
      deadline: office.deadline,
      entry: new URL('pages-child.ts', import.meta.url),
      job,
      onMessage,
    }),
  );
  if (pages.length !== total)
    throw new CodedError('deck.failed', `only ${pages.length} of ${total} pages were made`);
  return {
    kind,
    pages,
    losses: facts.losses,
    fonts: facts.fonts,
    pdf,
    seconds: (performance.now() - started) / 1000,
    firstPageSeconds: (firstPageAt - started) / 1000,
    peakBytes: Math.max(office.peakBytes, end.peakBytes),
  };
}

async function kindOf(files: readonly NamedFile[], maxBytes: number): Promise<DeckKind> {
  const [first] = files;
  if (!first) throw new CodedError('deck.kind', 'no file was given');
  let bytes = 0;
  for (const { path } of files) bytes += (await stat(path)).size;
  if (bytes > maxBytes)
    throw new CodedError('deck.tooLarge', `${bytes} bytes, at most ${maxBytes} are allowed`);
  const kinds: FileKind[] = [];
  for (const { path, name } of files) kinds.push(await sniff(path, name));
  if (kinds.every(isPicture)) return 'images';
  const kind = kinds[0] as FileKind;
  if (files.length === 1 && !isPicture(kind)) return kind;
  const odd = files[kinds.findIndex((one) => !isPicture(one))];
  throw new CodedError('deck.kind', `several files must all be pictures, ${odd?.name} is not`);
}

/** `pdf`: made of an office file, or to be made of pictures; undefined when the file is one. */
function sourceOf(kind: DeckKind, files: readonly NamedFile[], pdf: string | undefined): PagesJob['source'] {
  const first = files[0] as NamedFile;
  if (pdf === undefined) return { pdf: first };
  return kind === 'images' ? { pictures: files, pdfTo: pdf } : { pdf: { path: pdf, name: first.name } };
}

/** The errors of a child's owner do not know the file; those of the child do. */
async function named<T>(name: string, seconds: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CodedError && error.code === 'deck.tooSlow')
      throw new CodedError('deck.tooSlow', `${name} was not done after ${seconds} s`);
    throw error;
  }
}

/** What the file says of its slides belongs to the PDF's pages only when there are as many. */
function fitted(facts: OfficeFacts, total: number): OfficeFacts {
  if (facts.pages.length === 0 || facts.pages.length === total) return facts;
  return {
    ...facts,
    pages: [],
    losses: [
      ...facts.losses,
      { page: null, what: `${facts.pages.length} slides became ${total} pages; notes were left out` },
    ],
  };
}

function deckPage(made: PageMade, facts: OfficeFacts): DeckPage {
  const own = facts.pages[made.page];
  return {
    steps: [{ image: made.image }],
    title: (own?.title || made.title).slice(0, 200),
    text: made.text,
    notes: own?.notes ?? '',
  };
}
