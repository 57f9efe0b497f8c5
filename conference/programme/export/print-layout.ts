/** The printable programme as days, venues, sessions and lines: what the PDF shows, without how. */
import { clockText, wallOf } from '../zone.ts';
import { type Exported, peopleText, talkEnd } from './exported.ts';

export type PrintLine = {
  readonly time: string;
  readonly title: string;
  readonly people: string;
  readonly kind: 'session' | 'talk' | 'break';
  readonly cancelled: boolean;
};
export type PrintInput = {
  readonly title: string;
  readonly about: string;
  readonly days: readonly {
    readonly date: string;
    readonly venues: readonly { readonly title: string; readonly lines: readonly PrintLine[] }[];
  }[];
};

const weekdays = ['周日', '周一', '周二', '周三', '周四', '周五', '周六'];
const dayText = (date: string): string => {
  const [year, month, day] = date.split('-').map(Number);
  return `${year}年${month}月${day}日 ${weekdays[new Date(`${date}T00:00:00Z`).getUTCDay()]}`;
};

export function printLayout(programme: Exported): PrintInput {
  const { title, place, startDate, endDate, timeZone, venues, sessions, talks } = programme;
  const about = [startDate === endDate ? startDate : `${startDate} – ${endDate}`, place].filter(
    (part) => part !== '',
  );
  const byDay = Map.groupBy(
    talks.filter(({ plannedStart }) => plannedStart !== null),
    ({ plannedStart }) => wallOf(plannedStart ?? 0, timeZone).date,
  );
  const known = new Map(sessions.map((session) => [session.id, session]));
  const span = (from: number, to: number | null): string =>
    to === null ? clockText(from, timeZone) : `${clockText(from, timeZone)}–${clockText(to, timeZone)}`;
  const days = [...byDay.keys()].sort().map((date) => {
    const byVenue = Map.groupBy(byDay.get(date) ?? [], ({ venueId }) => venueId);
    return {
      date: dayText(date),
      venues: venues.flatMap((venue) => {
        const own = byVenue.get(venue.id)?.toSorted((a, b) => (a.plannedStart ?? 0) - (b.plannedStart ?? 0));
        if (!own) return [];
        const lines: PrintLine[] = [];
        let current: string | null = null;
        for (const talk of own) {
          const session = talk.sessionId === null ? undefined : known.get(talk.sessionId);
          if (session && session.id !== current)
            lines.push({
              time: span(session.plannedStart, session.plannedStart + session.plannedMinutes * 60_000),
              title: session.title,
              people: session.chairs.length > 0 ? `主持：${peopleText(session.chairs)}` : '',
              ...{ kind: 'session', cancelled: false },
            });
          current = session?.id ?? null;
          lines.push({
            time: span(talk.plannedStart ?? 0, talkEnd(talk)),
            title: talk.title,
            people: peopleText(talk.speakers),
            kind: talk.type === 'break' ? 'break' : 'talk',
            cancelled: talk.state === 'cancelled',
          });
        }
        return [{ title: venue.title, lines }];
      }),
    };
  });
  return { title, about: about.join('  ·  '), days };
}
