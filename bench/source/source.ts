/** Starts the synthetic encoder as an owned child process. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { argsFromSettings, type SourceSettings, sourceDefaults } from './settings.ts';

/** What the process says of its connection; `detail` is the reason of a loss. */
export type SourceReport = { readonly state: 'connecting' | 'pushing' | 'lost'; readonly detail: string };

export type SourceOptions = { readonly url: string } & Partial<SourceSettings> & {
    readonly onState?: (report: SourceReport) => void;
  };

export type Source = {
  readonly pid: number;
  /** Resolves with the exit code when the process has ended, whatever ended it. */
  readonly ended: Promise<number | null>;
  /** Ends the process; may be called twice. */
  close(): Promise<void>;
};

/** After this time a process that ignores SIGTERM is killed. */
const killAfterMs = 3_000;

/** Starts pushing to `url` and goes on until closed. The child ends with this process, however that ends. */
export function startSource(options: SourceOptions): Source {
  const { onState, ...settings } = options;
  const child: ChildProcess = fork(
    fileURLToPath(new URL('main.ts', import.meta.url)),
    argsFromSettings({ ...sourceDefaults, ...settings }),
    { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
  );
  const ended = once(child, 'exit').then(
    ([code]: (number | null)[]) => code ?? null,
    () => null,
  );
  child.on('message', (message: SourceReport) => onState?.(message));
  return {
    pid: child.pid ?? 0,
    ended,
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
      await ended;
      clearTimeout(timer);
    },
  };
}
