/** Why media does not reach the disk, and what a recording asks of the one who watches the disk. */

/** Implemented by the disk watch (disk.ts). */
export interface DiskRoom {
  /** `full`: the reserve is reached, no segment is begun. */
  readonly state: 'ok' | 'low' | 'full';
  wrote(bytes: number): void;
}

/** Something that keeps media from the disk. */
export type RecordingAlarm = {
  /** `ENOSPC`, `EIO`…, `full` (the reserve is reached) or `behind` (the disk is slower than the stream). */
  readonly code: string;
  readonly message: string;
  /** Epoch ms. */
  readonly since: number;
};

export class DiskReserveReached extends Error {
  readonly code = 'full';
  constructor() {
    super('the disk is full up to its reserve');
  }
}

export class DiskBehind extends Error {
  readonly code = 'behind';
  constructor(limit: number) {
    super(`the disk is slower than the stream: more than ${limit} bytes wait for it`);
  }
}

export function alarmOf(error: unknown): RecordingAlarm {
  const code =
    error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'failed';
  return { code, message: error instanceof Error ? error.message : String(error), since: Date.now() };
}
