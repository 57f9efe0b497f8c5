import { setTimeout as wait } from 'node:timers/promises';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Batch, batchBytes, type StageBody, type StageEvent } from '#contracts/events.ts';
import { emptyStage, type StageState, stageAfter } from '#contracts/stage-state.ts';
import type { SealedBatch } from './event-batch.ts';
import { EventLog } from './event-log.ts';
import { EventRevisions } from './event-revisions.ts';
import { MemoryStore } from './memory-store.ts';
import { limits, type TimelineStore } from './store.ts';

const log = pino({ level: 'silent' });
const never = new AbortController().signal;
const black = (on = true): StageBody => ({ type: 'black', on, by: 'desk' });
const image = 'picture-of-a-page-1';
const ink = (stroke: string, points = 10): StageBody => ({
  type: 'ink',
  stroke,
  image,
  tool: 'pen',
  colour: '#ff0000',
  size: 0.003,
  points: Array.from({ length: points }, (_, k) => [k, 0.123456, 0.654321, 0.5]),
  end: true,
});

let store: TimelineStore;
let opened: EventLog<StageBody, StageState>[];
let clock: number;

async function open(over: { store?: TimelineStore } = {}): Promise<EventLog<StageBody, StageState>> {
  const use = over.store ?? store;
  const lease = await use.acquire('v', 'desk');
  const events = await EventLog.open<StageBody, StageState>({
    store: use,
    lease,
    revisions: await EventRevisions.open(use, lease),
    stream: 'stage',
    empty: emptyStage,
    after: stageAfter,
    now: () => clock,
    watching: () => 7,
    log,
  });
  opened.push(events);
  return events;
}
const parsed = (batch: SealedBatch | undefined): Batch<StageEvent> =>
  JSON.parse(batch?.body.toString() ?? 'null');
const listen = () => {
  const got: Batch<StageEvent>[] = [];
  let gone = 0;
  return {
    got,
    gone: () => gone,
    listener: { batch: (batch: SealedBatch) => void got.push(parsed(batch)), gone: () => void gone++ },
  };
};
const all = async (events: EventLog<StageBody, StageState>): Promise<StageEvent[]> => {
  const { rev, next } = events.position();
  const found: StageEvent[] = [];
  for (let n = 0; n < next; n++) found.push(...parsed(await events.batch(rev, n, never)).events);
  return found;
};

beforeEach(() => {
  store = new MemoryStore();
  opened = [];
  clock = 1_800_000_000_000;
});
afterEach(async () => {
  vi.useRealTimers();
  for (const each of opened) await each.close();
});

describe('batches of an event stream', () => {
  it('B1, B2: batches follow each other without a gap, every event once, i ascending', async () => {
    const events = await open();
    for (let k = 0; k < 5; k++) await events.append([{ body: black(k % 2 === 0) }, { body: ink(`s${k}`) }]);
    const { rev, next } = events.position();
    const seen: number[] = [];
    for (let n = 0; n < next; n++) {
      const batch = parsed(await events.batch(rev, n, never));
      expect(batch).toMatchObject({ rev, n, watching: 7 });
      seen.push(...batch.events.map(({ i }) => i));
    }
    expect(seen).toEqual(Array.from({ length: 10 }, (_, i) => i));
  });

  it('B3: a batch is stored before anybody sees it or its sender is told', async () => {
    const order: string[] = [];
    const slow = new MemoryStore();
    const append = slow.append.bind(slow);
    slow.append = async (...args) => {
      await wait(20);
      const next = await append(...args);
      order.push('stored');
      return next;
    };
    const events = await open({ store: slow });
    const held = events.batch(1, 0, never).then(() => order.push('seen'));
    const told = events.append([{ body: black() }]).then(() => order.push('told'));
    await Promise.all([held, told]);
    expect(order[0]).toBe('stored');
  });

  it('B4: a batch stays within 65,536 bytes, the rest goes to the next', async () => {
    const events = await open();
    const many = Array.from({ length: 20 }, (_, k) => ({ body: ink(`s${k}`, 400) }));
    const stamped = await events.append(many);
    expect(stamped.map(({ i }) => i)).toEqual(many.map((_, i) => i));
    const { rev, next } = events.position();
    expect(next).toBeGreaterThan(2);
    for (let n = 0; n < next; n++)
      expect((await events.batch(rev, n, never))?.body.length).toBeLessThanOrEqual(batchBytes);
    expect(await all(events)).toEqual(stamped);
  });

  it('B5: what is no kind of the stream is refused, fields the kind does not have are dropped', async () => {
    const events = await open();
    await expect(events.append([{ body: { type: 'notes', text: 'secret' } as never }])).rejects.toMatchObject(
      {
        code: 'request.invalid',
      },
    );
    await expect(events.append([{ body: { type: 'programme', talks: [] } as never }])).rejects.toMatchObject({
      code: 'request.invalid',
    });
    await events.append([{ body: { ...black(), notes: 'secret' } as never }]);
    expect(JSON.stringify(await all(events))).not.toContain('secret');
  });

  it('B6: when the disk refuses, senders are told, and nothing was appended', async () => {
    const full = new MemoryStore();
    const events = await open({ store: full });
    await events.append([{ body: black() }]);
    const append = full.append.bind(full);
    full.append = async () => {
      throw new Error('disk full');
    };
    await expect(events.append([{ body: black(false) }])).rejects.toThrow('disk full');
    full.append = append;
    const [event] = await events.append([{ body: ink('after') }]);
    expect(event).toMatchObject({ i: 1 });
    expect((await all(events)).map(({ type }) => type)).toEqual(['black', 'ink']);
  });
});

