import { describe, expect, it } from 'vitest';
import { offsetFrom } from './clock.ts';
import { freshFor, nextDelay, statusPace } from './poll.ts';

describe('polling the status', () => {
  it('asks every second, less often in a hidden tab', () => {
    expect(nextDelay(statusPace, 0, false)).toBe(1000);
    expect(nextDelay(statusPace, 0, true)).toBe(3000);
  });
  it('backs off with every failure, up to 10 s', () => {
    const delays = [1, 2, 3, 4, 50].map((failures) => nextDelay(statusPace, failures, false));
    expect(delays).toEqual([2000, 4000, 8000, 10_000, 10_000]);
  });
  it('never calls an answer fresh that is older than three missed requests', () => {
    expect(freshFor(statusPace, false)).toBeLessThan(4000);
    expect(freshFor(statusPace, true)).toBeGreaterThan(statusPace.hidden);
  });
});

describe('the server’s clock', () => {
  const now = Date.parse('2026-05-01T10:00:00Z');
  it('is followed when this machine is minutes off', () => {
    expect(offsetFrom('Fri, 01 May 2026 10:05:00 GMT', now)).toBe(300_500);
  });
  it('is not corrected within the second that the header is exact to, nor by a header it cannot read', () => {
    expect(offsetFrom('Fri, 01 May 2026 10:00:01 GMT', now)).toBe(0);
    expect(offsetFrom('soon', now)).toBe(0);
    expect(offsetFrom(null, now)).toBe(0);
  });
});
