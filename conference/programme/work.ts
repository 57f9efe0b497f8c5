/**
 * What takes long or reads what strangers made is done in a thread of its own: live media shares the process and must not wait. A
 * thread that takes too long or too much memory is ended. One at a time, and only a few wait.
 */
import { Worker } from 'node:worker_threads';
import { CodedError, type ErrorCode, errors } from '#contracts/errors.ts';
import type { PrintInput } from './export/print-layout.ts';
import type { ImportContent, ImportContext } from './import/item.ts';

export type Task =
  | { readonly kind: 'read'; readonly path: string; readonly context: ImportContext }
  | { readonly kind: 'print'; readonly input: PrintInput };
export type TaskAnswer =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly code: ErrorCode | undefined; readonly message: string };

/** Ms. */
const deadline = 60_000;
const mostMemoryMb = 700;
const mostWaiting = 20;

export class ProgrammeWork {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #running: Worker | undefined;
  #closed = false;

  /** Throws the errors of `readProgrammeFile`. */
  read(path: string, context: ImportContext): Promise<ImportContent> {
    return this.#take({ kind: 'read', path, context }) as Promise<ImportContent>;
  }

  /** A PDF. */
  print(input: PrintInput): Promise<Uint8Array> {
    return this.#take({ kind: 'print', input }) as Promise<Uint8Array>;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#running?.terminate();
    await this.#last.catch(() => undefined);
  }

  #take(task: Task): Promise<unknown> {
    if (this.#waiting >= mostWaiting)
      throw new CodedError('request.tooMany', `${mostWaiting} programmes are being read or printed already`);
    this.#waiting++;
    const result = this.#last.then(() => this.#run(task)).finally(() => this.#waiting--);
    this.#last = result.catch(() => undefined);
    return result;
  }

  #run(task: Task): Promise<unknown> {
    if (this.#closed) throw new CodedError('server.unavailable', 'the server is about to stop');
    return new Promise((resolve, reject) => {
      const worker = new Worker(new URL('./work-thread.ts', import.meta.url), {
        workerData: task,
        resourceLimits: { maxOldGenerationSizeMb: mostMemoryMb },
        stdout: true,
        stderr: true,
      });
      this.#running = worker;
      const fail = (detail: string): void =>
        reject(new CodedError(task.kind === 'read' ? 'import.broken' : 'server.failed', detail));
      const timer = setTimeout(() => {
        fail(`it took more than ${deadline / 1000} s`);
        void worker.terminate();
      }, deadline);
      worker.once('message', (answer: TaskAnswer) => {
        if (answer.ok) resolve(answer.result);
        else if (answer.code && answer.code in errors)
          reject(new CodedError(answer.code, answer.message || undefined));
        else fail(answer.message);
      });
      worker.once('error', (error) => fail(error.message.slice(0, 200)));
      worker.once('exit', () => {
        clearTimeout(timer);
        this.#running = undefined;
        // Nothing when it has answered.
        fail('it ended without an answer');
      });
    });
  }
}
