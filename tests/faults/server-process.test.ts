import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openPool } from '#server/db/database.ts';
import { migrate, ownMigrations } from '#server/db/migrate.ts';
import { startPostgres } from '#server/db/postgres.ts';
import { createLogger } from '#server/log.ts';
import { secondsHere } from '#tests/harness/seconds-here.ts';
import { ask, logIn, startTestServer } from './server-double.ts';

const log = createLogger('silent');
let dataDir: string;
const children = new Set<ChildProcess>();

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rostrum-process-'));
  await chmod(dataDir, 0o711);
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  const pid = postmasterPid();
  if (pid !== undefined) {
    process.kill(pid, 'SIGINT');
    await vi.waitUntil(() => !isAlive(pid), 10_000);
  }
  await rm(dataDir, { recursive: true, force: true });
});

type Child = {
  readonly process: ChildProcess;
  readonly port: number;
  readonly base: string;
  readonly seconds: number;
};

/** Resolves when it is up; rejects with what it said when it ends before. */
function startChild(): Promise<Child> {
  const started = performance.now();
  const child = spawn(process.execPath, [join(import.meta.dirname, 'server-child.ts'), dataDir], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  return new Promise((resolve, reject) => {
    let errors = '';
    child.stderr.on('data', (text) => {
      errors += text;
    });
    child.once('close', () => reject(new Error(errors)));
    createInterface({ input: child.stdout }).once('line', (line) => {
      const { port } = JSON.parse(line) as { port: number };
      resolve({
        process: child,
        port,
        base: `http://127.0.0.1:${port}`,
        seconds: (performance.now() - started) / 1000,
      });
    });
  });
}

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
    else child.once('exit', resolve);
  });

function postmasterPid(): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(join(dataDir, 'postgres/data/postmaster.pid'), 'utf8'), 10);
    return isAlive(pid) ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Not ended, and not a zombie that init has yet to collect. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe('the process', () => {
  it('fault 86: after kill -9 it is up again within 5 s, with what was acknowledged, and no second database', async () => {
    const first = await startChild();
    const cookie = await logIn(first.base);
    const { body: venue } = await ask(first.base, 'POST', '/api/v1/venues', { title: 'Kept' }, { cookie });
    const orphan = postmasterPid();
    expect(orphan).toBeDefined();
    first.process.kill('SIGKILL');
    await ended(first.process);
    const second = await startChild();
    expect(second.seconds).toBeLessThan(secondsHere(5));
    expect(
      (await ask(second.base, 'GET', `/api/v1/venues/${venue.id}`, undefined, { cookie })).body.title,
    ).toBe('Kept');
    expect(isAlive(orphan!)).toBe(false);
  });

  it('fault 95: SIGTERM ends it within 10 s, held requests or not, and the database with it', async () => {
    const { process: child, base } = await startChild();
    const held = fetch(`${base}/media/held`).catch(() => undefined);
    await ask(base, 'GET', '/healthz');
    const pid = postmasterPid()!;
    const started = performance.now();
    child.kill('SIGTERM');
    expect(await ended(child)).toBe(0);
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(isAlive(pid)).toBe(false);
    await held;
  });

  it('fault 96: a second one on the same data refuses to start and harms nothing', async () => {
    const first = await startChild();
    await expect(startChild()).rejects.toThrow(/in use by process \d+/);
    expect((await ask(first.base, 'GET', '/healthz')).body).toEqual({ ok: true, database: 'up' });
  });
});

