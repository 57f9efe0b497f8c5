/** Who has which role in a conference; server/db/migrations makes the table. */
import { pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { ConferenceRole } from '#contracts/roles.ts';

export const memberTable = pgTable(
  'conference_member',
  {
    conferenceId: text('conference_id').notNull(),
    userId: text('user_id').notNull(),
    role: text('role').$type<ConferenceRole>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.conferenceId, table.userId, table.role] })],
);
