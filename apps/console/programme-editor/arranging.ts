/** What a move, a resize or a key does to the programme: as the server will do it, so that the page can show it at once. Pure. */
import type { Arrangement, Session } from '#contracts/conference.ts';
import type { Talk } from '#contracts/talk.ts';
import type { Programme } from './day-layout.ts';
import { minuteMs, snapMinutes, snapped } from './time-axis.ts';

export const canMove = (talk: Talk): boolean => talk.state === 'planned' || talk.state === 'cancelled';

/** A session stays where it is once one of its talks has begun. */
export const canMoveSession = (id: string, talks: readonly Talk[]): boolean =>
  talks.every((talk) => talk.sessionId !== id || canMove(talk));

export type Shift = {
  /** Ms, signed. */
  readonly by: number;
  /** Columns to the right. */
  readonly columns: number;
};
export type Bounds = {
  readonly venueIds: readonly string[];
  /** Epoch ms: nothing is moved to begin before, or to end after. */
  readonly from: number;
  readonly to: number;
};

type Thing = {
  readonly id: string;
  readonly venueId: string;
  readonly plannedStart: number;
  readonly plannedMinutes: number | null;
};

/** The chosen things that can be moved; talks of a chosen session move with it and are not named. */
export function movables({ sessions, talks }: Programme, ids: ReadonlySet<string>) {
  const chosen = sessions.filter(({ id }) => ids.has(id) && canMoveSession(id, talks));
  const carried = new Set(chosen.map(({ id }) => id));
  const own = talks.filter(
    (talk) => ids.has(talk.id) && canMove(talk) && !(talk.sessionId !== null && carried.has(talk.sessionId)),
  );
  return { sessions: chosen, talks: own };
}

/** The same shift, kept so small that everything stays in the day and beside a venue. */
export function bounded(things: readonly Thing[], shift: Shift, { venueIds, from, to }: Bounds): Shift {
  const places = things.map(({ venueId }) => venueIds.indexOf(venueId)).filter((place) => place >= 0);
  const least = -Math.min(...places, venueIds.length);
  const most = venueIds.length - 1 - Math.max(...places, 0);
  const earliest = Math.min(...things.map(({ plannedStart }) => plannedStart));
  const latest = Math.max(
    ...things.map(({ plannedStart, plannedMinutes }) => plannedStart + (plannedMinutes ?? 0) * minuteMs),
  );
  const clamp = (value: number, low: number, high: number) => Math.max(low, Math.min(high, value));
  return {
    // What lies outside already may stay there.
    by: clamp(shift.by, Math.min(0, from - earliest), Math.max(0, to - latest)),
    columns: places.length === 0 ? 0 : clamp(shift.columns, least, most),
  };
}

/** Undefined: nothing would move. */
export function shifted(
  programme: Programme,
  ids: ReadonlySet<string>,
  shift: Shift,
  bounds: Bounds,
): Arrangement | undefined {
  const { sessions, talks } = movables(programme, ids);
  const timed = talks.flatMap((talk) =>
    talk.plannedStart === null ? [] : [{ ...talk, plannedStart: talk.plannedStart }],
  );
  const things: Thing[] = [...sessions, ...timed];
  if (things.length === 0) return undefined;
  const { by, columns } = bounded(things, shift, bounds);
  if (by === 0 && columns === 0) return undefined;
  const place = ({ id, venueId, plannedStart }: Thing) => {
    const to = bounds.venueIds[bounds.venueIds.indexOf(venueId) + columns];
    return {
      id,
      ...(columns !== 0 && to !== undefined ? { venueId: to } : {}),
      plannedStart: plannedStart + by,
    };
  };
  return { sessions: sessions.map(place), talks: timed.map(place) };
}

/** The time shift that puts a thing on the 5-minute grid nearest to where it is held. */
export const snappedBy = (start: number, by: number): number => snapped(start + by) - start;

/** A new length with the end on the 5-minute grid; at least 5 minutes, at most a day. Undefined: as it was, or it cannot be. */
export function resized(programme: Programme, id: string, end: number): Arrangement | undefined {
  const session = programme.sessions.find((one) => one.id === id);
  const talk = programme.talks.find((one) => one.id === id);
  const start = session?.plannedStart ?? talk?.plannedStart ?? null;
  if (start === null || (talk && !canMove(talk))) return undefined;
  const minutes = Math.max(snapMinutes, Math.min(1440, Math.round((snapped(end) - start) / minuteMs)));
  if (minutes === (session ?? talk)?.plannedMinutes) return undefined;
  const one = { id, plannedMinutes: minutes };
  return session ? { sessions: [one], talks: [] } : { sessions: [], talks: [one] };
}

/** The programme after it, as the server will answer: sessions carry their talks, a talk joins the session it falls into. */
export function arranged<P extends Programme>(programme: P, { sessions, talks }: Arrangement): P {
  const before = new Map(programme.sessions.map((session) => [session.id, session]));
  const changed = new Map(
    sessions.flatMap((change) => {
      const session = before.get(change.id);
      return session ? [[change.id, { ...session, ...given(change) }] as const] : [];
    }),
  );
  const named = new Map(talks.map((change) => [change.id, change]));
  const all = programme.sessions.map((session): Session => changed.get(session.id) ?? session);
  return {
    ...programme,
    sessions: all,
    talks: programme.talks.map((talk): Talk => {
      const change = named.get(talk.id);
      if (!change) return carried(talk, before, changed);
      const after = { ...talk, ...given(change) };
      if (after.venueId === talk.venueId && after.plannedStart === talk.plannedStart) return after;
      return { ...after, sessionId: sessionAt(all, after.venueId, after.plannedStart) };
    }),
  };
}

function carried(
  talk: Talk,
  before: ReadonlyMap<string, Session>,
  changed: ReadonlyMap<string, Session>,
): Talk {
  const from = talk.sessionId === null ? undefined : before.get(talk.sessionId);
  const to = from && changed.get(from.id);
  if (!from || !to || talk.venueId !== from.venueId || !canMove(talk)) return talk;
  const by = to.plannedStart - from.plannedStart;
  if (by === 0 && to.venueId === from.venueId) return talk;
  const plannedStart = talk.plannedStart === null ? null : talk.plannedStart + by;
  return { ...talk, venueId: to.venueId, plannedStart };
}

/** The shortest session of the venue that a moment falls into. */
function sessionAt(sessions: readonly Session[], venueId: string, at: number | null): string | null {
  if (at === null) return null;
  const holding = sessions.filter(
    (session) =>
      session.venueId === venueId &&
      session.plannedStart <= at &&
      at < session.plannedStart + session.plannedMinutes * minuteMs,
  );
  return holding.sort((a, b) => a.plannedMinutes - b.plannedMinutes)[0]?.id ?? null;
}

const given = <T extends object>(change: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as never;

/** Everything that is not where it was. */
export function movedIds(before: Programme, after: Programme): Set<string> {
  const known = new Map<string, Talk | Session>(
    [...before.talks, ...before.sessions].map((one) => [one.id, one]),
  );
  return new Set(
    [...after.talks, ...after.sessions].flatMap((one) => {
      const old = known.get(one.id);
      const same =
        old?.venueId === one.venueId &&
        old.plannedStart === one.plannedStart &&
        old.plannedMinutes === one.plannedMinutes &&
        ('state' in old ? old.state : '') === ('state' in one ? one.state : '');
      return same ? [] : [one.id];
    }),
  );
}
