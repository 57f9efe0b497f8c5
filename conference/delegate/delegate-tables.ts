/** Tables of delegate lists; server/db/migrations makes them. Times are epoch ms. */
import { bigint, doublePrecision, pgTable, text } from 'drizzle-orm/pg-core';

export const delegateListTable = pgTable('delegate_list', {
  id: text('id').primaryKey(),
  conferenceId: text('conference_id').notNull(),
  name: text('name').notNull(),
  createdAt: doublePrecision('created_at').notNull(),
  importedAt: doublePrecision('imported_at'),
});
export type DelegateListRow = typeof delegateListTable.$inferSelect;

export const delegateTable = pgTable('delegate', {
  id: bigint('id', { mode: 'number' }).primaryKey().generatedByDefaultAsIdentity(),
  listId: text('list_id').notNull(),
  conferenceId: text('conference_id').notNull(),
  key: text('key').notNull(),
  phoneMark: text('phone_mark'),
  phoneShown: text('phone_shown').notNull(),
  idMark: text('id_mark'),
  name: text('name').notNull(),
  unit: text('unit').notNull(),
  tier: text('tier').notNull(),
  holder: text('holder'),
  heldBy: text('held_by').$type<'phone' | 'id'>(),
});
