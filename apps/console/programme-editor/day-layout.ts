/** A day of the programme as columns of venues: sessions as frames, talks as blocks, side by side where they overlap. Pure. */
import type { Session } from '#contracts/conference.ts';
import type { Talk } from '#contracts/talk.ts';
import { boundsOf, minuteMs, type Span } from './time-axis.ts';

/** A talk without a length is drawn this long, minutes. */
export const assumedMinutes = 15;

export type Laid = Span & {
  /** Of so many side by side, from the left. */
  readonly lane: number;
  readonly lanes: number;
};
export type TalkBlock = Laid & { readonly kind: 'talk'; readonly id: string; readonly talk: Talk };
export type SessionFrame = Laid & {
  readonly kind: 'session';
  readonly id: string;
  readonly session: Session;
};
export type Block = TalkBlock | SessionFrame;
export type Column = {
  readonly venueId: string;
  readonly sessions: readonly SessionFrame[];
  readonly talks: readonly TalkBlock[];
};
export type Programme = { readonly sessions: readonly Session[]; readonly talks: readonly Talk[] };

export const spanOf = (plannedStart: number, plannedMinutes: number | null): Span => ({
  from: plannedStart,
  to: plannedStart + (plannedMinutes ?? assumedMinutes) * minuteMs,
});

/** Columns in the order of the venues; those without anything too, so that something can be dropped there. */
export function layDay(
  { sessions, talks }: Programme,
  day: string,
  venueIds: readonly string[],
  timeZone: string,
): Column[] {
  // Two comparisons a talk: asking the calendar for each would take a tenth of a second for two thousand.
  const { from, to } = boundsOf(day, timeZone);
  const isOn = (at: number) => at >= from && at < to;
  const frames = new Map<string, Omit<SessionFrame, keyof Laid>[]>();
  const blocks = new Map<string, Omit<TalkBlock, keyof Laid>[]>();
  for (const session of sessions)
    if (isOn(session.plannedStart))
      grow(frames, session.venueId, { kind: 'session', id: session.id, session });
  for (const talk of talks)
    if (talk.plannedStart !== null && isOn(talk.plannedStart))
      grow(blocks, talk.venueId, { kind: 'talk', id: talk.id, talk });
  return venueIds.map((venueId) => ({
    venueId,
    sessions: laid(frames.get(venueId) ?? [], ({ session }) =>
      spanOf(session.plannedStart, session.plannedMinutes),
    ),
    talks: laid(blocks.get(venueId) ?? [], ({ talk }) => spanOf(talk.plannedStart ?? 0, talk.plannedMinutes)),
  }));
}

function grow<T>(groups: Map<string, T[]>, key: string, thing: T): void {
  const group = groups.get(key);
  if (group) group.push(thing);
  else groups.set(key, [thing]);
}

/** In order of time; what overlaps, directly or through others, shares the width evenly. */
export function laid<T extends { readonly id: string }>(
  things: readonly T[],
  spanOfThing: (thing: T) => Span,
): (T & Laid)[] {
  const sorted = things
    .map((thing) => ({ thing, span: spanOfThing(thing) }))
    .sort((a, b) => a.span.from - b.span.from || b.span.to - a.span.to || (a.thing.id < b.thing.id ? -1 : 1));
  const result: (T & Laid)[] = [];
  let cluster: { thing: T; span: Span; lane: number }[] = [];
  /** Ends of the lanes of the cluster. */
  let ends: number[] = [];
  const close = () => {
    for (const { thing, span, lane } of cluster) result.push({ ...thing, ...span, lane, lanes: ends.length });
    cluster = [];
    ends = [];
  };
  for (const { thing, span } of sorted) {
    if (cluster.length > 0 && span.from >= Math.max(...ends)) close();
    const free = ends.findIndex((end) => end <= span.from);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = span.to;
    cluster.push({ thing, span, lane });
  }
  close();
  return result;
}
