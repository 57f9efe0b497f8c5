/**
 * Owns recovery: when the playhead should move and does not, it escalates. Pure; the shell passes what it sees
 * about four times a second and does what is answered.
 */

export type Sight = {
  /** Monotonic ms. */
  readonly now: number;
  /** Someone wants it to play and there is something to play (not paused, not away, not in a break). */
  readonly expected: boolean;
  /** Media time of the playhead, seconds. */
  readonly time: number;
  /** Seconds buffered ahead of the playhead. */
  readonly buffer: number;
  /** Seconds to the next buffered range when the playhead stands in a hole; undefined without one. */
  readonly gap: number | undefined;
  /** Monotonic ms when anything last came from the network (a playlist, a part). */
  readonly activeAt: number;
};
export type Rescue = 'none' | 'nudge' | 'startLoad' | 'recover' | 'reload';

/** When each step is tried, ms after the playhead last moved. A step the situation does not call for is skipped. */
const steps: readonly { readonly after: number; readonly rescue: Rescue }[] = [
  { after: 1200, rescue: 'nudge' },
  { after: 3000, rescue: 'nudge' },
  { after: 4500, rescue: 'startLoad' },
  { after: 8000, rescue: 'recover' },
  { after: 12_000, rescue: 'reload' },
];
/** While bytes still come a slow network is not a dead player: a reload would start it over. */
const activeGrace = 6000;
const patience = 30_000;
const repeatAfter = [10_000, 15_000, 20_000, 30_000];
/** Calls further apart than this mean that the page slept; it gets a fresh start. */
const slept = 3000;

export class Watchdog {
  private movedAt = 0;
  private lastTime = Number.NaN;
  private lastSight = Number.NEGATIVE_INFINITY;
  private step = 0;
  private reloads = 0;
  private reloadedAt = 0;

  /** A new source: counts from now on, but remembers how many reloads did not help. */
  restart(now: number): void {
    this.movedAt = now;
    this.step = 0;
    this.lastTime = Number.NaN;
  }

  look(sight: Sight): Rescue {
    const woke = sight.now - this.lastSight > slept;
    this.lastSight = sight.now;
    const moved = Number.isFinite(this.lastTime) && Math.abs(sight.time - this.lastTime) > 0.01;
    if (moved) this.reloads = 0;
    if (moved || !sight.expected || woke) {
      this.movedAt = sight.now;
      this.step = 0;
    }
    this.lastTime = sight.time;
    if (!sight.expected) return 'none';
    return this.escalate(sight);
  }

  private escalate(sight: Sight): Rescue {
    const still = sight.now - this.movedAt;
    const next = steps[this.step];
    if (!next || still < next.after) return 'none';
    if (next.rescue === 'reload' && !this.mayReload(sight, still)) return 'none';
    this.step++;
    if (next.rescue === 'nudge' && sight.buffer < 0.3 && sight.gap === undefined) return 'none';
    if (next.rescue === 'reload') {
      this.reloads++;
      this.reloadedAt = sight.now;
    }
    return next.rescue;
  }

  private mayReload(sight: Sight, still: number): boolean {
    if (sight.now - sight.activeAt < activeGrace && still < patience) return false;
    if (this.reloads === 0) return true;
    const wait = repeatAfter[Math.min(this.reloads, repeatAfter.length) - 1] ?? 30_000;
    return sight.now - this.reloadedAt >= wait;
  }
}

export { backoff } from '../../follow/backoff.ts';
