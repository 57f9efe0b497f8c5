/** The data stream of one venue: its two event logs, opened with the venue and closed before its lease is given back. */
import type { Logger } from 'pino';
import {
  type EventStream,
  eventStreams,
  type HallBody,
  type HallEvent,
  type StageBody,
  type StageEvent,
  type StreamPosition,
} from '#contracts/events.ts';
import {
  emptyHall,
  emptyStage,
  type HallState,
  hallAfter,
  type StageState,
  stageAfter,
} from '#contracts/stage-state.ts';
import { EventLog } from '#timeline/event-log.ts';
import { EventRevisions } from '#timeline/event-revisions.ts';
import type { Lease, TimelineStore } from '#timeline/store.ts';
import type { Actor, BatchListener, EventsPort, NewEvent, SealedBytes, StreamPlace } from '../live-port.ts';

export type VenueEventsOptions = {
  readonly store: TimelineStore;
  readonly lease: Lease;
  /** The timeline's clock, epoch ms. */
  readonly now: () => number;
  /** People watching, estimated. */
  readonly watching: () => number;
  readonly log: Logger;
};

/** Numbers in one `redacted` event: it stays well under a batch. */
const redactedAtOnce = 4000;

export class VenueEvents implements EventsPort {
  readonly now: () => number;
  readonly #stage: EventLog<StageBody, StageState>;
  readonly #hall: EventLog<HallBody, HallState>;
  readonly #log: Logger;

  static async open(options: VenueEventsOptions): Promise<VenueEvents> {
    const revisions = await EventRevisions.open(options.store, options.lease);
    const of = (stream: EventStream) => ({ ...options, revisions, log: options.log.child({ stream }) });
    const stage = await EventLog.open<StageBody, StageState>({
      ...of('stage'),
      stream: 'stage',
      empty: emptyStage,
      after: stageAfter,
    });
    const hall = await EventLog.open<HallBody, HallState>({
      ...of('hall'),
      stream: 'hall',
      empty: emptyHall,
      after: hallAfter,
    });
    return new VenueEvents(options, stage, hall);
  }

  private constructor(
    { now, log }: VenueEventsOptions,
    stage: EventLog<StageBody, StageState>,
    hall: EventLog<HallBody, HallState>,
  ) {
    this.now = now;
    this.#log = log;
    this.#stage = stage;
    this.#hall = hall;
  }

  append(stream: 'stage', items: readonly NewEvent<StageBody>[]): Promise<readonly StageEvent[]>;
  append(stream: 'hall', items: readonly NewEvent<HallBody>[]): Promise<readonly HallEvent[]>;
  append(
    stream: EventStream,
    items: readonly NewEvent<StageBody | HallBody>[],
  ): Promise<readonly (StageEvent | HallEvent)[]> {
    return stream === 'stage' ? this.#stage.append(items) : this.#hall.append(items);
  }

  state(): StageState {
    return this.#stage.state;
  }
  hallState(): HallState {
    return this.#hall.state;
  }
  stageAt(t: number): Promise<StageState> {
    return this.#stage.stateAt(t);
  }
  between(from: number, to: number): Promise<readonly StageEvent[]> {
    return this.#stage.between(from, to);
  }

  async redact(
    stream: EventStream,
    which: readonly number[] | ((event: StageEvent | HallEvent) => boolean),
    actor: Actor,
  ): Promise<readonly number[]> {
    const listed = typeof which === 'function' ? undefined : new Set(which);
    const chosen = (event: StageEvent | HallEvent): boolean =>
      typeof which === 'function' ? which(event) : listed?.has(event.i) === true;
    const gone = await this.#of(stream).redact(chosen);
    for (let from = 0; from < gone.length; from += redactedAtOnce) {
      const events = gone.slice(from, from + redactedAtOnce);
      await this.append('hall', [{ body: { type: 'redacted', stream, events } }]);
    }
    if (gone.length > 0)
      this.#log.info({ stream, events: gone.length, by: actor.name }, 'events taken out of the stream');
    return gone;
  }

  subscribe(stream: EventStream, from: StreamPlace, listener: BatchListener): () => void {
    return this.#of(stream).subscribe(from, listener);
  }
  position(stream: EventStream): StreamPosition {
    return this.#of(stream).position();
  }

  /** Batch `n`; the next one is held until it is sealed, 15 s at most. Undefined: there is none. */
  batch(stream: EventStream, rev: number, n: number, signal: AbortSignal): Promise<SealedBytes | undefined> {
    return this.#of(stream).batch(rev, n, signal);
  }
  snapshot(stream: EventStream, rev: number, n: number): SealedBytes | undefined {
    return this.#of(stream).snapshot(rev, n);
  }

  /** The venue goes for good: who follows is told that there is nothing any more. */
  dismiss(): void {
    for (const stream of eventStreams) this.#of(stream).dismiss();
  }

  /** Held requests end with a last batch. May be called twice. */
  async close(): Promise<void> {
    for (const stream of eventStreams) await this.#of(stream).close();
  }

  #of(stream: EventStream): EventLog<StageBody, StageState> | EventLog<HallBody, HallState> {
    return stream === 'stage' ? this.#stage : this.#hall;
  }
}
