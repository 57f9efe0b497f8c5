/** Wall clocks of the conference's zone: staff anywhere edit the times the hall has. Pure. */

/** Making one costs a hundred times what using it does, and a programme has thousands of times. */
const formats = new Map<string, Intl.DateTimeFormat>();
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timeZone, format);
  return format;
}

/** Ms east of UTC at this moment. */
function offsetAt(at: number, timeZone: string): number {
  const format = formatOf(timeZone);
  const parts: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(at)) if (type !== 'literal') parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
}

/** `YYYY-MM-DD HH:mm` there. */
export const wallText = (at: number, timeZone: string): string =>
  new Date(at + offsetAt(at, timeZone)).toISOString().slice(0, 16).replace('T', ' ');

export const dayOf = (at: number, timeZone: string): string => wallText(at, timeZone).slice(0, 10);
export const clockOf = (at: number, timeZone: string): string => wallText(at, timeZone).slice(11);

/** Epoch ms of `YYYY-MM-DD HH:mm` there; a time that the change to summer time leaves out is taken an hour later. */
export function momentOf(wall: string, timeZone: string): number {
  const naive = Date.parse(`${wall.replace(' ', 'T')}:00Z`);
  const guess = naive - offsetAt(naive, timeZone);
  return naive - offsetAt(guess, timeZone);
}

/** The days from the first to the last, both included; at most 60. */
export function daysOf(startDate: string, endDate: string): string[] {
  const days: string[] = [];
  for (let at = Date.parse(startDate); at <= Date.parse(endDate) && days.length < 60; at += 86_400_000)
    days.push(new Date(at).toISOString().slice(0, 10));
  return days;
}
