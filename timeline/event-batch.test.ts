import { describe, expect, it } from 'vitest';
import { type Batch, batchBytes, type StageBody } from '#contracts/events.ts';
import { fitting, pendingEvent, readBatch, sealBatch, sealDue } from './event-batch.ts';

const text = (length: number): StageBody => ({
  type: 'text',
  stroke: 's',
  image: 'picture-of-a-page-1',
  x: 0,
  y: 0,
  text: '页'.repeat(length),
  colour: '#000000',
  size: 0.02,
});
const event = (length: number) => pendingEvent(text(length), 1_800_000_000_000, 1_800_000_000_000);

describe('sealing', () => {
  it('B4: as many events as fit are taken, never more, at least one', () => {
    for (const length of [1, 50, 300]) {
      const waiting = Array.from({ length: 2000 }, () => event(length));
      const count = fitting(waiting);
      const last = 2 ** 50;
      const sealed = sealBatch(last, last, last, waiting.slice(0, count), 1e9);
      expect(sealed.body.length).toBeLessThanOrEqual(batchBytes);
      expect(sealed.body.length).toBeGreaterThan(batchBytes * 0.7);
    }
    expect(fitting([])).toBe(0);
    expect(fitting([event(40_000), event(1)])).toBe(1);
  });

  it('B2: a batch is what its events are, stamped in order', () => {
    const sealed = sealBatch(2, 7, 40, [event(1), event(2)], 3);
    const stamp = { at: 1_800_000_000_000, t: 1_800_000_000_000 };
    const expected: Batch = {
      rev: 2,
      n: 7,
      events: [
        { i: 40, ...stamp, ...text(1) },
        { i: 41, ...stamp, ...text(2) },
      ] as Batch['events'],
      watching: 3,
    };
    expect(JSON.parse(sealed.body.toString())).toEqual(expected);
    expect(readBatch(sealed.body)).toEqual(expected);
    expect(JSON.parse(sealBatch(1, 0, 0, [], 0).body.toString())).toEqual({
      rev: 1,
      n: 0,
      events: [],
      watching: 0,
    });
  });

  it('T3, T4: due at once when quiet, on the spacing when busy, after 15 s when somebody waits, else never', () => {
    const quiet = { spacing: 100, filledAt: 1000, sealedAt: 1000, waitingSince: undefined, events: false };
    expect(sealDue(quiet)).toBeUndefined();
    // In the past: at once.
    expect(sealDue({ ...quiet, events: true })).toBe(1100);
    expect(sealDue({ ...quiet, events: true, spacing: 1000 })).toBe(2000);
    expect(sealDue({ ...quiet, waitingSince: 500 })).toBe(16_000);
    expect(sealDue({ ...quiet, waitingSince: 50_000 })).toBe(65_000);
    // An empty batch does not hold up the next event.
    expect(sealDue({ ...quiet, sealedAt: 16_000, waitingSince: 500, events: true })).toBe(1100);
  });
});
