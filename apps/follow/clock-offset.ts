/** How far this page's clock is from the server's, by the middle of the quickest of some questions. */

export type ClockSample = { readonly sent: number; readonly received: number; readonly server: number };

/** Ms to add to our clock; undefined without a sample. The quickest answer is wrong by at most half its time. */
export function offsetOf(samples: readonly ClockSample[]): number | undefined {
  let best: ClockSample | undefined;
  for (const one of samples) if (!best || one.received - one.sent < best.received - best.sent) best = one;
  return best && best.server - (best.sent + best.received) / 2;
}

/** Asks GET /api/v1/clock some times. Rejects when no answer came. */
export async function measureClock(url = '/api/v1/clock', times = 5): Promise<number> {
  const samples: ClockSample[] = [];
  for (let k = 0; k < times; k++) {
    const sent = Date.now();
    try {
      const response = await fetch(url, { cache: 'no-store' });
      const { now } = (await response.json()) as { now: number };
      if (response.ok && typeof now === 'number') samples.push({ sent, received: Date.now(), server: now });
    } catch {
      // The others decide.
    }
  }
  const offset = offsetOf(samples);
  if (offset === undefined) throw new Error(`${url} told no time`);
  return offset;
}
