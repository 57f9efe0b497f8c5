/** Newest snapshots of a stream: states by the number of the batch they come before; rendered when first asked for, once. */
import type { SealedBatch } from './event-batch.ts';

/** Kept at once. A now.json out of a cache is at most some seconds old, so older ones are asked for by nobody. */
const mostKept = 16;
/** Batches and bytes after which there is a new one in any case. */
const everyBatches = 64;
const everyBytes = 32 * 1024;
/** Batches a newcomer may have to read after the snapshot before a fresher one is made for them. */
const freshBatches = 8;

type Kept<S> = { readonly n: number; readonly state: S; rendered?: SealedBatch };

export class Snapshots<S> {
  readonly #rev: number;
  #kept: Kept<S>[];
  #bytesSince = 0;

  constructor(rev: number, n: number, state: S) {
    this.#rev = rev;
    this.#kept = [{ n, state }];
  }

  /** A batch was sealed: `next` and `state` are what it led to. */
  after(next: number, state: S, bytes: number): void {
    this.#bytesSince += bytes;
    if (next - this.newest >= everyBatches || this.#bytesSince >= everyBytes) this.#add(next, state);
  }

  /** For whoever asks now.json: the newest, fresh enough that few batches are left to read. */
  fresh(next: number, state: S): number {
    if (next - this.newest >= freshBatches) this.#add(next, state);
    return this.newest;
  }

  get newest(): number {
    return this.#kept.at(-1)?.n ?? 0;
  }

  get(n: number): SealedBatch | undefined {
    const kept = this.#kept.find((one) => one.n === n);
    if (!kept) return undefined;
    kept.rendered ??= {
      rev: this.#rev,
      n,
      body: Buffer.from(JSON.stringify({ rev: this.#rev, n, state: kept.state })),
    };
    return kept.rendered;
  }

  #add(n: number, state: S): void {
    this.#kept.push({ n, state });
    if (this.#kept.length > mostKept) this.#kept = this.#kept.slice(-mostKept);
    this.#bytesSince = 0;
  }
}
