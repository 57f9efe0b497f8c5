/** The table of talks; server/db/migrations makes it. */
import { doublePrecision, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import type { TalkChange, TalkType } from '#contracts/conference.ts';
import type { Speaker } from '#contracts/events.ts';
import type { TalkRecord, TalkState } from './talk.ts';

export const talkTable = pgTable('talk', {
  id: text('id').primaryKey(),
  venueId: text('venue_id').notNull(),
  position: integer('position').notNull(),
  title: text('title').notNull(),
  speakers: jsonb('speakers').$type<readonly Speaker[]>().notNull(),
  plannedStart: doublePrecision('planned_start'),
  plannedMinutes: doublePrecision('planned_minutes'),
  download: text('download').$type<TalkRecord['download']>().notNull(),
  state: text('state').$type<TalkState>().notNull(),
  actualStart: doublePrecision('actual_start'),
  actualEnd: doublePrecision('actual_end'),
  sessionId: text('session_id'),
  type: text('type').$type<TalkType>().notNull(),
  abstract: text('abstract').notNull(),
  key: text('key'),
  changed: jsonb('changed').$type<TalkChange>(),
  createdAt: doublePrecision('created_at').notNull(),
});
