/** A real `./rostrum demo` in a process of its own, for tests and benches: started, asked, killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from './until.ts';

export type DemoInfo = {
  readonly watchUrl: string;
  readonly consoleUrl: string;
  readonly apiBase: string;
  readonly adminEmail: string;
  readonly adminPassword: string;
  readonly venueId: string;
  readonly rtmpUrl: string;
  readonly streamKey: string;
  readonly slidesKey: string;
  readonly mediaBase: string;
  readonly pid: number;
};

export type DemoProcess = {
  readonly info: DemoInfo;
  readonly child: ChildProcess;
  /** What it printed so far. */
  output(): string;
  /** Sends the signal and waits until the process is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>;
};

const mainFile = fileURLToPath(new URL('../../server/main.ts', import.meta.url));

/** Ms from spawning to the moment the server answered are in `output`; `args` as for `./rostrum demo`. Ports are free ones unless given. */
export async function startDemo(
  dataDir: string,
  args: readonly string[] = ['--no-source'],
  options: { env?: Readonly<Record<string, string>>; seconds?: number } = {},
): Promise<DemoProcess> {
  // Where the database's user cannot enter, the cluster is put elsewhere and outlives the folder.
  await mkdir(dataDir, { recursive: true });
  await chmod(dataDir, 0o711);
  const withPort = (name: string) => (args.includes(name) ? [] : [name, '0']);
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      mainFile,
      'demo',
      '--data-dir',
      dataDir,
      ...withPort('--port'),
      ...withPort('--rtmp-port'),
      // Tests that push themselves make their own programme.
      ...(args.includes('--no-source') ? ['--empty'] : []),
      ...args,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...options.env } },
  );
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-200_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  let gone = false;
  const exited = new Promise<void>((resolve) =>
    child.once('exit', () => {
      gone = true;
      resolve();
    }),
  );
  const info = await until(
    async () => {
      if (gone) throw new Error(`demo ended before it was ready:\n${output}`);
      const text = await readFile(join(dataDir, 'demo.json'), 'utf8').catch(() => '');
      if (text === '') return undefined;
      const read = JSON.parse(text) as DemoInfo;
      return read.pid === child.pid ? read : undefined;
    },
    { seconds: options.seconds ?? 60, what: () => `demo to be ready; it printed:\n${output}` },
  ).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  return {
    info,
    child,
    output: () => output,
    stop: async (signal = 'SIGTERM') => {
      if (!gone) child.kill(signal);
      await exited;
    },
  };
}
