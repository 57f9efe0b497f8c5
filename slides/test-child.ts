/** A double of a conversion child for tests of its owner: each attempt does the next thing of a list, the last again and again. */
import { readFileSync, writeFileSync } from 'node:fs';
import { serveJob } from './child-side.ts';

export type Way = 'answers' | 'asleep' | 'busy' | 'slow' | 'never ends';
export type TestJob = {
  readonly ways: readonly Way[];
  /** Holds the number of attempts so far. */
  readonly counter: string;
};
export type TestMessage = { readonly kind: 'facts' | 'done'; readonly attempt: number };

serveJob<TestJob, TestMessage>(async ({ ways, counter }, answer) => {
  const attempt = Number(readFileSync(counter, 'utf8'));
  writeFileSync(counter, String(attempt + 1));
  await answer({ kind: 'facts', attempt });
  switch (ways[Math.min(attempt, ways.length - 1)]) {
    case 'asleep':
      // As a main thread that waits for a lock for ever: not even a disconnect is heard.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      break;
    case 'busy':
      for (;;);
    case 'slow':
      for (const end = performance.now() + 1500; performance.now() < end; );
      break;
    case 'never ends':
      process.on('exit', () => {
        for (;;);
      });
      break;
    default:
  }
  return { kind: 'done', attempt };
});
