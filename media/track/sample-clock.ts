/** Time of sound by its sample count, with a slow servo to the encoder's timestamps (50 ppm is 1.4 s in 8 h). */

/** Ms. Beyond it the count is wrong: frames were lost or doubled. */
const hardLimit = 80;
/** The servo never bends time by more than this (300 ppm cannot be heard). */
const slewLimit = 300e-6;
/** Time constant of the low pass on the error, ms: timestamps are rounded to ms and jitter by more. */
const smoothing = 10_000;
/** The error is aimed to be gone after this many ms. */
const correctIn = 20_000;

export class SampleClock {
  /** Ms. */
  readonly frameMs: number;
  #next: number | undefined;
  /** Low-passed (timestamp − count), ms. */
  #error = 0;

  constructor(frameMs: number) {
    this.frameMs = frameMs;
  }

  /** Start of the next frame given its timestamp, ms. A hard re-anchor moves by whole frames, so the grid of frames stays. */
  next(timestamp: number): number {
    let start = this.#next ?? timestamp;
    let error = timestamp - start;
    if (Math.abs(error) > hardLimit) {
      start += Math.round(error / this.frameMs) * this.frameMs;
      error = timestamp - start;
      this.#error = error;
    }
    this.#error += (error - this.#error) * Math.min(1, this.frameMs / smoothing);
    const slew = Math.max(-slewLimit, Math.min(slewLimit, this.#error / correctIn));
    this.#next = start + this.frameMs * (1 + slew);
    return start;
  }
}
