/** Child process: one office file, cleaned of what could act, to a PDF, with what only the file itself knows (notes, titles, losses, fonts). */
import { readFile, rm, writeFile } from 'node:fs/promises';
import type { FontData } from '@matbee/libreoffice-converter/server';
import { CodedError } from '#contracts/errors.ts';
import { serveJob } from './child-side.ts';
import type { CleanDeck } from './clean-package.ts';
import { fontFamilies } from './font-file.ts';
import { bundledFonts } from './fonts.ts';
import { type LibreOffice, startLibreOffice } from './libreoffice.ts';
import type { NamedFile, OfficeJob, OfficeMessage } from './messages.ts';
import { cleanOdp } from './odp.ts';
import type { OfficeFacts } from './office-facts.ts';
import { cleanPptx } from './pptx.ts';
import { openArchive } from './zip-archive.ts';

type Format = 'pptx' | 'odp' | 'ppt';

serveJob<OfficeJob, OfficeMessage>(async (job, answer) => {
  const uploaded = await uploadedFonts(job.fonts);
  const families = uploaded.flatMap(fontFamilies);
  const given = await Promise.all(bundledFonts().map((path) => readFile(path)));
  if (job.kind === 'ppt') {
    const office = await startLibreOffice(named([...given, ...uploaded]));
    const bytes = await readFile(job.file.path);
    await answer({ kind: 'facts', facts: await factsOfPpt(office, bytes, job, families) });
    await writeFile(job.pdf, await toPdf(office, bytes, 'ppt', job.file));
    return { kind: 'done' };
  }
  const deck = await clean(job.file, job.kind === 'odp' ? 'odp' : 'pptx', families);
  if (deck.facts.pages.length > job.maxPages)
    throw new CodedError(
      'deck.tooManyPages',
      `${deck.facts.pages.length} pages, at most ${job.maxPages} are allowed`,
    );
  await answer({ kind: 'facts', facts: deck.facts });
  const office = await startLibreOffice(named([...given, ...uploaded, ...deck.fonts]));
  await writeFile(job.pdf, await toPdf(office, deck.bytes, job.kind === 'odp' ? 'odp' : 'pptx', job.file));
  return { kind: 'done' };
});

async function clean(
  file: NamedFile,
  format: 'pptx' | 'odp',
  families: readonly string[],
): Promise<CleanDeck> {
  const archive = await openArchive(file.path, file.name);
  try {
    return await (format === 'odp' ? cleanOdp : cleanPptx)(archive, file.name, families);
  } finally {
    archive.close();
  }
}

/** The binary format is read by LibreOffice alone: it is asked for a PPTX, and that is read like any other. */
async function factsOfPpt(
  office: LibreOffice,
  bytes: Buffer,
  job: OfficeJob,
  families: readonly string[],
): Promise<OfficeFacts> {
  const path = `${job.pdf}.pptx`;
  try {
    await writeFile(path, await office.convert(bytes, 'ppt', 'pptx'));
    return (await clean({ path, name: job.file.name }, 'pptx', families)).facts;
  } catch {
    // The pages are what matters; a PPT without its notes is still a deck.
    return {
      pages: [],
      losses: [{ page: null, what: '未能读取备注 · its notes could not be read' }],
      fonts: [],
    };
  } finally {
    await rm(path, { force: true });
  }
}

async function toPdf(
  office: LibreOffice,
  bytes: Buffer,
  format: Format,
  file: NamedFile,
): Promise<Uint8Array> {
  try {
    return await office.convert(bytes, format, 'pdf');
  } catch (error) {
    throw new CodedError(
      'deck.broken',
      `${file.name}: ${error instanceof Error ? error.message.slice(0, 200) : error}`,
    );
  }
}

async function uploadedFonts(paths: readonly string[]): Promise<Buffer[]> {
  // One that was deleted meanwhile is as if it had never been given.
  const fonts = await Promise.all(paths.map((path) => readFile(path).catch(() => Buffer.alloc(0))));
  return fonts.filter((font) => fontFamilies(font).length > 0);
}

/** File names of ours: what a deck calls its fonts is never a path (FAULTS 61). */
const named = (fonts: readonly Buffer[]): FontData[] =>
  fonts.map((data, n) => ({ filename: `rostrum-${n}.ttf`, data }));
