import { pino } from 'pino';
import { afterEach, expect, it, vi } from 'vitest';
import type { PreviewIn, PreviewOut } from './preview-messages.ts';
import { WorkerProcess } from './worker-process.ts';

const patience = { timeout: 40_000, interval: 20 };
let worker: WorkerProcess<PreviewIn, PreviewOut> | undefined;

afterEach(() => worker?.close());

it('drops what exceeds the queue of a process that stands still, kills it at the deadline and starts another', {
  timeout: 120_000,
}, async () => {
  const downs: string[] = [];
  let starts = 0;
  worker = new WorkerProcess<PreviewIn, PreviewOut>({
    name: 'test',
    entry: new URL('preview-worker.ts', import.meta.url),
    log: pino({ level: 'silent' }),
    queueBytes: 100_000,
    priority: 0,
    deadlineMs: 4_000,
    firstPauseMs: 10,
    onStart: () => starts++,
    onMessage: () => undefined,
    onDown: (reason) => downs.push(reason),
  });
  worker.start();
  await vi.waitFor(() => expect(worker?.cpuMicros).toBeGreaterThan(0), patience);
  const first = worker.pid!;
  process.kill(first, 'SIGSTOP');
  const frame = Buffer.alloc(1000);
  const message = { kind: 'audio', track: 1, frames: [frame], at: 0, afterGap: false } as const;
  const taken = Array.from({ length: 150 }, () => worker?.send(message, frame.length));
  expect(taken.filter(Boolean).length).toBe(100);
  expect(worker.dropped).toBe(50);
  await vi.waitFor(() => expect(starts).toBe(2), patience);
  expect(downs).toEqual(['SIGKILL']);
  expect(worker.pid).not.toBe(first);
  expect(worker.send(message, frame.length)).toBe(true);
  await worker.close();
  expect(worker.pid).toBeUndefined();
  expect(worker.send(message, frame.length)).toBe(false);
  expect(starts).toBe(2);
});
