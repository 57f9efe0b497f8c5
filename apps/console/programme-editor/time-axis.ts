/** The vertical axis of a day: which hours are shown, where a moment lies, where a pointer is in time. Pure. */
import { momentOf } from '../office/programme/zone.ts';

export const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Everything that is moved comes to lie on this grid, minutes. */
export const snapMinutes = 5;
const snapMs = snapMinutes * minuteMs;

export type Axis = {
  /** Epoch ms of the top and the bottom: full hours of the conference's zone. */
  readonly from: number;
  readonly to: number;
  /** Pixels a minute. */
  readonly scale: number;
};
export type Span = { readonly from: number; readonly to: number };

/** Opening hours shown even when nothing is planned in them. */
const usual = { from: 8, to: 18 };

/** The usual hours and everything planned, with an hour of air above and below, within the day. */
export function axisOf(day: string, spans: readonly Span[], timeZone: string, scale: number): Axis {
  const { from: midnight, to: next } = boundsOf(day, timeZone);
  const first = Math.min(midnight + usual.from * hourMs, ...spans.map(({ from }) => from));
  const last = Math.max(midnight + usual.to * hourMs, ...spans.map(({ to }) => to));
  const floor = midnight + Math.floor((first - midnight) / hourMs) * hourMs;
  const ceiling = midnight + Math.ceil((last - midnight) / hourMs) * hourMs;
  return {
    from: Math.max(Math.min(midnight, floor), floor - hourMs),
    to: Math.min(Math.max(next, ceiling), ceiling + hourMs),
    scale,
  };
}

export const heightOf = ({ from, to, scale }: Axis): number => ((to - from) / minuteMs) * scale;
export const yOf = (at: number, { from, scale }: Axis): number => ((at - from) / minuteMs) * scale;
export const atOf = (y: number, { from, scale }: Axis): number => from + (y / scale) * minuteMs;

/** The nearest moment of the 5-minute grid. */
export const snapped = (at: number): number => Math.round(at / snapMs) * snapMs;

/** Each full hour on the axis, epoch ms. */
export function hoursOf({ from, to }: Axis): number[] {
  const hours: number[] = [];
  for (let at = from; at <= to; at += hourMs) hours.push(at);
  return hours;
}

/** Midnight to midnight of the day in the zone. */
export const boundsOf = (day: string, timeZone: string): Span => ({
  from: momentOf(`${day} 00:00`, timeZone),
  to: momentOf(`${dayAfter(day)} 00:00`, timeZone),
});

const dayAfter = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + 24 * hourMs).toISOString().slice(0, 10);
