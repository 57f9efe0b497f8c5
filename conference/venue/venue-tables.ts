/** Tables of venues and their stream keys; server/db/migrations makes them. */
import { boolean, integer, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import type { TrackName } from '#contracts/media-urls.ts';
import type { VenueSettings } from '#contracts/venue.ts';

export const venueTable = pgTable('venue', {
  id: text('id').primaryKey(),
  conferenceId: text('conference_id').notNull(),
  position: integer('position').notNull(),
  settings: jsonb('settings').$type<VenueSettings>().notNull(),
  pushSecret: text('push_secret').notNull(),
  createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull(),
});

export const streamKeyTable = pgTable('stream_key', {
  venueId: text('venue_id').notNull(),
  track: text('track').$type<TrackName>().notNull(),
  key: text('key').notNull().unique(),
  blocked: boolean('blocked').notNull(),
});
