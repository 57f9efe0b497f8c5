/**
 * The clock of a timeline: epoch milliseconds that never go back, whatever is done to the machine's wall clock (fault 92).
 *
 * It runs on the monotonic clock. When it differs from the wall clock it returns slowly, faster or slower by `slew`, never by
 * a jump, so that media durations and times on the axis stay in step. A mark of where it is goes to the store every
 * `markEvery`; after a restart it goes on with the same distance from the wall clock, or, if the wall clock has been put back
 * meanwhile, just above the last mark.
 */
import type { Logger } from 'pino';
import type { ClockMark, Lease, TimelineStore } from './store.ts';

/** Share by which the clock runs faster or slower to return to the wall clock: near it, and when more than `far` ms off. */
const slew = 0.0005;
const farSlew = 0.005;
const far = 2000;
/** Ms; the wall clock is read in whole ms and is itself adjusted, so a smaller difference is none. */
const tolerance = 5;
/** Ms between two marks. Also what is added to the last mark when the wall clock cannot be trusted. */
const markEvery = 5000;
/** Ms by which the wall clock may run apart from the monotonic one between two readings before it counts as having been set. */
const setBy = 1000;

export type ClockOptions = {
  readonly log: Logger;
  /** Epoch ms nothing may come before: the newest time found in records or media. */
  readonly floor?: number;
  /** Epoch ms; for tests. */
  readonly wall?: () => number;
  /** Ms; for tests. */
  readonly monotonic?: () => number;
};

export interface TimelineClock {
  /** Epoch ms on the timeline, fractional, never less than before. */
  now(): number;
  /** Epoch ms at which `performance.now()` was 0: `epoch() + arrival` puts an arrival of the last seconds on the timeline. */
  epoch(): number;
  /** Writes the last mark. To be called before the lease is released. */
  close(): Promise<void>;
}

/** Goes on with the timeline's clock as the holder of its lease. */
export async function openClock(
  store: TimelineStore,
  lease: Lease,
  options: ClockOptions,
): Promise<TimelineClock> {
  const mark = await store.clock(lease.timeline);
  const clock = new SlewingClock(options, mark, (next) => store.markClock(lease.timeline, lease.token, next));
  await clock.mark();
  return clock;
}

/** Where a clock goes on, given what is remembered of it. */
export function resumeAt(mark: ClockMark | undefined, wall: number, floor: number): number {
  if (mark === undefined) return Math.max(wall, floor);
  const ahead = mark.at - mark.wall;
  return Math.max(floor, wall < mark.wall ? mark.at + markEvery : wall + Math.max(0, ahead));
}

class SlewingClock implements TimelineClock {
  readonly #log: Logger;
  readonly #wall: () => number;
  readonly #monotonic: () => number;
  readonly #write: (mark: ClockMark) => Promise<void>;
  #value: number;
  #lastMonotonic: number;
  #lastWall: number;
  #markedAt: number;
  #marking: Promise<void> | undefined;
  #failing = false;
  #closed = false;

  constructor(
    { log, floor = 0, wall = Date.now, monotonic = () => performance.now() }: ClockOptions,
    mark: ClockMark | undefined,
    write: (mark: ClockMark) => Promise<void>,
  ) {
    this.#log = log;
    this.#wall = wall;
    this.#monotonic = monotonic;
    this.#write = write;
    this.#lastWall = wall();
    this.#lastMonotonic = monotonic();
    this.#value = resumeAt(mark, this.#lastWall, floor);
    this.#markedAt = this.#value;
  }

  now(): number {
    const monotonic = this.#monotonic();
    const elapsed = Math.max(0, monotonic - this.#lastMonotonic);
    const wall = this.#wall();
    const jump = wall - this.#lastWall - elapsed;
    this.#lastMonotonic = monotonic;
    this.#lastWall = wall;
    this.#value += elapsed + correction(wall - (this.#value + elapsed), elapsed);
    const jumped = Math.abs(jump) > setBy;
    if (jumped)
      this.#log.warn(
        { jumpMs: Math.round(jump), aheadMs: Math.round(this.#value - wall) },
        'the wall clock was set: the timeline goes on and returns to it slowly',
      );
    if ((jumped || this.#value - this.#markedAt >= markEvery) && !this.#closed) void this.mark();
    return this.#value;
  }

  epoch(): number {
    const now = this.now();
    return now - this.#lastMonotonic;
  }

  /** Never rejects; one at a time. */
  mark(): Promise<void> {
    this.#marking ??= this.#writeMark().finally(() => {
      this.#marking = undefined;
    });
    return this.#marking;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.now();
    this.#closed = true;
    await this.#marking;
    await this.mark();
  }

  async #writeMark(): Promise<void> {
    this.#markedAt = this.#value;
    try {
      await this.#write({ at: this.#value, wall: this.#lastWall });
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) this.#log.warn({ err: error }, "the timeline's clock could not be marked");
      this.#failing = true;
    }
  }
}

/** Ms to add after `elapsed` ms when the wall clock is `error` ms ahead of us. */
function correction(error: number, elapsed: number): number {
  const size = Math.abs(error);
  if (size <= tolerance) return 0;
  const most = elapsed * (size > far ? farSlew : slew);
  return Math.sign(error) * Math.min(most, size);
}
