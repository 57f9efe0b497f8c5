import { describe, expect, it } from 'vitest';
import { holdMs, holdPeak, meterFraction, meterZone, shownPeak } from './meter-scale.ts';

describe('sound meters', () => {
  it('are empty at −60 dB and below, full at 0 dB and above', () => {
    expect([-100, -60, -30, 0, 6].map(meterFraction)).toEqual([0, 0, 0.5, 1, 1]);
  });
  it('are empty for what is no number', () => {
    expect(meterFraction(Number.NaN)).toBe(0);
    expect(meterFraction(Number.NEGATIVE_INFINITY)).toBe(0);
  });
  it('are green, yellow from −18 dB, red from −6 dB', () => {
    expect([-18.1, -18, -6.1, -6].map(meterZone)).toEqual(['green', 'yellow', 'yellow', 'red']);
  });
  it('hold a peak for two seconds, then let it fall, never below the newest', () => {
    const first = holdPeak(undefined, -6, 0);
    expect(holdPeak(first, -20, 1000)).toBe(first);
    expect(shownPeak(first, holdMs)).toBe(-6);
    expect(shownPeak(first, holdMs + 500)).toBe(-16);
    expect(holdPeak(first, -20, holdMs + 1000)).toEqual({ db: -20, at: holdMs + 1000 });
    expect(holdPeak(first, -3, 100)).toEqual({ db: -3, at: 100 });
  });
});
