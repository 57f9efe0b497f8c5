/** The connection to PostgreSQL: built-in or one's own, a bounded pool with time limits, tables brought up to date. */
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import type { Logger } from 'pino';
import { CodedError } from '#contracts/errors.ts';
import { migrate, ownMigrations } from './migrate.ts';
import { type Connection, type Postgres, startPostgres } from './postgres.ts';
import * as schema from './schema.ts';

export type Db = NodePgDatabase<typeof schema>;

export type Database = {
  readonly db: Db;
  readonly pool: pg.Pool;
  /** The built-in server; undefined with a database of one's own. */
  readonly postgres: Postgres | undefined;
  /** Asks once, at most 2 s. */
  isUp(): Promise<boolean>;
  close(): Promise<void>;
};

export type DatabaseOptions = {
  readonly dataDir: string;
  /** `postgres://…` of one's own; undefined starts the built-in one. */
  readonly url: string | undefined;
  readonly connections: number;
  readonly log: Logger;
};

export async function openDatabase({ dataDir, url, connections, log }: DatabaseOptions): Promise<Database> {
  const postgres = url === undefined ? await startPostgres(dataDir, log) : undefined;
  try {
    const pool = openPool(postgres?.connection ?? { connectionString: url ?? '' }, connections, log);
    await migrate(pool, await ownMigrations(), log);
    return {
      db: drizzle(pool, { schema }),
      pool,
      postgres,
      isUp: () => isUp(pool),
      close: async () => {
        await pool.end();
        await postgres?.stop();
      },
    };
  } catch (error) {
    await postgres?.stop();
    throw error;
  }
}

/** Limits in ms. A statement that hangs is ended by the server first, by the client when the server is gone too. */
export function openPool(
  target: Connection | { readonly connectionString: string },
  connections: number,
  log: Logger,
): pg.Pool {
  const pool = new pg.Pool({
    ...target,
    max: connections,
    connectionTimeoutMillis: 3000,
    idleTimeoutMillis: 30_000,
    statement_timeout: 8000,
    query_timeout: 10_000,
    application_name: 'rostrum',
    keepAlive: true,
  });
  // An idle connection that breaks; the pool replaces it by itself.
  pool.on('error', (error) => log.debug({ err: error }, 'idle database connection lost'));
  return pool;
}

async function isUp(pool: pg.Pool): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, 2000, false);
  });
  const asked = pool.query('SELECT 1').then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([asked, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** Socket errors, timeouts of pg and pg-pool, and PostgreSQL's classes 08 (connection), 53 (resources), 57P (shutdown). */
const lostCodes =
  /^(ECONN[A-Z]+|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|ENOTFOUND|08...|53...|57P..|57014)$/;
const lostMessages =
  /timeout exceeded when trying to connect|Connection terminated|Query read timeout|Client has encountered a connection error|Cannot use a pool/;

/** Whether an error, or one of its causes, says that the database cannot be reached now. */
export function isDatabaseGone(error: unknown): boolean {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
    const { code, syscall } = cause as { code?: unknown; syscall?: unknown };
    if (typeof code === 'string' && (lostCodes.test(code) || syscall === 'connect')) return true;
    if (lostMessages.test(cause.message)) return true;
    if (cause instanceof AggregateError && cause.errors.some(isDatabaseGone)) return true;
  }
  return false;
}

export const databaseGone = (): CodedError => new CodedError('server.unavailable', 'the database is not up');
