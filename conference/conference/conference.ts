/** A conference as the server holds it. */
import type { ConferenceSettings, ConferenceState } from '#contracts/conference.ts';

export type ConferenceRecord = {
  readonly id: string;
  readonly slug: string;
  readonly settings: ConferenceSettings;
  readonly state: ConferenceState;
  /** Epoch ms. */
  readonly createdAt: number;
};

/** Every conference, in memory. */
export interface ConferenceDirectory {
  get(id: string): ConferenceRecord | undefined;
  bySlug(slug: string): ConferenceRecord | undefined;
  /** In the order they were created. */
  list(): readonly ConferenceRecord[];
}
