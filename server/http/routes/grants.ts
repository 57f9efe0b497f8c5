/** Grants: what people may watch because it was paid elsewhere, or given. */
import { z } from 'zod';
import { plainText } from '#conference/delegate/identity.ts';
import type { Thing } from '#contracts/access.ts';
import { CodedError } from '#contracts/errors.ts';
import { createGrantsSchema, grantQuerySchema, grantSchema, grantsMadeSchema } from '#contracts/grant.ts';
import { listOf } from '#contracts/listing.ts';
import type { AudienceParts } from '../../start-audience.ts';
import type { App } from '../app.ts';
import { nothing } from '../described.ts';
import type { Staff } from '../staff.ts';

export type GrantRouteOptions = {
  readonly audience: AudienceParts;
  /** Undefined for a thing there is not. */
  readonly conferenceOf: (thing: Thing) => string | undefined;
  readonly staff: Staff;
};

const tags = ['grants'];
const params = z.object({ id: z.string().max(64) });

export function registerGrants(app: App, { audience, conferenceOf, staff }: GrantRouteOptions): void {
  const { grants } = audience;

  app.get(
    '/api/v1/conferences/:id/grants',
    {
      config: { needs: 'access.edit', of: 'conference' },
      schema: {
        summary: 'Grants, newest first',
        tags,
        params,
        querystring: grantQuerySchema.strict(),
        response: { 200: listOf(grantSchema) },
      },
    },
    async (request) => {
      await staff.allow(request, 'access.edit', request.params.id);
      return grants.page(request.params.id, request.query);
    },
  );

  app.post(
    '/api/v1/conferences/:id/grants',
    {
      config: { needs: 'access.edit', of: 'conference' },
      schema: {
        summary: 'Let accounts or phones watch the conference, a venue or a talk',
        tags,
        params,
        body: createGrantsSchema,
        response: { 201: grantsMadeSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const person = await staff.allow(request, 'access.edit', id);
      const { userId, userIds, phones, thing, fen, note } = request.body;
      if (conferenceOf(thing) !== id) throw new CodedError('notFound', thing.kind);
      const users = userId === undefined ? userIds : [...userIds, userId];
      if (users.length + phones.length === 0)
        throw new CodedError('request.invalid', 'userIds or phones must name somebody');
      const made = await grants.give(id, {
        ...{ userIds: users, phones, thing, fen, note: plainText(note), createdBy: person.name },
      });
      const details = { thing, fen, note, made: made.made, same: made.same };
      await staff.note(request, person, 'grant.create', undefined, details, id);
      return reply.code(201).send(made);
    },
  );

  app.delete(
    '/api/v1/conferences/:id/grants/:gid',
    {
      config: { needs: 'access.edit', of: 'conference' },
      schema: {
        summary: 'Take a grant back',
        tags,
        params: params.extend({ gid: z.string().max(64) }),
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const { id, gid } = request.params;
      const person = await staff.allow(request, 'access.edit', id);
      const grant = await grants.find(gid);
      if (grant?.conferenceId !== id) throw new CodedError('notFound', 'grant');
      await grants.revoke(grant, person.name);
      await staff.note(request, person, 'grant.revoke', undefined, { grant: gid, user: grant.userId }, id);
      return reply.code(204).send(null);
    },
  );
}
