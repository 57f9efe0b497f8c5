/** The newest batches of a stream as the bytes that were stored, so that those who follow closely never touch the disk. Bounded. */
import type { SealedBatch } from './event-batch.ts';

export type TailLimits = { readonly batches: number; readonly bytes: number };
/** A minute of a busy stage; what a hall full of phones asks for after an outage. */
const usual: TailLimits = { batches: 1024, bytes: 4 * 1024 * 1024 };

export class BatchTail {
  readonly #limits: TailLimits;
  readonly #batches = new Map<number, SealedBatch>();
  #bytes = 0;

  constructor(limits: TailLimits = usual) {
    this.#limits = limits;
  }

  /** Numbers ascend without a gap. */
  push(batch: SealedBatch): void {
    this.#batches.set(batch.n, batch);
    this.#bytes += batch.body.length;
    for (const [n, { body }] of this.#batches) {
      if (this.#batches.size <= this.#limits.batches && this.#bytes <= this.#limits.bytes) break;
      if (n === batch.n) break;
      this.#batches.delete(n);
      this.#bytes -= body.length;
    }
  }

  get(n: number): SealedBatch | undefined {
    return this.#batches.get(n);
  }
}
