/**
 * An import beside what is there: each item is a new talk, a change of one, or the same. Known ones are found by their code, else by
 * venue, time and title, each in one look-up. What was recorded or presented is never touched: only what is planned. Pure.
 */
import { createHash } from 'node:crypto';
import type { ImportPreview } from '#contracts/conference.ts';
import type { SessionRecord } from '../../session/session.ts';
import type { TalkRecord } from '../../talk/talk.ts';
import { type Draft, hasBegun, sameContent } from '../change.ts';
import { wallOf } from '../zone.ts';
import type { ImportContent, ImportItem, ImportSession, Problem } from './item.ts';
import { folded } from './people.ts';

export type PlanInput = {
  readonly conferenceId: string;
  readonly content: ImportContent;
  readonly talks: readonly TalkRecord[];
  readonly sessions: readonly SessionRecord[];
  readonly venues: readonly { readonly id: string; readonly title: string }[];
  readonly timeZone: string;
  /** `YYYY-MM-DD`, first and last day of the conference. */
  readonly days: { readonly first: string; readonly last: string };
  readonly newId: () => string;
  /** Epoch ms. */
  readonly now: number;
};
type Rows = ImportPreview['rows'];
export type Plan = Pick<ImportPreview, 'rows' | 'newVenues' | 'missing' | 'counts'> & {
  /** Records to write; those of a venue that is to be made have `new:<title>` for its id. */
  readonly talks: readonly TalkRecord[];
  readonly sessions: readonly SessionRecord[];
};

/** In a workbook of ours: the talk itself. */
export const ownCode = 'talk:';
export const newVenue = 'new:';
/** Where talks go whose venue nobody tells. */
const mainHall = '主会场';

const note = (zh: string, en: string): Problem => ({ zh, en, fatal: false });
const isFatal = ({ problems }: ImportItem): boolean => problems.some(({ fatal }) => fatal);

export function planImport(input: PlanInput): Plan {
  const { content } = input;
  const venues = new VenueNames(input.venues);
  const placed = content.items.map((item) => ({
    item,
    venueId: item.skip || isFatal(item) ? '' : venues.idOf(item.venue),
  }));
  const found = new Matches(input, placed).find();
  const sessions = new SessionPlan(input, venues);
  for (const session of content.sessions) sessions.add(session);
  const talks: TalkRecord[] = [];
  const rows: Rows = [];
  const counts = { add: 0, change: 0, same: 0, skip: 0, error: 0 };
  let position = 0;
  for (const [i, { item, venueId }] of placed.entries()) {
    const row = (action: Rows[number]['action'], more: readonly Problem[] = []): void => {
      counts[action]++;
      rows.push(rowOf(item, action, more));
    };
    if (item.skip) row('skip');
    else if (isFatal(item)) row('error');
    else {
      const before = found.get(i);
      const sessionId = sessions.of(item, venueId);
      const { talk, problems } = before
        ? updated(before, item, venueId, sessionId)
        : { talk: created(input, item, venueId, sessionId, position++), problems: [] };
      if (!before || !sameContent(before, talk)) talks.push(talk);
      const same = before !== undefined && sameContent({ ...before, key: null }, { ...talk, key: null });
      row(!before ? 'add' : same ? 'same' : 'change', [...problems, ...outsideDays(input, item)]);
    }
  }
  const matched = new Set([...found.values()].map(({ id }) => id));
  const missing = input.talks
    .filter((talk) => talk.key !== null && talk.state === 'planned' && !matched.has(talk.id))
    .map(({ id, title }) => ({ id, title }));
  return { rows, newVenues: venues.made, missing, counts, talks, sessions: sessions.changed() };
}

function rowOf(item: ImportItem, action: Rows[number]['action'], more: readonly Problem[]): Rows[number] {
  const { sheet, row, code, title, venue, start, minutes, speakers, session, problems } = item;
  return {
    ...{ sheet, row, action, key: code ?? '', title, venue, start, minutes, session },
    speakers: [...speakers],
    problems: [...problems, ...more],
  };
}

/** A mistyped date is taken as it stands, but not unseen: its day would be one that no page of the conference shows first. */
function outsideDays({ timeZone, days: { first, last } }: PlanInput, { start }: ImportItem): Problem[] {
  if (start === null) return [];
  const { date } = wallOf(start, timeZone);
  if (date >= first && date <= last) return [];
  const span = first === last ? first : `${first} – ${last}`;
  return [note(`${date} 不在会议日期（${span}）内`, `${date} is not one of the conference's days (${span})`)];
}

/** `new:<title>` becomes the id of the venue that was made. */
export function withVenues<T extends { readonly venueId: string }>(
  things: readonly T[],
  made: ReadonlyMap<string, string>,
): T[] {
  return things.map((thing) =>
    thing.venueId.startsWith(newVenue)
      ? { ...thing, venueId: made.get(thing.venueId.slice(newVenue.length)) ?? thing.venueId }
      : thing,
  );
}

