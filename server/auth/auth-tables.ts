/** Tables of log-in besides better-auth's own: codes sent to phones, and what may be used once. */
import { integer, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';

const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

export const phoneCodeTable = pgTable(
  'phone_code',
  {
    phoneHash: text('phone_hash').notNull(),
    purpose: text('purpose').notNull(),
    codeHash: text('code_hash').notNull(),
    tries: integer('tries').notNull(),
    expiresAt: moment('expires_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.phoneHash, table.purpose] })],
);

export const ticketTable = pgTable('auth_ticket', {
  idHash: text('id_hash').primaryKey(),
  kind: text('kind').notNull(),
  data: jsonb('data').$type<Readonly<Record<string, string>>>().notNull(),
  expiresAt: moment('expires_at').notNull(),
});
