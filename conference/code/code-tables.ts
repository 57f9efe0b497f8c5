/** Tables of invite codes; server/db/migrations makes them. Times are epoch ms. */
import { bigint, doublePrecision, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';

export const codeBatchTable = pgTable('code_batch', {
  id: text('id').primaryKey(),
  conferenceId: text('conference_id').notNull(),
  name: text('name').notNull(),
  codes: integer('codes').notNull(),
  uses: integer('uses').notNull(),
  expiresAt: doublePrecision('expires_at'),
  createdAt: doublePrecision('created_at').notNull(),
  createdBy: text('created_by').notNull(),
  revokedAt: doublePrecision('revoked_at'),
});
export type CodeBatchRow = typeof codeBatchTable.$inferSelect;

export const inviteCodeTable = pgTable('invite_code', {
  id: bigint('id', { mode: 'number' }).primaryKey().generatedByDefaultAsIdentity(),
  batchId: text('batch_id').notNull(),
  mark: text('mark').notNull().unique(),
  sealed: text('sealed').notNull(),
  used: integer('used').notNull(),
});

export const codeUseTable = pgTable(
  'code_use',
  {
    codeId: bigint('code_id', { mode: 'number' }).notNull(),
    batchId: text('batch_id').notNull(),
    conferenceId: text('conference_id').notNull(),
    userId: text('user_id').notNull(),
    at: doublePrecision('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.codeId, table.userId] })],
);
