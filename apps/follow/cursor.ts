/** Where a reader of a stream stands: hands out every batch once and in order, whatever way it came. Pure. */
import type { Batch } from '#contracts/events.ts';

/** `next`: hand it out. `known`: had it. `gap`: one before it is missing. `rewritten`: the stream has a new revision. */
export type Taken = 'next' | 'known' | 'gap' | 'rewritten';

export class Cursor {
  readonly rev: number;
  /** Number of the batch wanted next. */
  n: number;

  constructor(rev: number, n: number) {
    this.rev = rev;
    this.n = n;
  }

  take(batch: Pick<Batch, 'rev' | 'n'>): Taken {
    if (batch.rev !== this.rev) return batch.rev > this.rev ? 'rewritten' : 'known';
    if (batch.n < this.n) return 'known';
    if (batch.n > this.n) return 'gap';
    this.n++;
    return 'next';
  }
}
