import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiskWatch, defaultRules, nextState } from './disk.ts';
import { nodeFs, type RecordingFs } from './recording-fs.ts';

const log = pino({ level: 'silent' });
const mib = 1024 ** 2;
const gib = 1024 ** 3;
const rules = { reserveBytes: 100 * mib, lowSeconds: 600, lowBytes: 200 * mib };

let folder: string;
let free: number;
let now: number;
let fs: RecordingFs;
beforeEach(async () => {
  folder = await mkdtemp(`${tmpdir()}/disk-`);
  free = gib;
  now = 0;
  fs = { ...nodeFs, space: async () => ({ free, total: 10 * gib }) };
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('the disk watch', () => {
  it('reserves 1 GiB, or 2 % of a small disk', () => {
    expect(defaultRules(1000 * gib).reserveBytes).toBe(gib);
    expect(defaultRules(10 * gib).reserveBytes).toBeCloseTo(0.2 * gib);
  });

  it('fault 88: goes from ok over low to full, and back only with a quarter more room', () => {
    const at = (before: 'ok' | 'low' | 'full', room: number, seconds: number | null = null) =>
      nextState(before, room * mib, seconds, rules);
    expect(at('ok', 301)).toBe('ok');
    expect(at('ok', 300)).toBe('low');
    expect(at('low', 340)).toBe('low');
    expect(at('low', 351)).toBe('ok');
    expect(at('low', 100)).toBe('full');
    expect(at('full', 124)).toBe('full');
    expect(at('full', 126)).toBe('low');
    expect(at('ok', 900, 599)).toBe('low');
    expect(at('low', 900, 700)).toBe('low');
    expect(at('low', 900, 751)).toBe('ok');
  });

  it('forecasts from what was written when the reserve is reached', async () => {
    const watch = new DiskWatch({ folder, log, fs, rules, clock: () => now });
    await watch.start();
    expect(watch.status).toMatchObject({ freeBytes: gib, writeRate: 0, secondsLeft: null, state: 'ok' });
    for (let look = 0; look < 20; look += 1) {
      watch.wrote(3 * mib);
      now += 3000;
      await watch.look();
    }
    expect(watch.status.writeRate).toBeCloseTo(mib);
    expect(watch.status.secondsLeft).toBeCloseTo(1024 - 100);
    watch.close();
  });

  it('tells each change of state once, and lives on when the disk cannot be asked', async () => {
    const states: string[] = [];
    const watch = new DiskWatch({
      folder,
      log,
      fs: { ...fs, space: async (path) => (free < 0 ? Promise.reject(new Error('EIO')) : fs.space(path)) },
      rules,
      clock: () => now,
      onChange: ({ state }) => states.push(state),
    });
    await watch.start();
    for (const room of [50 * mib, 50 * mib, -1, gib]) {
      free = room;
      now += 3000;
      await watch.look();
    }
    expect(states).toEqual(['full', 'ok']);
    watch.close();
    watch.close();
  });

  it('reads a real disk', async () => {
    const watch = new DiskWatch({ folder, log });
    await watch.start();
    expect(watch.status.freeBytes).toBeGreaterThan(0);
    expect(watch.status.totalBytes).toBeGreaterThanOrEqual(watch.status.freeBytes);
    watch.close();
  });
});
