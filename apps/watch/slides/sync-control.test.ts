import { describe, expect, it } from 'vitest';
import { SyncControl } from './sync-control.ts';

/** Plays both for so many seconds, a look every 100 ms; the answer is the distance at each look. */
function run(ahead: number, seconds: number, drift = 0, rate = 1): number[] {
  const control = new SyncControl();
  const seen: number[] = [];
  for (let now = 0; now < seconds * 1000; now += 100) {
    const decision = control.decide({ now, ahead, rate, buffer: 2 });
    if (decision.jump !== undefined) ahead += decision.jump + 0.15; // A seek lands a little off.
    ahead += (decision.rate - rate) * 0.1 + drift * 0.1;
    seen.push(ahead);
  }
  return seen;
}

describe('two pictures in step', () => {
  it('comes within 100 ms from anywhere and stays there', () => {
    for (const ahead of [-30, -0.9, -0.3, 0.2, 0.8, 12]) {
      const late = run(ahead, 20).slice(100);
      expect(Math.max(...late.map(Math.abs))).toBeLessThan(0.1);
    }
  });
  it('stays within 100 ms of a leader that plays faster by a hundredth, and at twice the speed', () => {
    expect(Math.max(...run(0, 60, -0.01).map(Math.abs))).toBeLessThan(0.1);
    expect(Math.max(...run(0.5, 30, 0, 2).slice(100).map(Math.abs))).toBeLessThan(0.1);
  });
  it('jumps only when far off, and not again before the jump had its effect', () => {
    const control = new SyncControl();
    const far = { ahead: -5, rate: 1, buffer: 2 };
    expect(control.decide({ now: 0, ...far }).jump).toBe(5);
    expect(control.decide({ now: 500, ...far }).jump).toBeUndefined();
    expect(control.decide({ now: 2100, ...far }).jump).toBe(5);
    expect(control.decide({ now: 2200, ...far, ahead: -0.3 }).jump).toBeUndefined();
  });
  it('does not run its own buffer dry', () => {
    expect(new SyncControl().decide({ now: 0, ahead: -0.5, rate: 1, buffer: 0.05 }).rate).toBe(1);
  });
});
