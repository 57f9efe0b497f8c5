import { expect, it } from 'vitest';
import type { Batch, Snapshot, StageEvent } from '#contracts/events.ts';
import { emptyStage, type StageState, stageAfter } from '#contracts/stage-state.ts';
import type { Allowed } from './admission.ts';
import { batchFor, snapshotFor } from './event-view.ts';

const page = (i: number, t: number): StageEvent => ({
  ...{ i, at: t, t, type: 'page', deck: 'd', page: i, step: 0, pages: 9, next: null, title: `page ${i}` },
  image: { id: `picture-of-page-${i}`, width: 1920, height: 1080, widths: [960], avif: false },
  ...{ source: 'presenter', by: 'x' },
});
const talk: StageEvent = {
  ...{ i: 1, at: 100, t: 100, type: 'talk' },
  talk: { id: 'B', title: 'Closed talk', speakers: [] },
};
/** Talk B, from 100 to 200, is closed. */
const some: Allowed = {
  allows: (t) => t < 100 || t >= 200,
  readable: () => Number.POSITIVE_INFINITY,
  within: (all) =>
    all.every(({ from, to }) => (to ?? Infinity) <= 100 || from >= 200)
      ? all
      : [
          { from: 0, to: 100 },
          { from: 200, to: null },
        ],
  decision: () => ({ allowed: true }),
};
const every: Allowed = { ...some, allows: () => true, within: (all) => all };
const sealed = (events: StageEvent[]) => ({
  rev: 1,
  n: 7,
  body: Buffer.from(JSON.stringify({ rev: 1, n: 7, events, watching: 3 })),
});
const read = (body: Buffer) => JSON.parse(body.toString()) as Batch<StageEvent>;

it('fault 74: pages, ink and pointer of a closed talk are left out of a batch, which keeps its number', () => {
  const batch = sealed([page(0, 99), talk, page(2, 150), page(3, 200)]);
  const seen = batchFor(batch, some);
  expect(read(seen.body)).toMatchObject({ rev: 1, n: 7, watching: 3 });
  expect(read(seen.body).events.map(({ i }) => i)).toEqual([0, 1, 3]);
  expect(seen.body.toString()).not.toContain('picture-of-page-2');
  expect(seen.filtered).toBe(true);
});

it('who may see everything of a batch shares its bytes, also when others may not', () => {
  const batch = sealed([talk, page(2, 150)]);
  expect(batchFor(batch, some)).not.toBe(batch);
  expect(batchFor(batch, every)).toBe(batch);
  const open = sealed([page(0, 50)]);
  expect(batchFor(open, some)).toBe(open);
  const only = sealed([talk]);
  expect(batchFor(only, some)).toBe(only);
});

it('viewers who may see the same share what is made for them', () => {
  const batch = sealed([page(0, 50), page(2, 150)]);
  expect(batchFor(batch, some)).toBe(batchFor(batch, { ...some }));
});

it('fault 74: a snapshot names no page of a closed talk', () => {
  const state = [page(0, 99), talk, page(2, 150)].reduce(stageAfter, emptyStage);
  const snapshot = { body: Buffer.from(JSON.stringify({ rev: 1, n: 8, state })) };
  const seen = JSON.parse(snapshotFor(snapshot, some).body.toString()) as Snapshot<StageState>;
  expect(seen.n).toBe(8);
  expect(seen.state.shown.map(({ page: number }) => number)).toEqual([0]);
  expect(seen.state.page).toBeNull();
  expect(seen.state.talk?.title).toBe('Closed talk');
  expect(snapshotFor(snapshot, every)).toBe(snapshot);
});
