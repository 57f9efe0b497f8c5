/** Programmes brought in: a file or an address, looked at first, then applied as one change; sources asked on a schedule. */
import { z } from 'zod';
import type { ConferenceDirectory } from '#conference/conference/conference.ts';
import { attachment } from '#conference/deck/courseware.ts';
import { templateWorkbook } from '#conference/programme/export/programme-xlsx.ts';
import type { Imports } from '#conference/programme/import/imports.ts';
import { mostImportBytes } from '#conference/programme/import/item.ts';
import type { Sources } from '#conference/programme/import/sources.ts';
import {
  applyImportSchema,
  importPreviewSchema,
  importResultSchema,
  sourceInputSchema,
  sourceSchema,
} from '#contracts/conference.ts';
import { CodedError } from '#contracts/errors.ts';
import type { App } from '../app.ts';
import { nothing, workbookAnswer } from '../described.ts';
import type { Staff } from '../staff.ts';
import { emptyBody } from './venues.ts';

export type ImportRouteOptions = {
  readonly imports: Imports;
  readonly sources: Sources;
  readonly ask: (url: string) => Promise<Buffer>;
  readonly conferences: ConferenceDirectory;
  readonly staff: Staff;
};

const params = z.object({ id: z.string() });
const importParams = params.extend({ iid: z.string() });
const sourceParams = params.extend({ sid: z.string() });
const nameQuery = z.object({ name: z.string().max(200).optional() });
export const xlsxType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
/** Ms: reading and applying thousands of rows. */
const handlerTimeout = 90_000;

export function registerImports(
  app: App,
  { imports, sources, ask, conferences, staff }: ImportRouteOptions,
): void {
  // In a scope of its own: raw bytes are a body here and nowhere else.
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: mostImportBytes },
      (_request, body, done) => done(null, body),
    );
    (scope as unknown as App).post(
      '/api/v1/conferences/:id/imports',
      {
        config: { needs: 'programme.edit', of: 'conference' },
        bodyLimit: mostImportBytes,
        handlerTimeout,
        schema: {
          summary: 'Look at a programme (xlsx, iCalendar, pretalx or Indico JSON) as it would be written',
          consumes: ['application/octet-stream'],
          params,
          querystring: nameQuery,
          response: { 200: importPreviewSchema },
        },
      },
      async (request) => {
        const { id } = request.params;
        const person = await staff.allow(request, 'programme.edit', id);
        if (!Buffer.isBuffer(request.body) || request.body.length === 0)
          throw new CodedError('import.empty', 'the body is the file itself');
        const preview = await imports.preview(id, request.body);
        const { name = '' } = request.query;
        await staff.note(request, person, 'import.preview', undefined, { name, counts: preview.counts }, id);
        return preview;
      },
    );
  });

  app.post(
    '/api/v1/conferences/:id/imports/url',
    {
      config: { needs: 'programme.edit', of: 'conference' },
      handlerTimeout,
      schema: {
        summary: 'The same for a programme at an address',
        params,
        body: z.object({ url: sourceInputSchema.shape.url }).strict(),
        response: { 200: importPreviewSchema },
      },
    },
    async (request) => {
      const { id } = request.params;
      const person = await staff.allow(request, 'programme.edit', id);
      const { url } = request.body;
      const preview = await imports.preview(id, await ask(url));
      const { host } = new URL(url);
      await staff.note(request, person, 'import.preview', undefined, { host, counts: preview.counts }, id);
      return preview;
    },
  );

  app.post(
    '/api/v1/conferences/:id/imports/:iid/apply',
    {
      config: { needs: 'programme.edit', of: 'conference' },
      handlerTimeout,
      schema: {
        summary: 'Write what was looked at: one change, which can be undone as one',
        params: importParams,
        body: applyImportSchema.nullish(),
        response: { 200: importResultSchema },
      },
    },
    async (request) => {
      const { id, iid } = request.params;
      const person = await staff.allow(request, 'programme.edit', id);
      const result = await imports.apply(person, id, iid, request.body?.cancelMissing ?? false);
      await staff.note(request, person, 'import.apply', undefined, result, id);
      return result;
    },
  );

  app.get(
    '/api/v1/conferences/:id/sources',
    {
      config: { needs: 'programme.edit', of: 'conference' },
      schema: {
        summary: 'Programmes kept elsewhere and asked on a schedule',
        params,
        response: { 200: z.object({ items: z.array(sourceSchema) }) },
      },
    },
    async (request) => {
      await staff.allow(request, 'programme.edit', request.params.id);
      return { items: sources.list(request.params.id) };
    },
  );

  app.post(
    '/api/v1/conferences/:id/sources',
    {
      config: { needs: 'programme.edit', of: 'conference' },
      schema: { summary: 'Add a source', params, body: sourceInputSchema, response: { 201: sourceSchema } },
    },
    async (request, reply) => {
      const { id } = request.params;
      const person = await staff.allow(request, 'programme.edit', id);
      const source = await sources.add(id, request.body);
      const { host } = new URL(source.url);
      await staff.note(request, person, 'source.create', undefined, { source: source.id, host }, id);
      return reply.code(201).send(source);
    },
  );

  app.delete(
    '/api/v1/conferences/:id/sources/:sid',
    {
      config: { needs: 'programme.edit', of: 'conference' },
      schema: {
        summary: 'Ask it no more; what it brought stays',
        params: sourceParams,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const { id, sid } = request.params;
      const person = await staff.allow(request, 'programme.edit', id);
      await sources.remove(id, sid);
      await staff.note(request, person, 'source.delete', undefined, { source: sid }, id);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/v1/conferences/:id/sources/:sid/run',
    {
      config: { needs: 'programme.edit', of: 'conference' },
      handlerTimeout,
      schema: {
        summary: 'Ask it now',
        params: sourceParams,
        body: emptyBody,
        response: { 200: sourceSchema },
      },
    },
    async (request) => {
      const { id, sid } = request.params;
      const person = await staff.allow(request, 'programme.edit', id);
      sources.need(id, sid);
      const source = await sources.run(id, sid);
      await staff.note(
        request,
        person,
        'source.run',
        undefined,
        { source: sid, state: source.result?.state },
        id,
      );
      return source;
    },
  );

  app.get(
    '/api/v1/programme-template.xlsx',
    {
      config: { needs: 'nobody' },
      schema: {
        summary: 'A workbook to fill in; with a conference, its first day',
        querystring: z.object({ conference: z.string().optional() }),
        response: { 200: workbookAnswer },
      },
    },
    async (request, reply) => {
      const { conference } = request.query;
      const day = conference === undefined ? undefined : conferences.get(conference)?.settings.startDate;
      return reply
        .type(xlsxType)
        .header('content-disposition', attachment('日程导入模板.xlsx'))
        .header('cache-control', 'no-store')
        .send(templateWorkbook(day ?? new Date().toISOString().slice(0, 10)));
    },
  );
}
