/** Times, dates and lengths as people write them into sheets: full-width signs, 上午/下午, dots for colons, Excel's fractions. */
import type { Cell } from '../../sheet/workbook.ts';

const dayMinutes = 1440;

/** Half-width signs, one kind of dash, one kind of colon; without spaces around them. */
export const plain = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/[‐‑‒–—―−~〜～]+|--+/g, '-')
    .replace(/[∶︰]/g, ':')
    .replace(/\s+/g, ' ')
    .trim();

/** Minutes after midnight; `end` null: not told. */
export type TimeSpan = { readonly start: number; readonly end: number | null };

const half = '(上午|早上|早晨|凌晨|清晨|中午|下午|傍晚|晚上|晚|am|pm)?';
const clock = `${half}\\s*(\\d{1,2})\\s*(?:[:.]\\s*(\\d{1,2})(?:[:.]\\d{2})?|[点时]\\s*(?:(\\d{1,2})\\s*分?|(半|整|一刻|三刻))?)\\s*(am|pm|a\\.m\\.|p\\.m\\.)?`;
const spanPattern = new RegExp(`^${clock}(?:\\s*(?:-|至|到|to|until)\\s*(?:${clock})?)?$`, 'i');
const compactPattern = /^([01]?\d|2[0-4])([0-5]\d)\s*(?:-|至|到)\s*([01]?\d|2[0-4])([0-5]\d)$/;

const isAfternoon = (word: string | undefined): boolean =>
  /^(下午|傍晚|晚上|晚|pm|p\.m\.)$/i.test(word ?? '');
const isMorning = (word: string | undefined): boolean =>
  /^(上午|早上|早晨|凌晨|清晨|am|a\.m\.)$/i.test(word ?? '');

/** `8:30-8:50`, `08：30～08：50`, `8.30—8.50`, `上午8:30`, `下午2点半至3点`, `0830-0850`; undefined: no time. */
export function parseSpan(text: string): TimeSpan | undefined {
  const clean = plain(text)
    .replace(/^[([{]|[)\]}]$/g, '')
    .trim();
  const compact = compactPattern.exec(clean);
  if (compact) {
    const [a = 0, b = 0, c = 0, d = 0] = compact.slice(1).map(Number);
    return { start: a * 60 + b, end: c * 60 + d };
  }
  const match = spanPattern.exec(clean);
  if (!match) return undefined;
  const start = minutesOf(match.slice(1, 7));
  if (start === undefined) return undefined;
  if (match[8] === undefined) return { start, end: null };
  const end = minutesOf(match.slice(7, 13));
  if (end === undefined) return undefined;
  // 下午2:00-3:30: the half of the day is said once. 2:00-3:30 下午 too.
  const saidFirst = match[1] ?? match[6];
  const saidLast = match[7] ?? match[12];
  if (!saidLast && isAfternoon(saidFirst) && end < dayMinutes / 2)
    return { start, end: end + dayMinutes / 2 };
  if (!saidFirst && isAfternoon(saidLast) && start < dayMinutes / 2 && start + dayMinutes / 2 < end)
    return { start: start + dayMinutes / 2, end };
  return { start, end };
}

function minutesOf([before, hourText, colon, point, words, after]: readonly (string | undefined)[]):
  | number
  | undefined {
  let hour = Number(hourText);
  const minute = words
    ? ({ 半: 30, 整: 0, 一刻: 15, 三刻: 45 }[words] ?? 0)
    : Number(colon ?? point ?? 0) * (colon?.length === 1 ? 10 : 1);
  const word = before ?? after;
  if (isAfternoon(word) && hour < 12) hour += 12;
  if (word === '中午' && hour < 6) hour += 12;
  if (isMorning(word) && hour === 12 && word !== '上午') hour = 0;
  if (hour > 24 || minute > 59) return undefined;
  return hour * 60 + minute;
}

