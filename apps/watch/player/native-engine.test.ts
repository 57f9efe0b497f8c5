import { describe, expect, it } from 'vitest';
import type { EngineEvents } from './engine.ts';
import { NativeEngine } from './native-engine.ts';
import { dateAt, timeWithin } from './time-map.ts';

describe('an iPhone that plays HLS by itself', () => {
  it('tells the moment on both sides of a discontinuity, where its start date changes', () => {
    const video = {
      currentTime: 0,
      duration: Number.POSITIVE_INFINITY,
      seekable: { length: 1, start: () => 2, end: () => 60 },
      // Safari tells the date of the playhead less its media time: another date after the encoder was away.
      getStartDate: () => new Date(video.currentTime < 30 ? 1_000_000 : 1_045_000),
      addEventListener: () => {},
      src: '',
    };
    const nothing = () => {};
    const events: EngineEvents = {
      failed: nothing,
      incompatible: nothing,
      refused: nothing,
      levels: nothing,
      activity: nothing,
      timeline: nothing,
    };
    const source = { url: 'x', lowLatency: false, live: true, bandwidth: 1 };
    const engine = new NativeEngine(video as unknown as HTMLVideoElement, source, events);
    const date = () => dateAt(engine.spans(), video.currentTime);
    video.currentTime = 29.9;
    expect(date()).toBeCloseTo(1_029_900, 3);
    video.currentTime = 30.1;
    expect(date()).toBeCloseTo(1_075_100, 3);
    video.currentTime = 10;
    expect(date()).toBeCloseTo(1_010_000, 3);
  });
});

describe('media time of a date', () => {
  it('is found in clips joined in any order', () => {
    const spans = [
      { start: 0, duration: 10, programDateTime: 500_000 },
      { start: 10, duration: 10, programDateTime: 100_000 },
    ];
    expect(timeWithin(spans, 504_000)).toBe(4);
    expect(timeWithin(spans, 103_000)).toBe(13);
    expect(timeWithin(spans, 300_000)).toBeUndefined();
  });
});
