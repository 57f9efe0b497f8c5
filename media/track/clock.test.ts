import { describe, expect, test } from 'vitest';
import { AxisClock } from './clock.ts';
import { seeded } from './encoder-fixture.ts';

const axis = () => {
  const clock = { now: () => 0, epoch: () => 1_000_000 };
  return new AxisClock(clock);
};

describe('the axis of a connection', () => {
  test('is the lower envelope of arrival less decode time, whatever the jitter', () => {
    const random = seeded(7);
    const clock = axis();
    for (let i = 0; i < 500; i++) clock.observe(5000 + i * 40 + random() * 200, i * 40);
    expect(clock.epochOf(0)).toBeGreaterThanOrEqual(1_005_000);
    expect(clock.epochOf(0)).toBeLessThan(1_005_015);
  });

  test('is earlier by the delay set at the desk', () => {
    const clock = axis();
    clock.observe(5000, 0);
    clock.delay = 700;
    expect(clock.epochOf(0)).toBe(1_004_300);
  });

  test('follows the drift of the encoder clock within 100 ms over 8 hours', () => {
    const clock = axis();
    const drift = 1 + 100e-6;
    let i = 0;
    for (; i < (8 * 3600 * 1000) / 200; i++) clock.observe(i * 200 * drift, i * 200);
    expect(Math.abs(clock.epochOf(i * 200) - 1_000_000 - i * 200 * drift)).toBeLessThan(100);
  });

  test('does not move for half a minute of congestion', () => {
    const clock = axis();
    for (let i = 0; i < 250; i++) clock.observe(i * 40, i * 40);
    for (let i = 250; i < 750; i++) clock.observe(i * 40 + 800, i * 40);
    expect(clock.epochOf(0)).toBeLessThan(1_000_005);
  });

  test('comes down slowly when the path turns out faster', () => {
    const clock = axis();
    for (let i = 0; i < 250; i++) clock.observe(i * 40 + 300, i * 40);
    clock.observe(10_000, 10_000);
    expect(clock.epochOf(0)).toBeGreaterThan(1_000_290);
    for (let i = 251; i < 2500; i++) clock.observe(i * 40, i * 40);
    expect(clock.epochOf(0)).toBeLessThan(1_000_001);
  });
});