/** A time cell: text, or Excel's fraction of a day (with a date or without). */
export function spanOfCell(cell: Cell): TimeSpan | undefined {
  if (cell.value === undefined) return parseSpan(cell.text);
  const { value } = cell;
  if (value >= 0 && value < 1) return { start: Math.round(value * dayMinutes) % dayMinutes, end: null };
  if (cell.date && value > 1) return { start: Math.round((value % 1) * dayMinutes) % dayMinutes, end: null };
  // 8.3 and 8.5 are 8:30 and 8:50 written with a dot; a whole number is an hour.
  if (value < 24) {
    const minute = Math.round((value % 1) * 100);
    return minute < 60 ? { start: Math.floor(value) * 60 + minute, end: null } : undefined;
  }
  // 830 and 1430.
  if (Number.isInteger(value) && value < 2400 && value % 100 < 60)
    return { start: Math.floor(value / 100) * 60 + (value % 100), end: null };
  return undefined;
}

/** Minutes: `20分钟`, `20min`, `20'`, `1小时30分`, `1.5h`, `0:20`, 20, and Excel's fraction. */
export function minutesOfCell(cell: Cell): number | undefined {
  const { value } = cell;
  if (value !== undefined) {
    const minutes = value > 0 && value < 1 ? Math.round(value * dayMinutes) : value;
    return minutes >= 1 && minutes <= dayMinutes ? minutes : undefined;
  }
  return parseMinutes(cell.text);
}
export function parseMinutes(text: string): number | undefined {
  const clean = plain(text).toLowerCase();
  const clockForm = /^(\d{1,2}):([0-5]\d)(?::\d{2})?$/.exec(clean);
  if (clockForm) return Number(clockForm[1]) * 60 + Number(clockForm[2]) || undefined;
  const match =
    /^(?:(\d+(?:\.\d+)?)\s*(?:小时|个小时|h|hr|hrs|hours?)\s*(半)?)?\s*(?:(\d+(?:\.\d+)?)\s*(?:分钟|分|min|mins|minutes?|m|'|′)?)?$/.exec(
      clean,
    );
  if (!match || (match[1] === undefined && match[3] === undefined)) return undefined;
  const minutes = Number(match[1] ?? 0) * 60 + (match[2] ? 30 : 0) + Number(match[3] ?? 0);
  return minutes >= 1 && minutes <= dayMinutes ? minutes : undefined;
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const chineseDigits: Record<string, number> = {
  一: 1,
  二: 2,
  三: 3,
  四: 4,
  五: 5,
  六: 6,
  七: 7,
  八: 8,
  九: 9,
  十: 10,
};

export type DateContext = { readonly startDate: string; readonly endDate: string };
/** The day, and what else was written beside it (a weekday, 上午, a venue). */
export type FoundDate = { readonly date: string; readonly rest: string };

/**
 * A day in a text: `2026-11-22`, `2026年11月22日（周日）`, `11月22日`, `11/22`, `22 Nov 2026`, `第二天`, `Day 2`. Without a year it is
 * the conference's.
 */
export function findDate(text: string, context: DateContext): FoundDate | undefined {
  const clean = plain(text);
  const [startYear = 2000] = context.startDate.split('-').map(Number);
  const take = (match: RegExpExecArray, year: number, month: number, day: number): FoundDate | undefined => {
    const date = isoDate(year, month, day);
    return date === undefined ? undefined : { date, rest: withoutDay(clean, match) };
  };
  let match = /(?<!\d)(20\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)\s*[日号]?/.exec(clean);
  if (match) return take(match, Number(match[1]), Number(match[2]), Number(match[3]));
  match = /(?<!\d)(20\d{2})(0[1-9]|1[0-2])([0-2]\d|3[01])(?!\d)/.exec(clean);
  if (match) return take(match, Number(match[1]), Number(match[2]), Number(match[3]));
  match = /(?<!\d)(\d{1,2})\s*月\s*(\d{1,2})(?!\d)\s*[日号]?/.exec(clean);
  if (match) {
    const year = yearOf(Number(match[1]), Number(match[2]), context, startYear);
    return take(match, year, Number(match[1]), Number(match[2]));
  }
  match =
    /(?<![a-z\d])(\d{1,2})(?:st|nd|rd|th)?\s+(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,?(?:\s+(20\d{2}))?(?!\d)/i.exec(
      clean,
    );
  if (match) return take(match, Number(match[3] ?? startYear), monthOf(match[2]), Number(match[1]));
  match =
    /(?<![a-z])(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(20\d{2}))?(?![\d:])/i.exec(
      clean,
    );
  if (match) return take(match, Number(match[3] ?? startYear), monthOf(match[1]), Number(match[2]));
  match = /第\s*([一二三四五六七八九十]|\d{1,2})\s*[天日]|day\s*(\d{1,2})(?!\d)/i.exec(clean);
  if (match) {
    const nth = match[2] ?? match[1] ?? '';
    const n = chineseDigits[nth] ?? Number(nth);
    if (!(n >= 1 && n <= 60)) return undefined;
    const at = Date.parse(`${context.startDate}T00:00:00Z`) + (n - 1) * 86_400_000;
    return { date: new Date(at).toISOString().slice(0, 10), rest: withoutDay(clean, match) };
  }
  // Only as the whole cell: 11/22 and 11.22 inside a text may be anything.
  match = /^(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*(?:日|号)?(.*)$/.exec(clean);
  if (match && !/\d/.test(match[3] ?? '')) {
    const year = yearOf(Number(match[1]), Number(match[2]), context, startYear);
    const date = isoDate(year, Number(match[1]), Number(match[2]));
    if (date && Math.abs(Date.parse(date) - Date.parse(context.startDate)) < 60 * 86_400_000)
      return { date, rest: tidied(match[3] ?? '') };
  }
  return undefined;
}

const monthOf = (name: string | undefined): number => months.indexOf((name ?? '').toLowerCase()) + 1;
const weekday =
  /[([]?\s*(?:周|星期|礼拜)[一二三四五六日天]\s*[)\]]?|[([]?\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?,?\s*[)\]]?/gi;
const tidied = (text: string): string =>
  text
    .replace(weekday, ' ')
    .replace(/^[\s,;:\-|/()（）]+|[\s,;:\-|/(（]+$/g, '')
    .trim();
const withoutDay = (clean: string, match: RegExpExecArray): string =>
  tidied(`${clean.slice(0, match.index)} ${clean.slice(match.index + match[0].length)}`);

/** A congress over New Year: January belongs to the year it ends in. */
function yearOf(month: number, day: number, context: DateContext, startYear: number): number {
  const next = isoDate(startYear + 1, month, day);
  return next !== undefined && next <= context.endDate ? startYear + 1 : startYear;
}

function isoDate(year: number, month: number, day: number): string | undefined {
  const at = new Date(Date.UTC(year, month - 1, day));
  return at.getUTCMonth() === month - 1 && at.getUTCDate() === day
    ? at.toISOString().slice(0, 10)
    : undefined;
}

/** Days from 1899-12-30 to 1970-01-01. */
const excelEpoch = 25_569;
/** Days a sheet may mean: 2000 to 2100. */
const isDayNumber = (value: number): boolean => value >= 36_526 && value < 73_050;

export function dateOfCell(cell: Cell, context: DateContext): FoundDate | undefined {
  const { value } = cell;
  if (value !== undefined && isDayNumber(value))
    return {
      date: new Date((Math.floor(value) - excelEpoch) * 86_400_000).toISOString().slice(0, 10),
      rest: '',
    };
  return findDate(cell.text, context);
}

/** The number Excel shows as this day; with minutes, of that moment. */
export const excelDay = (date: string, minutes = 0): number =>
  Date.parse(`${date}T00:00:00Z`) / 86_400_000 + excelEpoch + minutes / dayMinutes;
