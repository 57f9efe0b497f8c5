/** A list's file read in a thread of its own, with a limit of memory; one batch at a time, the next when this one is stored. */
import { Worker } from 'node:worker_threads';
import type { DelegateColumn } from '#contracts/delegate.ts';
import { CodedError } from '#contracts/errors.ts';
import type { Looked, ReadJob, ReadMessage } from './import-messages.ts';

export type ReadBatch = Extract<ReadMessage, { kind: 'batch' }>;

/** MiB of JavaScript in the thread; 500,000 rows of a workbook need about 350. */
const memory = 640;

function start(job: ReadJob): Worker {
  return new Worker(new URL('./import-thread.ts', import.meta.url), {
    workerData: job,
    resourceLimits: { maxOldGenerationSizeMb: memory },
    // What its code needs is told in the job.
    env: {},
  });
}

/** Headings as recognised and the first rows. @throws CodedError of ListFailure */
export async function lookAt(path: string): Promise<Looked> {
  const job: ReadJob = { path, kind: 'look', conferenceId: '', secret: '', columns: [], headingRow: 0 };
  for await (const message of messagesOf(job, undefined)) if (message.kind === 'looked') return message;
  throw new CodedError('delegate.file', 'the file could not be read');
}

export type ReadOptions = {
  readonly path: string;
  readonly conferenceId: string;
  readonly secret: string;
  readonly columns: readonly DelegateColumn[];
  readonly headingRow: number;
  readonly signal?: AbortSignal;
};

/** @throws CodedError of ListFailure; the signal's reason */
export async function* readBatches({ signal, ...options }: ReadOptions): AsyncGenerator<ReadBatch> {
  for await (const message of messagesOf({ ...options, kind: 'read' }, signal))
    if (message.kind === 'batch') yield message;
}

async function* messagesOf(job: ReadJob, signal: AbortSignal | undefined): AsyncGenerator<ReadMessage> {
  signal?.throwIfAborted();
  const worker = start(job);
  let wake = Promise.withResolvers<void>();
  const waiting: ReadMessage[] = [];
  let failure: unknown;
  let ended = false;
  const end = (error?: unknown): void => {
    failure ??= error;
    ended = true;
    wake.resolve();
  };
  worker.on('message', (message: ReadMessage) => {
    waiting.push(message);
    wake.resolve();
  });
  worker.on('error', (error: NodeJS.ErrnoException) =>
    end(
      error.code === 'ERR_WORKER_OUT_OF_MEMORY'
        ? new CodedError('delegate.tooMany', `reading it takes more than ${memory} MiB`)
        : error,
    ),
  );
  worker.on('exit', () => end());
  const abort = (): void => end(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    for (;;) {
      const message = waiting.shift();
      if (failure !== undefined) throw failure;
      if (message) {
        if (message.kind === 'failed') throw new CodedError(message.code, message.detail);
        yield message;
        if (message.kind === 'batch') worker.postMessage('next');
        if (message.kind !== 'batch' || message.last) return;
      } else if (ended) throw new CodedError('delegate.file', 'reading it ended too early');
      else {
        await wake.promise;
        wake = Promise.withResolvers();
      }
    }
  } finally {
    signal?.removeEventListener('abort', abort);
    await worker.terminate();
  }
}
