/** The table of clips; server/db/migrations makes it. */
import { boolean, doublePrecision, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import type { Speaker } from '#contracts/events.ts';
import type { ClipRecord } from './clip.ts';

export const clipTable = pgTable('clip', {
  id: text('id').primaryKey(),
  venueId: text('venue_id').notNull(),
  talkId: text('talk_id'),
  title: text('title').notNull(),
  speakers: jsonb('speakers').$type<readonly Speaker[]>().notNull(),
  version: integer('version').notNull(),
  state: text('state').$type<ClipRecord['state']>().notNull(),
  empty: boolean('empty').notNull(),
  ranges: jsonb('ranges').$type<ClipRecord['ranges']>().notNull(),
  createdAt: doublePrecision('created_at').notNull(),
});