describe('the database', () => {
  it('fault 89: while it is gone the server stays up, media goes on, the API says 503; then all is well', async () => {
    const media = vi.fn();
    const test = await startTestServer(
      {},
      {
        dataDir,
        media: (request, response) => {
          if (!request.url?.startsWith('/media/')) return false;
          media();
          response.end('part');
          return true;
        },
      },
    );
    try {
      const cookie = await logIn(test.base);
      await ask(test.base, 'POST', '/api/v1/venues', { title: 'Held in memory' }, { cookie });
      // A stopped postmaster with its backends killed: connections are neither refused nor answered.
      const pid = postmasterPid()!;
      process.kill(pid, 'SIGSTOP');
      const backends = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
        .trim()
        .split(' ')
        .map(Number);
      for (const backend of backends) process.kill(backend, 'SIGKILL');
      const refused = await ask(test.base, 'GET', '/api/v1/venues', undefined, { cookie });
      expect(refused.status).toBe(503);
      expect(refused.body.error.code).toBe('server.unavailable');
      const logInRefused = await ask(test.base, 'POST', '/api/v1/auth/sign-in/email', {
        email: 'desk@example.org',
        password: 'correct horse battery',
      });
      expect(logInRefused.status).toBe(503);
      expect((await ask(test.base, 'GET', '/media/public/x/1.0.m4s')).body).toBe('part');
      expect((await ask(test.base, 'GET', '/healthz')).body).toEqual({ ok: true, database: 'down' });
      expect(test.server.venues.list()).toHaveLength(1);
      const { id } = test.server.venues.list()[0]!;
      expect((await ask(test.base, 'GET', `/api/v1/public/venues/${id}`)).status).toBe(200);
      process.kill(pid, 'SIGKILL');
      await vi.waitFor(
        async () =>
          expect((await ask(test.base, 'GET', '/api/v1/venues', undefined, { cookie })).status).toBe(200),
        { timeout: 60_000, interval: 200 },
      );
      expect(test.logged()).toContain('database died');
    } finally {
      await test.server.close();
    }
  });

  it('fault 86: killed in the middle of a migration, the next start does it whole', async () => {
    const postgres = await startPostgres(dataDir, log);
    const pool = openPool(postgres.connection, 2, log);
    try {
      const slow = [
        ...(await ownMigrations()),
        { name: '9999-slow.sql', sql: 'CREATE TABLE half (a int); SELECT pg_sleep(60)' },
      ];
      const migrating = migrate(pool, slow, log);
      migrating.catch(() => undefined);
      const admin = new pg.Client(postgres.connection);
      await admin.connect();
      const running = () =>
        admin.query<{ pid: number }>(
          `SELECT pid FROM pg_stat_activity WHERE query LIKE 'CREATE TABLE half%'`,
        );
      await vi.waitFor(async () => expect((await running()).rows).toHaveLength(1), { timeout: 20_000 });
      await admin.query('SELECT pg_terminate_backend($1)', [(await running()).rows[0]?.pid]);
      await expect(migrating).rejects.toThrow();
      const { rows } = await admin.query(`SELECT to_regclass('venue') AS venue, to_regclass('half') AS half`);
      expect(rows[0]).toEqual({ venue: null, half: null });
      await migrate(pool, await ownMigrations(), log);
      await migrate(pool, await ownMigrations(), log);
      expect((await admin.query(`SELECT count(*)::int AS n FROM schema_migration`)).rows[0]).toEqual({
        n: (await ownMigrations()).length,
      });
      await admin.end();
    } finally {
      await pool.end();
      await postgres.stop();
    }
  });

  it('two that migrate at once take turns', async () => {
    const postgres = await startPostgres(dataDir, log);
    const pools = [openPool(postgres.connection, 2, log), openPool(postgres.connection, 2, log)];
    try {
      const migrations = await ownMigrations();
      await Promise.all(pools.map((pool) => migrate(pool, migrations, log)));
      await expect(migrate(pools[0]!, [], log)).rejects.toThrow('newer version');
    } finally {
      for (const pool of pools) await pool.end();
      await postgres.stop();
    }
  });

  it('runs as another user than root, with its secrets readable by nobody else', async () => {
    const postgres = await startPostgres(dataDir, log);
    try {
      const { mode } = await import('node:fs/promises').then((fs) =>
        fs.stat(join(dataDir, 'secrets/postgres')),
      );
      expect(mode & 0o077).toBe(0);
      if (process.getuid?.() === 0) {
        const status = await readFile(`/proc/${postgres.pid}/status`, 'utf8');
        expect(/^Uid:\s+(\d+)/m.exec(status)?.[1]).not.toBe('0');
      }
    } finally {
      await postgres.stop();
    }
  });
});
