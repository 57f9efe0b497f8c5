/** One process on a data folder (FAULTS 96). The lock goes with the process, so `kill -9` leaves nothing stale. */
import { lockFolder } from '#timeline/folder-lock.ts';
import { TimelineError } from '#timeline/store.ts';

export class DataInUseError extends Error {
  constructor(cause: TimelineError) {
    super(cause.message, { cause });
    this.name = 'DataInUseError';
  }
}

export type DataLock = { release(): void };

/** Throws DataInUseError, saying who has it, when another process holds the folder. */
export function lockData(dataDir: string): DataLock {
  try {
    return lockFolder(dataDir);
  } catch (error) {
    if (error instanceof TimelineError && error.reason === 'locked') throw new DataInUseError(error);
    throw error;
  }
}
