/** Tables of the programme's history and of sources kept elsewhere; server/db/migrations makes them. */
import {
  bigint,
  bigserial,
  boolean,
  doublePrecision,
  integer,
  jsonb,
  pgTable,
  text,
} from 'drizzle-orm/pg-core';
import type { ProgrammeSource } from '#contracts/conference.ts';
import type { ChangeContent, Summary } from './change.ts';

export const changeTable = pgTable('programme_change', {
  id: bigserial('id', { mode: 'number' }).primaryKey(),
  conferenceId: text('conference_id').notNull(),
  at: doublePrecision('at').notNull(),
  actorId: text('actor_id').notNull(),
  actorName: text('actor_name').notNull(),
  kind: text('kind').notNull(),
  summary: jsonb('summary').$type<Summary>().notNull(),
  content: jsonb('content').$type<ChangeContent>().notNull(),
  undone: boolean('undone').notNull(),
  undoes: bigint('undoes', { mode: 'number' }),
});

export const sourceTable = pgTable('programme_source', {
  id: text('id').primaryKey(),
  conferenceId: text('conference_id').notNull(),
  url: text('url').notNull(),
  everyMinutes: integer('every_minutes').notNull(),
  cancelMissing: boolean('cancel_missing').notNull(),
  createdAt: doublePrecision('created_at').notNull(),
  askedAt: doublePrecision('asked_at'),
  seen: text('seen'),
  result: jsonb('result').$type<NonNullable<ProgrammeSource['result']>>(),
});
