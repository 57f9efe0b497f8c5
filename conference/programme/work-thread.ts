/** The thread of work.ts: one task, one answer. */
import { parentPort, workerData } from 'node:worker_threads';
import { CodedError } from '#contracts/errors.ts';
import { readProgrammeFile } from './import/read-file.ts';
import type { Task, TaskAnswer } from './work.ts';

async function carryOut(task: Task): Promise<unknown> {
  if (task.kind === 'read') return readProgrammeFile(task.path, task.context);
  const { printProgramme } = await import('./export/programme-pdf.ts');
  return printProgramme(task.input);
}

const answer = (message: TaskAnswer): void => parentPort?.postMessage(message);
carryOut(workerData as Task).then(
  (result) => answer({ ok: true, result }),
  (error: unknown) =>
    answer(
      error instanceof CodedError
        ? { ok: false, code: error.code, message: error.detail ?? '' }
        : { ok: false, code: undefined, message: String(error).slice(0, 300) },
    ),
);
