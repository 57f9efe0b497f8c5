/** A crowd of viewers in one child process, whose CPU is counted apart. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { AudienceOrder, AudienceReport } from './main.ts';

export type Audience = {
  readonly pid: number;
  /** Starts watching. */
  watch(order: AudienceOrder & { do: 'live' | 'static' }): void;
  /** Counts anew from here. */
  count(): void;
  /** What was counted. */
  report(): Promise<AudienceReport>;
  /** Ends it; may be called twice. */
  close(): Promise<void>;
};

export async function startAudience(): Promise<Audience> {
  const child = fork(fileURLToPath(new URL('main.ts', import.meta.url)), [], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'advanced',
  });
  const ended = once(child, 'exit');
  const answer = async <T>(): Promise<T> => {
    const [message] = (await Promise.race([
      once(child, 'message'),
      ended.then(() => Promise.reject(new Error('the audience ended'))),
    ])) as [T];
    return message;
  };
  const send = (order: AudienceOrder) => void child.send(order);
  await answer();
  return {
    pid: child.pid ?? 0,
    watch: send,
    count: () => send({ do: 'count' }),
    report: () => {
      const report = answer<AudienceReport>();
      send({ do: 'report' });
      return report;
    },
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await ended;
    },
  };
}
