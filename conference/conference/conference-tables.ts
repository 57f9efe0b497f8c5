/** Table of conferences; server/db/migrations makes it. */
import { jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import type { ConferenceSettings, ConferenceState } from '#contracts/conference.ts';

export const conferenceTable = pgTable('conference', {
  id: text('id').primaryKey(),
  slug: text('slug').notNull().unique(),
  settings: jsonb('settings').$type<ConferenceSettings>().notNull(),
  state: text('state').$type<ConferenceState>().notNull(),
  createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull(),
});
