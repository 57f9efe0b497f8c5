/** Table of uploaded pictures and videos by conference; server/db/migrations makes it. */
import { pgTable, text, timestamp } from 'drizzle-orm/pg-core';

export const conferenceFileTable = pgTable('conference_file', {
  name: text('name').primaryKey(),
  conferenceId: text('conference_id').notNull(),
  createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull(),
});
