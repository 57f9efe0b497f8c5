/** A talk as the server holds it, and the directory that everyone else asks: talks are in memory, never looked up in the database. */
import type { TalkChange, TalkType } from '#contracts/conference.ts';
import type { PlannedTalk, Speaker } from '#contracts/events.ts';
import type { Talk } from '#contracts/talk.ts';

export type TalkState = Talk['state'];

export type TalkRecord = {
  readonly id: string;
  readonly venueId: string;
  /** Order in the venue, 0, 1, 2… */
  readonly position: number;
  readonly title: string;
  readonly speakers: readonly Speaker[];
  /** Epoch ms; null: not planned by the clock. */
  readonly plannedStart: number | null;
  readonly plannedMinutes: number | null;
  readonly download: Talk['download'];
  readonly state: TalkState;
  /** Epoch ms on the timeline, where parts of the picture meet. */
  readonly actualStart: number | null;
  readonly actualEnd: number | null;
  /** Of the same venue; null: of none. */
  readonly sessionId: string | null;
  readonly type: TalkType;
  readonly abstract: string;
  /** Of an import; a re-import updates by it. */
  readonly key: string | null;
  /** Since the programme was first published. */
  readonly changed: TalkChange | null;
  /** Epoch ms. */
  readonly createdAt: number;
};

/** What the decks say of a talk. */
export interface TalkDecks {
  /** Its newest version. */
  newest(talkId: string): Talk['deck'];
  /** What viewers may download of it, by the talk's own rule (`download`). */
  courseware(talk: TalkRecord): PlannedTalk['courseware'];
}

/** Every talk, in memory. */
export interface TalkDirectory {
  get(id: string): TalkRecord | undefined;
  /** In the order of the venue. */
  list(venueId: string): readonly TalkRecord[];
  /** Called after a talk is gone (also with its venue), so that what hangs on it can go too. Returns what ends it. */
  onRemoved(hook: (talk: TalkRecord) => void): () => void;
  /** A deck of the talk was added, became ready, or was removed: viewers and desks are told. */
  deckChanged(talkId: string): void;
  /** Where talks ask for their decks; before this is called a talk has none. */
  decksFrom(decks: TalkDecks): void;
}
