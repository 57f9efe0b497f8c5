/** Tables of decks and their pages; server/db/migrations makes them. */
import { bigint, boolean, integer, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import type { Deck, DeckPage } from '#contracts/deck.ts';
import type { DeckFile } from './deck.ts';

const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

export const deckTable = pgTable('deck', {
  id: text('id').primaryKey(),
  talkId: text('talk_id').notNull(),
  venueId: text('venue_id').notNull(),
  version: integer('version').notNull(),
  uploadId: text('upload_id').notNull().unique(),
  name: text('name').notNull(),
  bytes: bigint('bytes', { mode: 'number' }).notNull(),
  files: jsonb('files').$type<DeckFile[]>().notNull(),
  state: text('state').$type<Deck['state']>().notNull(),
  done: integer('done').notNull(),
  total: integer('total').notNull(),
  error: jsonb('error').$type<NonNullable<Deck['error']>>(),
  losses: jsonb('losses').$type<Deck['losses']>().notNull(),
  fonts: jsonb('fonts').$type<Deck['fonts']>().notNull(),
  pdfBytes: bigint('pdf_bytes', { mode: 'number' }),
  attempts: integer('attempts').notNull(),
  createdAt: moment('created_at').notNull(),
  removedAt: moment('removed_at'),
});

export const deckPageTable = pgTable(
  'deck_page',
  {
    deckId: text('deck_id').notNull(),
    page: integer('page').notNull(),
    content: jsonb('content').$type<DeckPage>().notNull(),
    shown: boolean('shown').notNull(),
  },
  (table) => [primaryKey({ columns: [table.deckId, table.page] })],
);