export function draftOf(plan: Plan, talks: readonly TalkRecord[], sessions: readonly SessionRecord[]): Draft {
  const { add, change } = plan.counts;
  return {
    kind: 'import',
    summary: {
      zh: `导入日程：新增 ${add} 项，修改 ${change} 项`,
      en: `Import: ${add} added, ${change} changed`,
    },
    ...{ talks, sessions },
  };
}

class VenueNames {
  readonly #ids: Map<string, string>;
  readonly #only: string | undefined;
  readonly made: string[] = [];

  constructor(venues: PlanInput['venues']) {
    this.#ids = new Map(venues.map(({ id, title }) => [folded(title), id]));
    this.#only = venues.length === 1 ? venues[0]?.id : undefined;
  }

  idOf(name: string): string {
    if (name === '' && this.#only !== undefined) return this.#only;
    const title = (name === '' ? mainHall : name).slice(0, 120);
    const key = folded(title);
    let id = this.#ids.get(key) ?? this.#longer(key);
    if (id === undefined) {
      id = newVenue + title;
      this.made.push(title);
    }
    this.#ids.set(key, id);
    return id;
  }

  /** 主会场 and 主会场（紫金厅） are one, 分会场1 and 分会场10 are not. */
  #longer(key: string): string | undefined {
    const similar = [...this.#ids].filter(([known]) => {
      const [short, long] = known.length < key.length ? [known, key] : [key, known];
      return (
        short.length >= 2 &&
        long.startsWith(short) &&
        !/^[\p{N}一二三四五六七八九十]/u.test(long.slice(short.length))
      );
    });
    const ids = new Set(similar.map(([, id]) => id));
    return ids.size === 1 ? similar[0]?.[1] : undefined;
  }
}

type Placed = readonly { readonly item: ImportItem; readonly venueId: string }[];

/** Which talk an item is. Exact ones first, so that a guess never takes what another item names. */
class Matches {
  readonly #input: PlanInput;
  readonly #placed: Placed;
  readonly #free: Set<string>;
  readonly #found = new Map<number, TalkRecord>();

  constructor(input: PlanInput, placed: Placed) {
    this.#input = input;
    this.#placed = placed;
    this.#free = new Set(input.talks.map(({ id }) => id));
  }

