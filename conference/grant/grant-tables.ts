/** The table of grants; server/db/migrations makes it. Times are epoch ms. */
import { doublePrecision, integer, pgTable, text } from 'drizzle-orm/pg-core';
import type { Thing } from '#contracts/access.ts';

export const accessGrantTable = pgTable('access_grant', {
  id: text('id').primaryKey(),
  conferenceId: text('conference_id').notNull(),
  userId: text('user_id'),
  phoneMark: text('phone_mark'),
  phoneShown: text('phone_shown').notNull(),
  thingKind: text('thing_kind').$type<Thing['kind']>().notNull(),
  thingId: text('thing_id').notNull(),
  fen: integer('fen').notNull(),
  note: text('note').notNull(),
  source: text('source').$type<'staff' | 'order'>().notNull(),
  orderId: text('order_id').unique(),
  createdAt: doublePrecision('created_at').notNull(),
  createdBy: text('created_by').notNull(),
  revokedAt: doublePrecision('revoked_at'),
  revokedBy: text('revoked_by'),
});
export type GrantRow = typeof accessGrantTable.$inferSelect;
