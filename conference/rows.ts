/** What a feature needs of the database: queries, and several of them as one. */
import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { PgTable } from 'drizzle-orm/pg-core';

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

/** Rows of one statement: PostgreSQL takes 65,535 values. */
export function chunked<R>(rows: readonly R[], most = 500): R[][] {
  const chunks: R[][] = [];
  for (let i = 0; i < rows.length; i += most) chunks.push(rows.slice(i, i + most));
  return chunks;
}

/** For `ON CONFLICT DO UPDATE` of many rows: every column as the new row has it. */
export const replaced = (table: PgTable): Record<string, SQL> =>
  Object.fromEntries(
    Object.entries(getTableColumns(table)).map(([key, column]) => [
      key,
      sql`excluded.${sql.identifier(column.name)}`,
    ]),
  );
