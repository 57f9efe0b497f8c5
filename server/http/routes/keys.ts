/** API keys of a conference: their secret is told once. */
import { z } from 'zod';
import type { KeyRecord } from '#conference/integration/api-key.ts';
import type { KeyStore } from '#conference/integration/key-store.ts';
import { CodedError } from '#contracts/errors.ts';
import { type ApiKey, apiKeySchema, createKeySchema, keyMadeSchema } from '#contracts/integration.ts';
import type { App } from '../app.ts';
import { nothing } from '../described.ts';
import type { Staff } from '../staff.ts';

const params = z.object({ id: z.string() });
const tags = ['integrations'];
const config = { needs: 'integration.manage', of: 'conference' } as const;

const view = ({ conferenceId: _c, secretHash: _s, ...key }: KeyRecord): ApiKey => key;

export function registerKeys(
  app: App,
  { keys, staff }: { readonly keys: KeyStore; readonly staff: Staff },
): void {
  app.get(
    '/api/v1/conferences/:id/keys',
    {
      config,
      schema: {
        summary: 'API keys, newest first',
        tags,
        params,
        response: { 200: z.object({ items: z.array(apiKeySchema) }) },
      },
    },
    async (request) => {
      await staff.allow(request, 'integration.manage', request.params.id);
      return { items: keys.list(request.params.id).map(view) };
    },
  );

  app.post(
    '/api/v1/conferences/:id/keys',
    {
      config,
      schema: {
        summary: 'Make an API key; its secret is told only now',
        tags,
        params,
        body: createKeySchema,
        response: { 201: keyMadeSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const person = await staff.allow(request, 'integration.manage', id);
      const { name, actions, expiresAt } = request.body;
      const own = staff.actions(person, id);
      const beyond = actions.filter((action) => !own.includes(action));
      if (beyond.length > 0) throw new CodedError('key.actions', beyond.join(', '));
      if (expiresAt !== null && expiresAt <= Date.now())
        throw new CodedError('request.invalid', 'body.expiresAt: must be in the future');
      const createdBy = person.name || person.email || '';
      const { key, secret } = await keys.create({ conferenceId: id, name, actions, expiresAt, createdBy });
      await staff.note(
        request,
        person,
        'key.create',
        undefined,
        { apiKey: key.id, name, actions, expiresAt },
        id,
      );
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send({ key: view(key), secret });
    },
  );

  app.delete(
    '/api/v1/conferences/:id/keys/:kid',
    {
      config,
      schema: {
        summary: 'Revoke an API key at once',
        tags,
        params: params.extend({ kid: z.string().max(64) }),
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const { id, kid } = request.params;
      const person = await staff.allow(request, 'integration.manage', id);
      const key = await keys.revoke(id, kid);
      if (!key) throw new CodedError('notFound', 'API key');
      await staff.note(request, person, 'key.revoke', undefined, { apiKey: kid, name: key.name }, id);
      return reply.code(204).send(null);
    },
  );
}
