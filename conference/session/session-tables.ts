/** The table of sessions; server/db/migrations makes it. */
import { doublePrecision, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import type { Speaker } from '#contracts/events.ts';

export const sessionTable = pgTable('programme_session', {
  id: text('id').primaryKey(),
  conferenceId: text('conference_id').notNull(),
  venueId: text('venue_id').notNull(),
  title: text('title').notNull(),
  chairs: jsonb('chairs').$type<readonly Speaker[]>().notNull(),
  plannedStart: doublePrecision('planned_start').notNull(),
  plannedMinutes: doublePrecision('planned_minutes').notNull(),
  key: text('key'),
  createdAt: doublePrecision('created_at').notNull(),
});