  find(): ReadonlyMap<number, TalkRecord> {
    const { talks } = this.#input;
    const byId = new Map(talks.map((talk) => [talk.id, talk]));
    const byKey = new Map(talks.flatMap((talk) => (talk.key === null ? [] : [[talk.key, talk]])));
    this.#each((item, venueId) => {
      if (item.code?.startsWith(ownCode)) return byId.get(item.code.slice(ownCode.length));
      return byKey.get(keyOf(item, venueId));
    });
    const titles = Map.groupBy(talks, ({ title }) => folded(title));
    this.#each((item, venueId) => this.#byTitle(item, venueId, titles.get(folded(item.title)) ?? []));
    const places = Map.groupBy(talks, ({ venueId, plannedStart }) => `${venueId} ${plannedStart}`);
    this.#each((item, venueId) => {
      if (item.start === null) return undefined;
      return (places.get(`${venueId} ${item.start}`) ?? []).find(
        (talk) => this.#mayBe(talk, item) && alike(talk, item),
      );
    });
    return this.#found;
  }

  #each(guess: (item: ImportItem, venueId: string) => TalkRecord | undefined): void {
    for (const [i, { item, venueId }] of this.#placed.entries()) {
      if (item.skip || isFatal(item) || this.#found.has(i)) continue;
      const talk = guess(item, venueId);
      if (!talk || !this.#free.delete(talk.id)) continue;
      this.#found.set(i, talk);
    }
  }

  /** Codes are names: a talk with another one is another talk. */
  #mayBe(talk: TalkRecord, { code }: ImportItem): boolean {
    return this.#free.has(talk.id) && (code === null || talk.key === null || talk.key.startsWith('auto:'));
  }

  /** Of several with one title the one nearest: the same place and moment, the same day, the same speaker. */
  #byTitle(item: ImportItem, venueId: string, talks: readonly TalkRecord[]): TalkRecord | undefined {
    const day = (at: number | null): string => (at === null ? '' : wallOf(at, this.#input.timeZone).date);
    const names = new Set(item.speakers.map(({ name }) => folded(name)));
    const score = (talk: TalkRecord): number => {
      const near = item.start !== null && talk.plannedStart === item.start ? 4 : 0;
      const today = day(item.start) === day(talk.plannedStart) ? 2 : 0;
      const person = talk.speakers.some(({ name }) => names.has(folded(name))) ? 3 : 0;
      return near + today + person + (talk.venueId === venueId ? 2 : 0);
    };
    // A break is one only where and when it is; a talk stays itself wherever it goes.
    const least = item.type === 'talk' ? 0 : 4;
    let best: TalkRecord | undefined;
    for (const talk of talks)
      if (this.#mayBe(talk, item) && score(talk) >= least && (!best || score(talk) > score(best)))
        best = talk;
    return best;
  }
}

/** A name that stays as long as venue, time and title do. */
const keyOf = (item: ImportItem, venueId: string): string =>
  item.code ??
  `auto:${createHash('sha256')
    .update(JSON.stringify([venueId, item.start, folded(item.title)]))
    .digest('base64url')
    .slice(0, 16)}`;

/** The same speaker, or at least half of the title's pairs of signs. */
function alike(talk: TalkRecord, item: ImportItem): boolean {
  const names = new Set(item.speakers.map(({ name }) => folded(name)));
  if (talk.speakers.some(({ name }) => names.has(folded(name)))) return true;
  const pairs = (text: string): Set<string> => {
    const plain = folded(text);
    return new Set(Array.from({ length: Math.max(0, plain.length - 1) }, (_, i) => plain.slice(i, i + 2)));
  };
  const [a, b] = [pairs(talk.title), pairs(item.title)];
  const common = [...a].filter((pair) => b.has(pair)).length;
  return common * 2 >= (a.size + b.size) / 2 && common > 0;
}

function created(
  { newId, now }: PlanInput,
  item: ImportItem,
  venueId: string,
  sessionId: string | null,
  position: number,
): TalkRecord {
  const { title, speakers, start, minutes, type } = item;
  return {
    ...{ id: newId(), venueId, position: 1_000_000 + position, title, speakers, plannedStart: start },
    ...{ plannedMinutes: minutes, download: 'no', state: 'planned', actualStart: null, actualEnd: null },
    ...{
      sessionId,
      type,
      abstract: item.abstract ?? '',
      key: keyOf(item, venueId),
      changed: null,
      createdAt: now,
    },
  };
}

function updated(
  before: TalkRecord,
  item: ImportItem,
  venueId: string,
  sessionId: string | null,
): { readonly talk: TalkRecord; readonly problems: Problem[] } {
  const problems: Problem[] = [];
  const begun = hasBegun(before);
  if (begun)
    problems.push(note('已经开始或结束：时间与会场不变', 'has begun or is over: time and venue stay'));
  if (before.state === 'cancelled')
    problems.push(note('此前已取消：仍为取消', 'was cancelled before: stays so'));
  const own = item.code?.startsWith(ownCode) ?? false;
  const talk: TalkRecord = {
    ...before,
    title: item.title,
    speakers: item.speakers.length > 0 ? item.speakers : before.speakers,
    type: item.type,
    abstract: item.abstract ? item.abstract : before.abstract,
    key: own ? before.key : keyOf(item, venueId),
    ...(begun
      ? {}
      : {
          venueId,
          sessionId,
          plannedStart: item.start ?? before.plannedStart,
          plannedMinutes: item.minutes ?? before.plannedMinutes,
        }),
  };
  return { talk, problems };
}

/** Sessions by venue, title and day. */
class SessionPlan {
  readonly #input: PlanInput;
  readonly #venues: VenueNames;
  readonly #known = new Map<string, SessionRecord>();
  readonly #changed = new Map<string, SessionRecord>();

  constructor(input: PlanInput, venues: VenueNames) {
    this.#input = input;
    this.#venues = venues;
    for (const session of input.sessions)
      this.#known.set(this.#place(session.venueId, session.title, session.plannedStart), session);
  }

  #place(venueId: string, title: string, at: number): string {
    return JSON.stringify([venueId, folded(title), wallOf(at, this.#input.timeZone).date]);
  }

  add({ title, venue, chairs, start, minutes }: ImportSession): void {
    if (start === null) return;
    const venueId = this.#venues.idOf(venue);
    const place = this.#place(venueId, title, start);
    const before = this.#known.get(place);
    const { newId, now, conferenceId } = this.#input;
    const session: SessionRecord = {
      ...(before ?? { id: newId(), conferenceId, key: null, createdAt: now }),
      ...{ venueId, title: before?.title ?? title, plannedStart: start },
      chairs: chairs.length > 0 ? chairs : (before?.chairs ?? []),
      plannedMinutes: minutes ?? before?.plannedMinutes ?? 60,
    };
    this.#known.set(place, session);
    if (!before || !sameContent(before, session)) this.#changed.set(session.id, session);
  }

  of({ session, start }: ImportItem, venueId: string): string | null {
    if (session === '' || start === null) return null;
    return this.#known.get(this.#place(venueId, session, start))?.id ?? null;
  }

  changed(): SessionRecord[] {
    return [...this.#changed.values()];
  }
}
