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
  /** The same tables for long work that nobody waits for at a page, such as imports and exports: statements of up to 2 min, few at once. */
  readonly longDb: Db;
  readonly longPool: pg.Pool;
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
  /** Of `db` and `pool`: `interactive` unless given. */
  readonly limits?: keyof typeof timeLimits;
  readonly log: Logger;
};

export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { dataDir, url, connections, limits, log } = options;
  const postgres = url === undefined ? await startPostgres(dataDir, log) : undefined;
  try {
    const target = postgres?.connection ?? { connectionString: url ?? '' };
    const first = openPool(target, 1, log, 'unlimited');
    await migrate(first, await ownMigrations(), log).finally(() => first.end());
    const pool = openPool(target, connections, log, limits);
    const longPool = openPool(target, longConnections, log, 'long');
    return {
      db: drizzle(pool, { schema }),
      pool,
      longDb: drizzle(longPool, { schema }),
      longPool,
      postgres,
      isUp: () => isUp(pool),
      close: async () => {
        await Promise.all([pool.end(), longPool.end()]);
        await postgres?.stop();
      },
    };
  } catch (error) {
    await postgres?.stop();
    throw error;
  }
}

/**
 * Ms. A statement that hangs is ended by the server first, by the client when the server is gone too. Who waits at a page is
 * told within 5 s, also where the pool still holds a connection that answers no more (FAULTS 89).
 */
const timeLimits = {
  interactive: { connectionTimeoutMillis: 3000, statement_timeout: 4000, query_timeout: 4500 },
  /** The wait for one of few connections counts as connecting. */
  long: { connectionTimeoutMillis: 30_000, statement_timeout: 120_000, query_timeout: 125_000 },
  /** Migrations, a backup, a restore: they take what they take, and a person watches. */
  unlimited: { connectionTimeoutMillis: 3000 },
} as const;
const longConnections = 3;

export function openPool(
  target: Connection | { readonly connectionString: string },
  connections: number,
  log: Logger,
  limits: keyof typeof timeLimits = 'interactive',
): pg.Pool {
  const pool = new pg.Pool({
    ...target,
    max: connections,
    ...timeLimits[limits],
    idleTimeoutMillis: 30_000,
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
