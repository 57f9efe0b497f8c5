/** Child process: the pages of a PDF, or of a set of pictures, one message a page. Asked once, then it ends. */
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { CodedError } from '#contracts/errors.ts';
import type { PageText } from '#contracts/events.ts';
import { serveJob } from './child-side.ts';
import type { PageMade, PagesJob, PagesMessage } from './messages.ts';
import { fromPixels, largestSize, writeImages } from './page-images.ts';
import { pixelLimit } from './page-limits.ts';
import { charsPerPage, firstLine, pageText } from './page-text.ts';
import { Pdf } from './pdfium.ts';
import { PicturePdf } from './picture-pdf.ts';

// One picture at a time: memory stays flat, and the live path keeps its cores.
sharp.concurrency(1);
sharp.cache(false);

serveJob<PagesJob, PagesMessage>(async (job, answer) => {
  if ('pdf' in job.source) await pdfPages(job, job.source.pdf, answer);
  else await picturePages(job, job.source, answer);
  return { kind: 'done' };
});

type Answer = (message: PagesMessage) => Promise<void>;

async function pdfPages(
  job: PagesJob,
  source: { readonly path: string; readonly name: string },
  answer: Answer,
): Promise<void> {
  const pdf = await Pdf.open(await readFile(source.path), source.name);
  allow(pdf.pages, job);
  await answer({ kind: 'total', total: pdf.pages });
  for (let index = 0; index < pdf.pages; index++) {
    const page = pdf.page(index);
    try {
      if (!(page.width > 0 && page.height > 0))
        throw new CodedError('deck.broken', `page ${index + 1} has no size`);
      const text = pageText(page.chars(charsPerPage), page.links());
      const size = largestSize(page.width, page.height);
      await finish(job, index, text, answer, async (id) =>
        writeImages(fromPixels(page.render(size.width, size.height), size), size, id, job.outDir, job.avif),
      );
    } finally {
      page.close();
    }
  }
}

async function picturePages(
  job: PagesJob,
  { pictures, pdfTo }: Extract<PagesJob['source'], { readonly pictures: unknown }>,
  answer: Answer,
): Promise<void> {
  allow(pictures.length, job);
  const pdf = new PicturePdf(pdfTo);
  await answer({ kind: 'total', total: pictures.length });
  for (const [index, { path, name }] of pictures.entries()) {
    const open = sharp(path, { limitInputPixels: pixelLimit, failOn: 'error', pages: 1 });
    const { width, height } = await open.metadata().catch((error: Error) => {
      throw pictureError(error, name);
    });
    if (width * height > pixelLimit) throw tooManyPixels(name, `${width} × ${height}`);
    const upright = sharp(
      await open
        .autoOrient()
        .flatten({ background: '#ffffff' })
        .toColourspace('srgb')
        .png({ compressionLevel: 1 })
        .toBuffer()
        .catch((error: Error) => {
          throw pictureError(error, name);
        }),
    );
    const shown = await upright.metadata();
    const size = largestSize(shown.width, shown.height, shown.width);
    await finish(job, index, { text: '', words: [], links: [] }, answer, (id) =>
      writeImages(
        upright.clone().resize({ width: size.width, height: size.height, fit: 'fill' }),
        size,
        id,
        job.outDir,
        job.avif,
      ),
    );
    await pdf.add(upright);
  }
  await pdf.end();
}

async function finish(
  job: PagesJob,
  page: number,
  text: PageText,
  answer: Answer,
  draw: (id: string) => Promise<PageMade['image']>,
): Promise<void> {
  const id = job.readableNames
    ? `page-${String(page + 1).padStart(4, '0')}-step-0001`
    : randomBytes(18).toString('base64url');
  const image = await draw(id);
  await writeFile(join(job.outDir, `${id}.json`), JSON.stringify(text));
  await answer({ kind: 'page', page, image, text: text.text, title: firstLine(text.text) });
}

function allow(pages: number, job: PagesJob): void {
  if (pages > job.maxPages)
    throw new CodedError('deck.tooManyPages', `${pages} pages, at most ${job.maxPages} are allowed`);
}

const tooManyPixels = (name: string, size: string): CodedError =>
  new CodedError('deck.hostile', `${name} has ${size} pixels, at most ${pixelLimit} in all are allowed`);

const pictureError = (error: Error, name: string): CodedError =>
  /pixel limit/i.test(error.message)
    ? tooManyPixels(name, 'too many')
    : new CodedError('deck.broken', `${name} cannot be decoded: ${error.message.split('\n', 1)[0]}`);
