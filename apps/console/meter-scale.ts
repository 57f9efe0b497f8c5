/** How a sound level in dBFS is drawn: −60 dB is empty, 0 dB is full; green, yellow from −18, red from −6. */

export const floorDb = -60;
export const yellowDb = -18;
export const redDb = -6;

export type MeterZone = 'green' | 'yellow' | 'red';

/** Part of the bar that is lit, 0 to 1. What is not a number (digital silence, lost data) is 0. */
export function meterFraction(db: number): number {
  if (!(db > floorDb)) return 0;
  return Math.min(1, (db - floorDb) / -floorDb);
}

export const meterZone = (db: number): MeterZone =>
  db >= redDb ? 'red' : db >= yellowDb ? 'yellow' : 'green';

export type Held = { readonly db: number; readonly at: number };

/** A peak stays for this long, ms, then falls at this many dB a second. */
export const holdMs = 2000;
export const fallDbPerSecond = 20;

/** The peak mark at `now` given the one before and the newest peak; never below the newest. */
export function holdPeak(before: Held | undefined, db: number, now: number): Held {
  if (!before || db >= shownPeak(before, now)) return { db, at: now };
  return before;
}

export function shownPeak(held: Held, now: number): number {
  const falling = Math.max(0, now - held.at - holdMs);
  return Math.max(-100, held.db - (falling / 1000) * fallDbPerSecond);
}

/** Levels older than this are no longer shown, ms: three missed seconds. */
export const soundFreshMs = 4000;
