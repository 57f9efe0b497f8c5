/** For queries that the table builder cannot say: filters made at run time, unnested arrays, counts of merges. */
import { type SQL, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';

type Query = Pick<NodePgDatabase, 'select' | 'insert' | 'update' | 'delete' | 'execute'>;
export type SqlRows = Query;
export type SqlDb = Query & {
  /** All of them or none, also after kill -9. */
  transaction<R>(work: (rows: Query) => Promise<R>): Promise<R>;
};

export async function rowsOf<R extends Record<string, unknown>>(db: Query, query: SQL): Promise<R[]> {
  // As the query says: nothing checks it.
  return (await db.execute(query)).rows as R[];
}

/** Every change of this thing takes turns, until the transaction ends. */
export const lockThing = (db: Query, kind: string, id: string): Promise<unknown> =>
  db.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${`${kind}:${id}`}, 0))`);

/** `LIKE` pattern for texts that hold these characters, whatever they are. */
export const containing = (text: string): string => `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
export const beginning = (text: string): string => `${text.replaceAll(/[\\%_]/g, '\\$&')}%`;

/** Place in a list: the last row's sort value and its key. */
export type Cursor = readonly [string | number | null, string];
export const writeCursor = (cursor: Cursor): string =>
  Buffer.from(JSON.stringify(cursor)).toString('base64url');
/** Undefined for what was not written by us: the list begins anew. */
export function readCursor(text: string | undefined): Cursor | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (!Array.isArray(value) || value.length !== 2) return undefined;
    const [at, key]: unknown[] = value;
    return typeof key === 'string' && (typeof at === 'string' || typeof at === 'number' || at === null)
      ? [at, key]
      : undefined;
  } catch {
    return undefined;
  }
}
