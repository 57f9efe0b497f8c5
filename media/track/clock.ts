/**
 * A connection's place on the timeline's axis (DESIGN 5): epoch time = dts + lower envelope of (arrival − dts) − delay.
 * The envelope follows the drift of the encoder's clock slowly, so a congested minute does not move the axis.
 */
import type { Clock } from './frame.ts';

/** Ms per window, and windows looked back over: the envelope is the least of them. */
const windowLength = 5000;
const windowCount = 6;
/** Ms of movement per ms: up with the encoder's drift, down when the path turns out to be faster. */
const followUp = 500e-6;
const followDown = 5e-3;
/** Ms. While so young, and for steps down beyond a jump, the envelope is taken at once. */
const settling = 2000;
const jump = 1000;

export class AxisClock {
  readonly #clock: Clock;
  #envelope: number | undefined;
  readonly #windows: number[] = [];
  #windowEnd = 0;
  #first = 0;
  #last = 0;
  /** Ms from the room to here, set at the desk. */
  delay = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `arrival` (monotonic) and time on the connection's line, both ms. */
  observe(arrival: number, time: number): void {
    const late = arrival - time;
    if (this.#envelope === undefined) {
      this.#first = arrival;
      this.#last = arrival;
      this.#envelope = late;
    }
    if (arrival >= this.#windowEnd) {
      this.#windowEnd = arrival + windowLength;
      this.#windows.push(late);
      if (this.#windows.length > windowCount) this.#windows.shift();
    }
    const newest = this.#windows.length - 1;
    this.#windows[newest] = Math.min(this.#windows[newest] ?? late, late);
    const elapsed = Math.max(0, arrival - this.#last);
    this.#last = Math.max(this.#last, arrival);
    const target = Math.min(...this.#windows);
    const difference = target - this.#envelope;
    if (difference < 0 && (arrival - this.#first < settling || difference < -jump)) this.#envelope = target;
    else if (difference < 0) this.#envelope = Math.max(target, this.#envelope - elapsed * followDown);
    else this.#envelope = Math.min(target, this.#envelope + elapsed * followUp);
  }

  /** Epoch ms on the axis of a moment of the connection's line. */
  epochOf(time: number): number {
    const toEpoch = this.#clock.epoch() - this.#clock.now();
    return time + (this.#envelope ?? 0) + toEpoch - this.delay;
  }
}
