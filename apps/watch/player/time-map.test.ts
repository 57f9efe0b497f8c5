import { describe, expect, it } from 'vitest';
import { dateAt, dateRange, timeAt } from './time-map.ts';

/** Two seconds each; the encoder was away for 60 s after the second. */
const spans = [
  { start: 10, duration: 2, programDateTime: 100_000 },
  { start: 12, duration: 2, programDateTime: 102_000 },
  { start: 14, duration: 2, programDateTime: 164_000 },
];

describe('dates and media time', () => {
  it('maps both ways across a hole in dates', () => {
    expect(dateAt(spans, 13)).toBe(103_000);
    expect(dateAt(spans, 14.5)).toBe(164_500);
    expect(timeAt(spans, 103_000)).toBe(13);
    expect(timeAt(spans, 164_500)).toBe(14.5);
  });
  it('takes a date in the hole to the first moment after it', () => {
    expect(timeAt(spans, 130_000)).toBe(14);
  });
  it('keeps to what there is at both ends', () => {
    expect(timeAt(spans, 5)).toBe(10);
    expect(timeAt(spans, 999_000)).toBe(16);
    expect(dateRange(spans)).toEqual({ from: 100_000, to: 166_000 });
  });
  it('says nothing without dates', () => {
    expect(dateAt([], 1)).toBeUndefined();
    expect(timeAt([{ start: 0, duration: 1, programDateTime: null }], 1)).toBeUndefined();
    expect(dateRange([])).toBeUndefined();
  });
});
