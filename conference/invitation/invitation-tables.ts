/** Tables of invitations; server/db/migrations makes them. */
import { integer, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import type { ConferenceRole } from '#contracts/roles.ts';

const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

export const invitationTable = pgTable('invitation', {
  id: text('id').primaryKey(),
  conferenceId: text('conference_id').notNull(),
  tokenHash: text('token_hash').notNull(),
  roles: jsonb('roles').$type<ConferenceRole[]>().notNull(),
  sentTo: text('sent_to'),
  note: text('note').notNull(),
  uses: integer('uses').notNull(),
  used: integer('used').notNull(),
  createdAt: moment('created_at').notNull(),
  createdBy: text('created_by').notNull(),
  expiresAt: moment('expires_at').notNull(),
  revokedAt: moment('revoked_at'),
});

export const invitationUseTable = pgTable(
  'invitation_use',
  {
    invitationId: text('invitation_id').notNull(),
    userId: text('user_id').notNull(),
    at: moment('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.invitationId, table.userId] })],
);
