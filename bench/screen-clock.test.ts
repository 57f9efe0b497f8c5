import { expect, it } from 'vitest';
import { summarise } from './screen-clock.ts';

const samples = Array.from({ length: 90 }, (_, i) => ({
  drawn: 1_000_000 + i * 200,
  axis: 1_000_000 + i * 200 + 20,
  shown: 1_000_000 + i * 200 + (i < 30 ? 900 : 1000),
  height: i < 45 ? 720 : 480,
}));

it('splits glass to glass at the server and compares the last third with the first', () => {
  expect(summarise({ samples, unreadable: 2 })).toEqual({
    samples: 90,
    unreadable: 2,
    glassToGlass: { p50: 1000, p95: 1000, max: 1000 },
    encoderAndPush: { p50: 20, p95: 20 },
    serverToScreen: { p50: 980, p95: 980 },
    medianFirstThird: 900,
    medianLastThird: 1000,
    heights: { 720: 0.5, 480: 0.5 },
  });
});

it('claims nothing of a screen that showed no clock', () => {
  const { glassToGlass, samples: count } = summarise({ samples: [], unreadable: 7 });
  expect([glassToGlass.p50, glassToGlass.p95, count]).toEqual([Number.NaN, Number.NaN, 0]);
});
