/**
 * Follows one stream of a venue: snapshot, the batches since (backfill), then what comes, pushed by the socket or held
 * as files; every batch once and in order. After an outage it reads on from the batch it had; after a redaction it
 * starts again from the new revision's snapshot.
 */
import { type EventStream, eventPath, longestHold } from '#contracts/event-paths.ts';
import type { Batch, HallEvent, Snapshot, StageEvent, StreamPosition } from '#contracts/events.ts';
import type { Now } from '#contracts/now.ts';
import type { HallState, StageState } from '#contracts/stage-state.ts';
import { backoff } from './backoff.ts';
import { Cursor } from './cursor.ts';
import type { EventSocket } from './event-socket.ts';

type Streams = { stage: [StageState, StageEvent]; hall: [HallState, HallEvent] };
/** `current`: everything there is was handed out. `behind`: reading what was missed. `lost`: no answer. */
export type FollowStatus = 'connecting' | 'behind' | 'current' | 'lost';

export type FollowOptions<N extends EventStream> = {
  /** `/media/<pass>/<venue>` */
  readonly base: string;
  readonly stream: N;
  /** Shared by the streams of a page; without one, held files. */
  readonly socket?: EventSocket | undefined;
  /** Where the stream goes on, if the page knows it (it asked now.json anyway); undefined: ask. */
  readonly position?: (() => StreamPosition | undefined) | undefined;
  /** Everything before is void: at the start, and at a new revision. */
  onSnapshot(snapshot: Snapshot<Streams[N][0]>): void;
  onBatch(batch: Batch<Streams[N][1]>): void;
  onStatus?(status: FollowStatus): void;
  readonly io?: FollowIo;
};
/** The world, for tests. */
export type FollowIo = {
  fetch(url: string, signal: AbortSignal): Promise<Response>;
  /** Resolves after so many ms, or when aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  random(): number;
};

/** The stream is not where we thought: another revision, or it no longer has our batch. */
class Elsewhere extends Error {}

export function follow<N extends EventStream>(options: FollowOptions<N>): { close(): void } {
  const follower = new Follower(options);
  void follower.run();
  return { close: () => follower.close() };
}

/** Ms within which the server has sealed something, or the connection is dead. */
const silence = longestHold + 10_000;
/** Ms that files alone take; a held one takes up to `longestHold` more. */
const fileDeadline = 10_000;
/** A socket that is just opening is waited for before a request is held, ms. */
const socketPatience = 2000;

const browserIo: FollowIo = {
  fetch: (url, signal) => fetch(url, { signal }),
  wait: (ms, signal) =>
    new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done);
      if (signal.aborted) done();
    }),
  random: Math.random,
};

class Follower<N extends EventStream> {
  private readonly options: FollowOptions<N>;
  private readonly io: FollowIo;
  private readonly closing = new AbortController();
  private cursor: Cursor | undefined;
  /** The stream's end when it was last asked for; before it nothing is held. */
  private end = 0;
  private status: FollowStatus | undefined;
  private failures = 0;
  /** Batches asked for in vain in a row: the stream may have been made anew. */
  private missing = 0;

  constructor(options: FollowOptions<N>) {
    this.options = options;
    this.io = options.io ?? browserIo;
  }

  close(): void {
    this.closing.abort();
  }
  private get closed(): boolean {
    return this.closing.signal.aborted;
  }

  async run(): Promise<void> {
    this.tell('connecting');
    let known = this.options.position?.();
    while (!this.closed) {
      try {
        this.cursor ??= await this.enter(known);
        await this.onward(this.cursor);
        this.failures = 0;
      } catch (error) {
        if (this.closed) return;
        if (error instanceof Elsewhere) await this.relocate().catch(() => this.lost());
        else this.lost();
        await this.io.wait(backoff(this.failures++, this.io.random()), this.closing.signal);
      }
      known = undefined;
    }
  }

  /** Reads the snapshot where the stream says it goes on. */
  private async enter(known: StreamPosition | undefined): Promise<Cursor> {
    const position = known ?? (await this.ask());
    const { stream } = this.options;
    const snapshot = await this.file<Snapshot<Streams[N][0]>>(
      eventPath.snapshot(stream, position.rev, position.snapshot),
    );
    this.end = position.next;
    this.missing = 0;
    if (!this.closed) this.options.onSnapshot(snapshot);
    return new Cursor(snapshot.rev, snapshot.n);
  }

