/** Schedules that pretalx and Indico export as JSON. Both are validated loosely: what is not there is left open. */
import { z } from 'zod';
import { CodedError } from '#contracts/errors.ts';
import type { Speaker } from '#contracts/events.ts';
import { isTimeZone, momentOf } from '../zone.ts';
import type { ImportContent, ImportContext, ImportItem, ImportSession, Problem } from './item.ts';
import { mostItems } from './item.ts';
import { parseMinutes } from './times.ts';
import { typeOf } from './wording.ts';

const loose = z.string().nullish().catch(null);
const text = (value: string | null | undefined, most: number): string =>
  (value ?? '')
    .replace(/<[^>]{0,500}>/g, ' ')
    .replace(/[ \t]+/g, ' ')
    .trim()
    .slice(0, most);
const localised = z
  .union([z.string(), z.record(z.string(), z.string().nullish())])
  .nullish()
  .catch(null);
/** pretalx gives texts by language in some exports. */
const inWords = (value: z.infer<typeof localised>): string =>
  typeof value === 'string'
    ? value
    : (value?.['zh-hans'] ?? value?.zh ?? value?.en ?? Object.values(value ?? {})[0] ?? '');

// pretalx: `/schedule/export/schedule.json`, the format of the Chaos events' schedules.

const pretalxTalk = z.object({
  guid: loose,
  id: z.union([z.string(), z.number()]).nullish(),
  code: loose,
  date: loose,
  start: loose,
  duration: loose,
  room: localised,
  title: localised,
  type: localised,
  track: localised,
  abstract: localised,
  description: localised,
  persons: z
    .array(z.object({ public_name: loose, name: loose, full_public_name: loose, affiliation: loose }))
    .catch([]),
});
const pretalxSchema = z.object({
  schedule: z.object({
    conference: z.object({
      time_zone_name: loose,
      days: z.array(z.object({ date: loose, rooms: z.record(z.string(), z.array(pretalxTalk)).default({}) })),
    }),
  }),
});

// Indico: `/export/timetable/<event>.json`.

const moment = z.object({ date: z.string(), time: z.string(), tz: loose }).nullish().catch(null);
const indicoPerson = z.object({
  name: loose,
  firstName: loose,
  familyName: loose,
  affiliation: loose,
});
const indicoEntry = z.object({
  entryType: loose,
  id: z.union([z.string(), z.number()]).nullish(),
  contributionId: z.union([z.string(), z.number()]).nullish(),
  title: loose,
  description: loose,
  room: loose,
  location: loose,
  startDate: moment,
  endDate: moment,
  duration: z.number().nullish().catch(null),
  presenters: z.array(indicoPerson).catch([]),
  conveners: z.array(indicoPerson).catch([]),
});
type IndicoEntry = z.infer<typeof indicoEntry> & {
  readonly entries?: Record<string, IndicoEntry> | undefined;
};
const indicoNode: z.ZodType<IndicoEntry> = indicoEntry.extend({
  entries: z
    .lazy(() => z.record(z.string(), indicoNode))
    .optional()
    .catch(undefined),
}) as never;
const indicoSchema = z.object({
  results: z.record(z.string(), z.record(z.string(), z.record(z.string(), indicoNode))),
});

/** Which of the two it is; undefined: neither. */
export function scheduleKind(json: unknown): 'pretalx' | 'indico' | undefined {
  if (pretalxSchema.safeParse(json).success) return 'pretalx';
  return indicoSchema.safeParse(json).success ? 'indico' : undefined;
}

/** Throws `import.kind` for other JSON. */
export function readSchedule(json: unknown, context: ImportContext): ImportContent {
  const pretalx = pretalxSchema.safeParse(json);
  if (pretalx.success) return readPretalx(pretalx.data, context);
  const indico = indicoSchema.safeParse(json);
  if (indico.success) return readIndico(indico.data, context);
  throw new CodedError('import.kind', 'JSON that is neither a pretalx schedule nor an Indico timetable');
}

function problemsOf(row: number, title: string, start: number | null): Problem[] {
  const problems: Problem[] = [];
  if (title === '')
    problems.push({ zh: `缺少标题（第 ${row} 项）`, en: `the title is missing (item ${row})`, fatal: true });
  if (start === null)
    problems.push({
      zh: `缺少开始时间（第 ${row} 项）`,
      en: `the beginning is missing (item ${row})`,
      fatal: true,
    });
  return problems;
}

function checkLength(items: readonly ImportItem[]): void {
  if (items.length > mostItems) throw new CodedError('import.tooLarge', `more than ${mostItems} items`);
}

const lengthOf = (minutes: number | null | undefined): number | null =>
  minutes != null && minutes >= 1 && minutes <= 1440 ? minutes : null;