describe('times', () => {
  it('T1, T2: at is when it was accepted, t is kept within an hour back and 50 ms ahead', async () => {
    const events = await open();
    const [now, old, older, ahead, odd] = await events.append([
      { body: black() },
      { t: clock - 20_000, body: black() },
      { t: clock - 7_200_000, body: black() },
      { t: clock + 5000, body: black() },
      { t: Number.NaN, body: black() },
    ]);
    expect(now).toMatchObject({ at: clock, t: clock });
    expect(old).toMatchObject({ at: clock, t: clock - 20_000 });
    expect(older).toMatchObject({ at: clock, t: clock - 3_600_000 });
    expect(ahead).toMatchObject({ at: clock, t: clock + 50 });
    expect(odd).toMatchObject({ at: clock, t: clock });
  });

  it('T3: batches of stage are at least 100 ms apart, the first is sealed at once', async () => {
    const events = await open();
    const times: number[] = [];
    events.subscribe(
      { rev: 1, n: 0 },
      { batch: () => void times.push(performance.now()), gone: () => undefined },
    );
    const started = performance.now();
    for (let k = 0; k < 30; k++) {
      void events.append([{ body: black(k % 2 === 0) }]);
      await wait(10);
    }
    await events.append([{ body: black() }]);
    // Exact in event-batch.test.ts; here a loaded machine must do.
    expect((times[0] ?? 0) - started).toBeLessThan(400);
    for (let k = 1; k < times.length; k++) expect((times[k] ?? 0) - (times[k - 1] ?? 0)).toBeGreaterThan(90);
    expect(times.length).toBeGreaterThan(2);
  });

  it('T4: a held request ends after 15 s with an empty batch, and nobody waiting means no batch', async () => {
    vi.useFakeTimers();
    const events = await open();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(events.position().next).toBe(0);
    const held = events.batch(1, 0, never);
    await vi.advanceTimersByTimeAsync(14_900);
    expect(events.position().next).toBe(0);
    await vi.advanceTimersByTimeAsync(200);
    expect(parsed(await held)).toMatchObject({ n: 0, events: [] });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(events.position().next).toBe(1);
  });
});

describe('readers', () => {
  it('R1: the next batch is held, one further ahead or of another revision is not there', async () => {
    const events = await open();
    expect(await events.batch(1, 1, never)).toBeUndefined();
    expect(await events.batch(2, 0, never)).toBeUndefined();
    const waiters = Promise.all(Array.from({ length: 100 }, () => events.batch(1, 0, never)));
    await events.append([{ body: black() }]);
    const [first, ...others] = await waiters;
    expect(parsed(first).events).toHaveLength(1);
    for (const other of others) expect(other?.body).toBe(first?.body);
  });

  it('R2: a client that goes is waited for no more', async () => {
    vi.useFakeTimers();
    const events = await open();
    const client = new AbortController();
    const held = events.batch(1, 0, client.signal);
    client.abort();
    expect(await held).toBeUndefined();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(events.position().next).toBe(0);
  });

  it('fault 101: who comes back after an outage gets every batch once, in order, while others go on (R3)', async () => {
    const events = await open();
    const steady = listen();
    events.subscribe({ rev: 1, n: 0 }, steady.listener);
    const flaky = listen();
    let leave = events.subscribe({ rev: 1, n: 0 }, flaky.listener);
    for (let k = 0; k < 12; k++) {
      if (k === 3) leave();
      // Between two batches, in the midst of appends.
      if (k === 8) leave = events.subscribe({ rev: 1, n: (flaky.got.at(-1)?.n ?? -1) + 1 }, flaky.listener);
      await events.append([{ body: ink(`s${k}`) }]);
    }
    await vi.waitFor(() => expect(flaky.got.length).toBe(events.position().next));
    expect(flaky.got).toEqual(steady.got);
    expect(flaky.got.map(({ n }) => n)).toEqual(flaky.got.map((_, n) => n));
    leave();
  });

  it('R4: cutover from backfill to stream is without gap or double, whatever the listener takes', async () => {
    const events = await open();
    for (let k = 0; k < 4; k++) await events.append([{ body: ink(`s${k}`) }]);
    const got: number[] = [];
    events.subscribe(
      { rev: 1, n: 0 },
      {
        batch: async (batch) => {
          got.push(batch.n);
          await wait(35);
        },
        gone: () => undefined,
      },
    );
    for (let k = 4; k < 8; k++) await events.append([{ body: ink(`s${k}`) }]);
    await vi.waitFor(() => expect(got.length).toBe(events.position().next));
    expect(got).toEqual(got.map((_, n) => n));
  });

  it('R5: a subscription ahead of the stream or of another revision is told to start anew', async () => {
    const events = await open();
    for (const from of [
      { rev: 1, n: 1 },
      { rev: 0, n: 0 },
      { rev: 2, n: 0 },
    ]) {
      const { gone, listener } = listen();
      events.subscribe(from, listener);
      await vi.waitFor(() => expect(gone()).toBe(1));
    }
  });
});

