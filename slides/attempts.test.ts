import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runAttempts } from './attempts.ts';
import type { StallLimits } from './stall.ts';
import type { TestJob, TestMessage, Way } from './test-child.ts';
import { type Folder, temporaryFolder } from './test-decks.ts';

let folder: Folder;
let runs = 0;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

/** Short ones; the answer of a child that does not hang takes less. */
const short: readonly StallLimits[] = [{ asleep: 1.5, cpu: 1 }, { asleep: 1.5 }];

async function attempts(
  ways: readonly Way[],
  {
    limits = short,
    seconds = 20,
    onFacts = () => undefined,
  }: { limits?: readonly StallLimits[]; seconds?: number; onFacts?: () => Promise<void> | undefined } = {},
) {
  const counter = join(folder.path, `counter-${runs++}`);
  await writeFile(counter, '0');
  const lines: { msg: string; how: string; attempt: number }[] = [];
  const job: TestJob = { ways, counter };
  const messages: TestMessage[] = [];
  const end = await runAttempts<TestMessage>(
    {
      entry: new URL('test-child.ts', import.meta.url),
      job,
      deadline: performance.now() + seconds * 1000,
      memoryMiB: 1000,
      signal: undefined,
      log: pino({ level: 'warn' }, { write: (line: string) => void lines.push(JSON.parse(line)) }),
      onMessage: async (message) => {
        messages.push(message);
        if (message.kind === 'facts') await onFacts();
      },
    },
    limits,
  ).then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  return { end, messages, started: Number(await readFile(counter, 'utf8')), warned: lines };
}

describe.skipIf(process.platform !== 'linux')('a converter that hangs', { timeout: 60_000 }, () => {
  it('is asked again when it sleeps for ever, and its second answer is the one', async () => {
    const { end, messages, warned } = await attempts(['asleep', 'answers']);
    expect(end).toMatchObject({ value: {} });
    expect(messages).toEqual([
      { kind: 'facts', attempt: 0 },
      { kind: 'facts', attempt: 1 },
      { kind: 'done', attempt: 1 },
    ]);
    expect(warned).toMatchObject([{ how: 'asleep', attempt: 1, msg: expect.stringContaining('hung') }]);
  });

  it('is asked again when it spins, with one line of warning', async () => {
    const { messages, warned } = await attempts(['busy', 'answers']);
    expect(messages.at(-1)).toEqual({ kind: 'done', attempt: 1 });
    expect(warned).toMatchObject([{ how: 'busy', attempt: 1 }]);
  });

  it('is asked three times at most, then the deadline ends it', async () => {
    const { end, started } = await attempts(['asleep'], { seconds: 4 });
    expect(end).toMatchObject({ error: { code: 'deck.tooSlow' } });
    expect(started).toBe(3);
  });

  it('is given the whole time at last when it is only slow', async () => {
    const { messages } = await attempts(['slow'], { limits: [{ asleep: 30, cpu: 0.5 }] });
    expect(messages.at(-1)).toEqual({ kind: 'done', attempt: 1 });
  });

  it('has answered when it hangs in its own end', async () => {
    const { messages, started } = await attempts(['never ends']);
    expect(messages.at(-1)?.kind).toBe('done');
    expect(started).toBe(1);
  });

  it('is not blamed while it waits for us', async () => {
    const { started, messages } = await attempts(['answers'], {
      limits: [{ asleep: 0.5 }],
      onFacts: () => new Promise((resolve) => setTimeout(resolve, 1500)),
    });
    expect(messages.at(-1)?.kind).toBe('done');
    expect(started).toBe(1);
  });
});
