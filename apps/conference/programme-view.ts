/** Views of a programme: days, venues, now and next, speakers, replays. Pure: clock and zone are passed in. */
import type { ConferenceState, PublicSession, PublicTalk, PublicVenue } from '#contracts/conference.ts';
import type { Speaker } from '#contracts/events.ts';
import type { Programme } from './programme-feed.ts';
import { dayOf, startOfDay } from './times.ts';

export const startOf = (talk: Pick<PublicTalk, 'actualStart' | 'plannedStart'>): number | null =>
  talk.actualStart ?? talk.plannedStart;

/** Planned or actual end, epoch ms. */
export function endOf(
  talk: Pick<PublicTalk, 'actualStart' | 'plannedStart' | 'actualEnd' | 'plannedMinutes'>,
): number | null {
  if (talk.actualEnd !== null) return talk.actualEnd;
  const start = startOf(talk);
  return start === null || talk.plannedMinutes === null ? null : start + talk.plannedMinutes * 60_000;
}

/** The planned time counts for the order: a talk that begins late does not jump its queue. */
const order = (a: PublicTalk, b: PublicTalk): number =>
  (a.plannedStart ?? a.actualStart ?? Number.MAX_SAFE_INTEGER) -
  (b.plannedStart ?? b.actualStart ?? Number.MAX_SAFE_INTEGER);

/** Before the first talk, while it is on (nights included), or after. */
export type Phase = 'before' | 'during' | 'after';

export type PhaseOf = {
  readonly state: ConferenceState;
  readonly startDate: string;
  readonly endDate: string;
  readonly timeZone: string;
};
export function phaseOf(conference: PhaseOf, programme: Programme | undefined, now: number): Phase {
  if (conference.state === 'over' || conference.state === 'archived') return 'after';
  if (programme?.venues.some((venue) => isOn(venue))) return 'during';
  const start = startsAt(conference, programme);
  if (now < start && conference.state !== 'running') return 'before';
  const end = startOfDay(conference.endDate, conference.timeZone) + 86_400_000;
  return now >= end && conference.state !== 'running' ? 'after' : 'during';
}

/** By the clock, or before it: a talk was begun. */
export const hasBegun = (conference: PhaseOf, programme: Programme, now: number): boolean =>
  now >= startsAt(conference, programme) ||
  programme.talks.some(({ state }) => state === 'now' || state === 'done');

/** The first planned talk, or the first day's beginning, epoch ms. */
export function startsAt(conference: PhaseOf, programme: Programme | undefined): number {
  let first = Number.POSITIVE_INFINITY;
  for (const talk of programme?.talks ?? [])
    if (talk.plannedStart !== null && talk.state !== 'cancelled') first = Math.min(first, talk.plannedStart);
  const day = startOfDay(conference.startDate, conference.timeZone);
  // A stray date in the sheet must not make the countdown run to another year.
  return Number.isFinite(first) && first >= day - 86_400_000 ? first : day;
}

export const isOn = (venue: Pick<PublicVenue, 'state'>): boolean =>
  venue.state === 'live' || venue.state === 'break' || venue.state === 'away';

/** Days that have talks, `YYYY-MM-DD`, ascending. */
export function daysOf(talks: readonly PublicTalk[], zone: string): string[] {
  const days = new Set<string>();
  for (const talk of talks) {
    const start = talk.plannedStart ?? talk.actualStart;
    if (start !== null) days.add(dayOf(start, zone));
  }
  return [...days].sort();
}

/** Today when it has talks, else the next day that has, else the last. */
export function dayToShow(days: readonly string[], today: string): string | undefined {
  return days.find((day) => day >= today) ?? days.at(-1);
}

export type Block = { readonly session: PublicSession | undefined; readonly talks: readonly PublicTalk[] };
export type Column = {
  readonly venue: PublicVenue;
  readonly blocks: readonly Block[];
  readonly count: number;
};

/** A day's talks by venue, in the venues' order, those of one session together. Venues without talks that day are left out. */
export function columnsOf(programme: Programme, day: string | undefined, zone: string): Column[] {
  const sessions = new Map(programme.sessions.map((session) => [session.id, session]));
  const byVenue = new Map<string, PublicTalk[]>();
  for (const talk of programme.talks) {
    const start = talk.plannedStart ?? talk.actualStart;
    const own = start === null ? undefined : dayOf(start, zone);
    if (day !== undefined && own !== day) continue;
    const list = byVenue.get(talk.venueId);
    if (list) list.push(talk);
    else byVenue.set(talk.venueId, [talk]);
  }
  return programme.venues.flatMap((venue) => {
    const talks = byVenue.get(venue.id)?.sort(order);
    return talks ? [{ venue, blocks: blocksOf(talks, sessions), count: talks.length }] : [];
  });
}

function blocksOf(talks: readonly PublicTalk[], sessions: ReadonlyMap<string, PublicSession>): Block[] {
  const blocks: { session: PublicSession | undefined; talks: PublicTalk[] }[] = [];
  for (const talk of talks) {
    const session = talk.sessionId === null ? undefined : sessions.get(talk.sessionId);
    const last = blocks.at(-1);
    if (last && last.session?.id === session?.id) last.talks.push(talk);
    else blocks.push({ session, talks: [talk] });
  }
  return blocks;
}

/** All of a day in one list by time. */
export function byTime(columns: readonly Column[]): { venue: PublicVenue; talk: PublicTalk }[] {
  return columns
    .flatMap(({ venue, blocks }) => blocks.flatMap(({ talks }) => talks.map((talk) => ({ venue, talk }))))
    .sort((a, b) => order(a.talk, b.talk));
}

export type Person = {
  readonly key: string;
  readonly speaker: Speaker;
  readonly talks: readonly PublicTalk[];
};
/** Everyone with a talk, each once (name and unit), in the language's order of names. */
export function peopleOf(talks: readonly PublicTalk[], language: string): Person[] {
  const people = new Map<string, { key: string; speaker: Speaker; talks: PublicTalk[] }>();
  for (const talk of talks) {
    for (const speaker of talk.speakers) {
      const key = `${speaker.name.trim()} ${speaker.unit.trim()}`;
      const known = people.get(key);
      if (!known) people.set(key, { key, speaker, talks: [talk] });
      else if (!known.talks.includes(talk)) known.talks.push(talk);
    }
  }
  const { compare } = new Intl.Collator(language);
  for (const person of people.values()) person.talks.sort(order);
  return [...people.values()].sort((a, b) => compare(a.speaker.name, b.speaker.name));
}

/** Every word of the question is somewhere in the texts; case and full-width forms do not matter. */
export function matches(question: string, texts: readonly string[]): boolean {
  const words = plain(question).split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const text = plain(texts.join(' '));
  return words.every((word) => text.includes(word));
}
const plain = (text: string): string => text.normalize('NFKC').toLowerCase();

export const wordsOf = (talk: PublicTalk): string[] => [
  talk.title,
  ...talk.speakers.flatMap(({ name, unit, title }) => [name, unit, title]),
];

/** Talks with a replay, newest first. */
export const replaysOf = (talks: readonly PublicTalk[]): PublicTalk[] =>
  talks.filter((talk) => talk.replay !== null).sort((a, b) => (startOf(b) ?? 0) - (startOf(a) ?? 0));
