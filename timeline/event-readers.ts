/**
 * Who waits for a stream's next batch: held requests, and subscribers that catch up and then follow (SPEC rules R). A subscriber goes
 * from backfill to stream in one turn of the event loop, so nothing falls between and nothing comes twice.
 */
import type { SealedBatch } from './event-batch.ts';

export type BatchListener = {
  /** In order, every batch once. While catching up, the next is given when the promise has resolved. */
  batch(batch: SealedBatch): void | Promise<void>;
  /** The revision is gone, or the number is ahead of the stream. Nothing follows. */
  gone(): void;
};

/** What a subscriber catches up from. */
type Source = {
  readonly rev: number;
  readonly next: number;
  recent(n: number): SealedBatch | undefined;
  page(n: number, most: number): Promise<readonly SealedBatch[]>;
};

type Subscriber = { readonly listener: BatchListener; next: number; ended: boolean };

/** Requests held at once for one stream. */
const mostHeld = 50_000;
/** Subscribers served before others get a turn: at about 10 µs each the event loop stays free. */
const slice = 1000;
const backfillPage = 64;

export class EventReaders {
  readonly #held = new Set<(batch: SealedBatch | undefined) => void>();
  readonly #following = new Set<Subscriber>();
  /** Catching up: they count as waiting too. */
  readonly #behind = new Set<Subscriber>();
  readonly #changed: () => void;
  #waitingSince: number | undefined;
  #sending = false;
  readonly #toSend: SealedBatch[] = [];
  #closed = false;

  /** `changed`: somebody waits who did not, or nobody does any more. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get waiting(): boolean {
    return this.#held.size + this.#following.size > 0;
  }
  /** Monotonic ms since when somebody waits. */
  get waitingSince(): number | undefined {
    return this.#waitingSince;
  }

  /** Resolves with the next batch; with undefined when the signal aborts, the revision ends, or there are too many. */
  hold(signal: AbortSignal): Promise<SealedBatch | undefined> {
    if (signal.aborted || this.#closed || this.#held.size >= mostHeld) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const end = (batch: SealedBatch | undefined) => {
        signal.removeEventListener('abort', left);
        this.#held.delete(end);
        resolve(batch);
      };
      const left = () => {
        end(undefined);
        this.#count();
      };
      signal.addEventListener('abort', left, { once: true });
      this.#held.add(end);
      this.#count();
    });
  }

  subscribe(
    source: () => Source,
    from: { readonly rev: number; readonly n: number },
    listener: BatchListener,
  ): () => void {
    const subscriber: Subscriber = { listener, next: from.n, ended: false };
    const { rev, next } = source();
    if (rev !== from.rev || from.n > next || this.#closed) {
      subscriber.ended = true;
      queueMicrotask(() => listener.gone());
      return () => undefined;
    }
    if (from.n === next) this.#follow(subscriber);
    else void this.#catchUp(subscriber, source, rev);
    return () => {
      subscriber.ended = true;
      this.#behind.delete(subscriber);
      this.#following.delete(subscriber);
      this.#count();
    };
  }

  /** A batch was stored. */
  sealed(batch: SealedBatch): void {
    for (const end of this.#held) end(batch);
    if (this.#following.size > 0) {
      this.#toSend.push(batch);
      if (!this.#sending) void this.#send();
    }
    this.#count();
  }

  /** Lets go of held requests without a batch. */
  release(): void {
    for (const end of this.#held) end(undefined);
    this.#count();
  }

  /** The revision ended. */
  gone(): void {
    this.#toSend.length = 0;
    for (const subscriber of [...this.#following, ...this.#behind]) {
      subscriber.ended = true;
      subscriber.listener.gone();
    }
    this.#following.clear();
    this.#behind.clear();
    this.release();
  }

  close(): void {
    this.#closed = true;
    this.release();
    for (const subscriber of [...this.#following, ...this.#behind]) subscriber.ended = true;
    this.#following.clear();
    this.#behind.clear();
  }

  async #catchUp(subscriber: Subscriber, source: () => Source, rev: number): Promise<void> {
    this.#behind.add(subscriber);
    try {
      while (!subscriber.ended) {
        const now = source();
        if (now.rev !== rev) return;
        if (subscriber.next === now.next) {
          this.#behind.delete(subscriber);
          this.#follow(subscriber);
          return;
        }
        const recent = now.recent(subscriber.next);
        for (const batch of recent ? [recent] : await now.page(subscriber.next, backfillPage)) {
          if (subscriber.ended) return;
          subscriber.next = batch.n + 1;
          const busy = subscriber.listener.batch(batch);
          if (busy) await busy;
        }
      }
    } catch {
      // The disk does not answer: the client starts anew.
      if (!subscriber.ended) subscriber.listener.gone();
    } finally {
      this.#behind.delete(subscriber);
    }
  }

  #follow(subscriber: Subscriber): void {
    this.#following.add(subscriber);
    this.#count();
  }

  /** In slices, so that a batch for thousands does not hold up the rest of the process; batches one after the other. */
  async #send(): Promise<void> {
    this.#sending = true;
    for (;;) {
      const batch = this.#toSend.shift();
      if (!batch) break;
      let served = 0;
      for (const subscriber of this.#following) {
        // Who came after the batch was stored has it already.
        if (subscriber.next !== batch.n || subscriber.ended) continue;
        subscriber.next = batch.n + 1;
        void subscriber.listener.batch(batch);
        if (++served % slice === 0) await new Promise(setImmediate);
      }
    }
    this.#sending = false;
  }

  #count(): void {
    const waits = this.waiting;
    if (waits === (this.#waitingSince !== undefined)) return;
    this.#waitingSince = waits ? performance.now() : undefined;
    this.#changed();
  }
}
