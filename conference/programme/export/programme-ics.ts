/** The programme, or one talk, as iCalendar (RFC 5545), with the time zone it is held in. */
import type { TalkRecord } from '../../talk/talk.ts';
import { addDays, dayMs, momentOf, wallOf } from '../zone.ts';
import { type Exported, inOrder, peopleText, talkEnd } from './exported.ts';

/** 3.3.11 */
const escaped = (text: string): string =>
  text
    .replace(/\\/g, '\\\\')
    .replace(/;/g, '\\;')
    .replace(/,/g, '\\,')
    .replace(/\r\n|\r|\n/g, '\\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: TEXT holds no control characters
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '');

/** 3.1: at most 75 octets a line, signs of UTF-8 left whole. */
export function folded(line: string): string {
  const out: string[] = [];
  let octets = 0;
  let piece = '';
  for (const sign of line) {
    const size = Buffer.byteLength(sign);
    if (octets + size > 75) {
      out.push(piece);
      piece = ' ';
      octets = 1;
    }
    piece += sign;
    octets += size;
  }
  out.push(piece);
  return out.join('\r\n');
}

const two = (n: number): string => String(n).padStart(2, '0');
/** `20261122T083000` on the wall of the zone. */
const wall = (at: number, timeZone: string): string => {
  const { date, minutes } = wallOf(at, timeZone);
  const seconds = Math.round(minutes * 60);
  return `${date.replaceAll('-', '')}T${two(Math.floor(seconds / 3600))}${two(Math.floor(seconds / 60) % 60)}${two(seconds % 60)}`;
};
const utc = (at: number): string => new Date(at).toISOString().replace(/[-:]|\.\d{3}/g, '');

/** `url`: of the conference's page. `only`: one talk. */
export function programmeCalendar(
  programme: Exported,
  options: { readonly url: string; readonly now: number; readonly only?: string },
): string {
  const { timeZone } = programme;
  const venues = new Map(programme.venues.map(({ id, title }) => [id, title]));
  const talks = inOrder(programme).filter(
    ({ id, plannedStart }) => plannedStart !== null && (options.only === undefined || id === options.only),
  );
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Rostrum//Programme//ZH',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    `X-WR-CALNAME:${escaped(programme.title)}`,
    ...zoneLines(timeZone, programme),
    ...talks.flatMap((talk) => eventLines(talk, venues.get(talk.venueId) ?? '', programme, options)),
    'END:VCALENDAR',
  ];
  return `${lines.map(folded).join('\r\n')}\r\n`;
}

function eventLines(
  talk: TalkRecord,
  venue: string,
  { timeZone, place }: Exported,
  { url, now }: { readonly url: string; readonly now: number },
): string[] {
  const start = talk.plannedStart ?? 0;
  const zone = timeZone === 'UTC' ? '' : `;TZID=${timeZone}`;
  const moment = (at: number): string => (timeZone === 'UTC' ? utc(at) : wall(at, timeZone));
  const people = peopleText(talk.speakers);
  const text = [people, talk.abstract, url].filter((part) => part !== '').join('\n');
  const at = talk.changed?.at ?? talk.createdAt;
  return [
    'BEGIN:VEVENT',
    `UID:${talk.id}@rostrum`,
    `DTSTAMP:${utc(now)}`,
    `LAST-MODIFIED:${utc(at)}`,
    `SEQUENCE:${talk.changed ? Math.floor(at / 1000) : 0}`,
    `DTSTART${zone}:${moment(start)}`,
    `DTEND${zone}:${moment(talkEnd(talk) ?? start)}`,
    `SUMMARY:${escaped(talk.title)}`,
    `LOCATION:${escaped([venue, place].filter((part) => part !== '').join(' · '))}`,
    `DESCRIPTION:${escaped(text)}`,
    `URL:${url}`,
    `STATUS:${talk.state === 'cancelled' ? 'CANCELLED' : 'CONFIRMED'}`,
    'END:VEVENT',
  ];
}

/** 3.6.5, as the offsets that hold from a year before to a year after: no rules are guessed. */
function zoneLines(timeZone: string, { startDate, endDate }: Exported): string[] {
  if (timeZone === 'UTC') return [];
  const offset = (at: number): number => {
    const { date, minutes } = wallOf(at, timeZone);
    return Math.round((Date.parse(`${date}T00:00:00Z`) + minutes * 60_000 - at) / 60_000);
  };
  const signed = (minutes: number): string =>
    `${minutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}${two(Math.abs(minutes) % 60)}`;
  const from = momentOf(addDays(startDate, -366), 0, timeZone);
  const to = momentOf(addDays(endDate, 366), 0, timeZone);
  const part = (at: number, before: number, after: number): string[] => {
    const kind = after > before ? 'DAYLIGHT' : 'STANDARD';
    // The local time before the change (3.8.2.4 with 3.6.5).
    const local = new Date(at + before * 60_000).toISOString().replace(/[-:]|\.\d{3}Z/g, '');
    return [
      `BEGIN:${kind}`,
      `DTSTART:${local}`,
      `TZOFFSETFROM:${signed(before)}`,
      `TZOFFSETTO:${signed(after)}`,
      `END:${kind}`,
    ];
  };
  const lines = ['BEGIN:VTIMEZONE', `TZID:${timeZone}`, ...part(from, offset(from), offset(from))];
  for (let at = from; at < to; at += dayMs) {
    const [before, after] = [offset(at), offset(at + dayMs)];
    if (before !== after) lines.push(...part(changeWithin(at, at + dayMs, offset), before, after));
  }
  return [...lines, 'END:VTIMEZONE'];
}

/** The moment of the change, to the minute. */
function changeWithin(from: number, to: number, offset: (at: number) => number): number {
  const before = offset(from);
  let [low, high] = [Math.floor(from / 60_000), Math.floor(to / 60_000)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offset(middle * 60_000) === before) low = middle;
    else high = middle;
  }
  return high * 60_000;
}
