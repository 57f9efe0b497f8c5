/** Invite codes: batches by the staff, and a code used by a person. */
import { Readable } from 'node:stream';
import { z } from 'zod';
import type { ConferenceStore } from '#conference/conference/conference-store.ts';
import { plainText } from '#conference/delegate/identity.ts';
import { codeBatchInputSchema } from '#contracts/access.ts';
import { CodedError } from '#contracts/errors.ts';
import { codeBatchSchema, redeemCodeSchema, redeemedSchema } from '#contracts/invite-code.ts';
import type { AudienceParts } from '../../start-audience.ts';
import type { App } from '../app.ts';
import type { Clients } from '../client.ts';
import { byteOrderMark, csvLine } from '../csv.ts';
import { csvAnswer, nothing } from '../described.ts';
import type { Guesses } from '../guesses.ts';
import { createPublicConferences } from '../public-conference.ts';
import type { Staff } from '../staff.ts';

export type CodeRouteOptions = {
  readonly audience: AudienceParts;
  readonly conferences: ConferenceStore;
  readonly staff: Staff;
  readonly clients: Clients;
  readonly guesses: Guesses;
};

const tags = ['codes'];
const params = z.object({ id: z.string().max(64) });
const batchParams = params.extend({ bid: z.string().max(64) });

export function registerCodes(app: App, options: CodeRouteOptions): void {
  const { audience, conferences, staff, clients, guesses } = options;
  const { inviteCodes } = audience;
  const open = createPublicConferences(conferences, staff);
  const needBatch = async ({ id, bid }: { id: string; bid: string }) => {
    const batch = await inviteCodes.find(bid);
    if (batch?.conferenceId !== id) throw new CodedError('notFound', 'batch');
    return batch;
  };

  app.get(
    '/api/v1/conferences/:id/code-batches',
    {
      config: { needs: 'access.edit', of: 'conference' },
      schema: {
        summary: 'Batches of invite codes, newest first',
        tags,
        params,
        response: { 200: z.object({ items: z.array(codeBatchSchema) }) },
      },
    },
    async (request) => {
      await staff.allow(request, 'access.edit', request.params.id);
      return { items: await inviteCodes.batches(request.params.id) };
    },
  );

  app.post(
    '/api/v1/conferences/:id/code-batches',
    {
      config: { needs: 'access.edit', of: 'conference' },
      schema: {
        summary: 'Make a batch of codes',
        tags,
        params,
        body: codeBatchInputSchema,
        response: { 201: codeBatchSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const person = await staff.allow(request, 'access.edit', id);
      const name = plainText(request.body.name);
      const batchId = await inviteCodes.create(id, { ...request.body, name, createdBy: person.name });
      const batch = (await inviteCodes.batches(id)).find((known) => known.id === batchId);
      if (!batch) throw new CodedError('notFound', 'batch');
      const { codes, uses } = batch;
      await staff.note(request, person, 'code.create', undefined, { batch: batchId, name, codes, uses }, id);
      return reply.code(201).send(batch);
    },
  );

  app.get(
    '/api/v1/conferences/:id/code-batches/:bid/codes.csv',
    {
      config: { needs: 'access.edit', of: 'conference' },
      handlerTimeout: 60_000,
      schema: {
        summary: 'The codes of a batch, with how often each was used',
        tags,
        params: batchParams,
        response: { 200: csvAnswer },
      },
    },
    async (request, reply) => {
      const { id, bid } = request.params;
      const person = await staff.allow(request, 'access.edit', id);
      const batch = await needBatch(request.params);
      await staff.note(request, person, 'code.export', undefined, { batch: bid, name: batch.name }, id);
      async function* lines(): AsyncGenerator<string> {
        yield byteOrderMark + csvLine(['邀请码', '已使用', '可使用']);
        for await (const piece of inviteCodes.codesOf(bid))
          yield piece.map(({ code, used }) => csvLine([code, used, batch.uses])).join('');
      }
      void reply
        .header('cache-control', 'private, no-store')
        .header('content-disposition', `attachment; filename="codes-${bid}.csv"`)
        .type('text/csv; charset=utf-8');
      return reply.send(Readable.from(lines())) as never;
    },
  );

  app.delete(
    '/api/v1/conferences/:id/code-batches/:bid',
    {
      config: { needs: 'access.edit', of: 'conference' },
      schema: {
        summary: 'Revoke a batch: nobody is let in by it any more, nor stays in',
        tags,
        params: batchParams,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const { id, bid } = request.params;
      const person = await staff.allow(request, 'access.edit', id);
      const batch = await needBatch(request.params);
      await inviteCodes.revoke(batch);
      await staff.note(request, person, 'code.revoke', undefined, { batch: bid, name: batch.name }, id);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/v1/public/conferences/:slug/code',
    {
      config: { needs: 'person' },
      schema: {
        summary: 'Use an invite code',
        tags,
        params: z.object({ slug: z.string().max(80) }),
        body: redeemCodeSchema,
        response: { 200: redeemedSchema },
      },
    },
    async (request) => {
      const { person, conference } = await open.ofPerson(request, request.params.slug);
      await guesses.code(person.id, clients.key(request.raw));
      const { batch, again } = await inviteCodes.redeem(conference.id, person.id, request.body.code);
      request.log.info({ person: person.id, batch: batch.id }, 'invite code used');
      // What the staff call the batch is theirs.
      return { batch: { id: batch.id, name: '' }, again };
    },
  );
}
