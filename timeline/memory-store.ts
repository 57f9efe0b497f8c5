/** A timeline store in memory: for tests of those who use one. Keeps the contract of store.ts but for surviving. */
import {
  type ClockMark,
  checkName,
  checkNumber,
  checkSizes,
  conflict,
  fenced,
  type Lease,
  limits,
  type StoredRecord,
  TimelineError,
  type TimelineStore,
} from './store.ts';

type Kept = { token: number; held: boolean; clock: ClockMark | undefined; streams: Map<string, Buffer[]> };

export class MemoryStore implements TimelineStore {
  readonly #timelines = new Map<string, Kept>();
  #closed = false;

  async acquire(timeline: string, owner: string): Promise<Lease> {
    const kept = this.#kept(timeline);
    kept.token += 1;
    kept.held = true;
    return { timeline, owner, token: kept.token };
  }

  async release(timeline: string, token: number): Promise<void> {
    const kept = this.#kept(timeline);
    if (kept.token === token) kept.held = false;
  }

  async append(
    timeline: string,
    stream: string,
    token: number,
    expectedNext: number,
    records: readonly Buffer[],
  ): Promise<number> {
    checkName('stream', stream);
    checkSizes(records);
    const kept = this.#kept(timeline);
    if (!kept.held || kept.token !== token) throw fenced(timeline, token);
    const known = kept.streams.get(stream) ?? [];
    if (known.length !== expectedNext) throw conflict(stream, expectedNext, known.length);
    if (records.length > 0) kept.streams.set(stream, known);
    for (const record of records) known.push(Buffer.from(record));
    return known.length;
  }

  async read(
    timeline: string,
    stream: string,
    from: number,
    limit: number,
  ): Promise<readonly StoredRecord[]> {
    checkName('stream', stream);
    checkNumber('from', from);
    checkNumber('limit', limit);
    const found: StoredRecord[] = [];
    let bytes = 0;
    for (const data of this.#kept(timeline)
      .streams.get(stream)
      ?.slice(from, from + limit) ?? []) {
      if (bytes > 0 && bytes + data.length > limits.readBytes) break;
      bytes += data.length;
      found.push({ n: from + found.length, data });
    }
    return found;
  }

  async next(timeline: string, stream: string): Promise<number> {
    checkName('stream', stream);
    return this.#kept(timeline).streams.get(stream)?.length ?? 0;
  }

  async remove(timeline: string, stream: string, token: number): Promise<void> {
    checkName('stream', stream);
    const kept = this.#kept(timeline);
    if (!kept.held || kept.token !== token) throw fenced(timeline, token);
    kept.streams.delete(stream);
  }

  async markClock(timeline: string, token: number, mark: ClockMark): Promise<void> {
    const kept = this.#kept(timeline);
    if (!kept.held || kept.token !== token) throw fenced(timeline, token);
    if (mark.at >= (kept.clock?.at ?? 0)) kept.clock = mark;
  }

  async clock(timeline: string): Promise<ClockMark | undefined> {
    return this.#kept(timeline).clock;
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #kept(timeline: string): Kept {
    if (this.#closed) throw new TimelineError('closed', 'the timeline store is closed');
    checkName('timeline', timeline);
    const kept = this.#timelines.get(timeline) ?? {
      token: 0,
      held: false,
      clock: undefined,
      streams: new Map<string, Buffer[]>(),
    };
    this.#timelines.set(timeline, kept);
    return kept;
  }
}
