/** A venue's stage stream in memory, for tests of who writes to it. */
import type { StageBody, StageEvent } from '#contracts/events.ts';
import { emptyHall, emptyStage, stageAfter } from '#contracts/stage-state.ts';
import type { EventsPort } from '#server/live-port.ts';

export type StageDouble = EventsPort & { readonly written: StageEvent[] };

export function createStageDouble(now: () => number = Date.now): StageDouble {
  const written: StageEvent[] = [];
  let state = emptyStage;
  const double = {
    written,
    now,
    async append(stream: string, items: readonly { t?: number; body: StageBody }[]) {
      const added = items.map(({ t, body }, k) => {
        const event = { ...body, i: written.length + k, at: now(), t: t ?? now() } as StageEvent;
        state = stageAfter(state, event);
        return event;
      });
      if (stream === 'stage') written.push(...added);
      return added;
    },
    state: () => state,
    hallState: () => emptyHall,
    between: async (from: number, to: number) => written.filter(({ t }) => t > from && t <= to),
    stageAt: async () => state,
    redact: async () => [],
    subscribe: () => () => undefined,
    position: () => ({ rev: 1, next: 0, snapshot: 0 }),
    batch: async (_stream: string, rev: number, n: number) => {
      const event = rev === 1 ? written[n] : undefined;
      return event && { rev, n, body: Buffer.from(JSON.stringify({ rev, n, events: [event], watching: 1 })) };
    },
  };
  return double as unknown as StageDouble;
}