  /** Goes on by whatever carrier there is, until that one ends. */
  private async onward(cursor: Cursor): Promise<void> {
    if (cursor.n < this.end) {
      this.tell('behind');
      await this.held(cursor);
      return;
    }
    const { socket } = this.options;
    if (socket && (await socket.ready(socketPatience, this.closing.signal))) {
      if (this.closed) return;
      await this.pushed(cursor, socket);
    } else await this.held(cursor);
  }

  private async held(cursor: Cursor): Promise<void> {
    if (cursor.n >= this.end) this.tell('current');
    const path = eventPath.batch(this.options.stream, cursor.rev, cursor.n);
    this.deliver(cursor, await this.file<Batch<Streams[N][1]>>(path, silence));
    this.failures = 0;
    this.missing = 0;
  }

  /** Batches that came before a gap was seen are kept by nobody: the files have them. */
  private async pushed(cursor: Cursor, socket: EventSocket): Promise<void> {
    const ended = await new Promise<'closed' | 'gap' | 'elsewhere' | 'silent'>((resolve) => {
      const { stream } = this.options;
      let watch = setTimeout(() => resolve('silent'), silence);
      const stop = socket.subscribe(stream, { rev: cursor.rev, n: cursor.n }, (message) => {
        clearTimeout(watch);
        watch = setTimeout(() => resolve('silent'), silence);
        if (message === 'closed' || message === 'elsewhere') return resolve(message);
        const taken = this.deliver(cursor, message as Batch<Streams[N][1]>);
        this.failures = 0;
        if (taken === 'gap') {
          this.end = Math.max(this.end, message.n);
          resolve('gap');
        } else if (taken === 'rewritten') resolve('elsewhere');
        else if (cursor.n >= this.end) this.tell('current');
      });
      const finish = () => resolve('closed');
      this.closing.signal.addEventListener('abort', finish, { once: true });
      this.stopPushed = () => {
        clearTimeout(watch);
        this.closing.signal.removeEventListener('abort', finish);
        stop();
      };
    });
    this.stopPushed();
    if (ended === 'elsewhere') throw new Elsewhere();
    if (ended === 'silent') socket.suspect();
    if (ended === 'closed' && !this.closed)
      await this.io.wait(backoff(0, this.io.random()), this.closing.signal);
  }
  private stopPushed: () => void = () => {};

  private deliver(cursor: Cursor, batch: Batch<Streams[N][1]>) {
    const taken = this.closed ? 'known' : cursor.take(batch);
    if (taken === 'next') this.options.onBatch(batch);
    if (taken === 'rewritten') this.cursor = undefined;
    return taken;
  }

  /** Our batch is not there: asks where the stream is now, and starts again if it is another one. */
  private async relocate(): Promise<void> {
    const position = await this.ask();
    this.missing++;
    const { cursor } = this;
    if (!cursor || position.rev !== cursor.rev || cursor.n > position.next || this.missing > 1)
      this.cursor = undefined;
    else this.end = position.next;
  }

  private async ask(): Promise<StreamPosition> {
    const now = await this.file<Now>('now.json');
    const position = now.events?.[this.options.stream];
    if (!position) throw new Error('the venue tells no position of its streams');
    return position;
  }

  private async file<T>(path: string, within = fileDeadline): Promise<T> {
    const asking = new AbortController();
    const stop = () => asking.abort();
    this.closing.signal.addEventListener('abort', stop);
    if (this.closed) stop();
    const deadline = setTimeout(stop, within);
    try {
      const response = await this.io.fetch(`${this.options.base}/${path}`, asking.signal);
      if (response.status === 404 || response.status === 410 || response.status === 400)
        throw new Elsewhere();
      if (!response.ok) throw new Error(`${path}: ${response.status}`);
      return (await response.json()) as T;
    } finally {
      clearTimeout(deadline);
      this.closing.signal.removeEventListener('abort', stop);
    }
  }

  private lost(): void {
    this.tell('lost');
  }
  private tell(status: FollowStatus): void {
    if (this.status === status || this.closed) return;
    this.status = status;
    this.options.onStatus?.(status);
  }
}
