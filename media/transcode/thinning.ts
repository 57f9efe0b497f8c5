/** Decides how much the preview process leaves out to stay in its CPU budget: pictures first, then sound. Pure. */

export type Share = {
  /** Ms between two pictures of a track, at least. */
  readonly pictureMs: number;
  /** One second of sound is looked at out of this many. */
  readonly soundEvery: number;
};

/** From everything to next to nothing. With a GOP of 2 s the first step gives a picture every 4 s. */
const steps: readonly Share[] = [
  { pictureMs: 3_900, soundEvery: 1 },
  { pictureMs: 7_900, soundEvery: 1 },
  { pictureMs: 15_900, soundEvery: 1 },
  { pictureMs: 30_000, soundEvery: 1 },
  { pictureMs: 60_000, soundEvery: 3 },
  { pictureMs: 60_000, soundEvery: 10 },
];
const whole: Share = { pictureMs: 3_900, soundEvery: 1 };

/** Samples over the budget before a step down, and well under it before a step up: quick to yield, slow to return. */
const overSamples = 2;
const underSamples = 12;
/** A step up may double the load. */
const comfortable = 0.4;

export class Thinning {
  readonly #budget: number;
  #step = 0;
  #over = 0;
  #under = 0;

  /** `budget` in cores. */
  constructor(budget: number) {
    this.#budget = budget;
  }

  /** 0 is everything. */
  get step(): number {
    return this.#step;
  }

  get share(): Share {
    return steps[this.#step] ?? whole;
  }

  /** Takes the cores used over the last few seconds; true when the share changed. */
  sample(cores: number): boolean {
    this.#over = cores > this.#budget ? this.#over + 1 : 0;
    this.#under = cores < this.#budget * comfortable ? this.#under + 1 : 0;
    if (this.#over >= overSamples && this.#step < steps.length - 1) this.#step++;
    else if (this.#under >= underSamples && this.#step > 0) this.#step--;
    else return false;
    this.#over = 0;
    this.#under = 0;
    return true;
  }
}
