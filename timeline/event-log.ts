/**
 * One event stream of a venue (contracts/SPEC.md): takes events, seals them into batches, stores each batch before anybody sees it,
 * hands batches to those who hold a request or a subscription, and rewrites the stream when events are taken out of it.
 */
import type { Logger } from 'pino';
import { CodedError } from '#contracts/errors.ts';
import {
  type EventBody,
  type EventStream,
  hallBeat,
  hallBodySchema,
  type Stamp,
  type StreamPosition,
  stageBodySchema,
  stageSpacing,
} from '#contracts/events.ts';
import {
  fitting,
  type Pending,
  pendingEvent,
  readBatch,
  rewriteBatch,
  type SealedBatch,
  sealBatch,
  sealDue,
} from './event-batch.ts';
import { type BatchListener, EventReaders } from './event-readers.ts';
import { EventRevision } from './event-revision.ts';
import { type EventRevisions, storedStream } from './event-revisions.ts';
import { type Lease, TimelineError, type TimelineStore } from './store.ts';

/** An event may be late by this much (a presenter's page that was offline), and ahead by a clock's error; ms. */
const latest = 3_600_000;
const ahead = 50;
/** Bytes of one event, and of all that wait to be sealed. */
const eventBytes = 512 * 1024;
const waitingBytes = 4 * 1024 * 1024;
/** A stream of so many batches, with few bytes in each, is rewritten at the start. */
const sparseBatches = 4096;
const sparseBytes = 512;
const mergedBytes = 32 * 1024;
/** Written together in a rewrite: well under what one append may have. */
const batchesAtOnce = 64;

const kinds = {
  stage: { schema: stageBodySchema, spacing: stageSpacing },
  hall: { schema: hallBodySchema, spacing: hallBeat },
} as const;

export type EventLogOptions<E extends Stamp, S> = {
  readonly store: TimelineStore;
  readonly lease: Lease;
  readonly revisions: EventRevisions;
  readonly stream: EventStream;
  readonly empty: S;
  readonly after: (state: S, event: E) => S;
  /** The timeline's clock, epoch ms. */
  readonly now: () => number;
  /** People watching, estimated. */
  readonly watching: () => number;
  readonly log: Logger;
};

type Waiting = {
  readonly events: readonly Pending[];
  readonly stamped: Stamp[];
  taken: number;
  readonly done: (stamped: readonly Stamp[]) => void;
  readonly failed: (error: unknown) => void;
};

export class EventLog<B extends EventBody, S> {
  readonly #options: EventLogOptions<Stamp & B, S>;
  readonly #readers: EventReaders;
  #current: EventRevision<Stamp & B, S>;
  #nextI: number;
  #lastAt: number;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #filledAt = Number.NEGATIVE_INFINITY;
  #sealedAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  /** Sealing and rewriting, one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  #sealing = false;
  #closed = false;

  /** Reads what was stored, and clears away what a rewrite that was cut short left. */
  static async open<B extends EventBody, S>(options: EventLogOptions<Stamp & B, S>): Promise<EventLog<B, S>> {
    const { store, lease, revisions, stream } = options;
    const { rev, nextI } = revisions.of(stream);
    for (const stale of [rev - 1, rev + 1])
      if (stale > 0) await store.remove(lease.timeline, storedStream(stream, stale), lease.token);
    const current = EventLog.#revision<B, S>(options, rev);
    await current.load();
    const log = new EventLog<B, S>(options, current, Math.max(nextI, current.lastI + 1));
    if (current.next > sparseBatches && current.bytes / current.next < sparseBytes) await log.compact();
    return log;
  }

  private constructor(
    options: EventLogOptions<Stamp & B, S>,
    current: EventRevision<Stamp & B, S>,
    nextI: number,
  ) {
    this.#options = options;
    this.#current = current;
    this.#nextI = nextI;
    this.#lastAt = current.lastAt;
    this.#readers = new EventReaders(() => this.#arm());
  }

  get state(): S {
    return this.#current.state;
  }
  stateAt(t: number): Promise<S> {
    return this.#current.moments.at(t);
  }
  between(from: number, to: number): Promise<readonly (Stamp & B)[]> {
    return this.#current.moments.between(from, to);
  }

  /** `snapshot` is fresh enough that few batches are left to read after it. */
  position(): StreamPosition {
    const { rev, next, state, snapshots } = this.#current;
    return { rev, next, snapshot: snapshots.fresh(next, state) };
  }

