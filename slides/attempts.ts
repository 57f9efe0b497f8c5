/**
 * A conversion child that is ended early when it stalls, and asked again: a hang of LibreOffice's threads is chance, a
 * new process does the same deck. The last attempt has the whole time, so a deck that is truly slow is no worse off.
 */
import { type ChildEnd, type ChildRun, runChild } from './converter-process.ts';
import { ChildStalled, type StallLimits } from './stall.ts';

/**
 * Limits of each attempt but the last, which has none but the deadline. The slowest of 86 decks took 40 s of CPU, most
 * take less than one; a busy hang is rarer than a sleeping one, so only the first attempt is ended for being busy.
 */
export const patience: readonly StallLimits[] = [{ asleep: 15, cpu: 90, wall: 120 }, { asleep: 15 }];
/** Ms that stalled attempts may add to the deadline; what they took longer is taken from it. */
const mostAdded = 240_000;

export type AttemptsEnd = ChildEnd & {
  /** performance.now() by which the rest must be done. */
  readonly deadline: number;
};

/** As runChild, whose `deadline` moves by the time that stalled attempts took. */
export async function runAttempts<Message extends { readonly kind: string }>(
  run: Omit<ChildRun<Message>, 'stall'>,
  limits: readonly StallLimits[] = patience,
): Promise<AttemptsEnd> {
  const started = performance.now();
  for (let attempt = 0; ; attempt++) {
    const deadline = run.deadline + Math.min(performance.now() - started, mostAdded);
    const stall = limits[attempt];
    try {
      return { ...(await runChild({ ...run, deadline, stall })), deadline };
    } catch (error) {
      if (!(error instanceof ChildStalled)) throw error;
      const seconds = Math.round((performance.now() - started) / 1000);
      run.log.warn(
        { how: error.how, attempt: attempt + 1, seconds },
        'the converter hung; it is started again',
      );
    }
  }
}
