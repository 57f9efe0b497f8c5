/** One act on the programme, small or large: what it does to talks and sessions, and how it is taken back. Pure. */
import { isDeepStrictEqual } from 'node:util';
import type { TalkChange } from '#contracts/conference.ts';
import type { SessionRecord } from '../session/session.ts';
import type { TalkRecord } from '../talk/talk.ts';

/** Chinese and English. */
export type Summary = { readonly zh: string; readonly en: string };

/** What an edit wants: new records in full, and what goes. */
export type Draft = {
  readonly kind: string;
  readonly summary: Summary;
  readonly talks?: readonly TalkRecord[];
  readonly removedTalks?: readonly TalkRecord[];
  readonly sessions?: readonly SessionRecord[];
  readonly removedSessions?: readonly SessionRecord[];
  /** `given`: positions are set by the edit itself; else talks that moved are put where their time says. */
  readonly places?: 'by-time' | 'given';
  /** The change this one takes back. */
  readonly undoes?: number;
  /** The `changed` marks are part of the edit. */
  readonly marked?: true;
};

/** Of a talk: what an edit may set. What the director and the recording did is not among it. */
export type TalkContent = Omit<
  TalkRecord,
  'state' | 'actualStart' | 'actualEnd' | 'position' | 'createdAt'
> & {
  readonly cancelled: boolean;
};
export type ChangeContent = {
  readonly talks: readonly Pair<TalkContent>[];
  readonly sessions: readonly Pair<SessionRecord>[];
  /** Orders of venues that were set by hand. */
  readonly orders: readonly {
    readonly venueId: string;
    readonly before: readonly string[];
    readonly after: readonly string[];
  }[];
};
/** Null: it was not there. */
export type Pair<T> = { readonly before: T | null; readonly after: T | null };

export function contentOf(talk: TalkRecord): TalkContent {
  const { state, actualStart: _, actualEnd: __, position: ___, createdAt: ____, ...content } = talk;
  return { ...content, cancelled: state === 'cancelled' };
}

/** Order of keys does not matter: records come from memory and from the database. */
export const sameContent = (a: unknown, b: unknown): boolean => isDeepStrictEqual(a, b);

export const hasBegun = ({ state }: Pick<TalkRecord, 'state'>): boolean =>
  state === 'now' || state === 'done';

/** What viewers must be told of a published talk that is other than it was. */
export function markedChange(
  before: TalkRecord | undefined,
  after: TalkRecord,
  now: number,
): TalkChange | null {
  if (!before) return { at: now, what: ['new'] };
  const what = new Set(before.changed?.what ?? []);
  const size = what.size;
  let fresh = false;
  const mark = (kind: TalkChange['what'][number], differs: boolean): void => {
    if (!differs) return;
    what.add(kind);
    fresh = true;
  };
  mark(
    'time',
    before.plannedStart !== after.plannedStart ||
      (before.plannedMinutes !== after.plannedMinutes && before.plannedMinutes !== null),
  );
  mark('venue', before.venueId !== after.venueId);
  mark('speaker', !sameContent(before.speakers, after.speakers));
  mark('title', before.title !== after.title);
  if (before.state !== 'cancelled' && after.state === 'cancelled') mark('cancelled', true);
  if (before.state === 'cancelled' && after.state === 'planned') {
    what.delete('cancelled');
    fresh = true;
  }
  if (!fresh && what.size === size) return before.changed;
  return what.size === 0 ? null : { at: now, what: [...what] };
}

/**
 * Talks of a venue with those that moved put where their time says: after the last one that has begun or begins no later. Those
 * without a time stay where they were; new ones come last. Positions 0, 1, 2…; only those that differ.
 */
export function placed(talks: readonly TalkRecord[], moved: ReadonlySet<string>): TalkRecord[] {
  const order = talks.filter(({ id }) => !moved.has(id));
  const byTime = talks.filter(({ id, plannedStart }) => moved.has(id) && plannedStart !== null);
  for (const talk of byTime.toSorted(
    (a, b) => (a.plannedStart ?? 0) - (b.plannedStart ?? 0) || a.position - b.position,
  )) {
    const start = talk.plannedStart ?? 0;
    const after = order.findLastIndex(
      (other) => hasBegun(other) || (other.plannedStart !== null && other.plannedStart <= start),
    );
    order.splice(after + 1, 0, talk);
  }
  for (const talk of talks)
    if (moved.has(talk.id) && talk.plannedStart === null)
      order.splice(Math.min(order.length, Math.max(0, talk.position)), 0, talk);
  return order.flatMap((talk, position) => (talk.position === position ? [] : [{ ...talk, position }]));
}
