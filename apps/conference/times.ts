/** Times of a programme in the conference's zone; the viewer's own beside it where they differ. */
import { language } from '../ui/i18n.ts';

const formatters = new Map<string, Intl.DateTimeFormat>();
function formatter(zone: string | undefined, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language()} ${zone} ${JSON.stringify(options)}`;
  let known = formatters.get(key);
  if (!known) {
    try {
      known = new Intl.DateTimeFormat(language(), { ...options, ...(zone ? { timeZone: zone } : {}) });
    } catch {
      known = new Intl.DateTimeFormat(language(), options); // A zone this browser does not know: the viewer's own.
    }
    formatters.set(key, known);
  }
  return known;
}

const dayParts: Intl.DateTimeFormatOptions = { year: 'numeric', month: '2-digit', day: '2-digit' };
const minuteParts: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };

/** `YYYY-MM-DD` of a moment (epoch ms) in a zone. */
export function dayOf(moment: number, zone: string): string {
  const parts = formatter(zone, dayParts).formatToParts(moment);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}`;
}

/** `08:30`. */
export const minuteOf = (moment: number, zone: string | undefined): string =>
  formatter(zone, minuteParts).format(moment);

/** A day `YYYY-MM-DD` as noon UTC, for formatting in UTC. */
const noon = (day: string): number => Date.parse(`${day}T12:00:00Z`);

/** `11月22日 周日`. */
export const dayText = (day: string): string =>
  Number.isNaN(noon(day))
    ? day
    : formatter('UTC', {
        month: language() === 'en' ? 'short' : 'long',
        ...{ day: 'numeric', weekday: 'short' },
      }).format(noon(day));

/** `2026年11月22日–24日`: in Chinese what is the same is not repeated; English has its own way of ranges. */
export function datesText(from: string, to: string): string {
  const [a, b] = [noon(from), noon(to)];
  if (Number.isNaN(a) || Number.isNaN(b)) return from === to ? from : `${from} – ${to}`;
  const format = formatter('UTC', { year: 'numeric', month: 'long', day: 'numeric' });
  if (from === to) return format.format(a);
  if (language() !== 'zh-CN') return format.formatRange(a, b);
  const same = from.slice(0, 4) === to.slice(0, 4) ? (from.slice(0, 7) === to.slice(0, 7) ? 2 : 1) : 0;
  const last = format.format(b).replace(same === 2 ? /^.*月/ : same === 1 ? /^.*年/ : /^/, '');
  return `${format.format(a)}–${last}`;
}

/** `11月22日 08:30` in a zone. */
export const momentText = (moment: number, zone: string | undefined): string =>
  formatter(zone, { month: 'long', day: 'numeric', ...minuteParts }).format(moment);

/** Minutes a zone is ahead of UTC at a moment. */
function offsetOf(zone: string | undefined, moment: number): number {
  const parts = formatter(zone, { ...dayParts, ...minuteParts }).formatToParts(moment);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
  const there = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'));
  return Math.round((there - moment) / 60_000);
}

/** Whether the viewer's clock shows something else than the conference's. */
export const zonesDiffer = (zone: string, moment: number): boolean =>
  offsetOf(zone, moment) !== offsetOf(undefined, moment);

/** Epoch ms of the beginning of a day in a zone. */
export function startOfDay(day: string, zone: string): number {
  const utc = Date.parse(`${day}T00:00:00Z`);
  const guess = utc - offsetOf(zone, utc) * 60_000;
  return utc - offsetOf(zone, guess) * 60_000;
}
