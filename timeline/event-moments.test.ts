import { describe, expect, it } from 'vitest';
import { EventMoments } from './event-moments.ts';

type E = { i: number; at: number; t: number; type: 'x' };

/** mulberry32 */
const seeded = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let x = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
  return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
};
const byMoment = (a: E, b: E) => a.t - b.t || a.i - b.i;

function rig(limits: { stretchBatches: number; mostStretches: number; mostStates: number }) {
  const batches: E[][] = [];
  let reads = 0;
  const moments = new EventMoments<E, string>({
    empty: '',
    after: (state, event) => `${state}${event.i},`,
    read: async (first, next) => {
      reads += next - first;
      return batches.slice(first, next).flat();
    },
    stretchBytes: Number.POSITIVE_INFINITY,
    ...limits,
  });
  const expected = (t: number) =>
    batches
      .flat()
      .filter((event) => event.t <= t)
      .sort(byMoment)
      .map(({ i }) => `${i},`)
      .join('');
  return {
    moments,
    batches,
    expected,
    reads: () => reads,
    add: (events: E[]) => {
      batches.push(events);
      moments.add(batches.length - 1, events, 1);
    },
  };
}

describe('seeking by moment', () => {
  it.each(Array.from({ length: 40 }, (_, seed) => seed))(
    'M1: the state at t is all events with t′ ≤ t in the order of (t, i), late ones too (seed %i)',
    async (seed) => {
      const random = seeded(seed);
      const pick = (n: number) => Math.floor(random() * n);
      const { moments, batches, expected, add } = rig({
        stretchBatches: 1 + pick(6),
        mostStretches: 2 + pick(20),
        mostStates: 2 + pick(10),
      });
      let i = 0;
      let clock = 1000;
      for (let step = 0; step < 150; step++) {
        clock += pick(20);
        const events = Array.from({ length: pick(4) }, () => {
          const late = random() < 0.15 ? pick(600) : pick(3);
          return { i: i++, at: clock, t: clock - late, type: 'x' as const };
        });
        add(events);
        if (random() < 0.3) {
          const t = 400 + pick(clock - 300);
          expect(await moments.at(t)).toBe(expected(t));
        }
        if (random() < 0.1) {
          const from = 400 + pick(clock - 300);
          const to = from + pick(500);
          const wanted = batches.flat().filter(({ t }) => t > from && t <= to);
          expect(await moments.between(from, to)).toEqual(wanted.sort(byMoment));
        }
      }
      for (let t = 400; t <= clock + 10; t += 37) expect(await moments.at(t)).toBe(expected(t));
    },
  );

  it('M2: an event that arrives while a state is made never spoils what is remembered', async () => {
    const { moments, expected, add } = rig({ stretchBatches: 2, mostStretches: 100, mostStates: 10 });
    for (let i = 0; i < 200; i++) add([{ i, at: i, t: i, type: 'x' }]);
    const asked = Array.from({ length: 20 }, (_, k) => moments.at(10 * k + 5));
    for (let i = 200; i < 220; i++) add([{ i, at: i, t: (i - 200) * 9, type: 'x' }]);
    await Promise.all(asked);
    for (let t = 0; t < 220; t++) expect(await moments.at(t)).toBe(expected(t));
  });

  it('M3: seeking in a long stream reads a small stretch of it', async () => {
    const { moments, reads, add } = rig({ stretchBatches: 64, mostStretches: 4096, mostStates: 128 });
    for (let i = 0; i < 20_000; i++) add([{ i, at: i, t: i, type: 'x' }]);
    await moments.at(12_345);
    expect(reads()).toBeLessThan(1000);
  });
});
