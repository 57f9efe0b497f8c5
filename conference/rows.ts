/** What a feature needs of the database: queries, and several of them as one. */
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';

export type Rows = Pick<NodePgDatabase, 'select' | 'insert' | 'update' | 'delete'>;
export type Tables = Rows & {
  /** All of them or none, also after kill -9. */
  transaction<R>(work: (rows: Rows) => Promise<R>): Promise<R>;
};

/** Changes that take turns: each is made from the state the one before left. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  take<R>(change: () => Promise<R>): Promise<R> {
    const result = this.#last.then(change);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
