/** How large a rung is, and how many bits it gets. Pure. */
import type { LadderRung } from './ladder-messages.ts';

export type Size = { readonly width: number; readonly height: number };

/** The rung's picture size: aspect kept, even, the shorter side named by the rung. Undefined when the source is smaller than that: nothing is scaled up. */
export function rungSize(rung: LadderRung, source: Size): Size | undefined {
  const lines = Number(rung);
  const shorter = Math.min(source.width, source.height);
  if (shorter < lines) return undefined;
  const even = (value: number): number => Math.max(2, Math.round((value * lines) / shorter / 2) * 2);
  return { width: even(source.width), height: even(source.height) };
}

const kbpsAt30 = { '720': 2000, '480': 1000, '360': 600 } as const satisfies Record<LadderRung, number>;

/** Average and most over a second, kbit/s; more for 50 and 60 frames a second. */
export const rungKbps = (rung: LadderRung, fps: number): number =>
  Math.round(kbpsAt30[rung] * (fps > 35 ? 1.4 : 1));
