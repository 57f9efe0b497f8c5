/** What was sent, for budgets and counts; the number only as a keyed hash. */
import { bigserial, boolean, index, pgTable, text, timestamp } from 'drizzle-orm/pg-core';

export const smsSentTable = pgTable(
  'sms_sent',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    at: timestamp('at', { withTimezone: true, precision: 3 }).notNull(),
    phoneHash: text('phone_hash').notNull(),
    client: text('client'),
    purpose: text('purpose').notNull(),
    /** The provider took it. What it refused counts in budgets too. */
    taken: boolean('taken').notNull(),
  },
  (table) => [
    index('sms_sent_phone').on(table.phoneHash, table.at),
    index('sms_sent_client').on(table.client, table.at),
    index('sms_sent_at').on(table.at),
  ],
);
