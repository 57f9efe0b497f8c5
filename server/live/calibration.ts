/**
 * Works out the delay of a connection from readings of the calibration clock. A code stands for some time before the next, so a picture
 * shows one that is up to that old: the smallest difference is the truest. Pure.
 */
import { type Calibration, calibrationSamples, calibrationSeconds } from '#contracts/calibration.ts';

/** Readings that differ more than this from the middle one are misread or of another clock, ms. */
const outlier = 1000;

export class CalibrationRun {
  readonly #began: number;
  readonly #delays: number[] = [];

  /** Monotonic ms. */
  constructor(now: number) {
    this.#began = now;
  }

  /**
   * `moment`: where the picture lies on the axis, epoch ms, with `delay` ms already taken off; `shown`: what the clock in it said.
   */
  add(moment: number, delay: number, shown: number): void {
    if (this.#delays.length < calibrationSamples * 2) this.#delays.push(moment + delay - shown);
  }

  result(now: number): Calibration {
    const sorted = [...this.#delays].sort((a, b) => a - b);
    const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
    const good = sorted.filter((delay) => Math.abs(delay - middle) <= outlier);
    const [least, most] = [good[0], good.at(-1)];
    const ready = good.length >= calibrationSamples;
    const late = now - this.#began > calibrationSeconds * 1000;
    return {
      state: ready ? 'ready' : late ? 'failed' : 'reading',
      samples: good.length,
      wanted: calibrationSamples,
      delayMs: ready && least !== undefined ? Math.max(0, Math.round(least)) : null,
      spreadMs:
        least !== undefined && most !== undefined && good.length > 1 ? Math.round(most - least) : null,
    };
  }
}
