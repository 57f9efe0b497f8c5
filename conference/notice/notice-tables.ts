/** The table of messages to be sent; server/db/migrations makes it. Times are epoch ms. */
import { bigint, doublePrecision, integer, pgTable, text } from 'drizzle-orm/pg-core';

export const noticeTable = pgTable('notice', {
  id: bigint('id', { mode: 'number' }).primaryKey().generatedByDefaultAsIdentity(),
  conferenceId: text('conference_id').notNull(),
  userId: text('user_id'),
  phoneSealed: text('phone_sealed'),
  emailSealed: text('email_sealed'),
  purpose: text('purpose').notNull(),
  sealed: text('sealed').notNull(),
  createdAt: doublePrecision('created_at').notNull(),
  dueAt: doublePrecision('due_at').notNull(),
  until: doublePrecision('until').notNull(),
  attempts: integer('attempts').notNull(),
  state: text('state').$type<'waiting' | 'sent' | 'failed'>().notNull(),
  failure: text('failure'),
});
