/** The server's clock as seen here: times in statuses are the server's, and a laptop in the hall may be minutes off. */
import { useEffect, useState } from 'react';

/** ms to add to Date.now(). */
let offset = 0;

/** HTTP dates have whole seconds, so a difference under this is noise. */
const noise = 2000;

/** Offset from a `Date` header, ms; what cannot be read or is within the noise of the header is 0. */
export function offsetFrom(header: string | null, now: number): number {
  const date = header ? Date.parse(header) : Number.NaN;
  if (Number.isNaN(date)) return 0;
  const difference = date + 500 - now;
  return Math.abs(difference) > noise ? difference : 0;
}

export function hearServerDate(header: string | null): void {
  if (header) offset = offsetFrom(header, Date.now());
}

/** Epoch ms on the server's clock. */
export const serverNow = (): number => Date.now() + offset;

/** Renders again every `interval` ms; gives the server's time. */
export function useNow(interval = 1000): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), interval);
    return () => clearInterval(timer);
  }, [interval]);
  return now;
}
