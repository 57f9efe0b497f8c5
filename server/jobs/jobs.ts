/**
 * Background work: queues of pg-boss in our database, one job at a time each. What a process that was killed had begun is begun
 * again at the next start (FAULTS 86); while the database is gone, running jobs go on and new ones wait.
 */
import type pg from 'pg';
import PgBoss from 'pg-boss';
import type { Logger } from 'pino';
import { persist } from './persist.ts';

export type JobOptions = {
  /** How often a job that threw is begun again. */
  readonly retries: number;
  /** A job not done by then counts as failed. */
  readonly seconds: number;
};
export type Queue = {
  /** From now on jobs are done; until then they wait. */
  start(): void;
  /** Begins as soon as its turn comes. A key that already waits or runs is not put in twice. */
  send(key: string): Promise<void>;
  /** Ends the job of this key if it runs now; resolves when it has ended. */
  abort(key: string): Promise<void>;
};
export type Handler = (key: string, signal: AbortSignal) => Promise<void>;
export type Jobs = {
  /** Called once a name. The handler throws when it was interrupted. */
  queue(name: string, options: JobOptions, handler: Handler): Promise<Queue>;
  /** Running jobs are aborted and begun again at the next start. */
  close(): Promise<void>;
};

const schema = 'pgboss';
/** Only for what a notice missed: our own sends wake the worker. */
const pollMs = 5000;
const warnEvery = 10_000;

type Job = { readonly key: string };

/** `longPool` is for making pg-boss's tables at the first start, which takes a slow disk a while. */
export async function startJobs(
  { pool, longPool }: { readonly pool: pg.Pool; readonly longPool: pg.Pool },
  log: Logger,
): Promise<Jobs> {
  let asked = longPool;
  const boss = new PgBoss({
    schema,
    schedule: false,
    db: { executeSql: (text, values) => asked.query(text, values) },
  });
  let warned = Number.NEGATIVE_INFINITY;
  const warn = (err: unknown): void => {
    if (performance.now() - warned < warnEvery) return;
    warned = performance.now();
    log.warn({ err }, 'job queue: trying again');
  };
  boss.on('error', warn);
  await boss.start();
  asked = pool;
  const workers: Worker[] = [];
  return {
    async queue(name, { retries, seconds }, handler) {
      const options = { name, retryLimit: retries, expireInSeconds: seconds };
      await boss.createQueue(name, options);
      await boss.updateQueue(name, options);
      // Nobody else works on this data: what is active was left by a process that is gone.
      const orphans = await pool.query<{ id: string }>(
        `SELECT id FROM ${schema}.job WHERE name = $1 AND state = 'active'`,
        [name],
      );
      for (const { id } of orphans.rows) await boss.fail(name, id, { message: 'the server ended' });
      const worker = new Worker({ boss, name, handler, warn, log });
      workers.push(worker);
      return {
        start: () => worker.start(),
        async send(key) {
          const known = await pool.query(
            `SELECT 1 FROM ${schema}.job WHERE name = $1 AND state < 'completed' AND data->>'key' = $2 LIMIT 1`,
            [name, key],
          );
          if (known.rowCount === 0) await boss.send(name, { key });
          worker.wake();
        },
        abort: (key) => worker.abort(key),
      };
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.close()));
      await boss.stop({ graceful: false, close: false });
    },
  };
}

type WorkerOptions = {
  readonly boss: PgBoss;
  readonly name: string;
  readonly handler: Handler;
  readonly warn: (error: unknown) => void;
  readonly log: Logger;
};

/** pg-boss has workers, but nobody waits for their last word to the database: it was lost at a stop, and felled the process. */
class Worker {
  readonly #options: WorkerOptions;
  readonly #closing = new AbortController();
  #ended: Promise<void> | undefined;
  #running:
    | { readonly key: string; readonly abort: AbortController; readonly ended: Promise<void> }
    | undefined;
  #awake = Promise.withResolvers<void>();

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#ended ??= this.#work();
  }

  wake(): void {
    this.#awake.resolve();
  }

  async abort(key: string): Promise<void> {
    const running = this.#running;
    if (running?.key !== key) return;
    running.abort.abort(new Error('not wanted any more'));
    await running.ended;
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error('the server stops'));
    this.#running?.abort.abort(new Error('the server stops'));
    this.wake();
    await this.#ended;
  }

  async #work(): Promise<void> {
    const { boss, name, warn } = this.#options;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      this.#awake = Promise.withResolvers();
      try {
        const [job] = await boss.fetch<Job>(name);
        if (job) await this.#run(job);
        else await this.#idle();
      } catch (error) {
        if (signal.aborted) return;
        warn(error);
        await this.#idle();
      }
    }
  }

  async #run({ id, data: { key } }: PgBoss.Job<Job>): Promise<void> {
    const { boss, name, handler, log } = this.#options;
    const { signal } = this.#closing;
    // Fetched while it was being closed: left active, as if interrupted.
    if (signal.aborted) return;
    const abort = new AbortController();
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    this.#running = { key, abort, ended };
    let failure: unknown;
    try {
      await handler(key, abort.signal);
    } catch (error) {
      failure = error ?? new Error('job failed');
    } finally {
      this.#running = undefined;
      resolve();
    }
    // The next start finds it active and begins it again.
    if (signal.aborted) return;
    if (failure !== undefined && !abort.signal.aborted)
      log.warn({ queue: name, key, err: failure }, 'job failed');
    const message = failure instanceof Error ? failure.message : String(failure);
    await persist(
      () => (failure === undefined ? boss.complete(name, id) : boss.fail(name, id, { message })),
      signal,
    );
  }

  async #idle(): Promise<void> {
    const timer = setTimeout(() => this.wake(), pollMs);
    await this.#awake.promise;
    clearTimeout(timer);
  }
}
