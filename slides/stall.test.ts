import { describe, expect, it } from 'vitest';
import { cpuOfStat, type Stall, StallWatch } from './stall.ts';

/** Samples every quarter of a second: how it is judged, and after how long. */
function judged(
  watch: StallWatch,
  cpuAt: (second: number) => number,
  { until = 200, step = 0.25, ours = (_second: number) => false } = {},
): { how: Stall; second: number } | undefined {
  for (let second = 0; second <= until; second += step) {
    const how = watch.sample(second, cpuAt(second), ours(second));
    if (how) return { how, second };
  }
  return undefined;
}

describe('the watch over a child that owes an answer', () => {
  const limits = { asleep: 15, cpu: 90, wall: 120 };

  it('calls one asleep that has used no CPU for the time given, whatever it did before', () => {
    expect(judged(new StallWatch(limits), (second) => Math.min(second, 20))).toEqual({
      how: 'asleep',
      second: 35,
    });
  });

  it('lets timers tick in one that is asleep', () => {
    expect(judged(new StallWatch(limits), (second) => second * 0.005)).toMatchObject({ how: 'asleep' });
  });

  it('does not call one asleep that others leave only a fiftieth of a core', () => {
    expect(judged(new StallWatch({ asleep: 15 }), (second) => second * 0.02)).toBeUndefined();
  });

  it('calls one busy by its CPU, and by the clock when it has little', () => {
    expect(judged(new StallWatch(limits), (second) => second * 2)?.second).toBeCloseTo(45.25);
    expect(judged(new StallWatch(limits), (second) => second * 0.1)).toMatchObject({
      how: 'busy',
      second: 120.25,
    });
  });

  it('does not count time in which it waits for us', () => {
    expect(judged(new StallWatch(limits), () => 0, { ours: () => true })).toBeUndefined();
  });

  it('does not count time in which nobody sampled, as when the machine was asleep', () => {
    const watch = new StallWatch(limits);
    watch.sample(0, 1, false);
    expect(watch.sample(3600, 1, false)).toBeUndefined();
  });
});

it('CPU is read from a line whose program name holds spaces and brackets', () => {
  const fields = Array.from({ length: 50 }, (_, index) => index + 3);
  expect(cpuOfStat(`123 (a) b (c) S ${fields.slice(1).join(' ')}`)).toBe((14 + 15) / 100);
});
