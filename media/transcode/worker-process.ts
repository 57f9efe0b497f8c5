/**
 * A child process that decodes or encodes for us, seen from the parent: started, watched, restarted with a back-off,
 * ended. Its queue is bounded by what it has not yet handled, so a slow or dead child costs the parent nothing.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';

/** Sent by every child once a second and after each handled message. */
export type Alive = {
  readonly kind: 'alive';
  /** Messages handled since the last one. */
  readonly handled: number;
  /** CPU used since the process began, microseconds, user and system. */
  readonly cpu: number;
};

export type WorkerProcessOptions<Out> = {
  readonly name: string;
  /** Module the child runs. */
  readonly entry: URL;
  readonly log: Logger;
  /** Bytes sent and not yet handled, at most. */
  readonly queueBytes: number;
  /** os.setPriority: 0 as this process, 19 lowest. */
  readonly priority: number;
  /** A child from which nothing is heard for this long is killed, ms; a starting one has three times as long. */
  readonly deadlineMs: number;
  /** First pause before a restart, ms; doubles up to 30 s, and starts again after a minute without a fall. */
  readonly firstPauseMs: number;
  /** The child runs: configurations can be sent (again). */
  readonly onStart: () => void;
  readonly onMessage: (message: Out) => void;
  /** The child is gone; it will be started again after the pause. `owner` of the message it was busy with, if any: that one may have felled it. */
  readonly onDown: (reason: string, owner: number | undefined) => void;
};

const longestPauseMs = 30_000;
const steadyMs = 60_000;
const stderrKept = 2_000;

export class WorkerProcess<In extends object, Out extends object> {
  readonly #options: WorkerProcessOptions<Out>;
  #child: ChildProcess | undefined;
  #heard: NodeJS.Timeout | undefined;
  #restart: NodeJS.Timeout | undefined;
  #pauseMs: number;
  #closed = false;
  /** Messages not yet handled, oldest first. */
  #pending: { readonly bytes: number; readonly owner: number | undefined }[] = [];
  #pendingBytes = 0;
  #dropped = 0;
  #cpuMicros = 0;
  #heardAt = 0;

  constructor(options: WorkerProcessOptions<Out>) {
    this.#options = options;
    this.#pauseMs = options.firstPauseMs;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Messages dropped because the queue was full, since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  /** CPU of the current child, microseconds since it began. */
  get cpuMicros(): number {
    return this.#cpuMicros;
  }

  /** Ms since the last sign of life. */
  get silentMs(): number {
    return performance.now() - this.#heardAt;
  }

  /** Hands a message over; `bytes` is what it weighs, `owner` whose it is. False when the child is down or its queue full: the message is dropped. */
  send(message: In, bytes: number, owner?: number): boolean {
    const child = this.#child;
    if (!child?.connected) return false;
    if (this.#pendingBytes + bytes > this.#options.queueBytes && this.#pending.length > 0) {
      this.#dropped++;
      return false;
    }
    this.#pending.push({ bytes, owner });
    this.#pendingBytes += bytes;
    // A write error means the child is going; 'exit' follows and says why.
    child.send(message, () => undefined);
    return true;
  }

  /** Ends the child at once and starts a new one. */
  kill(reason: string): void {
    this.#options.log.warn({ worker: this.#options.name, reason }, 'media worker killed');
    this.#child?.kill('SIGKILL');
  }

  /** Ends the child for good; may be called twice. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#restart);
    clearTimeout(this.#heard);
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    // Nothing in it needs saving: what was finished has been sent.
    child.kill('SIGKILL');
    await gone;
  }

  /** Starts the child; called once. */
  start(): void {
    this.#spawn();
  }

  #spawn(): void {
    const { name, entry, log, priority } = this.#options;
    let child: ChildProcess;
    try {
      child = fork(fileURLToPath(entry), [], {
        execArgv: [],
        serialization: 'advanced',
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      });
    } catch (error) {
      // No memory or no process left: tried again like after a fall.
      this.#fell(error instanceof Error ? error.message : String(error), '');
      return;
    }
    this.#child = child;
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#cpuMicros = 0;
    const startedAt = performance.now();
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('utf8')).slice(-stderrKept);
    });
    child.on('message', (message) => {
      if (this.#child === child) this.#message(message as Out | Alive);
    });
    child.on('error', (error) => log.warn({ worker: name, err: error }, 'media worker error'));
    child.once('exit', (code, signal) =>
      this.#gone(child, code, signal, said, performance.now() - startedAt),
    );
    if (priority !== 0 && child.pid !== undefined) {
      try {
        setPriority(child.pid, priority);
      } catch (error) {
        log.debug({ worker: name, err: error }, 'media worker keeps its priority');
      }
    }
    this.#expect(3);
    log.info({ worker: name, pid: child.pid }, 'media worker started');
    this.#options.onStart();
  }

  #message(message: Out | Alive): void {
    if (!('kind' in message) || message.kind !== 'alive') {
      this.#options.onMessage(message as Out);
      return;
    }
    const { handled, cpu } = message as Alive;
    this.#cpuMicros = cpu;
    for (const { bytes } of this.#pending.splice(0, handled)) this.#pendingBytes -= bytes;
    this.#expect(1);
  }

  /** Starts the watchdog again, for so many deadlines. */
  #expect(deadlines: number): void {
    clearTimeout(this.#heard);
    this.#heardAt = performance.now();
    const ms = this.#options.deadlineMs * deadlines;
    this.#heard = setTimeout(() => this.kill(`silent for ${ms} ms`), ms);
  }

  #gone(
    child: ChildProcess,
    code: number | null,
    signal: string | null,
    said: string,
    livedMs: number,
  ): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    clearTimeout(this.#heard);
    if (this.#closed) return;
    if (livedMs > steadyMs) this.#pauseMs = this.#options.firstPauseMs;
    this.#fell(signal ?? `exit ${code}`, said);
  }

  #fell(reason: string, said: string): void {
    const { name, log, onDown } = this.#options;
    log.warn({ worker: name, reason, said, restartInMs: this.#pauseMs }, 'media worker fell');
    this.#restart = setTimeout(() => this.#spawn(), this.#pauseMs);
    this.#pauseMs = Math.min(longestPauseMs, this.#pauseMs * 2);
    onDown(reason, this.#pending[0]?.owner);
  }
}
