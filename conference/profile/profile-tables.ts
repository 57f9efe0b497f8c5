/** What a person told about themselves; server/db/migrations makes the table. */
import { jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import type { Profile } from '#contracts/profile.ts';

export const profileTable = pgTable('profile', {
  userId: text('user_id').primaryKey(),
  answers: jsonb('answers').$type<Partial<Omit<Profile, 'phone'>>>().notNull(),
  updatedAt: timestamp('updated_at', { withTimezone: true, precision: 3 }).notNull(),
});
