import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type DeckPage, deckLimits } from '#contracts/deck.ts';
import { CodedError, errors } from '#contracts/errors.ts';
import { convertDeck } from '../../slides/convert.ts';
import { ConfigError } from '../env.ts';

const usage = `rostrum deck FILE… --out DIR [--json] [--avif] [--font FILE…]

Converts a PPTX, PPT, PPSX, ODP or PDF file, or several pictures, to page images in DIR:
DIR/page-0001-step-0001.<width>.webp, with .json beside it: the words of the page and where they are.
  --json   prints {pages, losses, fonts, seconds} or {error}; exit code 1 when the file cannot be converted
  --avif   makes AVIF beside WebP
  --font   a TTF or OTF file to use; may be given several times
  --seconds N   gives up after N seconds (default ${deckLimits.seconds})`;

const options = {
  out: { type: 'string', short: 'o' },
  json: { type: 'boolean' },
  avif: { type: 'boolean' },
  font: { type: 'string', multiple: true },
  seconds: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

export async function deck(args: string[]): Promise<number> {
  const { values, positionals } = parse(args);
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const outDir = values.out;
  const seconds = Number(values.seconds ?? deckLimits.seconds);
  const problems = [
    ...(positionals.length === 0 ? ['deck needs a file to convert'] : []),
    ...(outDir ? [] : ['deck needs --out DIR']),
    ...(seconds > 0 ? [] : [`--seconds must be a positive number (got ${values.seconds})`]),
  ];
  if (!outDir || problems.length > 0) throw new ConfigError(problems);

  const stop = new AbortController();
  // The first ends the converter and then us, a second one us at once.
  const onSignal = (): void => {
    if (stop.signal.aborted) process.exit(1);
    stop.abort(new Error('stopped'));
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  try {
    const converted = await convertDeck(
      positionals.map((path) => ({ path: resolve(path), name: basename(path) })),
      {
        outDir: resolve(outDir),
        signal: stop.signal,
        limits: { seconds },
        fonts: (values.font ?? []).map((path) => resolve(path)),
        avif: values.avif ?? false,
        readableNames: true,
        onPage: (page, _content, total) => {
          if (!values.json && process.stderr.isTTY) process.stderr.write(`\rpage ${page + 1} of ${total}`);
        },
      },
    );
    const { losses, fonts, kind } = converted;
    const result = {
      kind,
      pages: converted.pages.map(printedPage),
      losses,
      fonts,
      seconds: Number(converted.seconds.toFixed(2)),
    };
    process.stdout.write(values.json ? `${JSON.stringify(result, null, 2)}\n` : forPeople(result, outDir));
    return 0;
  } catch (error) {
    const coded =
      error instanceof CodedError
        ? error
        : (error as NodeJS.ErrnoException).code === 'ENOENT'
          ? new CodedError('notFound', (error as Error).message)
          : undefined;
    if (!coded) throw error;
    if (values.json) process.stdout.write(`${JSON.stringify(coded.body(), null, 2)}\n`);
    const { zh, en } = errors[coded.code];
    process.stderr.write(`rostrum: ${en} ${zh}${coded.detail ? `\n  ${coded.detail}` : ''}\n`);
    return 1;
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new ConfigError([(error as Error).message]);
  }
}

type Printed = {
  kind: string;
  pages: ReturnType<typeof printedPage>[];
  losses: readonly { page: number | null; what: string }[];
  fonts: readonly { name: string; substitute: string | null }[];
  seconds: number;
};

function printedPage({ steps, title, text, notes }: DeckPage) {
  const [first] = steps;
  return {
    steps: steps.map(({ image }) => ({
      image,
      files: [
        ...image.widths.flatMap((width) =>
          (image.avif ? ['webp', 'avif'] : ['webp']).map((format) => `${image.id}.${width}.${format}`),
        ),
      ],
    })),
    width: first?.image.width ?? 0,
    height: first?.image.height ?? 0,
    title,
    text,
    notes,
  };
}

function forPeople({ pages, losses, fonts, seconds }: Printed, outDir: string): string {
  const lines = [`${pages.length} pages in ${seconds} s: ${outDir}`];
  for (const [index, page] of pages.entries())
    lines.push(`${String(index + 1).padStart(4)}  ${page.title}${page.notes ? '  (notes)' : ''}`);
  for (const { name, substitute } of fonts) if (substitute) lines.push(`font ${name}: ${substitute} is used`);
  for (const { page, what } of losses)
    lines.push(`${page === null ? 'whole deck' : `page ${page + 1}`}: ${what}`);
  return `${lines.join('\n')}\n`;
}
