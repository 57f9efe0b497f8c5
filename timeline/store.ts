/**
 * Where timelines are kept: named streams of records, one writer at a time (DESIGN sections 1 and 10).
 * The rules are in `store.contract.ts`; every implementation runs it.
 */

/** The right to append to a timeline. A newer lease ends all older ones. */
export type Lease = {
  readonly timeline: string;
  /** Who holds it; for people to read. */
  readonly owner: string;
  /** Fencing token: greater than every token given before for this timeline, over restarts too. */
  readonly token: number;
};

export type StoredRecord = {
  /** 0, 1, 2… within its stream. */
  readonly n: number;
  readonly data: Buffer;
};

/** What is remembered of a timeline's clock (clock.ts). */
export type ClockMark = {
  /** Epoch ms on the timeline: nothing later was given out when this was written. */
  readonly at: number;
  /** What the machine's wall clock said at that moment, epoch ms. */
  readonly wall: number;
};

export interface TimelineStore {
  /** Takes the timeline over; from then on no older token appends. */
  acquire(timeline: string, owner: string): Promise<Lease>;
  /** Gives it back. A lease that is not the newest is ignored. */
  release(timeline: string, token: number): Promise<void>;
  /**
   * Appends all records or none, and resolves with the next number once they have reached the operating system
   * (they then survive kill -9). Rejects with a TimelineError: `fenced`, `conflict` when `expectedNext` is not the
   * stream's next number, `tooLarge`, `unavailable` when the disk refuses (nothing was appended).
   */
  append(
    timeline: string,
    stream: string,
    token: number,
    expectedNext: number,
    records: readonly Buffer[],
  ): Promise<number>;
  /**
   * Records from number `from` on, at most `limit` and at most about `readBytes`, at least one if there is one.
   * Empty at the end and for a stream nobody wrote to.
   */
  read(timeline: string, stream: string, from: number, limit: number): Promise<readonly StoredRecord[]>;
  /** The number the next record gets; 0 for a stream nobody wrote to. */
  next(timeline: string, stream: string): Promise<number>;
  /**
   * Deletes a stream for good: its records are on no disk afterwards, and it begins at 0 again. Rejects with `fenced`. Nothing happens
   * when nobody wrote to it; readers at work end early.
   */
  remove(timeline: string, stream: string, token: number): Promise<void>;
  /** Remembers the clock. Rejects with `fenced`. A mark earlier than the one kept is ignored. */
  markClock(timeline: string, token: number, mark: ClockMark): Promise<void>;
  clock(timeline: string): Promise<ClockMark | undefined>;
  /** Ends the use of the store; waits for what is under way. */
  close(): Promise<void>;
}

export const limits = {
  /** Bytes of one record. */
  recordBytes: 1024 * 1024,
  /** Bytes and records of one append. */
  appendBytes: 4 * 1024 * 1024,
  appendRecords: 10_000,
  /** Bytes after which a read stops. */
  readBytes: 4 * 1024 * 1024,
} as const;

export type TimelineErrorReason =
  | 'fenced'
  | 'conflict'
  | 'tooLarge'
  | 'badName'
  | 'badNumber'
  | 'locked'
  | 'unavailable'
  | 'closed';

export class TimelineError extends Error {
  override readonly name = 'TimelineError';
  readonly reason: TimelineErrorReason;

  constructor(reason: TimelineErrorReason, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.reason = reason;
  }
}

const namePattern = /^[A-Za-z0-9_-]{1,64}$/;

/** Names become file names, so they are letters, digits, `_` and `-` only. */
export function checkName(kind: 'timeline' | 'stream', name: string): void {
  if (!namePattern.test(name)) {
    throw new TimelineError(
      'badName',
      `a ${kind} name must match ${namePattern.source} (got ${JSON.stringify(name.slice(0, 80))})`,
    );
  }
}

export function checkNumber(what: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new TimelineError('badNumber', `${what} must be a non-negative integer (got ${value})`);
}

export function checkSizes(records: readonly Buffer[]): void {
  if (records.length > limits.appendRecords) {
    throw new TimelineError(
      'tooLarge',
      `an append must have at most ${limits.appendRecords} records (got ${records.length})`,
    );
  }
  let total = 0;
  for (const { length } of records) {
    total += length;
    if (length > limits.recordBytes)
      throw new TimelineError(
        'tooLarge',
        `a record must be at most ${limits.recordBytes} bytes (got ${length})`,
      );
  }
  if (total > limits.appendBytes)
    throw new TimelineError(
      'tooLarge',
      `an append must be at most ${limits.appendBytes} bytes (got ${total})`,
    );
}

export const fenced = (timeline: string, token: number): TimelineError =>
  new TimelineError('fenced', `lease ${token} of timeline ${timeline} has been superseded or released`);

export const conflict = (stream: string, expected: number, next: number): TimelineError =>
  new TimelineError('conflict', `stream ${stream} goes on at ${next} (expected ${expected})`);
