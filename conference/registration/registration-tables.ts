/** The table of registrations; server/db/migrations makes it. Times are epoch ms. */
import { bigint, doublePrecision, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { RegistrationState } from '#contracts/access.ts';
import type { RegistrationAnswers } from '#contracts/registration.ts';

export const registrationTable = pgTable(
  'registration',
  {
    conferenceId: text('conference_id').notNull(),
    userId: text('user_id').notNull(),
    state: text('state').$type<RegistrationState>().notNull(),
    place: bigint('place', { mode: 'number' }).notNull(),
    answers: jsonb('answers').$type<RegistrationAnswers>().notNull(),
    name: text('name').notNull(),
    hospital: text('hospital').notNull(),
    note: text('note').notNull(),
    createdAt: doublePrecision('created_at').notNull(),
    decidedAt: doublePrecision('decided_at'),
    decidedBy: text('decided_by'),
  },
  (table) => [primaryKey({ columns: [table.conferenceId, table.userId] })],
);
export type RegistrationRow = typeof registrationTable.$inferSelect;
