import { describe, expect, it } from 'vitest';
import { backoff, type Rescue, type Sight, Watchdog } from './watchdog.ts';

const base: Sight = { now: 0, expected: true, time: 5, buffer: 0, gap: undefined, activeAt: 0 };

/** Looks every 250 ms from `from` to `to`; gives each rescue with its time. */
function run(dog: Watchdog, from: number, to: number, sight: (now: number) => Partial<Sight>) {
  const seen: [number, Rescue][] = [];
  for (let now = from; now <= to; now += 250) {
    const rescue = dog.look({ ...base, now, ...sight(now) });
    if (rescue !== 'none') seen.push([now, rescue]);
  }
  return seen;
}

describe('watchdog', () => {
  it('stays quiet while the playhead moves', () => {
    expect(run(new Watchdog(), 0, 60_000, (now) => ({ time: now / 1000 }))).toEqual([]);
  });
  it('stays quiet while nothing is expected to play, however long', () => {
    expect(run(new Watchdog(), 0, 600_000, () => ({ expected: false }))).toEqual([]);
  });
  it('escalates from loading again over the decoder to a new source when nothing comes', () => {
    expect(run(new Watchdog(), 0, 13_000, () => ({}))).toEqual([
      [4500, 'startLoad'],
      [8000, 'recover'],
      [12_000, 'reload'],
    ]);
  });
  it('nudges first when there is buffer to play or a hole to cross', () => {
    expect(run(new Watchdog(), 0, 3000, () => ({ buffer: 1 }))[0]).toEqual([1250, 'nudge']);
    expect(run(new Watchdog(), 0, 3000, () => ({ gap: 0.4 }))[0]).toEqual([1250, 'nudge']);
  });
  it('does not reload a slow network that still delivers, up to 30 s', () => {
    const seen = run(new Watchdog(), 0, 31_000, (now) => ({ activeAt: now - 1000 }));
    expect(seen.filter(([, r]) => r === 'reload')).toEqual([[30_000, 'reload']]);
  });
  it('reloads less and less often while reloads do not help', () => {
    const dog = new Watchdog();
    const reloads: number[] = [];
    for (let now = 0; now <= 130_000; now += 250) {
      if (dog.look({ ...base, now }) !== 'reload') continue;
      reloads.push(now);
      dog.restart(now);
    }
    const waits = reloads.slice(1).map((at, i) => at - (reloads[i] ?? 0));
    expect(waits.slice(0, 4)).toEqual([12_000, 15_000, 20_000, 30_000]);
  });
  it('gives a page that slept a fresh start instead of acting on the frozen time', () => {
    const dog = new Watchdog();
    run(dog, 0, 1000, () => ({}));
    expect(dog.look({ ...base, now: 600_000 })).toBe('none');
    expect(run(dog, 600_250, 604_500, () => ({}))).toEqual([[604_500, 'startLoad']]);
  });
  it('starts over with the first step after the playhead moved again', () => {
    const dog = new Watchdog();
    run(dog, 0, 9000, () => ({}));
    expect(run(dog, 9250, 14_250, () => ({ time: 6 }))).toEqual([[13_750, 'startLoad']]);
  });
});

describe('waiting before another try', () => {
  it('doubles from half a second to the cap and spreads a crowd by 30 % either way', () => {
    expect(backoff(0, 0.5)).toBe(500);
    expect(backoff(3, 0.5)).toBe(4000);
    expect(backoff(99, 0)).toBe(7000);
    expect(backoff(99, 1)).toBe(13_000);
  });
});