  snapshot(rev: number, n: number): SealedBatch | undefined {
    return rev === this.#current.rev ? this.#current.snapshots.get(n) : undefined;
  }

  /** Batch n; the next one is waited for. Undefined: there is none, or the signal ended the wait. */
  async batch(rev: number, n: number, signal: AbortSignal): Promise<SealedBatch | undefined> {
    const current = this.#current;
    if (rev !== current.rev || n > current.next) return undefined;
    if (n < current.next) return current.recent(n) ?? current.batch(n);
    return this.#closed ? undefined : this.#readers.hold(signal);
  }

  subscribe(from: { readonly rev: number; readonly n: number }, listener: BatchListener): () => void {
    return this.#readers.subscribe(() => this.#current, from, listener);
  }

  /** Resolves when the events are stored. */
  append(
    items: readonly { readonly t?: number; readonly body: EventBody }[],
  ): Promise<readonly (Stamp & B)[]> {
    if (this.#closed) return Promise.reject(new CodedError('server.unavailable', 'the venue is closing'));
    if (items.length === 0) return Promise.resolve([]);
    let events: Pending[];
    try {
      events = items.map(({ t, body }) => this.#accept(t, body));
    } catch (error) {
      return Promise.reject(error);
    }
    const bytes = events.reduce((sum, event) => sum + event.bytes, 0);
    if (this.#waitingBytes + bytes > waitingBytes && this.#waiting.length > 0)
      return Promise.reject(new CodedError('request.tooMany', 'too many events wait to be stored'));
    return new Promise((resolve, reject) => {
      const done = (stamped: readonly Stamp[]) => resolve(stamped as readonly (Stamp & B)[]);
      this.#waiting.push({ events, stamped: [], taken: 0, done, failed: reject });
      this.#waitingBytes += bytes;
      this.#arm();
    });
  }

  /** Takes events out for good. Resolves with their numbers when the old revision is deleted. */
  redact(which: (event: Stamp & B) => boolean): Promise<readonly number[]> {
    return this.#alone(async () => {
      const gone: number[] = [];
      for await (const { body } of this.#current.all())
        for (const event of readBatch<Stamp & B>(body).events) if (which(event)) gone.push(event.i);
      if (gone.length === 0) return gone;
      const taken = new Set(gone);
      await this.#rewrite(async function* (batches) {
        for await (const { body } of batches) {
          const { events, watching } = readBatch<Stamp & B>(body);
          yield { events: events.filter(({ i }) => !taken.has(i)), watching };
        }
      });
      return gone;
    });
  }

