/** The built-in PostgreSQL: created at the first start, watched, started again when it dies, stopped with us. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chownSync, existsSync, readFileSync, readlinkSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import { keptSecret } from '../secrets.ts';
import { type PostgresHome, preparePostgresHome } from './postgres-home.ts';

export type Connection = {
  /** Folder of the Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
};

export type Postgres = {
  readonly connection: Connection;
  /** Process id of the postmaster; undefined while it is down. */
  readonly pid: number | undefined;
  stop(): Promise<void>;
};

const port = 5432;
const role = 'rostrum';
/** Waits between restarts, ms; the last one repeats. */
const restartDelays = [100, 500, 1000, 2000, 5000];
/** Replaying the log after a crash may take a while. */
const startLimit = 60_000;
const stopLimit = 5000;

/** How to reach the cluster of a data folder that another process of ours has started (backup). */
export async function runningConnection(dataDir: string): Promise<Connection> {
  const { socket } = JSON.parse(await readFile(join(dataDir, 'postgres.json'), 'utf8')) as { socket: string };
  return connectionTo(socket, await keptSecret(dataDir, 'postgres'));
}

/** The caller holds the data folder's lock, so a postmaster found running there is an orphan. */
export async function startPostgres(dataDir: string, log: Logger): Promise<Postgres> {
  const password = await keptSecret(dataDir, 'postgres');
  const home = await preparePostgresHome(dataDir, password);
  const connection = connectionTo(home.socket, password);
  await stopOrphan(home, log);
  if (!existsSync(join(home.cluster, 'data', 'PG_VERSION'))) await createCluster(home, password, log);
  const watch = new Watch(home, connection, log);
  await watch.start();
  return watch;
}

const connectionTo = (socket: string, password: string): Connection => ({
  host: socket,
  port,
  user: role,
  password,
  database: 'postgres',
});

/** Made beside and renamed, so that a crash in the middle leaves no half a cluster. */
async function createCluster(home: PostgresHome, password: string, log: Logger): Promise<void> {
  const draft = join(home.cluster, 'data.new');
  const passwordFile = join(home.cluster, 'password.tmp');
  await rm(draft, { recursive: true, force: true });
  await rm(join(home.cluster, 'data'), { recursive: true, force: true });
  await writeFile(passwordFile, password, { mode: 0o600 });
  try {
    if (home.user) chownSync(passwordFile, home.user.uid, home.user.gid);
    const started = performance.now();
    await run(home, 'initdb', [
      `--pgdata=${draft}`,
      `--username=${role}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
    ]);
    await rename(draft, join(home.cluster, 'data'));
    log.info({ cluster: home.cluster, ms: Math.round(performance.now() - started) }, 'database created');
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/** A leftover of a killed server would hold the cluster: ended here, as fast as is safe. */
async function stopOrphan(home: PostgresHome, log: Logger): Promise<void> {
  const data = join(home.cluster, 'data');
  const pidFile = join(data, 'postmaster.pid');
  const pid = readPid(pidFile);
  if (pid === undefined) return;
  if (isPostmasterOf(pid, data)) {
    log.warn({ pid }, 'stopping the database left by a server that was killed');
    for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
      signalTo(pid, signal);
      if (await gone(pid, data, stopLimit)) break;
    }
  }
  // Otherwise the number is stale, or another program's by now, which PostgreSQL itself would take for a rival.
  await rm(pidFile, { force: true });
}

function readPid(file: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
    return pid > 1 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** A postmaster's working directory is its cluster. Without /proc: alive is taken for ours. */
function isPostmasterOf(pid: number, data: string): boolean {
  if (!signalTo(pid, 0)) return false;
  if (process.platform !== 'linux') return true;
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === data;
  } catch {
    return false;
  }
}

function signalTo(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

async function gone(pid: number, data: string, limit: number): Promise<boolean> {
  const end = performance.now() + limit;
  while (isPostmasterOf(pid, data)) {
    if (performance.now() > end) return false;
    await delay(20);
  }
  return true;
}

const environment = (): NodeJS.ProcessEnv => ({ PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' });

function run(home: PostgresHome, program: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(join(home.programs, 'bin', program), args, {
      cwd: home.cluster,
      env: environment(),
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: startLimit,
      ...home.user,
    });
    let errors = '';
    child.stderr.on('data', (text: Buffer) => {
      errors = (errors + text.toString()).slice(-4000);
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${program} failed (exit ${code}): ${errors.trim()}`));
    });
  });
}

