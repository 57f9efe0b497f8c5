/**
 * When a child that owes an answer will never give it. LibreOffice's threads now and then wait for each other for ever
 * (asleep), or one of them, spinning, for a value that never comes (busy); the same deck then takes a second in a new process.
 */

export type StallLimits = {
  /** Seconds without CPU and without a word. */
  readonly asleep: number;
  /** CPU seconds in all; undefined: as many as it likes. */
  readonly cpu?: number;
  /** Seconds in all; undefined: as many as it likes. */
  readonly wall?: number;
};
export type Stall = 'asleep' | 'busy';

/** A child ended because of that: not an answer about the deck, so another child may be asked. */
export class ChildStalled extends Error {
  override readonly name = 'ChildStalled';
  readonly how: Stall;

  constructor(how: Stall) {
    super(`the converter is ${how} for too long`);
    this.how = how;
  }
}

/** Of one core: timers that tick in a process that is asleep use less, one that is starved by others more. */
const asleepShare = 0.01;
/** Seconds between two samples that count at most: this process may have been held up itself. */
const longestStep = 1;

const zero: { readonly seconds: number; readonly cpu: number } = { seconds: 0, cpu: 0 };

export class StallWatch {
  readonly #limits: StallLimits;
  #before: { readonly at: number; readonly cpu: number } | undefined;
  #wall = 0;
  /** Of the quiet time that goes on now. */
  #quiet = zero;

  constructor(limits: StallLimits) {
    this.#limits = limits;
  }

  /** Seconds of a monotonic clock and of CPU so far; `ours`: the child waits for us, which is no fault of its own. */
  sample(at: number, cpu: number, ours: boolean): Stall | undefined {
    const before = this.#before;
    this.#before = { at, cpu };
    if (!before) return undefined;
    const step = Math.min(at - before.at, longestStep);
    if (ours) {
      this.#quiet = zero;
      return undefined;
    }
    this.#wall += step;
    const quiet = { seconds: this.#quiet.seconds + step, cpu: this.#quiet.cpu + cpu - before.cpu };
    this.#quiet = quiet.cpu > this.#limits.asleep * asleepShare ? zero : quiet;
    if (this.#quiet.seconds >= this.#limits.asleep) return 'asleep';
    const { cpu: mostCpu = Number.POSITIVE_INFINITY, wall: most = Number.POSITIVE_INFINITY } = this.#limits;
    return cpu > mostCpu || this.#wall > most ? 'busy' : undefined;
  }
}

/** utime and stime of /proc/<pid>/stat (proc(5)), all threads, in seconds. A tick is 1/100 s on every Linux that Node runs on. */
export function cpuOfStat(stat: string): number {
  // The program's name, in brackets, may hold spaces and brackets itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
