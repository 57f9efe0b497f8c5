/** Sittings: given to viewers with their pass, listed and ended by the person and by the staff; passwords; people shut out. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Access, Asker } from '#conference/access/access.ts';
import type { Sitting } from '#conference/access/sitting.ts';
import type { ConferenceStore } from '#conference/conference/conference-store.ts';
import type { People } from '#conference/registration/people.ts';
import {
  banInputSchema,
  passwordRequestSchema,
  sittingRequestSchema,
  sittingSchema,
  sittingSummarySchema,
  staffBanSchema,
  staffSittingSchema,
} from '#contracts/access.ts';
import { maskedPhone } from '#contracts/account.ts';
import { CodedError } from '#contracts/errors.ts';
import { listOf, listQuerySchema } from '#contracts/listing.ts';
import type { App } from '../app.ts';
import type { Clients } from '../client.ts';
import { nothing } from '../described.ts';
import { matches, pageOf } from '../listing.ts';
import { createSittingLimits } from '../sitting-limits.ts';
import type { Staff } from '../staff.ts';

export type SittingRouteOptions = {
  readonly access: Access;
  readonly conferences: ConferenceStore;
  readonly audience: { readonly people: Pick<People, 'known'> };
  readonly clients: Clients;
  readonly staff: Staff;
};

const tags = ['sittings'];
const params = z.object({ id: z.string().max(64) });
const sittingParams = params.extend({ sid: z.string().max(64) });
const sorts = { seenAt: ({ seenAt }: { seenAt: number }) => seenAt };

export function registerSittings(
  app: App,
  { access, conferences, audience, clients, staff }: SittingRouteOptions,
): void {
  const limits = createSittingLimits();
  const { sittings } = access;

  const askerOf = async (request: FastifyRequest, device: string): Promise<Asker> => {
    const person = await staff.person(request);
    return {
      person: person && { id: person.id, name: person.name },
      device,
      address: clients.key(request.raw),
      agent: String(request.headers['user-agent'] ?? ''),
    };
  };
  const summary = ({ record }: Sitting) => ({
    ...{ id: record.id, conferenceId: record.conferenceId, agent: record.agent },
    ...{ createdAt: record.createdAt, seenAt: record.seenAt, expiresAt: record.expiresAt },
    conferenceTitle: conferences.get(record.conferenceId)?.settings.titleZh ?? '',
  });
  /** With the name and phone of each account; '' where there is none. */
  const named = async <T extends { readonly userId: string | null }>(items: readonly T[]) => {
    const ids = new Set(items.flatMap(({ userId }) => userId ?? []));
    const people = await audience.people.known([...ids]);
    return items.map((item) => {
      const person = people.get(item.userId ?? '');
      return { ...item, name: person?.name ?? '', phone: person?.phone ? maskedPhone(person.phone) : '' };
    });
  };

  app.post(
    '/api/v1/public/venues/:id/sitting',
    {
      config: { needs: 'nobody', ownLimit: true },
      schema: {
        summary: 'What this person may watch here now, and the pass to watch it with',
        tags,
        params,
        body: sittingRequestSchema,
        response: { 200: sittingSchema },
      },
    },
    async (request, reply) => {
      await limits.sit(clients.key(request.raw));
      const { device, talkId, takeOver } = request.body;
      void reply.header('cache-control', 'private, no-store');
      return access.sit(request.params.id, { talkId, takeOver }, await askerOf(request, device));
    },
  );

  app.post(
    '/api/v1/public/access/password',
    {
      config: { needs: 'nobody', ownLimit: true },
      schema: {
        summary: 'Give the password of a rule, for this device',
        tags,
        body: passwordRequestSchema,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const { thing, password, device } = request.body;
      const client = clients.key(request.raw);
      await limits.checkGuesses(client, device);
      // Counted before it is tried: many at once are no more guesses than one after the other.
      await limits.guess(client, device);
      if (!(await access.unlock(thing, password, await askerOf(request, device))))
        throw new CodedError('access.password');
      await limits.guessedRight(client, device);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/api/v1/me/sittings',
    {
      config: { needs: 'person' },
      schema: {
        summary: 'Devices on which I watch',
        tags,
        response: { 200: z.object({ items: z.array(sittingSummarySchema) }) },
      },
    },
    async (request) => {
      const person = await staff.needPerson(request);
      return { items: sittings.ofPerson(person.id).map(summary) };
    },
  );

  app.delete(
    '/api/v1/me/sittings/:id',
    {
      config: { needs: 'person' },
      schema: { summary: 'Stop watching on a device', tags, params, response: { 204: nothing } },
    },
    async (request, reply) => {
      const person = await staff.needPerson(request);
      const sitting = sittings.get(request.params.id);
      if (sitting?.record.userId !== person.id) throw new CodedError('notFound', 'sitting');
      access.end(sitting);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/api/v1/conferences/:id/sittings',
    {
      config: { needs: 'people.view', of: 'conference' },
      schema: {
        summary: 'Who watches with a pass now; open venues need none',
        tags,
        params,
        querystring: listQuerySchema.extend({ userId: z.string().max(64).optional() }).strict(),
        response: { 200: listOf(staffSittingSchema) },
      },
    },
    async (request) => {
      const { id } = request.params;
      await staff.allow(request, 'people.view', id);
      const { q, userId } = request.query;
      const found = sittings
        .ofConference(id)
        .filter(({ record }) => userId === undefined || record.userId === userId)
        .map((sitting) => ({ ...summary(sitting), userId: sitting.record.userId }));
      // All names are only asked for where one is searched for.
      if (q !== undefined) {
        const all = await named(found);
        const fitting = all.filter((one) => matches(q, one.name, one.phone, one.agent, one.userId ?? ''));
        return pageOf(fitting, request.query, sorts, '-seenAt');
      }
      const page = pageOf(found, request.query, sorts, '-seenAt');
      return { ...page, items: await named(page.items) };
    },
  );

  app.delete(
    '/api/v1/conferences/:id/sittings/:sid',
    {
      config: { needs: 'people.manage', of: 'conference' },
      schema: { summary: 'End a sitting', tags, params: sittingParams, response: { 204: nothing } },
    },
    async (request, reply) => {
      const { id, sid } = request.params;
      const person = await staff.allow(request, 'people.manage', id);
      const sitting = sittings.get(sid);
      if (sitting?.record.conferenceId !== id) throw new CodedError('notFound', 'sitting');
      access.end(sitting);
      await staff.note(
        request,
        person,
        'sitting.end',
        undefined,
        { sitting: sid, userId: sitting.record.userId },
        id,
      );
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/api/v1/conferences/:id/bans',
    {
      config: { needs: 'people.view', of: 'conference' },
      schema: {
        summary: 'People the conference has shut out, newest first',
        tags,
        params,
        response: { 200: z.object({ items: z.array(staffBanSchema) }) },
      },
    },
    async (request) => {
      const { id } = request.params;
      await staff.allow(request, 'people.view', id);
      return { items: await named(access.bans.list(id)) };
    },
  );

  app.post(
    '/api/v1/conferences/:id/bans',
    {
      config: { needs: 'people.manage', of: 'conference' },
      schema: {
        summary: 'Shut a person out: their passes end at once',
        tags,
        params,
        body: banInputSchema,
        response: { 201: staffBanSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const person = await staff.allow(request, 'people.manage', id);
      const { userId, note } = request.body;
      const ban = { userId, note, at: Date.now(), by: person.name };
      await access.ban(id, ban);
      await staff.note(request, person, 'viewer.ban', undefined, { userId, note }, id);
      const [shown] = await named([ban]);
      return reply.code(201).send(shown ?? { ...ban, name: '', phone: '' });
    },
  );

  app.delete(
    '/api/v1/conferences/:id/bans/:userId',
    {
      config: { needs: 'people.manage', of: 'conference' },
      schema: {
        summary: 'Let a person in again',
        tags,
        params: params.extend({ userId: z.string().max(64) }),
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const { id, userId } = request.params;
      const person = await staff.allow(request, 'people.manage', id);
      await access.unban(id, userId);
      await staff.note(request, person, 'viewer.unban', undefined, { userId }, id);
      return reply.code(204).send(null);
    },
  );
}
