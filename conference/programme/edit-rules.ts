/** The director's changes of what is planned: delay, swap, move of a session. Pure; only what has not begun moves. */
import type { SessionRecord } from '../session/session.ts';
import { sessionEnd } from '../session/session.ts';
import type { TalkRecord } from '../talk/talk.ts';
import { hasBegun } from './change.ts';
import { wallOf } from './zone.ts';

export type Moved = { readonly talks: TalkRecord[]; readonly sessions: SessionRecord[] };
export type Scope = 'talk' | 'session' | 'day';

const minuteMs = 60_000;
const endOf = ({ plannedStart, plannedMinutes }: TalkRecord): number =>
  (plannedStart ?? 0) + (plannedMinutes ?? 0) * minuteMs;

/**
 * 顺延: from this talk on, what is planned in the scope moves by so many minutes (negative: earlier). Sessions of which nothing has
 * begun move with their talks; one that has begun grows with what it holds.
 * @param talks of the talk's venue @param sessions of the same venue
 */
export function delayed(
  first: TalkRecord,
  talks: readonly TalkRecord[],
  sessions: readonly SessionRecord[],
  options: { readonly minutes: number; readonly scope: Scope; readonly timeZone: string },
): Moved {
  const { minutes, scope, timeZone } = options;
  const from = first.plannedStart;
  if (from === null) return { talks: [], sessions: [] };
  const day = wallOf(from, timeZone).date;
  const within = (talk: TalkRecord): boolean => {
    if (talk.id === first.id) return true;
    if (scope === 'talk' || talk.plannedStart === null || hasBegun(talk)) return false;
    const follows =
      talk.plannedStart > from || (talk.plannedStart === from && talk.position > first.position);
    if (!follows || wallOf(talk.plannedStart, timeZone).date !== day) return false;
    return scope === 'day' || talk.sessionId === first.sessionId;
  };
  const by = minutes * minuteMs;
  const moved = talks
    .filter(within)
    .map((talk) => ({ ...talk, plannedStart: (talk.plannedStart ?? 0) + by }));
  return { talks: moved, sessions: followed(talks, moved, sessions, { from, by, scope, day, timeZone }) };
}

function followed(
  talks: readonly TalkRecord[],
  moved: readonly TalkRecord[],
  sessions: readonly SessionRecord[],
  {
    from,
    by,
    scope,
    day,
    timeZone,
  }: { from: number; by: number; scope: Scope; day: string; timeZone: string },
): SessionRecord[] {
  const newer = new Map(moved.map((talk) => [talk.id, talk]));
  return sessions.flatMap((session): SessionRecord[] => {
    const own = talks.filter(({ sessionId }) => sessionId === session.id);
    const touched = own.some(({ id }) => newer.has(id));
    const later =
      scope === 'day' && session.plannedStart > from && wallOf(session.plannedStart, timeZone).date === day;
    if (!touched && !(later && own.length === 0)) return [];
    if (scope !== 'talk' && own.every(({ id }) => newer.has(id)))
      return [{ ...session, plannedStart: session.plannedStart + by }];
    const end = Math.max(...own.map((talk) => endOf(newer.get(talk.id) ?? talk)));
    if (end <= sessionEnd(session)) return [];
    return [{ ...session, plannedMinutes: Math.min(1440, (end - session.plannedStart) / minuteMs) }];
  });
}

/**
 * Two talks change places: venue, session, time, order. Side by side in one venue the second one begins where the first then ends,
 * for their lengths may differ.
 */
export function swapped(a: TalkRecord, b: TalkRecord): [TalkRecord, TalkRecord] {
  const [first, second] = (a.plannedStart ?? 0) <= (b.plannedStart ?? 0) ? [a, b] : [b, a];
  const place = ({ venueId, sessionId, plannedStart, position }: TalkRecord) => ({
    ...{ venueId, sessionId, plannedStart, position },
  });
  const later: TalkRecord = { ...second, ...place(first) };
  const earlier: TalkRecord = { ...first, ...place(second) };
  const adjacent =
    first.venueId === second.venueId &&
    first.plannedStart !== null &&
    first.plannedMinutes !== null &&
    second.plannedMinutes !== null &&
    second.plannedStart === endOf(first);
  const settled = adjacent
    ? { ...earlier, plannedStart: (first.plannedStart ?? 0) + (second.plannedMinutes ?? 0) * minuteMs }
    : earlier;
  return first === a ? [settled, later] : [later, settled];
}

/** The session of the venue that a time falls into; the shortest of several. */
export function sessionAt(
  sessions: readonly SessionRecord[],
  venueId: string,
  start: number,
): SessionRecord | undefined {
  return sessions
    .filter(
      (session) =>
        session.venueId === venueId && session.plannedStart <= start && start < sessionEnd(session),
    )
    .sort((a, b) => a.plannedMinutes - b.plannedMinutes)[0];
}
