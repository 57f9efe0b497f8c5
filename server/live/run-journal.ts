/** The `runs` stream of a venue's timeline, and the lease on it: read once at start, then appended to in order. */
import type { Logger } from 'pino';
import {
  decodeRunRecord,
  encodeRunRecord,
  type Replayed,
  type RunRecord,
  replay,
  runStream,
} from '#timeline/run-log.ts';
import type { Lease, TimelineStore } from '#timeline/store.ts';

const page = 1000;

export class RunJournal {
  readonly #store: TimelineStore;
  readonly #log: Logger;
  readonly lease: Lease;
  readonly #records: RunRecord[];
  #next: number;
  #appending: Promise<void> = Promise.resolve();
  #replayed: Replayed | undefined;

  /** Takes the timeline over and reads what happened. */
  static async open(store: TimelineStore, timeline: string, owner: string, log: Logger): Promise<RunJournal> {
    const lease = await store.acquire(timeline, owner);
    const records: RunRecord[] = [];
    let next = 0;
    for (;;) {
      const read = await store.read(timeline, runStream, next, page);
      for (const { data } of read) {
        const record = decodeRunRecord(data);
        if (record) records.push(record);
      }
      if (read.length === 0) break;
      next += read.length;
    }
    return new RunJournal(store, lease, records, next, log);
  }

  private constructor(store: TimelineStore, lease: Lease, records: RunRecord[], next: number, log: Logger) {
    this.#store = store;
    this.lease = lease;
    this.#records = records;
    this.#next = next;
    this.#log = log;
  }

  /** What the records come to. */
  get replayed(): Replayed {
    this.#replayed ??= replay(this.#records);
    return this.#replayed;
  }

  /**
   * Appends in call order; resolves when the records survive kill -9. A disk that refuses is told in the log and tried again with the
   * next append: the venue goes on, for what is on air must not hang on a full disk (fault 88).
   */
  append(records: readonly RunRecord[]): Promise<void> {
    if (records.length === 0) return this.#appending;
    this.#records.push(...records);
    this.#replayed = undefined;
    this.#pending.push(...records);
    this.#appending = this.#appending.then(() => this.#write());
    return this.#appending;
  }

  readonly #pending: RunRecord[] = [];

  async close(): Promise<void> {
    await this.append([]);
    await this.#store.release(this.lease.timeline, this.lease.token);
  }

  async #write(): Promise<void> {
    const batch = this.#pending.slice(0, page);
    if (batch.length === 0) return;
    const { timeline, token } = this.lease;
    try {
      this.#next = await this.#store.append(
        timeline,
        runStream,
        token,
        this.#next,
        batch.map(encodeRunRecord),
      );
      this.#pending.splice(0, batch.length);
    } catch (error) {
      this.#log.error(
        { err: error, waiting: this.#pending.length },
        'run log not written; it is tried again with the next record',
      );
    }
  }
}
