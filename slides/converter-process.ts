/**
 * The parent's side of one conversion child: started without a network, watched for time and memory, ended for good.
 * A child that hangs, grows or falls costs one deck, never the server.
 */
import { type ChildProcess, execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { CodedError } from '#contracts/errors.ts';
import type { Failed } from './messages.ts';
import { ChildStalled, cpuOfStat, type StallLimits, StallWatch } from './stall.ts';

export type ChildRun<Message> = {
  readonly entry: URL;
  readonly job: object;
  /** performance.now() at which the child is killed. */
  readonly deadline: number;
  readonly memoryMiB: number;
  readonly signal: AbortSignal | undefined;
  /** Undefined: it has until the deadline, whatever it does. */
  readonly stall?: StallLimits | undefined;
  readonly log: Logger;
  /** The child goes on when this is done. */
  readonly onMessage: (message: Message) => Promise<void> | void;
};
export type ChildEnd = {
  /** Largest resident size seen. */
  readonly peakBytes: number;
};

const memoryWatchMs = 250;
const stderrKept = 2000;
/** Behind the live path, before what only tidies up. */
const priority = 5;

/**
 * Runs one child to its end.
 * @throws CodedError what the child says, deck.tooSlow, deck.failed; ChildStalled by `stall`; or the signal's reason
 */
export async function runChild<Message extends { readonly kind: string }>(
  run: ChildRun<Message>,
): Promise<ChildEnd> {
  const { signal, log } = run;
  signal?.throwIfAborted();
  const child = await startChild(run.entry);
  let ended: unknown;
  let peakBytes = 0;
  const kill = (why: unknown): void => {
    ended ??= why;
    child.kill('SIGKILL');
  };
  const timer = setTimeout(
    () => kill(new CodedError('deck.tooSlow')),
    Math.max(0, run.deadline - performance.now()),
  );
  const stall = run.stall && new StallWatch(run.stall);
  /** Messages that we have not taken yet: as long as there are some, it is we who are waited for. */
  let untaken = 0;
  const watch = setInterval(() => {
    if (stall)
      void cpuSeconds(child).then((cpu) => {
        const how = cpu === undefined ? undefined : stall.sample(performance.now() / 1000, cpu, untaken > 0);
        if (how && !done) kill(new ChildStalled(how));
      });
    void residentBytes(child).then((bytes) => {
      peakBytes = Math.max(peakBytes, bytes);
      if (bytes > run.memoryMiB * 1024 * 1024)
        kill(new CodedError('deck.failed', `converting it takes more than ${run.memoryMiB} MiB of memory`));
    });
  }, memoryWatchMs);
  const onAbort = (): void => kill(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-stderrKept);
  });
  let done = false;
  let handling: Promise<void> = Promise.resolve();
  child.on('message', (message: Message | Failed) => {
    if (message.kind === 'failed') {
      const { code, detail } = message as Failed;
      kill(new CodedError(code, detail));
      return;
    }
    done ||= message.kind === 'done';
    untaken += 1;
    handling = handling
      .then(() => run.onMessage(message as Message))
      .then(
        () => {
          untaken -= 1;
          // Its last word: what its own end would take, or hang in, is nobody's concern.
          if (message.kind === 'done') child.kill('SIGKILL');
          else if (child.connected) child.send('taken', () => undefined);
        },
        (error: unknown) => kill(error),
      );
  });
  child.on('error', kill);
  try {
    const gone = once(child, 'exit');
    child.send(run.job, () => undefined);
    const [code, exitSignal] = (await gone) as [number | null, string | null];
    await handling;
    if (ended !== undefined) throw ended;
    if (!done) {
      log.warn({ code, signal: exitSignal, said }, 'converter fell');
      throw new CodedError('deck.failed', 'the converter gave up on this file');
    }
    return { peakBytes };
  } finally {
    clearTimeout(timer);
    clearInterval(watch);
    signal?.removeEventListener('abort', onAbort);
    child.kill('SIGKILL');
  }
}

async function startChild(entry: URL): Promise<ChildProcess> {
  const flags = ['--max-old-space-size=512', '--disable-warning=ExperimentalWarning'];
  const wrapped = await canUnshare();
  const child = fork(fileURLToPath(entry), [], {
    ...(wrapped
      ? { execPath: 'unshare', execArgv: ['--map-root-user', '--net', '--', process.execPath, ...flags] }
      : { execArgv: flags }),
    // Nothing of ours is told to a process that reads strangers' files.
    env: { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8', NODE_ENV: 'production' },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  if (child.pid !== undefined) {
    try {
      setPriority(child.pid, priority);
    } catch {
      // It has ended already; 'exit' says why.
    }
  }
  return child;
}

let unshare: Promise<boolean> | undefined;
/** True where Linux lets us start a process in a network namespace of its own, which has no interface but a loopback that is down. */
export function canUnshare(): Promise<boolean> {
  unshare ??= new Promise((resolve) => {
    if (process.platform !== 'linux') resolve(false);
    else
      execFile('unshare', ['--map-root-user', '--net', '--', 'true'], { timeout: 5000 }, (error) =>
        resolve(error === null),
      );
  });
  return unshare;
}

/** 0 when it cannot be told: it is gone, or the system has no /proc. */
async function residentBytes(child: ChildProcess): Promise<number> {
  try {
    const [, pages = '0'] = (await readFile(`/proc/${child.pid}/statm`, 'latin1')).split(' ');
    return Number(pages) * 4096;
  } catch {
    return 0;
  }
}

/** CPU seconds of all its threads so far; undefined when it cannot be told. */
async function cpuSeconds(child: ChildProcess): Promise<number | undefined> {
  try {
    return cpuOfStat(await readFile(`/proc/${child.pid}/stat`, 'latin1'));
  } catch {
    return undefined;
  }
}
