/** Which revision of each event stream counts: kept in the timeline's stream `event-revs`, the newest record of a stream wins. */
import { z } from 'zod';
import { type EventStream, eventStreams } from '#contracts/events.ts';
import type { Lease, TimelineStore } from './store.ts';

const name = 'event-revs';
const page = 1000;

const revisionSchema = z.object({
  stream: z.enum(eventStreams),
  rev: z.number().int().min(1),
  /** Number the next event gets: numbers are never given twice, also when the last events were taken out. */
  nextI: z.number().int().min(0),
});
export type Revision = z.infer<typeof revisionSchema>;

/** Name of the stream in the store. */
export const storedStream = (stream: EventStream, rev: number): string => `${stream}-${rev}`;

export class EventRevisions {
  readonly #store: TimelineStore;
  readonly #lease: Lease;
  readonly #current = new Map<EventStream, Revision>();
  #next = 0;

  static async open(store: TimelineStore, lease: Lease): Promise<EventRevisions> {
    const revisions = new EventRevisions(store, lease);
    for (;;) {
      const records = await store.read(lease.timeline, name, revisions.#next, page);
      if (records.length === 0) return revisions;
      for (const { data } of records) {
        const read = revisionSchema.parse(JSON.parse(data.toString('utf8')));
        revisions.#current.set(read.stream, read);
      }
      revisions.#next += records.length;
    }
  }

  private constructor(store: TimelineStore, lease: Lease) {
    this.#store = store;
    this.#lease = lease;
  }

  of(stream: EventStream): Revision {
    return this.#current.get(stream) ?? { stream, rev: 1, nextI: 0 };
  }

  /** One at a time. Resolves when it survives kill -9. */
  async set(revision: Revision): Promise<void> {
    const { timeline, token } = this.#lease;
    const record = Buffer.from(JSON.stringify(revision));
    this.#next = await this.#store.append(timeline, name, token, this.#next, [record]);
    this.#current.set(revision.stream, revision);
  }
}
