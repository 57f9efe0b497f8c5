/** Webhooks of a conference, and the log of their deliveries. */
import { z } from 'zod';
import type { WebhookRecord, WebhookStore } from '#conference/integration/webhook-store.ts';
import { deliveryView, type Webhooks } from '#conference/integration/webhooks.ts';
import { readCursor, writeCursor } from '#conference/sql.ts';
import { CodedError } from '#contracts/errors.ts';
import {
  createWebhookSchema,
  deliverySchema,
  updateWebhookSchema,
  type Webhook,
  webhookMadeSchema,
  webhookSchema,
} from '#contracts/integration.ts';
import { listOf, listQuerySchema } from '#contracts/listing.ts';
import type { Outside } from '../../outside/fetch-outside.ts';
import type { App } from '../app.ts';
import { nothing } from '../described.ts';
import type { Staff } from '../staff.ts';

export type WebhookRouteOptions = {
  readonly webhookStore: WebhookStore;
  readonly webhooks: Webhooks;
  readonly outside: Outside;
  readonly staff: Staff;
};

const params = z.object({ id: z.string() });
const hookParams = params.extend({ wid: z.string().max(64) });
const deliveryParams = hookParams.extend({ did: z.string().max(64) });
const tags = ['integrations'];
const config = { needs: 'integration.manage', of: 'conference' } as const;
const most = 20;

export function registerWebhooks(app: App, options: WebhookRouteOptions): void {
  const { webhookStore, webhooks, outside, staff } = options;
  const view = (record: WebhookRecord, last: Webhook['last'] = null): Webhook => {
    const { id, name, url, events, on, createdAt } = record;
    return { id, name, url, events, on, createdAt, last };
  };
  const need = (conferenceId: string, id: string): WebhookRecord => {
    const webhook = webhookStore.get(id);
    if (webhook?.conferenceId !== conferenceId) throw new CodedError('notFound', 'webhook');
    return webhook;
  };

  app.get(
    '/api/v1/conferences/:id/webhooks',
    {
      config,
      schema: {
        summary: 'Webhooks',
        tags,
        params,
        response: { 200: z.object({ items: z.array(webhookSchema) }) },
      },
    },
    async (request) => {
      await staff.allow(request, 'integration.manage', request.params.id);
      const own = webhookStore.list(request.params.id);
      const last = await webhooks.last(own.map(({ id }) => id));
      return { items: own.map((one) => view(one, last.get(one.id))) };
    },
  );

  app.post(
    '/api/v1/conferences/:id/webhooks',
    {
      config,
      schema: {
        summary: 'Make a webhook; the secret of its signatures is told only now',
        tags,
        params,
        body: createWebhookSchema,
        response: { 201: webhookMadeSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const person = await staff.allow(request, 'integration.manage', id);
      const { name, url, events, on = true } = request.body;
      if (webhookStore.list(id).length >= most)
        throw new CodedError('request.invalid', `at most ${most} webhooks`);
      await outside.check(url);
      const webhook = await webhookStore.create(id, { name, url, events, on });
      await staff.note(
        request,
        person,
        'webhook.create',
        undefined,
        { webhook: webhook.id, name, url, events },
        id,
      );
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send({ webhook: view(webhook), secret: webhook.secret });
    },
  );

  app.patch(
    '/api/v1/conferences/:id/webhooks/:wid',
    {
      config,
      schema: {
        summary: 'Change a webhook, or turn it off',
        tags,
        params: hookParams,
        body: updateWebhookSchema,
        response: { 200: webhookSchema },
      },
    },
    async (request) => {
      const { id, wid } = request.params;
      const person = await staff.allow(request, 'integration.manage', id);
      need(id, wid);
      if (request.body.url !== undefined) await outside.check(request.body.url);
      const change = Object.fromEntries(
        Object.entries(request.body).filter(([, value]) => value !== undefined),
      );
      const webhook = await webhookStore.update(id, wid, change);
      if (!webhook) throw new CodedError('notFound', 'webhook');
      // What waited while it was off, or for its old address.
      webhooks.wake();
      await staff.note(request, person, 'webhook.change', undefined, { webhook: wid, ...request.body }, id);
      return view(webhook, (await webhooks.last([wid])).get(wid));
    },
  );

  app.delete(
    '/api/v1/conferences/:id/webhooks/:wid',
    {
      config,
      schema: {
        summary: 'Delete a webhook and its log',
        tags,
        params: hookParams,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const { id, wid } = request.params;
      const person = await staff.allow(request, 'integration.manage', id);
      const webhook = await webhookStore.remove(id, wid);
      if (!webhook) throw new CodedError('notFound', 'webhook');
      await staff.note(
        request,
        person,
        'webhook.delete',
        undefined,
        { webhook: wid, name: webhook.name },
        id,
      );
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/api/v1/conferences/:id/webhooks/:wid/deliveries',
    {
      config,
      schema: {
        summary: 'Deliveries of the last 30 days, newest first',
        tags,
        params: hookParams,
        querystring: listQuerySchema
          .pick({ cursor: true, limit: true })
          .extend({ state: deliverySchema.shape.state.optional() })
          .strict(),
        response: { 200: listOf(deliverySchema) },
      },
    },
    async (request) => {
      const { id, wid } = request.params;
      await staff.allow(request, 'integration.manage', id);
      need(id, wid);
      const { cursor, limit, state } = request.query;
      const [at, after] = readCursor(cursor) ?? [];
      const { rows, total } = await webhooks.deliveries(wid, {
        limit: limit + 1,
        ...(typeof at === 'number' && after !== undefined ? { before: [at, after] as const } : {}),
        ...(state === undefined ? {} : { state }),
      });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      const next = rows.length > limit && last ? writeCursor([last.createdAt.getTime(), last.id]) : null;
      return { items: page.map(deliveryView), next, total };
    },
  );

  app.post(
    '/api/v1/conferences/:id/webhooks/:wid/test',
    {
      config,
      schema: {
        summary: 'Send a test event now; the delivery with its answer',
        tags,
        params: hookParams,
        response: { 200: deliverySchema },
      },
    },
    async (request) => {
      const { id, wid } = request.params;
      const person = await staff.allow(request, 'integration.manage', id);
      const row = await webhooks.test(need(id, wid));
      await staff.note(request, person, 'webhook.test', undefined, { webhook: wid, status: row.status }, id);
      return deliveryView(row);
    },
  );

  app.post(
    '/api/v1/conferences/:id/webhooks/:wid/deliveries/:did/resend',
    {
      config,
      schema: {
        summary: 'Send a delivery again, under the id it had',
        tags,
        params: deliveryParams,
        response: { 200: deliverySchema },
      },
    },
    async (request) => {
      const { id, wid, did } = request.params;
      const person = await staff.allow(request, 'integration.manage', id);
      need(id, wid);
      const row = await webhooks.resend(wid, did);
      if (!row) throw new CodedError('notFound', 'delivery');
      await staff.note(request, person, 'webhook.resend', undefined, { webhook: wid, delivery: did }, id);
      return deliveryView(row);
    },
  );
}
