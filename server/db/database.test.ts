import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../log.ts';
import { type Database, isDatabaseGone, openDatabase } from './database.ts';

let dataDir: string;
let database: Database;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rostrum-database-'));
  await chmod(dataDir, 0o711);
  database = await openDatabase({ dataDir, url: undefined, connections: 3, log: createLogger('silent') });
});
afterAll(async () => {
  await database?.close();
  await rm(dataDir, { recursive: true, force: true });
});

const limitOf = async (pool: pg.Pool): Promise<string | undefined> =>
  (await pool.query<{ statement_timeout: string }>('SHOW statement_timeout')).rows[0]?.statement_timeout;

describe('time limits of the database', () => {
  it('fault 89: a query on an idle connection that answers no more is told within 5 s', async () => {
    const { rows } = await database.pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const pid = rows[0]!.pid;
    process.kill(pid, 'SIGSTOP');
    try {
      const asked = performance.now();
      const refused = await database.pool.query('SELECT 1').catch((error: unknown) => error);
      expect(isDatabaseGone(refused)).toBe(true);
      expect(performance.now() - asked).toBeLessThan(5000);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    expect((await database.pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  it('are for who waits at a page; long work has longer ones', async () => {
    expect([await limitOf(database.pool), await limitOf(database.longPool)]).toEqual(['4s', '2min']);
  });
});
