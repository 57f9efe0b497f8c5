/** Tables of speakers' contacts and consents; server/db/migrations makes them. Times are epoch ms. */
import { bigint, doublePrecision, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import type { ConsentAnswer } from '#contracts/access.ts';

export const conferencePersonTable = pgTable('conference_person', {
  id: text('id').primaryKey(),
  conferenceId: text('conference_id').notNull(),
  name: text('name').notNull(),
  unit: text('unit').notNull(),
  phoneSealed: text('phone_sealed'),
  phoneMark: text('phone_mark'),
  phoneShown: text('phone_shown').notNull(),
  emailSealed: text('email_sealed'),
  createdAt: doublePrecision('created_at').notNull(),
});
export type ContactRow = typeof conferencePersonTable.$inferSelect;

export const consentTable = pgTable('consent', {
  id: text('id').primaryKey(),
  conferenceId: text('conference_id').notNull(),
  talkId: text('talk_id').notNull(),
  personId: text('person_id').notNull(),
  askedAt: doublePrecision('asked_at'),
  openedAt: doublePrecision('opened_at'),
  remindedAt: doublePrecision('reminded_at'),
  reminders: integer('reminders').notNull(),
  answer: jsonb('answer').$type<ConsentAnswer>(),
  answeredAt: doublePrecision('answered_at'),
  answeredBy: text('answered_by').$type<'speaker' | 'staff'>(),
  note: text('note').notNull(),
});
export type ConsentRow = typeof consentTable.$inferSelect;

export const consentLinkTable = pgTable('consent_link', {
  tokenHash: text('token_hash').primaryKey(),
  consentId: text('consent_id').notNull(),
  createdAt: doublePrecision('created_at').notNull(),
  until: doublePrecision('until').notNull(),
});
export type ConsentLinkRow = typeof consentLinkTable.$inferSelect;

export const consentAnswerTable = pgTable('consent_answer', {
  id: bigint('id', { mode: 'number' }).primaryKey().generatedByDefaultAsIdentity(),
  consentId: text('consent_id').notNull(),
  at: doublePrecision('at').notNull(),
  by: text('by').notNull(),
  answer: jsonb('answer').$type<ConsentAnswer>(),
  note: text('note').notNull(),
});
