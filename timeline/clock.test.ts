import { setImmediate as nextTurn } from 'node:timers/promises';
import pino from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { openClock, resumeAt } from './clock.ts';
import { MemoryStore } from './memory-store.ts';

const log = pino({ level: 'silent' });
const hour = 3_600_000;
const noon = 1_750_000_000_000;

let wall: number;
let monotonic: number;
let store: MemoryStore;
beforeEach(() => {
  wall = noon;
  monotonic = 1000;
  store = new MemoryStore();
});

const pass = (ms: number): void => {
  wall += ms;
  monotonic += ms;
};
async function open(floor = 0) {
  const lease = await store.acquire('v', 'desk');
  return openClock(store, lease, { log, floor, wall: () => wall, monotonic: () => monotonic });
}

describe("a timeline's clock", () => {
  it('begins at the wall clock and advances with the monotonic one', async () => {
    const clock = await open();
    expect(clock.now()).toBe(noon);
    pass(1500);
    expect(clock.now()).toBe(noon + 1500);
    expect(clock.epoch() + monotonic).toBe(noon + 1500);
  });

  it('fault 92: a wall clock put back an hour slows it by half a percent and never turns it back', async () => {
    const clock = await open();
    wall -= hour;
    let last = clock.now();
    expect(last).toBe(noon);
    for (let second = 0; second < 600; second += 1) {
      pass(1000);
      const now = clock.now();
      expect(now - last).toBeGreaterThanOrEqual(1000 * 0.9949);
      expect(now - last).toBeLessThan(1000);
      last = now;
    }
  });

  it('fault 92: a wall clock put forward an hour is approached by half a percent at most', async () => {
    const clock = await open();
    wall += hour;
    expect(clock.now()).toBe(noon);
    pass(100_000);
    expect(clock.now()).toBeCloseTo(noon + 100_500, 3);
  });

  it('returns to the wall clock and stays there', async () => {
    const clock = await open();
    wall += 1000;
    for (let second = 0; second < 2100; second += 1) {
      pass(1000);
      clock.now();
    }
    expect(Math.abs(clock.now() - wall)).toBeLessThanOrEqual(5);
  });

  it('fault 92: a restart with the wall clock put back goes on above everything given out', async () => {
    const clock = await open();
    let last = 0;
    for (let second = 0; second < 33; second += 1) {
      pass(1000);
      last = clock.now();
      await nextTurn();
    }
    wall -= hour;
    const again = await open();
    expect(again.now()).toBeGreaterThanOrEqual(last);
    expect(again.now()).toBeLessThan(last + 10_000);
  });

  it('fault 92: a restart keeps the distance to the wall clock, however often', async () => {
    const clock = await open();
    wall -= hour;
    let last = clock.now();
    await clock.close();
    for (let restart = 0; restart < 20; restart += 1) {
      pass(200);
      const again = await open();
      expect(again.now()).toBeGreaterThanOrEqual(last);
      last = again.now();
      await again.close();
    }
    expect(last - wall).toBeCloseTo(hour, -2);
  });

  it('begins above the newest time found in records or media', async () => {
    const clock = await open(noon + 777);
    expect(clock.now()).toBe(noon + 777);
    expect(resumeAt({ at: noon, wall: noon }, noon - hour, noon + 2 * hour)).toBe(noon + 2 * hour);
  });

  it('goes on when marks cannot be written', async () => {
    const clock = await open();
    await store.acquire('v', 'another');
    for (let second = 0; second < 20; second += 1) {
      pass(1000);
      clock.now();
    }
    expect(clock.now()).toBe(noon + 20_000);
    await clock.close();
  });
});
