import { describe, expect, test } from 'vitest';
import { Gate } from './gate.ts';

const frameMs = 1_024_000 / 48_000;

describe('fault 13: the gate', () => {
  test('unwraps 32 bits', () => {
    const gate = new Gate();
    const first = gate.video(2 ** 32 - 20, 0);
    expect(gate.video(20, 40) - first).toBe(40);
    expect(gate.jumps).toBe(0);
  });

  test.each([2 ** 30, -7000, 60_000, -(2 ** 31) + 1])('re-anchors a jump by %i to arrival', (by) => {
    const gate = new Gate();
    let before = 0;
    for (let i = 0; i < 50; i++) before = gate.video(100_000 + i * 40, i * 40);
    const after = gate.video((100_000 + 2000 + by) >>> 0, 2000);
    expect(after - before).toBeGreaterThan(30);
    expect(after - before).toBeLessThan(60);
    expect(gate.jumps).toBe(1);
  });

  test('keeps lips and voice together through a jump that both make', () => {
    const gate = new Gate();
    for (let i = 0; i < 50; i++) {
      gate.video(i * 40, i * 40);
      gate.audio(i * 40, i * 40, 40);
    }
    const picture = gate.video(2 ** 30 + 2000, 2037);
    const sound = gate.audio(2 ** 30 + 2000, 2080, 40);
    expect(Math.abs(sound - picture)).toBeLessThanOrEqual(40);
  });

  test('takes a pause that arrival explains as it is', () => {
    const gate = new Gate();
    const first = gate.video(0, 0);
    expect(gate.video(5000, 5010) - first).toBe(5000);
    expect(gate.jumps).toBe(0);
  });

  test('takes frames that a stalled network held back as they are', () => {
    const gate = new Gate();
    const first = gate.video(0, 0);
    gate.video(40, 8000);
    expect(gate.video(80, 8001) - first).toBe(80);
    expect(gate.jumps).toBe(0);
  });

  test('holds equal and slightly backward times strictly rising without re-anchoring', () => {
    const gate = new Gate();
    const times = [0, 40, 40, 35, 80, 120].map((raw, i) => gate.video(raw, i * 40));
    for (const [i, time] of times.entries()) if (i > 0) expect(time).toBeGreaterThan(times[i - 1]!);
    expect(times[5]! - times[0]!).toBe(120);
  });

  test('never goes back whatever comes', () => {
    const gate = new Gate();
    let last = 0;
    for (let i = 0; i < 2000; i++) {
      const raw = ((i * 2_654_435_761) >>> (i % 7)) >>> 0;
      const time = gate.video(raw, i * 20);
      expect(time).toBeGreaterThan(last);
      last = time;
    }
    expect(last).toBeLessThan(10_000 + 2000 * 20 + 2000);
  });
});

describe('sound by its sample count', () => {
  test('is free of the jitter of its timestamps', () => {
    const gate = new Gate();
    const times = Array.from({ length: 500 }, (_, i) => {
      const raw = Math.round(i * frameMs) + (i % 3) * 10;
      return gate.audio(raw, i * frameMs, frameMs);
    });
    for (const [i, time] of times.entries()) {
      if (i > 0) expect(Math.abs(time - times[i - 1]! - frameMs)).toBeLessThan(0.01);
    }
  });

  test('follows an encoder clock that is 100 ppm off within 20 ms over an hour', () => {
    const gate = new Gate();
    const real = frameMs * 1.0001;
    const count = Math.round(3_600_000 / real);
    let time = 0;
    for (let i = 0; i < count; i++) time = gate.audio(Math.round(i * real), i * real, frameMs);
    expect(Math.abs(time - 10_000 - (count - 1) * real)).toBeLessThan(20);
  });

  test('is re-anchored by whole frames when more than 80 ms are missing or doubled', () => {
    const gate = new Gate();
    let last = 0;
    for (let i = 0; i < 100; i++) last = gate.audio(Math.round(i * frameMs), i * frameMs, frameMs);
    const missing = gate.audio(Math.round(110 * frameMs), 110 * frameMs, frameMs);
    expect(missing - last).toBeCloseTo(11 * frameMs, 1);
    const small = gate.audio(Math.round(111 * frameMs) + 60, 111 * frameMs, frameMs);
    expect(small - missing).toBeCloseTo(frameMs, 1);
  });
});
