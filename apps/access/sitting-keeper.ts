/**
 * Asks what this person may watch in a venue, and keeps the answer fresh: every minute, when it would change by itself, when
 * the media refuse, and when the page is looked at again. Framework-free; it begins before React does.
 */
import type { Sitting } from '#contracts/access.ts';
import { backoff } from '../follow/backoff.ts';

export type SittingState = {
  readonly sitting: Sitting | undefined;
  /** A question is under way that was asked for a reason (not the minute's). */
  readonly asking: boolean;
  /** `unknown`: there is no such venue. `lost`: no answer of ours; what was known still holds. */
  readonly failure: 'none' | 'unknown' | 'lost';
  /** Server clock − our clock, ms; 0 while unknown. */
  readonly offset: number;
};

/** The world, for tests. */
export type SittingIo = {
  ask(body: object, signal: AbortSignal): Promise<Response>;
  now(): number;
  random(): number;
  /** Calls back after so many ms; gives what cancels it. */
  later(ms: number, then: () => void): () => void;
};

const minute = 60_000;
/** Ms: a page that is refused again and again asks no more often. */
const leastBetween = 2500;
const deadline = 8000;

export function browserIo(venueId: string): SittingIo {
  return {
    ask: (body, signal) =>
      fetch(`/api/v1/public/venues/${encodeURIComponent(venueId)}/sitting`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        credentials: 'same-origin',
        signal,
      }),
    now: Date.now,
    random: Math.random,
    later: (ms, then) => {
      const timer = setTimeout(then, ms);
      return () => clearTimeout(timer);
    },
  };
}

function readSitting(body: unknown): Sitting | undefined {
  const read = body as Partial<Sitting> | null;
  if (typeof read !== 'object' || read === null || typeof read.live?.allowed !== 'boolean') return undefined;
  const pass = read.pass === null || typeof read.pass === 'string';
  return pass && typeof read.replay?.allowed === 'boolean' && Array.isArray(read.talks)
    ? (read as Sitting)
    : undefined;
}

export class SittingKeeper {
  /** Of a replay page. */
  talkId: string | undefined;
  private readonly device: string;
  private readonly io: SittingIo;
  /** Epoch ms on our clock at which the answer changes by itself; told by the page, which knows what it shows. */
  private readonly turnsAt: (sitting: Sitting) => number | null;
  private readonly listeners = new Set<() => void>();
  private cancel: (() => void) | undefined;
  private flight: { abort: AbortController; done: Promise<SittingState> } | undefined;
  private askedAt = Number.NEGATIVE_INFINITY;
  private failures = 0;
  private closed = false;
  private current: SittingState = { sitting: undefined, asking: false, failure: 'none', offset: 0 };

  constructor(device: string, io: SittingIo, turnsAt: (sitting: Sitting) => number | null, talkId?: string) {
    this.device = device;
    this.io = io;
    this.turnsAt = turnsAt;
    this.talkId = talkId;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  readonly snapshot = (): SittingState => this.current;

  /** Asks now; resolves with what is known then. One question at a time: a second caller gets the first's answer. */
  ask(takeOver = false): Promise<SittingState> {
    if (this.flight && !takeOver) return this.flight.done;
    this.flight?.abort.abort();
    this.cancel?.();
    const abort = new AbortController();
    const done = this.question(takeOver, abort);
    this.flight = { abort, done };
    this.change({ asking: true });
    return done;
  }

  /** Asks as soon as may be: the media refused, or another talk is on. */
  poke(): void {
    if (this.closed || this.flight) return;
    const since = this.io.now() - this.askedAt;
    if (since >= leastBetween) void this.ask();
    else this.wait(leastBetween - since);
  }

  /** The page is looked at again. */
  look(): void {
    if (!this.closed && this.io.now() - this.askedAt > 10_000) void this.ask();
  }

  close(): void {
    this.closed = true;
    this.cancel?.();
    this.flight?.abort.abort();
    this.listeners.clear();
  }

  private async question(takeOver: boolean, abort: AbortController): Promise<SittingState> {
    const { io } = this;
    this.askedAt = io.now();
    const tooLong = io.later(deadline, () => abort.abort());
    const { talkId, device } = this;
    let result: Partial<SittingState> = { failure: 'lost' };
    try {
      const response = await io.ask({ device, takeOver, ...(talkId ? { talkId } : {}) }, abort.signal);
      if (response.status === 404) result = { failure: 'unknown' };
      else {
        const sitting = response.ok ? readSitting(await response.json()) : undefined;
        const served = Date.parse(response.headers.get('date') ?? '');
        // The header has whole seconds; half a second is the middle.
        const offset = Number.isNaN(served) ? this.current.offset : served + 500 - io.now();
        if (sitting) result = { failure: 'none', sitting, offset: Math.abs(offset) < 2000 ? 0 : offset };
      }
    } catch {
      // Counted below.
    }
    tooLong();
    if (this.flight?.abort !== abort) return this.flight ? this.flight.done : this.current;
    this.flight = undefined;
    this.failures = result.failure === 'lost' ? this.failures + 1 : 0;
    this.change({ ...result, asking: false });
    this.wait(this.pause());
    return this.current;
  }

  private pause(): number {
    const { sitting, failure, offset } = this.current;
    if (failure === 'lost') return backoff(this.failures, this.io.random(), minute);
    const usual = minute * (0.85 + 0.3 * this.io.random());
    const turns = sitting && this.turnsAt(sitting);
    if (typeof turns !== 'number') return usual;
    const left = turns - this.io.now() - offset;
    // What should have turned and has not is asked for patiently: the server's clock counts.
    return left <= 0 ? Math.min(usual, 5000) : Math.min(usual, left + 300);
  }

  private wait(ms: number): void {
    this.cancel?.();
    if (this.closed) return;
    this.cancel = this.io.later(ms, () => {
      this.cancel = undefined;
      void this.ask();
    });
  }

  private change(change: Partial<SittingState>): void {
    this.current = { ...this.current, ...change };
    for (const listener of this.listeners) listener();
  }
}
