/** A venue as the server holds it: its settings, its stream keys and the secret that signs push addresses. */
import type { TrackName } from '#contracts/media-urls.ts';
import type { VenueSettings } from '#contracts/venue.ts';

export type StreamKey = {
  readonly key: string;
  /** The operator cut this key's publisher; it stays refused until unblocked. */
  readonly blocked: boolean;
};

export type VenueRecord = {
  readonly id: string;
  readonly conferenceId: string;
  /** Order in the conference, 0, 1, 2… */
  readonly position: number;
  readonly settings: VenueSettings;
  readonly keys: Readonly<Record<TrackName, StreamKey>>;
  /** HMAC key of signed push addresses; never leaves the server. */
  readonly pushSecret: string;
  /** Epoch ms. */
  readonly createdAt: number;
};

export type KeyMatch = { readonly venue: VenueRecord; readonly track: TrackName; readonly key: StreamKey };

/** Every venue, in memory: ingest and media ask this and never the database. */
export interface VenueDirectory {
  get(id: string): VenueRecord | undefined;
  /** Of one conference, in its order; or all, in the order they were created. */
  list(conferenceId?: string): readonly VenueRecord[];
  findKey(streamKey: string): KeyMatch | undefined;
}
