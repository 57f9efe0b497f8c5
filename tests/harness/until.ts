/** Waiting for a condition, with a limit: what tests use instead of sleeping. */
import { setTimeout as wait } from 'node:timers/promises';

export type UntilOptions = {
  readonly seconds?: number;
  readonly everyMs?: number;
  readonly what?: string | (() => string);
};

/** Resolves with the first value that is neither undefined, null nor false; rejects after `seconds` (20) or when `probe` throws. */
export async function until<T>(
  probe: () => T | Promise<T>,
  { seconds = 20, everyMs = 25, what = 'a condition' }: UntilOptions = {},
): Promise<Exclude<T, undefined | null | false>> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== null && value !== false)
      return value as Exclude<T, undefined | null | false>;
    if (performance.now() > deadline)
      throw new Error(`waited ${seconds} s for ${typeof what === 'function' ? what() : what}`);
    await wait(everyMs);
  }
}
