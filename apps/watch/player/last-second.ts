/**
 * When a venue has ended, what is left is played out before the end is told. Not every engine says that it got there: hls.js leaves
 * out the last parts of a low-latency playlist and waits for more. Looked at once a second; pure.
 */

export type EndLook = {
  /** Ms since the venue ended. */
  readonly since: number;
  /** The player waits for data. */
  readonly waiting: boolean;
  /** Seconds from the picture shown to the end of the playlist; undefined while unknown. */
  readonly left: number | undefined;
};

/** Ms after which the end is told whatever happens. */
const atLatest = 15_000;
/** Seconds that nobody misses. */
const negligible = 1;
/** Looks in a row without data. */
const looks = 2;

export class LastSecond {
  #dry = 0;

  /** True when there is nothing more to wait for. */
  over({ since, waiting, left }: EndLook): boolean {
    this.#dry = waiting && left !== undefined && left < negligible ? this.#dry + 1 : 0;
    return since > atLatest || this.#dry >= looks;
  }
}
