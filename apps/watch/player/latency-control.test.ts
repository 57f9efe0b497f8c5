import { describe, expect, it } from 'vitest';
import { baseTarget, LatencyControl } from './latency-control.ts';

const reading = { now: 0, latency: 0.96, buffer: 0.6, starting: false };

describe('latency control', () => {
  it('plays at normal speed on target', () => {
    expect(new LatencyControl().decide(reading)).toEqual({ rate: 1 });
  });
  it('plays faster by 0.3 of the error, at most 1.15', () => {
    expect(new LatencyControl().decide({ ...reading, latency: 1.26 }).rate).toBeCloseTo(1.09);
    expect(new LatencyControl().decide({ ...reading, latency: 2.5 }).rate).toBe(1.15);
  });
  it('plays slower when too near to the edge or the buffer is under 0.12 s', () => {
    expect(new LatencyControl().decide({ ...reading, latency: 0.86 }).rate).toBeCloseTo(0.97);
    expect(new LatencyControl().decide({ ...reading, latency: 1.5, buffer: 0.1 }).rate).toBe(0.93);
  });
  it('jumps when about 3 s behind, and not again until that had its effect', () => {
    const control = new LatencyControl();
    const decision = control.decide({ ...reading, latency: 3.1 });
    expect('jump' in decision && decision.jump).toBeCloseTo(2.14);
    expect(control.decide({ ...reading, now: 100, latency: 3.1 })).toEqual({ rate: 1.15 });
    expect(control.decide({ ...reading, now: 2700, latency: 3.1 })).toHaveProperty('jump');
  });
  it('jumps at the start for little, but only inside what is buffered', () => {
    const start = { ...reading, latency: 1.4, starting: true };
    expect(new LatencyControl().decide({ ...start, buffer: 1.2 })).toHaveProperty('jump');
    expect(new LatencyControl().decide({ ...start, buffer: 0.4 })).not.toHaveProperty('jump');
  });
  it('keeps its target after one stall, raises it after three within 30 s, and comes back down', () => {
    const control = new LatencyControl();
    control.stalled(0);
    control.stalled(40_000);
    control.stalled(50_000);
    expect(control.target).toBeCloseTo(0.96);
    control.stalled(60_000);
    expect(control.target).toBeCloseTo(1.31);
    for (let now = 60_000; now < 160_000; now += 100) control.decide({ ...reading, now });
    expect(control.target).toBeCloseTo(0.96);
  });
  it('forgets stalls of the last seconds that an absent encoder or server caused', () => {
    const control = new LatencyControl();
    for (const at of [10_000, 12_000]) control.stalled(at);
    control.forgive(13_000);
    control.stalled(14_000);
    expect(control.target).toBeCloseTo(0.96);
  });
  it('never raises its target above 2.5 times the base', () => {
    const control = new LatencyControl();
    for (let i = 0; i < 100; i++) control.stalled(i * 1000);
    expect(control.target).toBeCloseTo(2.4);
  });
  it('converges from 2.5 s behind to the target without overshooting into the buffer', () => {
    const control = new LatencyControl();
    let latency = 2.5;
    for (let now = 0; now < 30_000; now += 100) {
      const { rate } = control.decide({ now, latency, buffer: latency - 0.35, starting: false });
      latency -= (rate - 1) * 0.1;
      expect(latency).toBeGreaterThan(0.94);
    }
    expect(latency).toBeCloseTo(0.96, 1);
  });
  it('keeps three segments of distance where there are no parts', () => {
    expect(baseTarget(0.334, 2)).toBeCloseTo(0.962, 2);
    expect(baseTarget(0, 2)).toBe(6);
    expect(baseTarget(0, 10)).toBe(15);
  });
});
