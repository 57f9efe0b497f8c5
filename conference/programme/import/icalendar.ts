/** Talks out of iCalendar (RFC 5545): one VEVENT a talk. Time zones of the file are honoured; recurrences are not unrolled. */
import ICAL from 'ical.js';
import { CodedError } from '#contracts/errors.ts';
import { isTimeZone, momentOf } from '../zone.ts';
import type { ImportContent, ImportContext, ImportItem, Problem } from './item.ts';
import { mostItems } from './item.ts';
import { parsePeople } from './people.ts';
import { ownCode } from './plan.ts';
import { typeOf } from './wording.ts';

/** Throws `import.broken`. */
export function readICalendar(text: string, context: ImportContext): ImportContent {
  let calendar: ICAL.Component;
  try {
    calendar = new ICAL.Component(ICAL.parse(text.replace(/^\ufeff/, '')) as never);
  } catch (error) {
    throw new CodedError('import.broken', `not iCalendar: ${String(error).slice(0, 160)}`);
  }
  const events = calendar.getAllSubcomponents('vevent');
  if (events.length > mostItems) throw new CodedError('import.tooLarge', `more than ${mostItems} events`);
  const items = events.flatMap((event, i): ImportItem[] => {
    try {
      return [itemOf(event, i + 1, context)];
    } catch (error) {
      return [broken(i + 1, String(error).slice(0, 120))];
    }
  });
  return { format: 'ics', items, sessions: [] };
}

const textOf = (event: ICAL.Component, name: string): string => {
  const value = event.getFirstPropertyValue(name);
  return value === null || value === undefined ? '' : String(value).trim();
};

function itemOf(event: ICAL.Component, row: number, context: ImportContext): ImportItem {
  const problems: Problem[] = [];
  const title = textOf(event, 'summary').replace(/\s+/g, ' ');
  if (title === '')
    problems.push({ zh: `缺少标题（第 ${row} 项）`, en: `the title is missing (item ${row})`, fatal: true });
  const start = momentIn(event, 'dtstart', context);
  if (start === null)
    problems.push({
      zh: `缺少开始时间（第 ${row} 项）`,
      en: `the beginning is missing (item ${row})`,
      fatal: true,
    });
  if (event.getFirstProperty('rrule'))
    problems.push({
      zh: '重复事件只导入第一次',
      en: 'of a repeated event only the first is imported',
      fatal: false,
    });
  if (textOf(event, 'status').toUpperCase() === 'CANCELLED')
    problems.push({ zh: '已取消，不导入', en: 'cancelled: left out', fatal: false });
  const end = momentIn(event, 'dtend', context);
  const duration = event.getFirstPropertyValue('duration');
  const seconds = duration instanceof ICAL.Duration ? duration.toSeconds() : undefined;
  const minutes =
    start !== null && end !== null ? (end - start) / 60_000 : seconds === undefined ? null : seconds / 60;
  const people = event.getAllProperties('attendee').flatMap((property) => {
    const name = property.getParameter('cn');
    return typeof name === 'string' ? parsePeople(name) : [];
  });
  const uid = textOf(event, 'uid');
  return {
    ...{
      sheet: '',
      row,
      code: codeOf(uid),
      venue: textOf(event, 'location').slice(0, 120),
    },
    ...{ start, title: title.slice(0, 300), speakers: people.slice(0, 30), problems, session: '' },
    minutes: minutes !== null && minutes >= 1 && minutes <= 1440 ? minutes : null,
    type: typeOf(title, ''),
    abstract: textOf(event, 'description').slice(0, 20_000),
    ...(textOf(event, 'status').toUpperCase() === 'CANCELLED' ? { skip: true as const } : {}),
  };
}

/** Our own export names the talk. */
const codeOf = (uid: string): string | null => {
  const own = /^([A-Za-z0-9_-]{1,40})@rostrum$/.exec(uid);
  return own ? `${ownCode}${own[1]}` : uid === '' ? null : uid.slice(0, 200);
};

/** Epoch ms. A time without a zone, or in one nobody knows, is the conference's. */
function momentIn(event: ICAL.Component, name: string, context: ImportContext): number | null {
  const property = event.getFirstProperty(name);
  const value = property?.getFirstValue();
  if (!property || !(value instanceof ICAL.Time)) return null;
  const { year, month, day, hour, minute, second } = value;
  if (value.zone === ICAL.Timezone.utcTimezone) return Date.UTC(year, month - 1, day, hour, minute, second);
  const named = property.getParameter('tzid');
  const zone = typeof named === 'string' && isTimeZone(named) ? named : undefined;
  const date = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
  const minutes = hour * 60 + minute + second / 60;
  if (zone) return momentOf(date, minutes, zone);
  // Zones with names of their own (Outlook) are described in the file.
  if (typeof named === 'string' && value.zone !== ICAL.Timezone.localTimezone)
    return value.toUnixTime() * 1000;
  return momentOf(date, minutes, context.timeZone);
}

const broken = (row: number, detail: string): ImportItem => ({
  ...{ sheet: '', row, code: null, venue: '', start: null, minutes: null, title: '', type: 'talk' as const },
  ...{ speakers: [], abstract: null, session: '' },
  problems: [{ zh: `第 ${row} 项无法读取`, en: `item ${row} cannot be read: ${detail}`, fatal: true }],
});
