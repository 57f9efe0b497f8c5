/** Programs of others: API keys that act in one conference, and webhooks that tell them what happened. */
import { z } from 'zod';
import { conferenceActions } from './roles.ts';

const name = z.string().trim().min(1).max(80);

/** `Authorization: Bearer rk_…`. */
export const createKeySchema = z
  .object({
    name,
    /** At most what its maker may do. */
    actions: z.array(z.enum(conferenceActions)).min(1).max(conferenceActions.length),
    expiresAt: z.number().nullable().default(null),
  })
  .strict();
export const apiKeySchema = z.object({
  id: z.string(),
  name: z.string(),
  /** The first characters, to tell keys apart. */
  hint: z.string(),
  actions: z.array(z.enum(conferenceActions)),
  createdAt: z.number(),
  createdBy: z.string(),
  expiresAt: z.number().nullable(),
  lastUsedAt: z.number().nullable(),
});
export type ApiKey = z.infer<typeof apiKeySchema>;
/** `secret` is told only now. */
export const keyMadeSchema = z.object({ key: apiKeySchema, secret: z.string() });

export const webhookEvents = [
  'conference.changed',
  'programme.changed',
  'talk.started',
  'talk.ended',
  'replay.ready',
  'venue.live',
  'venue.ended',
  'registration.created',
  'registration.decided',
  'consent.answered',
] as const;
export type WebhookEvent = (typeof webhookEvents)[number];

export const webhookInputSchema = z
  .object({
    name,
    url: z.url({ protocol: /^https?$/ }).max(1000),
    events: z.array(z.enum(webhookEvents)).min(1).max(webhookEvents.length),
    on: z.boolean(),
  })
  .strict();
export const createWebhookSchema = webhookInputSchema
  .partial()
  .required({ name: true, url: true, events: true });
export const updateWebhookSchema = webhookInputSchema.partial();
export const webhookSchema = webhookInputSchema.extend({
  id: z.string(),
  createdAt: z.number(),
  /** Of the newest deliveries. */
  last: z.object({ at: z.number(), ok: z.boolean() }).nullable(),
});
export type Webhook = z.infer<typeof webhookSchema>;
/** `secret`: key of the signatures, `whsec_…`; told only now. */
export const webhookMadeSchema = z.object({ webhook: webhookSchema, secret: z.string() });

export const deliverySchema = z.object({
  id: z.string(),
  event: z.enum([...webhookEvents, 'test']),
  state: z.enum(['waiting', 'delivered', 'failed']),
  attempts: z.number().int(),
  createdAt: z.number(),
  /** Of the last attempt, epoch ms; null before. */
  at: z.number().nullable(),
  /** Next attempt, epoch ms; null when there is none. */
  next: z.number().nullable(),
  /** HTTP status of the last answer; null without one. */
  status: z.number().int().nullable(),
  ms: z.number().nullable(),
  /** First bytes of the answer, or why there was none. */
  answer: z.string(),
  /** What was sent. */
  payload: z.string(),
});
export type Delivery = z.infer<typeof deliverySchema>;

/**
 * Body of a delivery. Header `rostrum-signature: t=<Unix seconds>,v1=<hex>`: HMAC-SHA-256 of `<t>.<body>` by the webhook's secret.
 * `id` is the same for every attempt: take each once.
 */
export const webhookBodySchema = z.object({
  id: z.string(),
  event: z.enum([...webhookEvents, 'test']),
  conference: z.string(),
  at: z.number(),
  data: z.record(z.string(), z.unknown()),
});
export type WebhookBody = z.infer<typeof webhookBodySchema>;
