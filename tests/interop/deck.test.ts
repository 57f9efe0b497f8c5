/** Decks through the whole conversion with LibreOffice; decks that other people made where the corpus is there. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageTextSchema } from '#contracts/events.ts';
import { type ConvertOptions, convertDeck } from '../../slides/convert.ts';
import { canUnshare } from '../../slides/converter-process.ts';
import type { NamedFile } from '../../slides/messages.ts';
import {
  type Folder,
  linkedPicture,
  odpParts,
  pptxParts,
  relation,
  temporaryFolder,
  zipped,
} from '../../slides/test-decks.ts';

const corpus = join(import.meta.dirname, '../../../shared/corpus/decks');
let folder: Folder;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());
/** A hang that was survived is told in the output. */
const log = pino({ level: 'warn' }, pino.destination(2));
const walled = await canUnshare();
const newOut = () => mkdtemp(join(folder.path, 'out-'));
/** Seconds: a conversion here takes one to three, so one that is not done by then is told as `deck.tooSlow`, with the file's name. */
const bound = 120;
const converted = (file: NamedFile, outDir: string, limits: ConvertOptions['limits'] = { seconds: bound }) =>
  convertDeck([file], { outDir, limits, log });

describe('decks through LibreOffice', { timeout: 600_000 }, () => {
  it('a PPTX with Chinese text becomes pages with its words, titles and notes', async () => {
    const file = await folder.put(
      'talk.pptx',
      zipped(
        pptxParts([
          { title: '急性心肌梗死的诊断', body: 'PCI ≤ 90 min', font: '微软雅黑', notes: '先讲指南' },
          { body: '第二页', font: '宋体' },
        ]),
      ),
    );
    const outDir = await newOut();
    const { pages, fonts, kind, pdf } = await converted(file, outDir);
    expect(kind).toBe('pptx');
    expect(pages.map(({ title, notes }) => ({ title, notes }))).toEqual([
      { title: '急性心肌梗死的诊断', notes: '先讲指南' },
      { title: '第二页', notes: '' },
    ]);
    expect(pages[0]!.text).toContain('PCI ≤ 90 min');
    expect(fonts).toContainEqual({ name: '微软雅黑', substitute: 'Noto Sans SC' });
    expect((await readFile(pdf!)).subarray(0, 5).toString()).toBe('%PDF-');
    const text = pageTextSchema.parse(
      JSON.parse(await readFile(join(outDir, `${pages[0]!.steps[0]!.image.id}.json`), 'utf8')),
    );
    expect(text.words.map((word) => word.text).join('')).toContain('急性心肌梗死');
  });

  it('faults 59 and 60: decks that point at a listener, by pictures, objects, fonts and scripts, do not reach it once', async () => {
    let hits = 0;
    const server: Server = createServer((_request, response) => response.end()).on(
      'connection',
      () => void hits++,
    );
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const pptx = zipped(
        pptxParts([
          {
            title: 'x',
            shapes: linkedPicture('a') + linkedPicture('b'),
            rels:
              relation('a', 'image', `${address}/a.png`) +
              relation('b', 'image', 'file:///etc/passwd') +
              relation('c', 'oleObject', `${address}/c`),
          },
        ]),
      );
      const odp = zipped(
        odpParts(
          `<draw:page draw:name="a"><draw:frame svg:width="5cm" svg:height="5cm"><draw:image xlink:href="${address}/a.png" xlink:actuate="onLoad"/></draw:frame><draw:frame svg:width="5cm" svg:height="5cm"><draw:object xlink:href="${address}/o"/></draw:frame></draw:page>`,
        ),
      );
      for (const file of [await folder.put('net.pptx', pptx), await folder.put('net.odp', odp)]) {
        const { pages, losses } = await converted(file, await newOut());
        expect(pages).toHaveLength(1);
        expect(losses.map(({ what }) => what).join()).toMatch(/linked picture/);
      }
    } finally {
      await new Promise((done) => server.close(done));
    }
    expect(hits).toBe(0);
  });

  it.skipIf(!walled)('the converter runs where there is no network interface', async () => {
    const seen = execFileSync('unshare', ['--map-root-user', '--net', '--', 'cat', '/proc/net/dev'], {
      encoding: 'utf8',
    });
    expect(
      seen
        .trim()
        .split('\n')
        .slice(2)
        .map((line) => line.trim().split(':')[0]),
    ).toEqual(['lo']);
  });

  it('fault 63: an office file that is not done at the deadline is killed', async () => {
    const file = await folder.put(
      'slow.pptx',
      zipped(pptxParts(Array.from({ length: 300 }, (_, i) => ({ title: `${i}` })))),
    );
    const started = performance.now();
    await expect(converted(file, await newOut(), { seconds: 2 })).rejects.toMatchObject({
      code: 'deck.tooSlow',
    });
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

describe.skipIf(!existsSync(corpus))('decks that other people made', { timeout: 600_000 }, () => {
  it('how-we-refactor.pptx: every slide, its notes, and its effects counted', async () => {
    const outDir = await mkdtemp(join(tmpdir(), 'rostrum-corpus-'));
    try {
      const { pages, losses } = await converted(
        { path: join(corpus, 'how-we-refactor.pptx'), name: 'how-we-refactor.pptx' },
        outDir,
      );
      expect(pages).toHaveLength(28);
      expect(pages.filter(({ notes }) => notes !== '').length).toBe(12);
      expect(losses.filter(({ what }) => what.includes('animated'))).toHaveLength(23);
    } finally {
      await rm(outDir, { recursive: true, force: true });
    }
  });

  it('broken decks are refused with the reason', async () => {
    for (const [name, reason] of [
      ['truncated-zip.pptx', /cut off/],
      ['fuzzed-zip.pptx', /central directory/],
    ] as const)
      await expect(converted({ path: join(corpus, name), name }, await newOut())).rejects.toMatchObject({
        code: 'deck.broken',
        detail: expect.stringMatching(reason),
      });
  });
});
