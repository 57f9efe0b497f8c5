/** Child process: one office file, cleaned of what could act, to a PDF, with what only the file itself knows (notes, titles, losses, fonts). */
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { FontData } from '@matbee/libreoffice-converter/server';
import { CodedError } from '#contracts/errors.ts';
import { serveJob } from './child-side.ts';
import { bundledFonts } from './fonts.ts';
import { startLibreOffice } from './libreoffice.ts';
import type { OfficeJob, OfficeMessage } from './messages.ts';

serveJob<OfficeJob, OfficeMessage>(async (job, answer) => {
  const office = await startLibreOffice(await fontsOf(job));
  const pdf = await office
    .convert(
      await readFile(job.file.path),
      job.kind === 'odp' ? 'odp' : job.kind === 'ppt' ? 'ppt' : 'pptx',
      'pdf',
    )
    .catch((error: Error) => {
      throw new CodedError('deck.broken', `${job.file.name}: ${error.message.slice(0, 200)}`);
    });
  await writeFile(job.pdf, pdf);
  await answer({ kind: 'facts', facts: { pages: [], losses: [], fonts: [] } });
  return { kind: 'done' };
});

async function fontsOf(job: OfficeJob): Promise<FontData[]> {
  const paths = [...bundledFonts(), ...job.fonts];
  return Promise.all(
    paths.map(async (path, n) => ({
      filename: `rostrum-${n}-${basename(path).replace(/[^A-Za-z0-9.-]/g, '')}`,
      data: await readFile(path),
    })),
  );
}
