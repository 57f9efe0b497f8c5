/** Keeps a second picture in step with the first by its rate, and by a jump when it is far off. Pure. */

export type SyncReading = {
  /** Monotonic ms. */
  readonly now: number;
  /** Seconds the follower is ahead of the leader; negative: behind. */
  readonly ahead: number;
  /** What the leader plays at. */
  readonly rate: number;
  /** Seconds buffered ahead of the follower. */
  readonly buffer: number;
};
export type SyncDecision = { readonly rate: number; readonly jump?: number };

/** Within this, seconds, nothing is done: half of what may be seen. */
const fine = 0.04;
const jumpAbove = 1;
/** Into what is buffered a jump is hardly seen, and sooner done than by the rate. */
const nearJumpAbove = 0.4;
/** Ms for a jump to have its effect. */
const jumpPause = 2000;
const most = 0.2;

export class SyncControl {
  private jumpedAt = Number.NEGATIVE_INFINITY;

  decide({ now, ahead, rate, buffer }: SyncReading): SyncDecision {
    const far = Math.abs(ahead);
    const buffered = ahead > 0 || far + 0.2 < buffer;
    if ((far > jumpAbove || (far > nearJumpAbove && buffered)) && now - this.jumpedAt >= jumpPause) {
      this.jumpedAt = now;
      return { rate, jump: -ahead };
    }
    // A jump is under way.
    if (far > jumpAbove) return { rate };
    if (Math.abs(ahead) < fine) return { rate };
    // Nothing to catch up with yet: faster would only empty it.
    if (ahead < 0 && buffer < 0.15) return { rate };
    const change = Math.min(most, Math.max(-most, -0.8 * ahead));
    return { rate: Math.max(0.1, rate * (1 + change)) };
  }
}
