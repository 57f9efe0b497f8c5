/** Tables of API keys and webhooks; server/db/migrations makes them. */
import { boolean, integer, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import type { Delivery, WebhookEvent } from '#contracts/integration.ts';
import type { ConferenceAction } from '#contracts/roles.ts';

const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

export const apiKeyTable = pgTable('api_key', {
  id: text('id').primaryKey(),
  conferenceId: text('conference_id').notNull(),
  name: text('name').notNull(),
  hint: text('hint').notNull(),
  secretHash: text('secret_hash').notNull(),
  actions: jsonb('actions').$type<ConferenceAction[]>().notNull(),
  createdAt: moment('created_at').notNull(),
  createdBy: text('created_by').notNull(),
  expiresAt: moment('expires_at'),
  lastUsedAt: moment('last_used_at'),
});

export const webhookTable = pgTable('webhook', {
  id: text('id').primaryKey(),
  conferenceId: text('conference_id').notNull(),
  name: text('name').notNull(),
  url: text('url').notNull(),
  events: jsonb('events').$type<WebhookEvent[]>().notNull(),
  on: boolean('on').notNull(),
  secret: text('secret').notNull(),
  createdAt: moment('created_at').notNull(),
});

export const deliveryTable = pgTable('webhook_delivery', {
  id: text('id').primaryKey(),
  webhookId: text('webhook_id').notNull(),
  event: text('event').$type<Delivery['event']>().notNull(),
  payload: text('payload').notNull(),
  state: text('state').$type<Delivery['state']>().notNull(),
  attempts: integer('attempts').notNull(),
  createdAt: moment('created_at').notNull(),
  at: moment('at'),
  next: moment('next'),
  status: integer('status'),
  ms: integer('ms'),
  answer: text('answer').notNull(),
});