class Watch implements Postgres {
  readonly connection: Connection;
  readonly #home: PostgresHome;
  readonly #log: Logger;
  #child: ChildProcess | undefined;
  #stopping = false;
  #failures = 0;
  readonly #abort = new AbortController();

  constructor(home: PostgresHome, connection: Connection, log: Logger) {
    this.#home = home;
    this.connection = connection;
    this.#log = log;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async start(): Promise<void> {
    const started = performance.now();
    const child = this.#spawn();
    await this.#ready(child);
    this.#log.info({ pid: child.pid, ms: Math.round(performance.now() - started) }, 'database up');
  }

  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#abort.abort();
    const child = this.#child;
    if (!child) return;
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    // SIGINT: fast shutdown (sessions are ended, a checkpoint is written); SIGQUIT: at once, replayed at the next start.
    child.kill('SIGINT');
    const limit = AbortSignal.timeout(stopLimit);
    limit.addEventListener('abort', () => child.kill('SIGQUIT'), { once: true });
    await exited;
  }

  #spawn(): ChildProcess {
    const settings = {
      listen_addresses: '',
      unix_socket_directories: this.#home.socket,
      unix_socket_permissions: '0700',
      port,
      max_connections: 110,
      shared_buffers: '64MB',
      jit: 'off',
      logging_collector: 'off',
      log_destination: 'stderr',
      log_min_messages: 'warning',
    };
    const child = spawn(
      join(this.#home.programs, 'bin/postgres'),
      [
        '-D',
        join(this.#home.cluster, 'data'),
        ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
      ],
      {
        cwd: this.#home.cluster,
        env: environment(),
        stdio: ['ignore', 'ignore', 'pipe'],
        // A session of its own: Ctrl-C at the terminal must reach us first, not the database.
        detached: true,
        ...this.#home.user,
      },
    );
    this.#child = child;
    // However this process ends, short of being killed: a second Ctrl-C, a stop that took too long, a crash.
    const abandon = () => child.kill('SIGQUIT');
    process.once('exit', abandon);
    child.once('exit', () => process.off('exit', abandon));
    createInterface({ input: child.stderr }).on('line', (line) => this.#log.debug({ line }, 'database says'));
    child.once('error', (error) => this.#log.error({ err: error }, 'database could not be started'));
    child.once('exit', (code, signal) => {
      this.#child = undefined;
      if (!this.#stopping) void this.#restart(code, signal);
    });
    return child;
  }

  async #restart(code: number | null, signal: NodeJS.Signals | null): Promise<void> {
    const wait = restartDelays[Math.min(this.#failures, restartDelays.length - 1)] ?? 5000;
    this.#failures += 1;
    this.#log.error({ code, signal, restartInMs: wait }, 'database died; it will be started again');
    try {
      await delay(wait, undefined, { signal: this.#abort.signal });
      await stopOrphan(this.#home, this.#log);
      if (this.#stopping) return;
      await this.start();
      this.#failures = 0;
    } catch (error) {
      // The exit of the child just started comes back here by itself; stopping needs nothing.
      if (!this.#stopping) this.#log.error({ err: error }, 'database is not up yet');
    }
  }

  /** Until it takes connections; throws when it exits or after the limit. */
  async #ready(child: ChildProcess): Promise<void> {
    const end = performance.now() + startLimit;
    for (;;) {
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined)
        throw new Error(`database ended while starting (exit ${child.exitCode ?? child.signalCode})`);
      const client = new pg.Client({ ...this.connection, connectionTimeoutMillis: 2000 });
      client.on('error', () => undefined);
      try {
        await client.connect();
        await client.end();
        return;
      } catch (error) {
        const wrongPassword = (error as { code?: unknown }).code === '28P01';
        if (wrongPassword || performance.now() > end) throw error;
        await delay(20, undefined, { signal: this.#abort.signal });
      }
    }
  }
}
