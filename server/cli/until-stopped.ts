/** Waits for the signal to stop, then stops in time whatever happens (FAULTS 95). */
import type { Logger } from 'pino';

/** Ms; service managers kill after 10 s by our unit file, so we are gone before. */
const hardLimit = 9500;

export type StopSignal = {
  /** Resolves with the first SIGTERM or SIGINT. */
  readonly came: Promise<NodeJS.Signals>;
  /** What had to be ended is: the limit no longer counts. */
  done(): void;
};

/**
 * Takes the signals from now on. Called before anything is started that must not outlive us: a signal that came during the start would
 * otherwise end this process at once and leave the database behind. A second signal ends the process at once.
 */
export function takeStopSignal(log: Logger): StopSignal {
  let limit: NodeJS.Timeout | undefined;
  const { promise: came, resolve } = Promise.withResolvers<NodeJS.Signals>();
  let signals = 0;
  // One handler for good: taking one away and putting another leaves a moment in which the next signal kills us by itself.
  const onSignal = (name: NodeJS.Signals): void => {
    signals += 1;
    if (signals > 1) process.exit(1);
    log.info({ signal: name }, 'stopping');
    limit = setTimeout(() => {
      log.error({ limit: hardLimit }, 'stopping took too long; leaving now');
      log.flush(() => process.exit(1));
    }, hardLimit);
    // A start that failed after the signal has nothing to wait for.
    limit.unref();
    resolve(name);
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  return { came, done: () => clearTimeout(limit) };
}

/** Resolves when `close` is done after the signal. */
export async function untilStopped(close: () => Promise<void>, signal: StopSignal): Promise<void> {
  await signal.came;
  await close();
  signal.done();
}
