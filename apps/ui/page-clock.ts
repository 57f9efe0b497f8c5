/** The timeline's clock as this page knows it: measured against the server, so that a page turn is stamped when the finger moved (DESIGN section 5). */
import { type ClockSample, offsetOf } from '../follow/clock-offset.ts';

export class PageClock {
  #offset: number;

  /** `now`: what the server said when the page was opened, epoch ms. */
  constructor(now: number) {
    this.#offset = now - performance.now();
  }

  now = (): number => performance.now() + this.#offset;

  /** The best of some round trips. Keeps the old offset, and resolves false, when no answer comes. */
  async measure(url: string, trips = 5): Promise<boolean> {
    const samples: ClockSample[] = [];
    for (let i = 0; i < trips; i++) {
      const sent = performance.now();
      const answer = await fetch(url, { cache: 'no-store' }).catch(() => undefined);
      const received = performance.now();
      if (!answer?.ok) continue;
      const { now: server } = (await answer.json()) as { now: number };
      samples.push({ sent, received, server });
    }
    const offset = offsetOf(samples);
    if (offset === undefined) return false;
    this.#offset = offset;
    return true;
  }
}
