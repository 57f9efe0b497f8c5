/** Pushes a tape to any number of places from one child process, whose CPU is counted apart. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { PushOrder, PushReport } from './main.ts';

export type Pusher = {
  readonly pid: number;
  /** Resolves when the publish was accepted. */
  push(url: string, options?: { phaseMs?: number; reconnect?: boolean }): Promise<void>;
  /** Everything reported so far, in order. */
  readonly reports: readonly PushReport[];
  /** Ends the process and all its connections; may be called twice. */
  close(): Promise<void>;
};

const acceptWithinMs = 30_000;

export async function startPusher(file: string): Promise<Pusher> {
  const child = fork(fileURLToPath(new URL('main.ts', import.meta.url)), [file], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  await Promise.race([
    once(child, 'message'),
    ended.then(() => Promise.reject(new Error('the pusher ended at its start'))),
  ]);
  const reports: PushReport[] = [];
  const waiting = new Map<number, () => void>();
  child.on('message', (report: PushReport) => {
    reports.push(report);
    if (report.state === 'accepted') waiting.get(report.id)?.();
  });
  let orders = 0;
  return {
    pid: child.pid ?? 0,
    reports,
    push: (url, { phaseMs = 0, reconnect = false } = {}) => {
      const id = orders++;
      return new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`${new URL(url).host} did not accept a push`)),
          acceptWithinMs,
        );
        waiting.set(id, () => {
          clearTimeout(timer);
          waiting.delete(id);
          resolve();
        });
        child.send({ id, target: { url, phaseMs }, reconnect } satisfies PushOrder);
      });
    },
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await ended;
    },
  };
}
