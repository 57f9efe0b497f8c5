/** Requests held until the playlist shows what they ask for. Bounded; a client that goes is dropped at once. */

export type WaitEnd = 'reached' | 'timeout' | 'gone' | 'full' | 'closed';

type Waiter = { readonly reached: () => boolean; readonly end: (how: WaitEnd) => void };

export class Waiters {
  readonly #waiting = new Set<Waiter>();
  readonly #limit: number;
  #closed = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Resolves once `reached` holds at a `wake`, after `ms`, or when the signal aborts. Never rejects. */
  wait(reached: () => boolean, signal: AbortSignal, ms: number): Promise<WaitEnd> {
    if (this.#closed) return Promise.resolve('closed');
    if (signal.aborted) return Promise.resolve('gone');
    if (this.#waiting.size >= this.#limit) return Promise.resolve('full');
    return new Promise((resolve) => {
      const onAbort = () => waiter.end('gone');
      const timer = setTimeout(() => waiter.end('timeout'), ms);
      const waiter: Waiter = {
        reached,
        end: (how) => {
          clearTimeout(timer);
          signal.removeEventListener('abort', onAbort);
          this.#waiting.delete(waiter);
          resolve(how);
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting.add(waiter);
    });
  }

  /** Something was published: lets go of all who have waited for it. */
  wake(): void {
    for (const waiter of this.#waiting) if (waiter.reached()) waiter.end('reached');
  }

  /** Lets go of everyone; later waits end at once. */
  close(): void {
    this.#closed = true;
    for (const waiter of this.#waiting) waiter.end('closed');
  }
}
