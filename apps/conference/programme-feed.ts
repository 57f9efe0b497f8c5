/**
 * The programme of a conference as this page knows it: read whole once, then what changes, by held requests. Goes on after
 * a dead network or sleep from the revision it had. React subscribes to snapshots.
 */
import type { ConferenceProgramme } from '#contracts/conference.ts';
import { backoff } from '../follow/backoff.ts';

export type Programme = Pick<ConferenceProgramme, 'rev' | 'venues' | 'sessions' | 'talks'>;
export type FeedState = {
  readonly programme: Programme | undefined;
  /** `lost`: no answer to the last three questions. */
  readonly link: 'connecting' | 'ok' | 'lost' | 'notFound';
  /** Server clock − our clock, ms. */
  readonly offset: number;
};

type Keyed = { readonly id: string };

/** Puts a change in; things keep their place, new ones come last. */
export function merge(before: Programme | undefined, change: ConferenceProgramme): Programme {
  const { rev, venues, sessions, talks } = change;
  if (!before || change.full) return { rev, venues, sessions, talks };
  const gone = new Set(change.gone);
  const into = <T extends Keyed>(old: readonly T[], changed: readonly T[]): T[] => {
    if (changed.length === 0 && gone.size === 0) return old as T[];
    const fresh = new Map(changed.map((one) => [one.id, one]));
    const kept = old.filter((one) => !gone.has(one.id)).map((one) => fresh.get(one.id) ?? one);
    const known = new Set(old.map((one) => one.id));
    return [...kept, ...changed.filter((one) => !known.has(one.id))];
  };
  return {
    rev,
    venues: into(before.venues, venues),
    sessions: into(before.sessions, sessions),
    talks: into(before.talks, talks),
  };
}

/** The world, for tests. */
export type FeedIo = {
  fetch(url: string, signal: AbortSignal): Promise<Response>;
  wait(ms: number, signal: AbortSignal): Promise<void>;
  random(): number;
  now(): number;
};

/** Ms after which a held request (10 s) counts as dead. */
const deadline = 20_000;
/** Ms between two questions whose answers brought nothing: for a cache or a server that does not hold them. */
const leastPause = 1000;

const browserIo: FeedIo = {
  fetch: (url, signal) => fetch(url, { signal, credentials: 'same-origin' }),
  wait: (ms, signal) =>
    new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done, { once: true });
    }),
  random: Math.random,
  now: Date.now,
};

function readProgramme(body: unknown): ConferenceProgramme | undefined {
  const read = body as Partial<ConferenceProgramme> | null;
  if (typeof read !== 'object' || read === null || typeof read.rev !== 'number') return undefined;
  return Array.isArray(read.talks) && Array.isArray(read.venues) && Array.isArray(read.sessions)
    ? { ...(read as ConferenceProgramme), full: read.full === true, gone: read.gone ?? [], at: read.at ?? 0 }
    : undefined;
}

export class ProgrammeFeed {
  private readonly base: string;
  private readonly io: FeedIo;
  private readonly listeners = new Set<() => void>();
  private readonly closing = new AbortController();
  /** Of the question or pause under way: aborting it asks again at once. */
  private step = new AbortController();
  private failures = 0;
  private woken = false;
  private hidden = false;
  private current: FeedState = { programme: undefined, link: 'connecting', offset: 0 };

  /** `base`: `/api/v1/public/conferences/<slug>`. */
  constructor(base: string, io: FeedIo = browserIo) {
    this.base = base;
    this.io = io;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  readonly snapshot = (): FeedState => this.current;
  /** The server's clock, epoch ms. */
  readonly now = (): number => this.io.now() + this.current.offset;

  start(): void {
    void this.run();
  }
  close(): void {
    this.closing.abort();
    this.step.abort();
    this.listeners.clear();
  }
  /** Online, visible, or out of sleep: what is under way may be dead; ask at once. */
  wake(): void {
    this.woken = true;
    this.hidden = false;
    this.failures = 0;
    this.step.abort();
  }
  /** Nobody looks: the next question waits until somebody does. */
  rest(): void {
    this.hidden = true;
  }

  private async run(): Promise<void> {
    while (!this.closing.signal.aborted) {
      this.step = new AbortController();
      this.woken = false;
      if (this.hidden) {
        await this.io.wait(3_600_000, this.step.signal);
        continue;
      }
      const wait = await this.ask();
      if (wait > 0 && !this.woken && !this.closing.signal.aborted) {
        this.step = new AbortController();
        await this.io.wait(wait, this.step.signal);
      }
    }
  }

  /** Ms to wait before the next question. */
  private async ask(): Promise<number> {
    const before = this.current.programme;
    const url = before ? `${this.base}/programme/changes?after=${before.rev}` : `${this.base}/programme`;
    const { signal } = this.step;
    const asked = this.io.now();
    const timer = setTimeout(() => this.step.abort(), deadline);
    try {
      const response = await this.io.fetch(url, signal);
      if (response.status === 404) {
        this.failures++;
        if (!before) this.change({ link: 'notFound' });
        return backoff(this.failures, this.io.random(), 30_000);
      }
      const change = response.ok ? readProgramme(await response.json()) : undefined;
      if (!change) throw new Error(`${url}: ${response.status}`);
      this.failures = 0;
      this.take(change, before);
      const quick = this.io.now() - asked < leastPause && change.rev === before?.rev;
      return quick ? leastPause * (1 + this.io.random()) : 0;
    } catch {
      if (this.woken || this.closing.signal.aborted) return 0;
      this.failures++;
      if (this.failures >= 3) this.change({ link: 'lost' });
      return backoff(this.failures - 1, this.io.random());
    } finally {
      clearTimeout(timer);
    }
  }

  private take(change: ConferenceProgramme, before: Programme | undefined): void {
    const offset = change.at > 0 ? change.at - this.io.now() : this.current.offset;
    const same = before !== undefined && !change.full && change.rev === before.rev;
    // A clock's noise is no reason to draw the page again.
    const steady = Math.abs(offset - this.current.offset) < 1000 ? this.current.offset : offset;
    this.change({
      link: 'ok',
      offset: before ? steady : offset,
      programme: same && change.talks.length + change.venues.length === 0 ? before : merge(before, change),
    });
  }

  private change(change: Partial<FeedState>): void {
    const next = { ...this.current, ...change };
    const { programme, link, offset } = this.current;
    if (next.programme === programme && next.link === link && next.offset === offset) return;
    this.current = next;
    for (const listener of this.listeners) listener();
  }
}

/** Follows while somebody looks. */
export function followWhileSeen(feed: ProgrammeFeed): () => void {
  const leaving = new AbortController();
  const { signal } = leaving;
  const wake = () => feed.wake();
  const look = () => (document.hidden ? feed.rest() : feed.wake());
  document.addEventListener('visibilitychange', look, { signal });
  document.addEventListener('resume', wake, { signal });
  window.addEventListener('online', wake, { signal });
  window.addEventListener('pageshow', (event) => event.persisted && wake(), { signal });
  if (document.hidden) document.addEventListener('visibilitychange', wake, { signal, once: true });
  feed.start();
  return () => {
    leaving.abort();
    feed.close();
  };
}