describe('snapshots', () => {
  it('S1: snapshot and the batches from it lead to the state', async () => {
    const events = await open();
    for (let k = 0; k < 12; k++) await events.append([{ body: ink(`s${k}`, 40) }]);
    const { rev, next, snapshot } = events.position();
    let { state } = JSON.parse(events.snapshot(rev, snapshot)?.body.toString() ?? 'null') as {
      state: StageState;
    };
    for (let n = snapshot; n < next; n++)
      state = parsed(await events.batch(rev, n, never)).events.reduce(stageAfter, state);
    expect(state).toEqual(events.state);
    expect(next - snapshot).toBeLessThan(8);
    expect(events.snapshot(rev, snapshot)).toBe(events.snapshot(rev, snapshot));
    expect(events.snapshot(rev + 1, snapshot)).toBeUndefined();
  });
});

describe('redaction', () => {
  it('X1, X2, X3: the events are gone for good under a new revision; numbers are never given again; readers start anew', async () => {
    const events = await open();
    for (const text of ['one', 'secret', 'three', 'secret too'])
      await events.append([
        { body: { type: 'text', stroke: text, image, x: 0, y: 0, text, colour: '#000000', size: 0.02 } },
      ]);
    const { gone, listener } = listen();
    events.subscribe({ rev: 1, n: 4 }, listener);
    const held = events.batch(1, 4, never);
    const taken = await events.redact((event) => event.type === 'text' && event.text.startsWith('secret'));
    expect(taken).toEqual([1, 3]);
    expect(gone()).toBe(1);
    expect(await held).toBeUndefined();
    expect(await events.batch(1, 0, never)).toBeUndefined();
    expect(await store.read('v', 'stage-1', 0, 10)).toEqual([]);
    expect(events.position().rev).toBe(2);
    expect((await all(events)).map(({ i }) => i)).toEqual([0, 2]);
    expect(JSON.stringify(events.state)).not.toContain('secret');
    expect(JSON.stringify(await events.stateAt(clock))).not.toContain('secret');

    await events.close();
    const again = await open();
    expect(again.position().rev).toBe(2);
    expect(await again.append([{ body: black() }])).toMatchObject([{ i: 4 }]);
  });

  it('X4: a rewrite cut short leaves the old revision whole and nothing of the new', async () => {
    const events = await open();
    await events.append([{ body: ink('a') }, { body: ink('b') }]);
    const append = store.append.bind(store);
    store.append = (timeline, stream, ...rest) =>
      stream === 'event-revs' ? Promise.reject(new Error('killed')) : append(timeline, stream, ...rest);
    await expect(events.redact(({ i }) => i === 0)).rejects.toThrow('killed');
    store.append = append;
    const again = await open();
    expect(again.position().rev).toBe(1);
    expect(await all(again)).toHaveLength(2);
    expect(await store.read('v', 'stage-2', 0, 10)).toEqual([]);
  });

  it('X5: compaction joins small batches and keeps events, numbers and state', async () => {
    const events = await open();
    for (let k = 0; k < 6; k++) await events.append([{ body: ink(`s${k}`) }]);
    const [before, state] = [await all(events), events.state];
    await events.compact();
    expect(events.position()).toMatchObject({ rev: 2, next: 1 });
    expect(await all(events)).toEqual(before);
    expect(events.state).toEqual(state);
  });
});

describe('after a restart', () => {
  it('P1: events, numbers, state and moments go on', async () => {
    const events = await open();
    for (let k = 0; k < 5; k++) {
      await events.append([{ t: clock - 1000 * (5 - k), body: ink(`s${k}`) }]);
    }
    const [before, state, position] = [await all(events), events.state, events.position()];
    const again = await open();
    expect(await all(again)).toEqual(before);
    expect(again.state).toEqual(state);
    expect(again.position().next).toBe(position.next);
    expect((await again.stateAt(clock - 3000)).ink).toHaveLength(3);
    expect(await again.between(clock - 4000, clock - 2000)).toMatchObject([{ i: 2 }, { i: 3 }]);
    // The first owner lost its lease: it cannot append any more.
    await expect(events.append([{ body: black() }])).rejects.toMatchObject({ code: 'server.unavailable' });
    expect(limits.recordBytes).toBeGreaterThan(batchBytes);
  });
});
