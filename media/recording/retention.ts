/** Deletes ended runs that are older than their venue keeps them. */
import type { Logger } from 'pino';
import { listRun, runBytes, runFolder } from './catalogue.ts';
import { nodeFs, type RecordingFs } from './recording-fs.ts';

export type KeptRun = {
  readonly run: string;
  /** Epoch ms; undefined while it is open. */
  readonly endedAt: number | undefined;
  /** Days its venue keeps ended runs; 0 keeps them for good. */
  readonly retentionDays: number;
};

const day = 86_400_000;

/** The runs whose time is over. `now`: epoch ms. */
export const expiredRuns = (runs: readonly KeptRun[], now: number): readonly string[] =>
  runs
    .filter(
      ({ endedAt, retentionDays }) =>
        endedAt !== undefined && retentionDays > 0 && now - endedAt >= retentionDays * day,
    )
    .map(({ run }) => run);

export type RetentionOptions = {
  readonly root: string;
  readonly log: Logger;
  readonly fs?: RecordingFs;
  /** Told before the files of a run go, so that whoever reads them lets go. */
  readonly onDelete?: (run: string, folder: string) => void;
};

/** Removes the files of these runs. Returns those that are gone; one that could not be removed is tried at the next call. */
export async function deleteRuns(
  runs: readonly string[],
  { root, log, fs = nodeFs, onDelete }: RetentionOptions,
): Promise<readonly string[]> {
  const deleted: string[] = [];
  for (const run of runs) {
    try {
      const found = await listRun(fs, root, run);
      const bytes = found === undefined ? 0 : await runBytes(fs, root, found);
      onDelete?.(run, runFolder(root, run));
      await fs.remove(runFolder(root, run));
      deleted.push(run);
      if (found !== undefined) log.info({ run, bytes }, 'recording deleted: its retention is over');
    } catch (error) {
      log.warn({ run, err: error }, 'recording could not be deleted; it is tried again');
    }
  }
  return deleted;
}
