/** A converter for tests of what is around conversion: a text file of one line per page becomes pages with tiny files. */
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Convert } from '#conference/deck/conversion.ts';
import type { DeckPage } from '#contracts/deck.ts';
import { CodedError } from '#contracts/errors.ts';

export type PaperConverter = {
  readonly convert: Convert;
  /** Waits here before the page is made, until released. */
  readonly gates: Map<number, Promise<void>>;
  /** Pages begun, over all conversions. */
  begun: number;
};

export function createPaperConverter(): PaperConverter {
  const paper: PaperConverter = {
    gates: new Map(),
    begun: 0,
    convert: async (files, { outDir, signal, onPage }) => {
      const text = await readFile(files[0]!.path, 'utf8');
      if (text.startsWith('broken')) throw new CodedError('deck.broken', 'page 1');
      const lines = text.split('\n');
      const pages: DeckPage[] = [];
      for (const [number, line] of lines.entries()) {
        paper.begun += 1;
        await Promise.race([paper.gates.get(number), whenAborted(signal)]);
        signal.throwIfAborted();
        const id = randomBytes(16).toString('base64url');
        await writeFile(join(outDir, `${id}.480.webp`), `webp of ${line}`);
        await writeFile(join(outDir, `${id}.json`), JSON.stringify({ text: line, words: [], links: [] }));
        const image = { id, width: 480, height: 270, widths: [480], avif: false };
        const page = { steps: [{ image }], title: line, text: line, notes: `secret note ${line}` };
        await onPage(number, page, lines.length);
        pages.push(page);
        await delay(0);
      }
      const pdf = join(outDir, 'deck.pdf');
      await writeFile(pdf, '%PDF-1.7 of it');
      return { pages, losses: [{ page: 0, what: 'animation' }], fonts: [], pdf };
    },
  };
  return paper;
}

const whenAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
