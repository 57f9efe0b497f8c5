/**
 * Background work: queues of pg-boss in our database, one job at a time each. What a process that was killed had begun is begun
 * again at the next start (FAULTS 86); while the database is gone, running jobs go on and new ones wait.
 */

import type pg from 'pg';
import PgBoss from 'pg-boss';
import type { Logger } from 'pino';
import { isDatabaseGone } from '../db/database.ts';

export type JobOptions = {
  /** How often a job that threw is begun again. */
  readonly retries: number;
  /** A job not done by then counts as failed. */
  readonly seconds: number;
};
export type Queue = {
  /** Begins as soon as its turn comes. A key that already waits or runs is not put in twice. */
  send(key: string): Promise<void>;
  /** Ends the job of this key if it runs now; resolves when it has ended. */
  abort(key: string): Promise<void>;
};
export type Jobs = {
  /** Called once a name. The handler throws when it was interrupted. */
  queue(
    name: string,
    options: JobOptions,
    handler: (key: string, signal: AbortSignal) => Promise<void>,
  ): Promise<Queue>;
  /** Running jobs are aborted and begun again at the next start. */
  close(): Promise<void>;
};

const schema = 'pgboss';
/** Only for what a notice missed: our own sends wake the worker. */
const pollSeconds = 5;
const errorsEvery = 10_000;

type Job = { readonly key: string };

export async function startJobs(pool: pg.Pool, log: Logger): Promise<Jobs> {
  const boss = new PgBoss({
    schema,
    schedule: false,
    db: { executeSql: (text, values) => pool.query(text, values) },
  });
  let lastError = Number.NEGATIVE_INFINITY;
  boss.on('error', (error) => {
    if (performance.now() - lastError < errorsEvery) return;
    lastError = performance.now();
    log.warn({ err: isDatabaseGone(error) ? error.message : error }, 'job queue: trying again');
  });
  await boss.start();
  const running = new Map<string, { readonly abort: AbortController; readonly ended: Promise<void> }>();
  let closed = false;

  return {
    async queue(name, { retries, seconds }, handler) {
      await boss.createQueue(name, { name, retryLimit: retries, expireInSeconds: seconds });
      await boss.updateQueue(name, { name, retryLimit: retries, expireInSeconds: seconds });
      // Nobody else works on this data: what is active was left by a process that is gone.
      const orphans = await pool.query<{ id: string }>(
        `SELECT id FROM ${schema}.job WHERE name = $1 AND state = 'active'`,
        [name],
      );
      for (const { id } of orphans.rows) await boss.fail(name, id, { message: 'the server was killed' });
      const worker = await boss.work<Job>(
        name,
        { batchSize: 1, pollingIntervalSeconds: pollSeconds },
        async ([job]) => {
          if (!job) return;
          if (closed) throw new Error('the server stops');
          const { key } = job.data;
          const abort = new AbortController();
          const { promise: ended, resolve } = Promise.withResolvers<void>();
          running.set(`${name}/${key}`, { abort, ended });
          try {
            await handler(key, abort.signal);
          } catch (error) {
            if (!abort.signal.aborted) log.warn({ queue: name, key, err: error }, 'job failed');
            throw error;
          } finally {
            running.delete(`${name}/${key}`);
            resolve();
          }
        },
      );
      return {
        async send(key) {
          const known = await pool.query(
            `SELECT 1 FROM ${schema}.job WHERE name = $1 AND state < 'completed' AND data->>'key' = $2 LIMIT 1`,
            [name, key],
          );
          if (known.rowCount === 0) await boss.send(name, { key });
          boss.notifyWorker(worker);
        },
        async abort(key) {
          const job = running.get(`${name}/${key}`);
          job?.abort.abort(new Error('not wanted any more'));
          await job?.ended;
        },
      };
    },
    async close() {
      closed = true;
      for (const { abort } of running.values()) abort.abort(new Error('the server stops'));
      await Promise.all([...running.values()].map(({ ended }) => ended));
      await boss.stop({ graceful: false, close: false });
    },
  };
}
