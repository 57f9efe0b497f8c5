/** The programme as lines of a table: days, sessions, their talks in order of time. Pure. */
import type { ProgrammeMark, Session } from '#contracts/conference.ts';
import type { Talk } from '#contracts/talk.ts';
import { dayOf } from './zone.ts';

export type Line =
  | {
      readonly kind: 'session';
      readonly id: string;
      readonly session: Session;
      readonly marks: readonly ProgrammeMark[];
    }
  | {
      readonly kind: 'talk';
      readonly id: string;
      readonly talk: Talk;
      readonly inSession: boolean;
      readonly marks: readonly ProgrammeMark[];
    };

export type AgendaFilter = {
  /** `YYYY-MM-DD`, `none`: not planned by the clock; undefined: all. */
  readonly day: string | undefined;
  readonly venueId: string | undefined;
};

const late = Number.MAX_SAFE_INTEGER;

export function agendaLines(
  programme: {
    readonly sessions: readonly Session[];
    readonly talks: readonly Talk[];
    readonly marks: readonly ProgrammeMark[];
  },
  venueOrder: readonly string[],
  { day, venueId }: AgendaFilter,
  timeZone: string,
): Line[] {
  const onDay = (at: number | null) =>
    day === undefined || (at === null ? day === 'none' : dayOf(at, timeZone) === day);
  const inVenue = (id: string) => venueId === undefined || venueId === id;
  const marksOf = (id: string) => programme.marks.filter(({ things }) => things.includes(id));
  const order = (id: string) => {
    const place = venueOrder.indexOf(id);
    return place < 0 ? late : place;
  };
  const talks = programme.talks.filter((talk) => inVenue(talk.venueId));
  const byTime = (a: Talk, b: Talk) =>
    (a.plannedStart ?? late) - (b.plannedStart ?? late) || a.position - b.position;

  type Block = { at: number; venue: number; lines: Line[] };
  const blocks: Block[] = [];
  const placed = new Set<string>();
  for (const session of programme.sessions) {
    if (!inVenue(session.venueId)) continue;
    const own = talks
      .filter((talk) => talk.sessionId === session.id && talk.venueId === session.venueId)
      .sort(byTime);
    for (const talk of own) placed.add(talk.id);
    // A talk without a time is seen with its session.
    const shown = own.filter((talk) => onDay(talk.plannedStart ?? session.plannedStart));
    if (!onDay(session.plannedStart) && shown.length === 0) continue;
    blocks.push({
      at: session.plannedStart,
      venue: order(session.venueId),
      lines: [
        { kind: 'session', id: session.id, session, marks: marksOf(session.id) },
        ...shown.map(
          (talk): Line => ({ kind: 'talk', id: talk.id, talk, inSession: true, marks: marksOf(talk.id) }),
        ),
      ],
    });
  }
  for (const talk of talks) {
    if (placed.has(talk.id) || !onDay(talk.plannedStart)) continue;
    blocks.push({
      at: talk.plannedStart ?? late,
      venue: order(talk.venueId),
      lines: [{ kind: 'talk', id: talk.id, talk, inSession: false, marks: marksOf(talk.id) }],
    });
  }
  const dayKey = ({ at }: Block) => (at === late ? '9999' : dayOf(at, timeZone));
  blocks.sort((a, b) => dayKey(a).localeCompare(dayKey(b)) || a.venue - b.venue || a.at - b.at);
  return blocks.flatMap(({ lines }) => lines);
}
