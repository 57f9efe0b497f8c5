/** A session of the programme as the server holds it: talks of a venue under one title, with chairs. */
import type { Speaker } from '#contracts/events.ts';

export type SessionRecord = {
  readonly id: string;
  readonly conferenceId: string;
  readonly venueId: string;
  readonly title: string;
  readonly chairs: readonly Speaker[];
  /** Epoch ms. */
  readonly plannedStart: number;
  readonly plannedMinutes: number;
  /** Of an import; a re-import updates by it. */
  readonly key: string | null;
  /** Epoch ms. */
  readonly createdAt: number;
};

/** Every session, in memory. */
export interface SessionDirectory {
  get(id: string): SessionRecord | undefined;
  /** In the order of their times. */
  list(conferenceId: string): readonly SessionRecord[];
}

export const sessionEnd = ({ plannedStart, plannedMinutes }: SessionRecord): number =>
  plannedStart + plannedMinutes * 60_000;
