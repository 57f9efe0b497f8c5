import { describe, expect, it } from 'vitest';
import type { Now } from '#contracts/now.ts';
import { en } from './messages/en.ts';
import { zhCN } from './messages/zh-CN.ts';
import { bannerFor, screenFor } from './screen.ts';

const now = (state: Now['state']): Now => ({
  state,
  run: 'r',
  since: 0,
  runStart: 0,
  tier: 'low-latency',
  tracks: {},
  at: 0,
});
const seen = {
  now: now('live'),
  link: 'ok',
  mode: 'live',
  finished: false,
  buffering: false,
  playing: true,
  soundOnly: false,
  fallback: false,
  noPicture: undefined,
  everStarted: true,
} as const;

describe('what stands in front of the picture', () => {
  it('is nothing while live, and words for every other state', () => {
    expect(screenFor(seen, true)).toBeUndefined();
    expect(screenFor({ ...seen, now: now('off'), mode: 'idle' }, true)).toBe('off');
    expect(screenFor({ ...seen, now: now('break') }, true)).toBe('break');
    expect(screenFor({ ...seen, now: now('ended'), mode: 'idle' }, true)).toBe('ended');
    expect(screenFor({ ...seen, mode: 'idle' }, true)).toBe('preparing');
  });
  it('lets the last seconds play out before it says that the encoder is away or that it ended', () => {
    expect(screenFor({ ...seen, now: now('away') }, true)).toBeUndefined();
    expect(screenFor({ ...seen, now: now('away'), buffering: true }, true)).toBe('away');
    expect(screenFor({ ...seen, now: now('ended') }, true)).toBeUndefined();
  });
  it('does not disturb who looks at an earlier moment', () => {
    for (const state of ['break', 'away', 'ended'] as const)
      expect(screenFor({ ...seen, now: now(state), mode: 'shift' }, true)).toBeUndefined();
    expect(screenFor({ ...seen, now: now('ended'), mode: 'replay', finished: true }, true)).toBe('finished');
  });
  it('tells an unknown venue, an unreachable server and no network apart', () => {
    const fresh = { ...seen, now: undefined, mode: 'idle' } as const;
    expect(screenFor({ ...fresh, link: 'connecting' }, true)).toBe('connecting');
    expect(screenFor({ ...fresh, link: 'unknownVenue' }, true)).toBe('unknown');
    expect(screenFor({ ...fresh, link: 'lost' }, true)).toBe('unreachable');
    expect(screenFor({ ...fresh, link: 'lost' }, false)).toBe('offline');
  });
  it('keeps the picture and adds a line when the network fails while playing', () => {
    expect(screenFor({ ...seen, link: 'lost' }, true)).toBeUndefined();
    expect(bannerFor({ ...seen, link: 'lost' }, true)).toBe('lost');
    expect(bannerFor(seen, false)).toBe('offline');
    expect(bannerFor({ ...seen, soundOnly: true, fallback: true }, true)).toBe('fallback');
    expect(bannerFor(seen, true)).toBeUndefined();
  });
  it('says that there is only sound, and whether the browser is why', () => {
    expect(bannerFor({ ...seen, noPicture: 'venue' }, true)).toBe('sound');
    expect(bannerFor({ ...seen, noPicture: 'browser' }, true)).toBe('codec');
    expect(bannerFor({ ...seen, noPicture: 'browser', soundOnly: true }, true)).toBe('codec');
    expect(bannerFor({ ...seen, noPicture: 'browser', now: now('ended'), mode: 'replay' }, true)).toBe(
      'codec',
    );
  });
  it('has words in both languages', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(zhCN).sort());
    expect(Object.values(en).every((text) => text.trim() !== '')).toBe(true);
  });
});
