import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Batch, StageBody, StageEvent } from '#contracts/events.ts';
import { emptyStage, stageAfter } from '#contracts/stage-state.ts';
import { MemoryStore } from '#timeline/memory-store.ts';
import { VenueEvents } from './venue-events.ts';

const log = pino({ level: 'silent' });
const actor = { id: 'a', name: 'desk' };
const never = new AbortController().signal;
const image = { id: 'picture-of-a-page-1', width: 1920, height: 1080, widths: [480], avif: false };
const page = (number: number): StageBody => ({
  type: 'page',
  deck: 'd1',
  page: number,
  step: 0,
  pages: 100,
  image: { ...image, id: `picture-of-a-page-${number}` },
  next: null,
  title: `page ${number}`,
  source: 'presenter',
  by: 'speaker',
});

let store: MemoryStore;
let events: VenueEvents;
const open = async () =>
  VenueEvents.open({
    store,
    lease: await store.acquire('v', 'test'),
    now: Date.now,
    watching: () => 3,
    log,
  });
beforeEach(async () => {
  store = new MemoryStore();
  events = await open();
});
afterEach(() => events.close());

describe('the events of a venue', () => {
  it('M1: stageAt is the fold of all events by (t, i), also when a page turn comes late', async () => {
    const now = Date.now();
    const stamped: StageEvent[] = [];
    for (const [number, ago] of [
      [1, 5000],
      [2, 4000],
      [4, 1000],
      [3, 2500],
    ] as const)
      stamped.push(...(await events.append('stage', [{ t: now - ago, body: page(number) }])));
    // Live follows i: the page that came last.
    expect(events.state().page?.page).toBe(3);
    for (const [ago, shown] of [
      [6000, undefined],
      [4500, 1],
      [3000, 2],
      [2000, 3],
      [0, 4],
    ] as const) {
      const state = await events.stageAt(now - ago);
      const folded = stamped
        .filter(({ t }) => t <= now - ago)
        .sort((a, b) => a.t - b.t || a.i - b.i)
        .reduce(stageAfter, emptyStage);
      expect(state).toEqual(folded);
      expect(state.page?.page).toBe(shown);
    }
    expect((await events.between(now - 4000, now - 1000)).map(({ i }) => i)).toEqual([3, 2]);
  });

  it('X3: a redaction is told in hall, and the position names the new revision', async () => {
    await events.append('stage', [{ body: page(1) }, { body: page(2) }]);
    expect(await events.redact('stage', (event) => event.type === 'page' && event.page === 2, actor)).toEqual(
      [1],
    );
    expect(events.position('stage').rev).toBe(2);
    expect(events.state().page?.page).toBe(1);
    const sealed = await events.batch('hall', 1, 0, never);
    const batch = JSON.parse(sealed?.body.toString() ?? '') as Batch;
    expect(batch.events).toMatchObject([{ type: 'redacted', stream: 'stage', events: [1] }]);
    expect(await events.redact('stage', [99], actor)).toEqual([]);
    expect(events.position('stage').rev).toBe(2);
  });

  it('T4: hall is sealed at once when quiet and on a beat of a second when busy, and stage never waits for it', async () => {
    const sealedAt: number[] = [];
    events.subscribe(
      'hall',
      { rev: 1, n: 0 },
      {
        batch: () => void sealedAt.push(performance.now()),
        gone: () => undefined,
      },
    );
    const started = performance.now();
    const busy = setInterval(
      () => void events.append('hall', [{ body: { type: 'programme', talks: [] } }]),
      20,
    );
    await vi.waitFor(() => expect(sealedAt).toHaveLength(1));
    const before = performance.now();
    await events.append('stage', [{ body: page(1) }]);
    expect(performance.now() - before).toBeLessThan(600);
    await vi.waitFor(() => expect(sealedAt).toHaveLength(3), 4000);
    clearInterval(busy);
    expect((sealedAt[0] ?? 0) - started).toBeLessThan(600);
    for (const k of [1, 2]) expect((sealedAt[k] ?? 0) - (sealedAt[k - 1] ?? 0)).toBeGreaterThan(950);
  });

  it('a stop ends held requests with a last batch and refuses what comes', async () => {
    const held = events.batch('stage', 1, 0, never);
    await events.close();
    expect(JSON.parse((await held)?.body.toString() ?? '')).toEqual({
      rev: 1,
      n: 0,
      events: [],
      watching: 3,
    });
    await expect(events.append('stage', [{ body: page(1) }])).rejects.toMatchObject({
      code: 'server.unavailable',
    });
    expect(await events.batch('stage', 1, 1, never)).toBeUndefined();
  });
});
