/** Clashes and gaps of a programme: pure, by sorting, so that two thousand talks take a few milliseconds. */
import type { ProgrammeMark } from '#contracts/conference.ts';
import type { Speaker } from '#contracts/events.ts';
import { type SessionRecord, sessionEnd } from '../session/session.ts';
import type { TalkRecord } from '../talk/talk.ts';
import { folded } from './import/people.ts';
import { addDays, clockText, momentOf } from './zone.ts';

export type MarkInput = {
  readonly talks: readonly TalkRecord[];
  readonly sessions: readonly SessionRecord[];
  readonly timeZone: string;
  /** `YYYY-MM-DD` */
  readonly startDate: string;
  readonly endDate: string;
};

const minuteMs = 60_000;
/** Less than this between two talks is walking to the lectern. */
const leastGap = 5 * minuteMs;
/** More is not read by anyone. */
const mostMarks = 2000;

type Span = { readonly id: string; readonly venueId: string; readonly from: number; readonly to: number };

const spanOf = ({ id, venueId, plannedStart, plannedMinutes }: TalkRecord): Span[] =>
  plannedStart === null
    ? []
    : [{ id, venueId, from: plannedStart, to: plannedStart + (plannedMinutes ?? 0) * minuteMs }];

export function marksOf(input: MarkInput): ProgrammeMark[] {
  const talks = input.talks.filter(({ state }) => state !== 'cancelled');
  const marks = [
    ...overlaps(talks, input),
    ...twice(talks, input),
    ...missing(talks, input.sessions),
    ...gaps(talks, input),
    ...outside(talks, input),
  ];
  return marks.slice(0, mostMarks);
}

const grouped = <T, K>(things: readonly T[], key: (thing: T) => K): Map<K, T[]> => Map.groupBy(things, key);
const byStart = (a: Span, b: Span): number => a.from - b.from || a.to - b.to;
const times = ({ from, to }: Span, timeZone: string): string =>
  `${clockText(from, timeZone)}–${clockText(to, timeZone)}`;

/** Pairs of spans that share time: each with the one before it that lasts longest. */
function* clashes(spans: readonly Span[]): Generator<[Span, Span]> {
  let last: Span | undefined;
  for (const span of [...spans].sort(byStart)) {
    if (last && span.from < last.to && span.to > span.from) yield [last, span];
    if (!last || span.to > last.to) last = span;
  }
}

function overlaps(talks: readonly TalkRecord[], { timeZone }: MarkInput): ProgrammeMark[] {
  return [...grouped(talks.flatMap(spanOf), ({ venueId }) => venueId).values()].flatMap((spans) =>
    [...clashes(spans)].map(
      ([a, b]): ProgrammeMark => ({
        kind: 'overlap',
        things: [a.id, b.id],
        detail: `${times(a, timeZone)} / ${times(b, timeZone)}`,
      }),
    ),
  );
}

/** The same name and unit, in two venues at one time. Chairs are busy for their whole session. */
function twice(talks: readonly TalkRecord[], { sessions, timeZone }: MarkInput): ProgrammeMark[] {
  type Busy = { readonly person: Speaker; readonly span: Span };
  const busy: Busy[] = [];
  for (const talk of talks)
    for (const span of spanOf(talk)) for (const person of talk.speakers) busy.push({ person, span });
  for (const session of sessions) {
    const { id, venueId, plannedStart: from } = session;
    const span = { id, venueId, from, to: sessionEnd(session) };
    for (const person of session.chairs) busy.push({ person, span });
  }
  const people = grouped(busy, ({ person }) => `${folded(person.name)}|${folded(person.unit)}`);
  const marks: ProgrammeMark[] = [];
  for (const [, places] of people) {
    const [first] = places;
    if (!first || places.length < 2 || folded(first.person.name) === '') continue;
    for (const [a, b] of clashes(places.map(({ span }) => span)))
      if (a.venueId !== b.venueId)
        marks.push({
          kind: 'speaker-twice',
          things: [a.id, b.id],
          detail: `${first.person.name}: ${times(a, timeZone)} / ${times(b, timeZone)}`,
        });
  }
  return marks;
}

function missing(talks: readonly TalkRecord[], sessions: readonly SessionRecord[]): ProgrammeMark[] {
  const held = new Set(
    talks.flatMap(({ type, sessionId }) => (type === 'talk' && sessionId !== null ? [sessionId] : [])),
  );
  return [
    ...sessions
      .filter(({ id, chairs }) => chairs.length === 0 && held.has(id))
      .map(({ id, title }): ProgrammeMark => ({ kind: 'chair-missing', things: [id], detail: title })),
    ...talks
      .filter(({ type, speakers }) => type === 'talk' && speakers.length === 0)
      .map(({ id, title }): ProgrammeMark => ({ kind: 'speaker-missing', things: [id], detail: title })),
  ];
}

/** Time between two talks of a session in which nothing is planned. */
function gaps(talks: readonly TalkRecord[], { timeZone }: MarkInput): ProgrammeMark[] {
  const held = talks.filter(({ sessionId }) => sessionId !== null);
  return [...grouped(held, ({ sessionId }) => sessionId).values()].flatMap((own) => {
    const marks: ProgrammeMark[] = [];
    let last: Span | undefined;
    for (const span of own.flatMap(spanOf).sort(byStart)) {
      if (last && last.to > last.from && span.from - last.to >= leastGap) {
        const gap = { ...span, from: last.to, to: span.from };
        marks.push({ kind: 'gap', things: [last.id, span.id], detail: times(gap, timeZone) });
      }
      if (!last || span.to > last.to) last = span;
    }
    return marks;
  });
}

function outside(
  talks: readonly TalkRecord[],
  { sessions, timeZone, startDate, endDate }: MarkInput,
): ProgrammeMark[] {
  const from = momentOf(startDate, 0, timeZone);
  const to = momentOf(addDays(endDate, 1), 0, timeZone);
  const known = new Map(sessions.map((session) => [session.id, session]));
  return talks.flatMap((talk): ProgrammeMark[] => {
    const [span] = spanOf(talk);
    if (!span) return [];
    const detail = `${talk.title.slice(0, 80)} ${times(span, timeZone)}`;
    const marks: ProgrammeMark[] = [];
    if (span.from < from || span.to > to) marks.push({ kind: 'outside-dates', things: [talk.id], detail });
    const session = talk.sessionId === null ? undefined : known.get(talk.sessionId);
    if (session && (span.from < session.plannedStart || span.to > sessionEnd(session)))
      marks.push({ kind: 'outside-session', things: [talk.id, session.id], detail });
    return marks;
  });
}
