/** Tables of rules, limits, bans, sittings and previews; server/db/migrations makes them. */
import { integer, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import type { Thing } from '#contracts/access.ts';
import type { StoredRule } from './access-rules.ts';
import type { StoredViewer } from './sitting.ts';

const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

export const accessRuleTable = pgTable(
  'access_rule',
  {
    kind: text('kind').$type<Thing['kind']>().notNull(),
    thingId: text('thing_id').notNull(),
    conferenceId: text('conference_id').notNull(),
    live: jsonb('live').$type<StoredRule | null>(),
    replay: jsonb('replay').$type<StoredRule | 'closed' | null>(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.kind, table.thingId] })],
);

export const accessLimitTable = pgTable('access_limit', {
  conferenceId: text('conference_id').primaryKey(),
  devices: integer('devices').notNull(),
});

export const accessBanTable = pgTable(
  'access_ban',
  {
    conferenceId: text('conference_id').notNull(),
    userId: text('user_id').notNull(),
    at: moment('at').notNull(),
    by: text('by_name').notNull(),
    note: text('note').notNull(),
  },
  (table) => [primaryKey({ columns: [table.conferenceId, table.userId] })],
);

export const sittingTable = pgTable('sitting', {
  id: text('id').primaryKey(),
  conferenceId: text('conference_id').notNull(),
  userId: text('user_id'),
  device: text('device').notNull(),
  agent: text('agent').notNull(),
  viewer: jsonb('viewer').$type<StoredViewer>().notNull(),
  createdAt: moment('created_at').notNull(),
  expiresAt: moment('expires_at').notNull(),
  seenAt: moment('seen_at').notNull(),
  endedAt: moment('ended_at'),
});

export const accessPreviewTable = pgTable(
  'access_preview',
  {
    viewer: text('viewer').notNull(),
    thing: text('thing').notNull(),
    beganAt: moment('began_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.viewer, table.thing] })],
);
