/** When a ladder that falls behind gives up a rung. Pure. */

/** How long it must be too late before it counts, and how long a lighter ladder has to catch up. */
const patienceMs = 4_000;
const graceMs = 8_000;

export class GiveUpRule {
  readonly #tooLate: number;
  #lateSince: number | undefined;
  #graceUntil = Number.NEGATIVE_INFINITY;

  /** `tooLate`: seconds behind the source that are too much. */
  constructor(tooLate: number) {
    this.#tooLate = tooLate;
  }

  /** Takes the worst lag of the rungs in seconds at this moment (ms); true when the highest rung must go. */
  sample(lagSeconds: number, now: number): boolean {
    if (lagSeconds <= this.#tooLate) {
      this.#lateSince = undefined;
      return false;
    }
    this.#lateSince ??= now;
    if (now - this.#lateSince < patienceMs || now < this.#graceUntil) return false;
    this.#graceUntil = now + graceMs;
    this.#lateSince = undefined;
    return true;
  }
}
