import { describe, expect, it } from 'vitest';
import type { Now } from '#contracts/now.ts';
import { pollDelay, readNow } from './now-poller.ts';

const now: Now = {
  state: 'live',
  run: 'r',
  since: 0,
  runStart: 0,
  tier: 'standard',
  tracks: {},
  at: 0,
};
const answer = (state: Now['state']) =>
  ({ kind: 'now', now: { ...now, state }, receivedAt: 0, sentAt: 0 }) as const;

describe('asking now.json', () => {
  it('asks every 1 to 2 s while something may change, less after the end and where nobody looks', () => {
    for (const state of ['off', 'live', 'break', 'away'] as const) {
      expect(pollDelay(answer(state), false, 0)).toBeGreaterThanOrEqual(1000);
      expect(pollDelay(answer(state), false, 1)).toBeLessThanOrEqual(2000);
    }
    expect(pollDelay(answer('ended'), false, 0.5)).toBe(5000);
    expect(pollDelay(answer('live'), true, 0.5)).toBe(8000);
  });
  it('fault 100: after errors waits longer and spread out', () => {
    expect(pollDelay({ kind: 'lost', failures: 1 }, false, 0)).toBeCloseTo(700);
    expect(pollDelay({ kind: 'lost', failures: 1 }, false, 1)).toBeCloseTo(1300);
    expect(pollDelay({ kind: 'lost', failures: 50 }, false, 1)).toBeCloseTo(13_000);
  });
  it('takes an answer that is not ours for none', () => {
    expect(readNow('<html>')).toBeUndefined();
    expect(readNow({ state: 'party', tracks: {} })).toBeUndefined();
    expect(readNow(null)).toBeUndefined();
    expect(readNow(now)).toBe(now);
  });
});
