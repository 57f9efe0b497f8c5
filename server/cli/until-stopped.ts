/** Waits for the signal to stop, then stops in time whatever happens (FAULTS 95). */
import type { Logger } from 'pino';

/** Ms; service managers kill after 10 s by our unit file, so we are gone before. */
const hardLimit = 9500;

/** Resolves when `close` is done after SIGTERM or SIGINT. A second signal ends the process at once. */
export async function untilStopped(close: () => Promise<void>, log: Logger): Promise<void> {
  const signal = await new Promise<NodeJS.Signals>((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) {
      process.once(name, () => {
        process.on(name, () => process.exit(1));
        resolve(name);
      });
    }
  });
  log.info({ signal }, 'stopping');
  const timer = setTimeout(() => {
    log.error({ limit: hardLimit }, 'stopping took too long; leaving now');
    log.flush(() => process.exit(1));
  }, hardLimit);
  await close();
  clearTimeout(timer);
}
