/** When the network cannot carry even the lowest picture: sound only for a while, then the picture is tried again. Pure. */

export type Verdict = 'stay' | 'soundOnly' | 'picture';

const window = 25_000;
const stallsForSound = 4;
const longStall = 9000;
const firstTry = 60_000;
const longestWait = 480_000;

export class PictureJudge {
  private stalls: number[] = [];
  private stalledSince: number | undefined;
  private soundSince: number | undefined;
  private wait = firstTry;

  /** The picture stopped for want of data, on the lowest level there is. */
  stalled(now: number): void {
    this.stalls = [...this.stalls.filter((at) => now - at < window), now];
    this.stalledSince ??= now;
  }
  playing(): void {
    this.stalledSince = undefined;
  }

  /** `possible`: sound only is offered, quality is automatic, the network answers at all. */
  judge(now: number, possible: boolean): Verdict {
    if (this.soundSince !== undefined) return this.judgeSound(now);
    if (!possible) return 'stay';
    const stuck = this.stalledSince !== undefined && now - this.stalledSince > longStall;
    const often = this.stalls.filter((at) => now - at < window).length >= stallsForSound;
    if (!stuck && !often) return 'stay';
    this.soundSince = now;
    this.stalls = [];
    this.stalledSince = undefined;
    return 'soundOnly';
  }

  /** Forgets: the viewer chose, or another run began. */
  reset(): void {
    this.soundSince = undefined;
    this.stalledSince = undefined;
    this.stalls = [];
    this.wait = firstTry;
  }

  /** Each failed return doubles the wait, up to 8 min. */
  private judgeSound(now: number): Verdict {
    if (now - (this.soundSince ?? now) < this.wait) return 'stay';
    this.soundSince = undefined;
    this.wait = Math.min(longestWait, this.wait * 2);
    return 'picture';
  }
}
