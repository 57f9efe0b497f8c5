/** The table of reminders; server/db/migrations makes it. Times are epoch ms. */
import { bigint, doublePrecision, integer, pgTable, text, unique } from 'drizzle-orm/pg-core';

export const reminderTable = pgTable(
  'reminder',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedByDefaultAsIdentity(),
    conferenceId: text('conference_id').notNull(),
    userId: text('user_id').notNull(),
    /** '': the start of the conference. */
    talkId: text('talk_id').notNull(),
    createdAt: doublePrecision('created_at').notNull(),
    sentAt: doublePrecision('sent_at'),
    attempts: integer('attempts').notNull(),
  },
  (table) => [unique().on(table.conferenceId, table.userId, table.talkId)],
);
