/** Sealing as functions over data: which waiting events make the next batch, its bytes, and when it is due (SPEC rules B and T). */
import { type Batch, batchBytes, type EventBody, longestHold, type Stamp } from '#contracts/events.ts';

/** An accepted event that waits for its batch. */
export type Pending = {
  readonly at: number;
  readonly t: number;
  readonly body: EventBody;
  /** `body` as JSON. */
  readonly json: string;
  /** Of `json` with its stamp, at most. */
  readonly bytes: number;
};

/** A batch as it is stored and sent: the same bytes for everyone. */
export type SealedBatch = {
  readonly rev: number;
  readonly n: number;
  readonly body: Buffer;
  /** Made at the first request that accepts it. */
  gzip?: Buffer;
};

/** `{"i":…,"at":…,"t":…,` with the longest numbers there can be. */
const stampBytes = 80;
/** `{"rev":…,"n":…,"events":[],"watching":…}` with the longest numbers. */
const frameBytes = 100;

export function pendingEvent(body: EventBody, at: number, t: number): Pending {
  const json = JSON.stringify(body);
  return { at, t, body, json, bytes: Buffer.byteLength(json) + stampBytes };
}

/** How many of the waiting ones fit into one batch: at least one if there is one. */
export function fitting(waiting: readonly Pending[]): number {
  let bytes = frameBytes;
  let count = 0;
  for (const event of waiting) {
    bytes += event.bytes;
    if (bytes > batchBytes && count > 0) break;
    count += 1;
  }
  return count;
}

export function sealBatch(
  rev: number,
  n: number,
  firstI: number,
  events: readonly Pending[],
  watching: number,
): SealedBatch {
  const parts = events.map(
    ({ at, t, json }, index) => `{"i":${firstI + index},"at":${at},"t":${t},${json.slice(1)}`,
  );
  return {
    rev,
    n,
    body: Buffer.from(`{"rev":${rev},"n":${n},"events":[${parts.join(',')}],"watching":${watching}}`),
  };
}

/** A batch of the same events under another revision or number. */
export function rewriteBatch(rev: number, n: number, events: readonly Stamp[], watching: number): Buffer {
  return Buffer.from(JSON.stringify({ rev, n, events, watching }));
}

/** Throws when the bytes are not a batch. */
export function readBatch<E extends Stamp>(
  body: Buffer,
): Omit<Batch, 'events'> & { readonly events: readonly E[] } {
  const value = JSON.parse(body.toString('utf8')) as Omit<Batch, 'events'> & {
    readonly events: readonly E[];
  };
  if (!Array.isArray(value.events)) throw new Error('a stored batch has no list of events');
  return value;
}

export type SealTimes = {
  /** Least ms between two batches with events. */
  readonly spacing: number;
  /** When the last batch with events was sealed; monotonic ms. */
  readonly filledAt: number;
  /** When the last batch was sealed, also an empty one. */
  readonly sealedAt: number;
  /** Since when somebody waits without a break; undefined: nobody does. */
  readonly waitingSince: number | undefined;
  readonly events: boolean;
};

/** When the next batch is to be sealed, monotonic ms; undefined: there is no reason to. */
export function sealDue({
  spacing,
  filledAt,
  sealedAt,
  waitingSince,
  events,
}: SealTimes): number | undefined {
  if (events) return filledAt + spacing;
  return waitingSince === undefined ? undefined : Math.max(sealedAt, waitingSince) + longestHold;
}
