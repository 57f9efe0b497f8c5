/** What the staff did, newest first: of one conference, or of all; and as CSV. */
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { auditFilterSchema, auditPageSchema, auditQuerySchema } from '#contracts/audit.ts';
import type { AuditFilter, AuditLog } from '../../audit.ts';
import type { App } from '../app.ts';
import { byteOrderMark, csvLine } from '../csv.ts';
import { csvAnswer } from '../described.ts';
import type { Staff } from '../staff.ts';

const params = z.object({ id: z.string() });
const exportPage = 1000;

export function registerAudit(app: App, { audit, staff }: { audit: AuditLog; staff: Staff }): void {
  const page = async (filter: AuditFilter, { cursor, limit }: z.infer<typeof auditQuerySchema>) => {
    const [rows, total] = await Promise.all([
      audit.read(filter, { before: cursor, limit: limit + 1 }),
      audit.count(filter),
    ]);
    const items = rows.slice(0, limit);
    return { items, next: rows.length > limit ? String(items.at(-1)?.id) : null, total };
  };

  const send = (reply: FastifyReply, name: string, filter: AuditFilter) =>
    reply
      .type('text/csv; charset=utf-8')
      .header('cache-control', 'private, no-store')
      .header('content-disposition', `attachment; filename="${name}"`)
      .send(Readable.from(csvOf(audit, filter)));

  app.get(
    '/api/v1/audit',
    {
      config: { needs: 'platform.manage', of: 'platform' },
      schema: {
        summary: 'What the staff did, in all conferences',
        tags: ['platform'],
        querystring: auditQuerySchema,
        response: { 200: auditPageSchema },
      },
    },
    async (request) => {
      await staff.allowPlatform(request, 'platform.manage');
      return page(request.query, request.query);
    },
  );

  app.get(
    '/api/v1/audit.csv',
    {
      config: { needs: 'platform.manage', of: 'platform' },
      schema: {
        summary: 'The same as CSV (UTF-8, formulas defused)',
        tags: ['platform'],
        querystring: auditFilterSchema.strict(),
        response: { 200: csvAnswer },
      },
    },
    async (request, reply) => {
      await staff.allowPlatform(request, 'platform.manage');
      return send(reply, 'audit.csv', request.query);
    },
  );

  app.get(
    '/api/v1/conferences/:id/audit',
    {
      config: { needs: 'audit.view', of: 'conference' },
      schema: {
        summary: 'What the staff of a conference did',
        tags: ['conferences'],
        params,
        querystring: auditQuerySchema,
        response: { 200: auditPageSchema },
      },
    },
    async (request) => {
      await staff.allow(request, 'audit.view', request.params.id);
      return page({ ...request.query, conferenceId: request.params.id }, request.query);
    },
  );

  app.get(
    '/api/v1/conferences/:id/audit.csv',
    {
      config: { needs: 'audit.view', of: 'conference' },
      schema: {
        summary: 'The same as CSV (UTF-8, formulas defused)',
        tags: ['conferences'],
        params,
        querystring: auditFilterSchema.strict(),
        response: { 200: csvAnswer },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await staff.allow(request, 'audit.view', id);
      return send(reply, `audit-${id}.csv`, { ...request.query, conferenceId: id });
    },
  );
}

async function* csvOf(audit: AuditLog, filter: AuditFilter): AsyncGenerator<string> {
  yield byteOrderMark +
    csvLine(['id', 'time', 'person', 'person id', 'action', 'venue', 'details', 'address', 'conference']);
  let before: number | undefined;
  for (;;) {
    const rows = await audit.read(filter, { before, limit: exportPage });
    for (const { id, at, actorName, actorId, action, venueId, details, remote, conferenceId } of rows)
      yield csvLine([
        ...[id, new Date(at).toISOString(), actorName, actorId, action, venueId],
        ...[JSON.stringify(details), remote, conferenceId],
      ]);
    if (rows.length < exportPage) return;
    before = rows.at(-1)?.id;
  }
}
