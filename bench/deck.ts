/** Conversion of decks: the corpus where it is there, else decks made here. Seconds to the first page, per page, memory, bytes. */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deckLimits } from '#contracts/deck.ts';
import { CodedError } from '#contracts/errors.ts';
import { type ConvertedDeck, convertDeck } from '../slides/convert.ts';
import { pdfOf, pptxParts, zipped } from '../slides/test-decks.ts';
import type { BenchOptions } from './main.ts';
import { type BenchResult, median, quantile, round } from './report.ts';

export const corpus = join(import.meta.dirname, '../../shared/corpus/decks');

export async function deck({ quick, say }: BenchOptions): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'rostrum-deck-'));
  try {
    const files = await decksOf(folder, quick);
    const converted: ConvertedDeck[] = [];
    const bytes: number[] = [];
    const perDeck: Record<string, unknown> = {};
    let unexplained = 0;
    for (const [n, file] of files.entries()) {
      const outDir = join(folder, `out${n}`);
      try {
        const result = await convertDeck([file], { outDir });
        const own = await pageBytes(result, outDir);
        converted.push(result);
        bytes.push(...own);
        perDeck[file.name] = {
          pages: result.pages.length,
          firstPageSeconds: round(result.firstPageSeconds, 2),
          secondsPerFurtherPage: round(
            (result.seconds - result.firstPageSeconds) / Math.max(1, result.pages.length - 1),
            2,
          ),
          peakMiB: Math.round(result.peakBytes / 2 ** 20),
          kBPerPageAt1920: round(own.reduce((a, b) => a + b, 0) / own.length / 1000, 1),
        };
      } catch (error) {
        const code = error instanceof CodedError ? error.code : 'failed';
        if (code === 'failed' || code === 'deck.failed') unexplained++;
        perDeck[file.name] = {
          refused: code,
          detail: error instanceof Error ? error.message : String(error),
        };
      }
      await rm(outDir, { recursive: true, force: true });
      say(`${file.name}: ${JSON.stringify(perDeck[file.name])}`);
    }
    return {
      name: 'deck',
      repetitions: `${files.length} decks, each once, in a fresh converter`,
      figures: {
        firstPageSecondsMedian: round(median(converted.map((one) => one.firstPageSeconds)), 2),
        firstPageSecondsP90: round(
          quantile(
            converted.map((one) => one.firstPageSeconds),
            0.9,
          ),
          2,
        ),
        kBPerPageMedianAt1920: round(median(bytes) / 1000, 1),
        decks: perDeck,
      },
      goals: [
        {
          what: 'decks neither converted nor refused with a reason',
          value: unexplained,
          goal: 0,
          rule: '<=',
          unit: '',
        },
        {
          what: 'largest memory of a child',
          value: Math.max(...converted.map((one) => one.peakBytes)) / 2 ** 20,
          goal: deckLimits.memoryMiB,
          rule: '<=',
          unit: 'MiB',
        },
      ],
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function decksOf(folder: string, quick: boolean): Promise<{ path: string; name: string }[]> {
  if (existsSync(corpus)) {
    const names = (await readdir(corpus)).filter((name) => !quick || /chinese|truncated|themes/.test(name));
    return names.sort().map((name) => ({ path: join(corpus, name), name }));
  }
  const slides = Array.from({ length: 20 }, (_, i) => ({
    title: `第 ${i + 1} 页`,
    body: 'text',
    font: '微软雅黑',
  }));
  const made: [string, Buffer][] = [
    ['made.pptx', zipped(pptxParts(slides))],
    ['made.pdf', pdfOf(slides.map((_, i) => `Page ${i + 1}`))],
  ];
  for (const [name, content] of made) await writeFile(join(folder, name), content);
  return made.map(([name]) => ({ path: join(folder, name), name }));
}

const pageBytes = (deck: ConvertedDeck, outDir: string): Promise<number[]> =>
  Promise.all(
    deck.pages.map(async ({ steps: [step] }) =>
      step ? (await stat(join(outDir, `${step.image.id}.${step.image.width}.webp`))).size : 0,
    ),
  );
