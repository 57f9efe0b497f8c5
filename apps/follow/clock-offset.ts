/** How far this page's clock is from the server's, by the middle of the quickest of some questions. */

export type ClockSample = { readonly sent: number; readonly received: number; readonly server: number };

/** Ms to add to our clock; undefined without a sample. The quickest answer is wrong by at most half its time. */
export function offsetOf(samples: readonly ClockSample[]): number | undefined {
  let best: ClockSample | undefined;
  for (const one of samples) if (!best || one.received - one.sent < best.received - best.sent) best = one;
  return best && best.server - (best.sent + best.received) / 2;
}
