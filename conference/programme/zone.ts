/** Moments and wall clocks of a time zone. Days are `YYYY-MM-DD`, times minutes after midnight. */

const formats = new Map<string, Intl.DateTimeFormat>();

/** Throws RangeError for a zone there is not. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit' },
      ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
    });
    if (formats.size > 100) formats.clear();
    formats.set(timeZone, format);
  }
  return format;
}

const minuteMs = 60_000;
export const dayMs = 86_400_000;

/** Offsets only change on the quarter of an hour: one look-up serves all moments of it. */
const offsets = new Map<string, number>();

/** Ms east of UTC at this moment. */
function offsetAt(at: number, timeZone: string): number {
  const quarter = Math.floor(at / (15 * minuteMs));
  const key = `${timeZone} ${quarter}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(quarter * 15 * minuteMs))
    if (type !== 'literal') parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  const offset = Date.UTC(year, month - 1, day, hour, minute, second) - quarter * 15 * minuteMs;
  if (offsets.size > 20_000) offsets.clear();
  offsets.set(key, offset);
  return offset;
}

/** Epoch ms of a wall clock; one that the change to summer time leaves out is taken an hour later. */
export function momentOf(date: string, minutes: number, timeZone: string): number {
  const wall = Date.parse(`${date}T00:00:00Z`) + minutes * minuteMs;
  const guess = wall - offsetAt(wall, timeZone);
  return wall - offsetAt(guess, timeZone);
}

export function wallOf(at: number, timeZone: string): { readonly date: string; readonly minutes: number } {
  const wall = at + offsetAt(at, timeZone);
  const date = new Date(wall).toISOString().slice(0, 10);
  return { date, minutes: (wall - Date.parse(`${date}T00:00:00Z`)) / minuteMs };
}

/** `08:30` */
export const clockText = (at: number, timeZone: string): string => {
  const minutes = Math.floor(wallOf(at, timeZone).minutes);
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
};

export const addDays = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);

export const isTimeZone = (timeZone: string): boolean => {
  try {
    formatOf(timeZone);
    return true;
  } catch {
    return false;
  }
};