  /** Joins small batches, leaves empty ones out. */
  compact(): Promise<void> {
    return this.#alone(() =>
      this.#rewrite(async function* (batches) {
        let events: (Stamp & B)[] = [];
        let bytes = 0;
        for await (const { body } of batches) {
          const read = readBatch<Stamp & B>(body);
          if (read.events.length === 0) continue;
          if (bytes + body.length > mergedBytes && events.length > 0) {
            yield { events, watching: read.watching };
            events = [];
            bytes = 0;
          }
          events.push(...read.events);
          bytes += body.length;
        }
        if (events.length > 0) yield { events, watching: 0 };
      }),
    );
  }

  /** All readers are told that the stream is gone. */
  dismiss(): void {
    this.#readers.gone();
  }

  /** Seals what waits; who holds a request gets an empty batch. Later requests for what is not sealed find nothing. May be called twice. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#turn.catch(() => undefined);
    if (this.#waiting.length > 0 || this.#readers.waiting) await this.#alone(() => this.#seal());
    for (const { failed } of this.#waiting.splice(0))
      failed(new CodedError('server.unavailable', 'the venue is closing'));
    this.#readers.close();
  }

  static #revision<B extends EventBody, S>(options: EventLogOptions<Stamp & B, S>, rev: number) {
    const { store, lease, empty, after, stream } = options;
    const stored = storedStream(stream, rev);
    return new EventRevision<Stamp & B, S>({ store, lease, rev, stored, empty, after });
  }

  /** Only what the kind declares gets in: other fields are dropped, so that nothing private slips out with an event. */
  #accept(t: number | undefined, body: EventBody): Pending {
    const { stream, now } = this.#options;
    const read = kinds[stream].schema.safeParse(body);
    if (!read.success) {
      const [issue] = read.error.issues;
      throw new CodedError('request.invalid', `${stream} event: ${issue?.path.join('.')} ${issue?.message}`);
    }
    this.#lastAt = Math.max(this.#lastAt, Math.floor(now()));
    const at = this.#lastAt;
    const moment = t === undefined || !Number.isFinite(t) ? at : Math.round(t);
    const event = pendingEvent(read.data, at, Math.min(Math.max(moment, at - latest), at + ahead));
    if (event.bytes > eventBytes)
      throw new CodedError(
        'request.tooLarge',
        `an event must be at most ${eventBytes} bytes (got ${event.bytes})`,
      );
    return event;
  }

  /** One timer, at the moment the next batch is due. */
  #arm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#closed || this.#sealing) return;
    const due = sealDue({
      spacing: kinds[this.#options.stream].spacing,
      filledAt: this.#filledAt,
      sealedAt: this.#sealedAt,
      waitingSince: this.#readers.waitingSince,
      events: this.#waiting.length > 0,
    });
    if (due === undefined) return;
    this.#timer = setTimeout(
      () => {
        this.#sealing = true;
        void this.#alone(() => this.#seal())
          .catch((error: unknown) => this.#options.log.error({ err: error }, 'sealing failed'))
          .finally(() => {
            this.#sealing = false;
            this.#arm();
          });
      },
      Math.max(0, due - performance.now()),
    );
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #seal(): Promise<void> {
    const { watching, log } = this.#options;
    const all = this.#waiting.flatMap(({ events, taken }) => events.slice(taken));
    const events = all.slice(0, fitting(all));
    const current = this.#current;
    const batch = sealBatch(current.rev, current.next, this.#nextI, events, watching());
    this.#sealedAt = performance.now();
    if (events.length > 0) this.#filledAt = this.#sealedAt;
    try {
      await current.store([batch]);
    } catch (error) {
      log.error({ err: error, events: events.length }, 'events not stored: those who sent them are told');
      // An empty one that cannot be stored ends no request: whoever holds one is let go without.
      this.#readers.release();
      this.#fail(error);
      return;
    }
    const stamped = events.map(
      ({ at, t, body }, index) => ({ i: this.#nextI + index, at, t, ...(body as B) }) as Stamp & B,
    );
    this.#nextI += events.length;
    current.took(batch, stamped);
    this.#settle(stamped);
    this.#readers.sealed(batch);
  }

  /** Those whose last event is in the batch are told. */
  #settle(stamped: readonly Stamp[]): void {
    let from = 0;
    while (from < stamped.length) {
      const [first] = this.#waiting;
      if (!first) return;
      const part = stamped.slice(from, from + first.events.length - first.taken);
      first.stamped.push(...part);
      for (const event of first.events.slice(first.taken, first.taken + part.length))
        this.#waitingBytes -= event.bytes;
      first.taken += part.length;
      from += part.length;
      if (first.taken < first.events.length) return;
      this.#waiting.shift();
      first.done(first.stamped);
    }
  }

  #fail(error: unknown): void {
    const refused =
      error instanceof TimelineError ? new CodedError('server.unavailable', error.message) : error;
    for (const { failed } of this.#waiting.splice(0)) failed(refused);
    this.#waitingBytes = 0;
  }

  /** Batches as `change` gives them, under the next revision; then the old one is deleted and its readers start anew. */
  async #rewrite(
    change: (
      batches: AsyncIterable<SealedBatch>,
    ) => AsyncIterable<{ readonly events: readonly (Stamp & B)[]; readonly watching: number }>,
  ): Promise<void> {
    const { store, lease, revisions, stream, log } = this.#options;
    const old = this.#current;
    const rev = old.rev + 1;
    await store.remove(lease.timeline, storedStream(stream, rev), lease.token);
    const current = EventLog.#revision<B, S>(this.#options, rev);
    let group: { readonly batch: SealedBatch; readonly events: readonly (Stamp & B)[] }[] = [];
    const write = async (): Promise<void> => {
      await current.store(group.map(({ batch }) => batch));
      for (const { batch, events } of group) current.took(batch, events);
      group = [];
    };
    for await (const { events, watching } of change(old.all())) {
      const n = current.next + group.length;
      group.push({ batch: { rev, n, body: rewriteBatch(rev, n, events, watching) }, events });
      if (group.length === batchesAtOnce || group.some(({ batch }) => batch.body.length > mergedBytes))
        await write();
    }
    await write();
    await revisions.set({ stream, rev, nextI: this.#nextI });
    this.#current = current;
    await store.remove(lease.timeline, old.stored, lease.token);
    this.#readers.gone();
    log.info({ stream, rev, batches: current.next }, 'event stream rewritten');
  }
}
