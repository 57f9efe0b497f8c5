/**
 * Keeps live playback at a fixed distance from the live edge (DESIGN section 4, "Playing it"): hls.js's own
 * control acts only with more than 1 s of buffer and lets every stall raise its target for good.
 * Pure: the shell asks every 100 ms and carries the decision out.
 */

export type LatencyReading = {
  /** Monotonic ms. */
  readonly now: number;
  /** Seconds from the playhead to the live edge. */
  readonly latency: number;
  /** Seconds buffered ahead of the playhead. */
  readonly buffer: number;
  /** Nothing was played of this source yet, or it just went on after an interruption. */
  readonly starting: boolean;
};
/** `jump` is in seconds towards the edge (positive: forward). */
export type LatencyDecision = { readonly rate: number } | { readonly rate: 1; readonly jump: number };

export const controlInterval = 100;
/** Seconds behind the target from which playing faster would take too long. */
const jumpAbove = 2;
/** At the start a smaller distance is worth a jump, if it lands in what is buffered. */
const startJumpAbove = 0.2;
const lowBuffer = 0.12;
const maxRate = 1.15;
const minRate = 0.93;
/** Jumping again before the last one has had its effect only empties the buffer. */
const jumpPause = 2500;

const stallWindow = 30_000;
const stallsToStep = 3;
const stepUp = 0.35;
const stepDown = 0.15;
const calmBefore = 45_000;
const calmStep = 15_000;

/** Target distances, seconds. Low latency: 2.88 part targets (0.96 s at 0.334). Standard: three segments. */
export function baseTarget(partTarget: number, longestSegment: number): number {
  if (partTarget > 0) return Math.max(0.96, partTarget * 2.88);
  return Math.min(15, Math.max(4, longestSegment * 3));
}

export class LatencyControl {
  private base = 0.96;
  private extra = 0;
  private stalls: number[] = [];
  private lastChange = 0;
  private jumpedAt = Number.NEGATIVE_INFINITY;

  /** Seconds. */
  get target(): number {
    return this.base + this.extra;
  }
  /** Seconds the target stands above its base because of a network that could not hold it. */
  get raised(): number {
    return this.extra;
  }
  setBase(seconds: number): void {
    this.base = seconds;
  }

  /** One stall never raises the target; three within 30 s do, by 0.35 s, at most to 2.5 times the base. */
  stalled(now: number): void {
    this.stalls = [...this.stalls.filter((at) => now - at < stallWindow), now];
    if (this.stalls.length < stallsToStep) {
      this.lastChange = now;
      return;
    }
    this.extra = Math.min(this.base * 1.5, this.extra + Math.max(stepUp, this.base * 0.2));
    this.stalls = [];
    this.lastChange = now;
  }

  /** The last seconds' stalls do not call for a larger distance: the encoder or the server went away, or the page slept. */
  forgive(now: number): void {
    this.stalls = this.stalls.filter((at) => now - at > 6000);
  }

  decide(reading: LatencyReading): LatencyDecision {
    this.calm(reading.now);
    const error = reading.latency - this.target;
    const mayJump = reading.now - this.jumpedAt > jumpPause;
    const intoBuffer = error + 0.1 < reading.buffer;
    if (mayJump && (error > jumpAbove || (reading.starting && error > startJumpAbove && intoBuffer))) {
      this.jumpedAt = reading.now;
      return { rate: 1, jump: error };
    }
    if (reading.buffer < lowBuffer) return { rate: minRate };
    if (Math.abs(error) < 0.015) return { rate: 1 };
    return { rate: Math.min(maxRate, Math.max(minRate, 1 + 0.3 * error)) };
  }

  /** Comes back down in small steps once 45 s passed without a stall. */
  private calm(now: number): void {
    if (this.extra === 0 || now - this.lastChange < calmBefore) return;
    this.extra = Math.max(0, this.extra - stepDown);
    this.lastChange = now - calmBefore + calmStep;
  }
}
