/** One revision of an event stream: what is stored, and what memory keeps of it (newest batches, states, snapshots). */
import type { Stamp } from '#contracts/events.ts';
import { Snapshots } from './batch-snapshots.ts';
import { BatchTail } from './batch-tail.ts';
import { readBatch, type SealedBatch } from './event-batch.ts';
import { EventMoments } from './event-moments.ts';
import type { Lease, TimelineStore } from './store.ts';

const page = 500;

export type RevisionOptions<E extends Stamp, S> = {
  readonly store: TimelineStore;
  readonly lease: Lease;
  readonly rev: number;
  /** Name of the stream in the store. */
  readonly stored: string;
  readonly empty: S;
  readonly after: (state: S, event: E) => S;
};

export class EventRevision<E extends Stamp, S> {
  readonly #options: RevisionOptions<E, S>;
  readonly #tail = new BatchTail();
  readonly moments: EventMoments<E, S>;
  snapshots: Snapshots<S>;
  next = 0;
  /** Newest number and acceptance; -1 and 0 before the first event. */
  lastI = -1;
  lastAt = 0;
  state: S;
  /** Bytes of all batches. */
  bytes = 0;

  constructor(options: RevisionOptions<E, S>) {
    this.#options = options;
    this.state = options.empty;
    this.snapshots = new Snapshots(options.rev, 0, options.empty);
    this.moments = new EventMoments<E, S>({
      empty: options.empty,
      after: options.after,
      read: (first, next) => this.#events(first, next),
    });
  }

  get rev(): number {
    return this.#options.rev;
  }
  get stored(): string {
    return this.#options.stored;
  }

  /** Reads what is stored, from the beginning. */
  async load(): Promise<void> {
    for await (const batch of this.all()) this.took(batch, readBatch<E>(batch.body).events);
    this.snapshots = new Snapshots(this.rev, this.next, this.state);
  }

  /** Appends one batch, or some; they are there when this resolves. Rejects with a TimelineError, and then none is. */
  async store(batches: readonly SealedBatch[]): Promise<void> {
    const { store, lease, stored } = this.#options;
    await store.append(
      lease.timeline,
      stored,
      lease.token,
      this.next,
      batches.map(({ body }) => body),
    );
  }

  /** A batch is stored: memory follows. */
  took(batch: SealedBatch, events: readonly E[]): void {
    const { after } = this.#options;
    this.#tail.push(batch);
    this.next = batch.n + 1;
    this.bytes += batch.body.length;
    this.state = events.reduce(after, this.state);
    const last = events.at(-1);
    if (last) {
      this.lastI = last.i;
      this.lastAt = Math.max(this.lastAt, last.at);
    }
    this.moments.add(batch.n, events, batch.body.length);
    this.snapshots.after(this.next, this.state, batch.body.length);
  }

  /** From memory; undefined when it is on disk, or nowhere. */
  recent(n: number): SealedBatch | undefined {
    return this.#tail.get(n);
  }

  async batch(n: number): Promise<SealedBatch | undefined> {
    return this.recent(n) ?? (await this.page(n, 1))[0];
  }

  /** Batches from `n` on, at most `most`, as many as memory or one read give. */
  async page(n: number, most = page): Promise<readonly SealedBatch[]> {
    const { store, lease, stored, rev } = this.#options;
    const records = await store.read(lease.timeline, stored, n, Math.min(most, this.next - n));
    return records.map(({ n: number, data }) => ({ rev, n: number, body: data }));
  }

  /** All stored batches in order. */
  async *all(): AsyncGenerator<SealedBatch> {
    const { store, lease, stored, rev } = this.#options;
    for (let n = 0; ; ) {
      const records = await store.read(lease.timeline, stored, n, page);
      if (records.length === 0) return;
      for (const { n: number, data } of records) yield { rev, n: number, body: data };
      n += records.length;
    }
  }

  async #events(first: number, next: number): Promise<readonly E[]> {
    const found: E[] = [];
    for (let n = first; n < next; ) {
      const recent = this.recent(n);
      const batches = recent ? [recent] : await this.page(n, next - n);
      if (batches.length === 0) break;
      for (const { body } of batches) found.push(...readBatch<E>(body).events);
      n += batches.length;
    }
    return found;
  }
}