function readPretalx({ schedule }: z.infer<typeof pretalxSchema>, context: ImportContext): ImportContent {
  const { time_zone_name: named, days } = schedule.conference;
  const zone = named && isTimeZone(named) ? named : context.timeZone;
  const items: ImportItem[] = [];
  for (const day of days)
    for (const [room, talks] of Object.entries(day.rooms))
      for (const talk of talks) {
        const row = items.length + 1;
        const title = text(inWords(talk.title), 300);
        const told = talk.date ? Date.parse(talk.date) : Number.NaN;
        const clock = talk.start ? parseClock(talk.start) : undefined;
        const start =
          Number.isFinite(told) && /[Zz]|[+-]\d{2}:?\d{2}$/.test(talk.date ?? '')
            ? told
            : day.date && clock !== undefined
              ? momentOf(day.date.slice(0, 10), clock, zone)
              : null;
        const code = talk.code ?? talk.guid ?? (talk.id == null ? null : String(talk.id));
        items.push({
          ...{ sheet: '', row, title, start, problems: problemsOf(row, title, start), session: '' },
          code: code === null ? null : code.slice(0, 200),
          venue: text(room === '' ? inWords(talk.room) : room, 120),
          minutes: lengthOf(talk.duration ? parseMinutes(talk.duration) : null),
          type: typeOf(title, inWords(talk.type)),
          abstract: text(inWords(talk.abstract) || inWords(talk.description), 20_000),
          speakers: talk.persons.slice(0, 30).flatMap((person): Speaker[] => {
            const name = text(person.public_name ?? person.full_public_name ?? person.name, 80);
            return name === '' ? [] : [{ name, unit: text(person.affiliation, 120), title: '' }];
          }),
        });
      }
  checkLength(items);
  return { format: 'pretalx', items, sessions: [] };
}

const parseClock = (value: string): number | undefined => {
  const match = /^(\d{1,2}):(\d{2})/.exec(value);
  return match ? Number(match[1]) * 60 + Number(match[2]) : undefined;
};

function readIndico({ results }: z.infer<typeof indicoSchema>, context: ImportContext): ImportContent {
  const items: ImportItem[] = [];
  const sessions: ImportSession[] = [];
  const at = (when: IndicoEntry['startDate']): number | null => {
    const clock = when ? parseClock(when.time) : undefined;
    if (!when || clock === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(when.date)) return null;
    return momentOf(when.date, clock, when.tz && isTimeZone(when.tz) ? when.tz : context.timeZone);
  };
  const people = (list: IndicoEntry['presenters']): Speaker[] =>
    list.slice(0, 20).flatMap((person): Speaker[] => {
      // Indico writes "Family, First"; Chinese names are written together.
      const joined = [person.firstName, person.familyName].filter((part) => part).join(' ');
      const han = /\p{Script=Han}/u.test(joined)
        ? `${person.familyName ?? ''}${person.firstName ?? ''}`
        : joined;
      const name = text(han || person.name, 80);
      return name === '' ? [] : [{ name, unit: text(person.affiliation, 120), title: '' }];
    });
  const venueOf = (entry: IndicoEntry, around: string): string =>
    text(entry.room || entry.location, 120) || around;
  const add = (key: string, entry: IndicoEntry, around: string, session: string): void => {
    const row = items.length + 1;
    const title = text(entry.title, 300);
    const start = at(entry.startDate);
    const end = at(entry.endDate);
    const rest = entry.entryType === 'Break' ? 'break' : '';
    items.push({
      ...{ sheet: '', row, title, start, session, problems: problemsOf(row, title, start) },
      code: String(entry.contributionId ?? entry.id ?? key).slice(0, 200),
      venue: venueOf(entry, around),
      minutes: lengthOf(entry.duration ?? (start !== null && end !== null ? (end - start) / 60_000 : null)),
      type: typeOf(title, rest),
      abstract: text(entry.description, 20_000),
      speakers: people(entry.presenters),
    });
  };
  const byStart = (entries: Record<string, IndicoEntry>): [string, IndicoEntry][] =>
    Object.entries(entries).sort(([, a], [, b]) => (at(a.startDate) ?? 0) - (at(b.startDate) ?? 0));
  for (const event of Object.values(results))
    for (const day of Object.values(event))
      for (const [key, entry] of byStart(day)) {
        const inner = entry.entryType === 'Session' ? entry.entries : undefined;
        if (!inner || Object.keys(inner).length === 0) {
          add(key, entry, '', '');
          continue;
        }
        const title = text(entry.title, 300) || 'Session';
        const venue = venueOf(entry, '');
        const start = at(entry.startDate);
        const end = at(entry.endDate);
        const minutes = lengthOf(start !== null && end !== null ? (end - start) / 60_000 : null);
        sessions.push({
          row: sessions.length + 1,
          code: key,
          title,
          venue,
          chairs: people(entry.conveners),
          start,
          minutes,
        });
        for (const [innerKey, talk] of byStart(inner))
          add(innerKey, { ...talk, room: null, location: null }, venue, title);
      }
  checkLength(items);
  return { format: 'indico', items, sessions };
}
