import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deckPageSchema } from '#contracts/deck.ts';
import { pageTextSchema } from '#contracts/events.ts';
import { convertDeck } from './convert.ts';
import { Pdf } from './pdfium.ts';
import { type Folder, pdfOf, temporaryFolder } from './test-decks.ts';

let folder: Folder;
let outs = 0;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());
const outDir = () => join(folder.path, `out${outs++}`);
const solid = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#336699' } });

describe('PDF and pictures to pages', { timeout: 60_000 }, () => {
  it('hands over each page with its pictures, words and links before the next one is made', async () => {
    const out = outDir();
    const seen: [number, number, number][] = [];
    const deck = await convertDeck([await folder.put('a.pdf', pdfOf(['Hello world', 'Second']))], {
      outDir: out,
      onPage: async (page, content, total) => {
        deckPageSchema.parse(content);
        seen.push([page, total, (await readdir(out)).filter((name) => name.endsWith('.json')).length]);
      },
    });
    expect(seen).toEqual([
      [0, 2, 1],
      [1, 2, 2],
    ]);
    const [first] = deck.pages;
    const image = first!.steps[0]!.image;
    expect(first).toMatchObject({ title: 'Hello world', text: 'Hello world', notes: '' });
    expect(image).toMatchObject({ width: 1920, height: 1080, widths: [480, 960, 1920], avif: false });
    expect(await sharp(join(out, `${image.id}.960.webp`)).metadata()).toMatchObject({
      width: 960,
      height: 540,
      format: 'webp',
    });
    const text = pageTextSchema.parse(JSON.parse(await readFile(join(out, `${image.id}.json`), 'utf8')));
    expect(text.words.map((word) => word.text)).toEqual(['Hello', 'world']);
    expect(text.words[0]!.x).toBeCloseTo(0.1, 1);
    expect(text.words[0]!.y).toBeGreaterThan(0.1);
    expect(text.words[0]!.y).toBeLessThan(0.3);
    expect(text.links).toMatchObject([{ href: 'https://example.org/0' }]);
    expect(deck.pages[1]!.steps[0]!.image.id).not.toBe(image.id);
  });

  it('fault 65: a PDF with JavaScript shows its pages, and the script is not run', async () => {
    const action =
      '/OpenAction << /S /JavaScript /JS (while(true){}) >> /AA << /WC << /S /Launch /F (calc.exe) >> >>';
    const deck = await convertDeck([await folder.put('js.pdf', pdfOf(['quiet'], action))], {
      outDir: outDir(),
    });
    expect(deck.pages.map((page) => page.text)).toEqual(['quiet']);
  });

  it('fault 64: a PDF that is cut off is refused as broken', async () => {
    const file = await folder.put('cut.pdf', pdfOf(['x']).subarray(0, 120));
    await expect(convertDeck([file], { outDir: outDir() })).rejects.toMatchObject({ code: 'deck.broken' });
  });

  it('fault 64: a PDF with a password is refused as encrypted', async () => {
    const hash = `<${'5a'.repeat(32)}>`;
    const encrypt = `/ID [<00> <00>] /Encrypt << /Filter /Standard /V 1 /R 2 /O ${hash} /U ${hash} /P -4 >>`;
    const file = await folder.put('locked.pdf', pdfOf(['x'], '', encrypt));
    await expect(convertDeck([file], { outDir: outDir() })).rejects.toMatchObject({
      code: 'deck.encrypted',
      detail: 'locked.pdf is a PDF with a password',
    });
  });

  it('fault 63: more pages than allowed are refused before one is made', async () => {
    const out = outDir();
    const file = await folder.put('many.pdf', pdfOf(['1', '2', '3', '4']));
    await expect(convertDeck([file], { outDir: out, limits: { pages: 3 } })).rejects.toMatchObject({
      code: 'deck.tooManyPages',
      detail: '4 pages, at most 3 are allowed',
    });
    expect(await readdir(out)).toEqual([]);
  });

  it('fault 63: what is not done at the deadline is killed', async () => {
    const file = await folder.put('slow.pdf', pdfOf(Array.from({ length: 400 }, (_, i) => `page ${i}`)));
    const started = performance.now();
    await expect(convertDeck([file], { outDir: outDir(), limits: { seconds: 1 } })).rejects.toMatchObject({
      code: 'deck.tooSlow',
      detail: 'slow.pdf was not done after 1 s',
    });
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('a child over its memory limit is killed', async () => {
    const file = await folder.put('fat.pdf', pdfOf(Array.from({ length: 300 }, () => 'x')));
    await expect(convertDeck([file], { outDir: outDir(), limits: { memoryMiB: 40 } })).rejects.toMatchObject({
      code: 'deck.failed',
      detail: expect.stringContaining('40 MiB'),
    });
  });

  it('an abort ends the child and rejects with its reason', async () => {
    const stop = new AbortController();
    const file = await folder.put('abort.pdf', pdfOf(Array.from({ length: 200 }, () => 'x')));
    const converting = convertDeck([file], {
      outDir: outDir(),
      signal: stop.signal,
      onPage: () => stop.abort(new Error('enough')),
    });
    await expect(converting).rejects.toThrow('enough');
  });

  it('pictures become pages in the order given, and small ones are not blown up', async () => {
    const out = outDir();
    const files = [
      await folder.put('1.jpg', await solid(2400, 1350).jpeg().toBuffer()),
      await folder.put('2.png', await solid(800, 600).png().toBuffer()),
    ];
    const { kind, pages, pdf } = await convertDeck(files, { outDir: out });
    expect(kind).toBe('images');
    // Offered for download as one file, in which each picture is a page of its shape.
    const made = await Pdf.open(await readFile(pdf!), 'deck.pdf');
    expect(made.pages).toBe(2);
    const shape = made.page(1);
    expect(shape.width / shape.height).toBeCloseTo(4 / 3);
    shape.close();
    expect(pages.map((page) => page.steps[0]!.image)).toMatchObject([
      { width: 1920, height: 1080, widths: [480, 960, 1920] },
      { width: 800, height: 600, widths: [480, 800] },
    ]);
  });

  it('fault 66: a picture of 60,000 × 60,000 is refused without being decoded', async () => {
    const png = await solid(8, 8).png().toBuffer();
    png.writeUInt32BE(60_000, 16);
    png.writeUInt32BE(60_000, 20);
    const before = process.memoryUsage().rss;
    await expect(
      convertDeck([await folder.put('huge.png', png)], { outDir: outDir() }),
    ).rejects.toMatchObject({
      code: expect.stringMatching(/^deck\.(hostile|broken)$/),
      detail: expect.stringContaining('huge.png'),
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
  });

  it('several files that are not all pictures are refused, naming the odd one', async () => {
    const files = [
      await folder.put('1.png', await solid(8, 8).png().toBuffer()),
      await folder.put('2.pdf', pdfOf(['x'])),
    ];
    await expect(convertDeck(files, { outDir: outDir() })).rejects.toMatchObject({
      code: 'deck.kind',
      detail: expect.stringContaining('2.pdf'),
    });
  });
});
