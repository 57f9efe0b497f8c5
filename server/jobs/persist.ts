/** Database work of a job that must not be lost because the database is away for a while (FAULTS 89). */
import { setTimeout as delay } from 'node:timers/promises';
import { isDatabaseGone } from '../db/database.ts';

const patience = 5 * 60_000;
const pause = 1000;

/** Does it again while the database is gone, 5 min at most. Only for work that may be done twice. */
export async function persist<R>(work: () => Promise<R>, signal: AbortSignal): Promise<R> {
  const started = performance.now();
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isDatabaseGone(error) || performance.now() - started > patience) throw error;
      await delay(pause, undefined, { signal });
    }
  }
}
