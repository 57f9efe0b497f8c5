/** Password hashing (scrypt) with a bound, so that a storm of log-ins leaves the threads that write recordings alone (FAULTS 71). */
import { availableParallelism } from 'node:os';
import { hashPassword, verifyPassword } from 'better-auth/crypto';

/** libuv has four threads for files and hashing together: hashing never takes more than two. */
const atOnce = Math.max(1, Math.min(2, availableParallelism() - 1));
/** About 60 ms each, twice that on a busy machine: those behind would wait longer than people do. */
const waitingLimit = 60;

export class Hashing {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** True when another one would be made to wait too long. */
  get full(): boolean {
    return this.#waiting.length >= waitingLimit;
  }
  /** How many run and wait; for the metrics. */
  get load(): { readonly running: number; readonly waiting: number } {
    return { running: this.#running, waiting: this.#waiting.length };
  }

  readonly hash = (password: string): Promise<string> => this.#bounded(() => hashPassword(password));
  readonly verify = (data: { hash: string; password: string }): Promise<boolean> =>
    this.#bounded(() => verifyPassword(data));

  async #bounded<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= atOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running += 1;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}
