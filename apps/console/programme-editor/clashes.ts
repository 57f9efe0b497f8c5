/** Marks of what is being moved, at once: overlaps in its venue, and people who would be in two places. The server's marks follow. Pure. */
import type { ProgrammeMark } from '#contracts/conference.ts';
import type { Speaker } from '#contracts/events.ts';
import { type Programme, spanOf } from './day-layout.ts';
import type { Span } from './time-axis.ts';

type Busy = Span & {
  readonly id: string;
  readonly venueId: string;
  readonly people: readonly Speaker[];
  readonly talk: boolean;
};

const meets = (a: Span, b: Span): boolean => a.from < b.to && b.from < a.to;
/** As the server compares them: width, case and spaces do not matter. */
const folded = (text: string): string => text.normalize('NFKC').replace(/\s+/g, '').toLowerCase();
const nameOf = ({ name, unit }: Speaker): string => `${folded(name)}|${folded(unit)}`;

function busyOf({ talks, sessions }: Programme): Busy[] {
  return [
    ...talks.flatMap((talk): Busy[] =>
      talk.plannedStart === null || talk.plannedMinutes === null || talk.state === 'cancelled'
        ? []
        : [
            {
              ...spanOf(talk.plannedStart, talk.plannedMinutes),
              ...{ id: talk.id, venueId: talk.venueId, people: talk.speakers, talk: true },
            },
          ],
    ),
    ...sessions.map((session) => ({
      ...spanOf(session.plannedStart, session.plannedMinutes),
      ...{ id: session.id, venueId: session.venueId, people: session.chairs, talk: false },
    })),
  ];
}

/** `ids`: what moves; only clashes with it are looked for. `clock` words a moment. */
export function clashesOf(
  programme: Programme,
  ids: ReadonlySet<string>,
  clock: (at: number) => string,
): ProgrammeMark[] {
  const all = busyOf(programme);
  const marks: ProgrammeMark[] = [];
  const times = ({ from, to }: Span) => `${clock(from)}–${clock(to)}`;
  for (const one of all) {
    if (!ids.has(one.id)) continue;
    const people = new Set(one.people.map(nameOf));
    for (const other of all) {
      // A pair in which both move is found once.
      if (other === one || (ids.has(other.id) && other.id < one.id) || !meets(one, other)) continue;
      const things = [one.id, other.id];
      if (one.venueId === other.venueId) {
        if (one.talk && other.talk)
          marks.push({ kind: 'overlap', things, detail: `${times(one)} / ${times(other)}` });
        continue;
      }
      const both = people.size > 0 && other.people.find((person) => people.has(nameOf(person)));
      if (both)
        marks.push({
          kind: 'speaker-twice',
          things,
          detail: `${both.name}: ${times(one)} / ${times(other)}`,
        });
    }
  }
  return marks;
}

/** The server's marks of everything that has not been moved since, and ours of what has. */
export function marksWhile(
  known: readonly ProgrammeMark[],
  programme: Programme,
  moved: ReadonlySet<string>,
  clock: (at: number) => string,
): readonly ProgrammeMark[] {
  if (moved.size === 0) return known;
  const still = known.filter(
    ({ kind, things }) =>
      kind === 'chair-missing' || kind === 'speaker-missing' || !things.some((thing) => moved.has(thing)),
  );
  return [...still, ...clashesOf(programme, moved, clock)];
}
