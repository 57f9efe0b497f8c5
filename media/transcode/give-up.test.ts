import { expect, it } from 'vitest';
import { GiveUpRule } from './give-up.ts';

/** Moments (s) at which a rung goes, sampled once a second. */
function run(lagAt: (second: number) => number, seconds: number): number[] {
  const rule = new GiveUpRule(3);
  return Array.from({ length: seconds }, (_, i) => i).filter((i) => rule.sample(lagAt(i), i * 1000));
}

it('forgives a short lag, and gives up when more than 3 s last for 4 s', () => {
  expect(run(() => 2.9, 60)).toEqual([]);
  expect(run((i) => (i % 4 === 3 ? 0.5 : 5), 60)).toEqual([]);
  expect(run((i) => (i < 10 ? 0.4 : 4), 15)).toEqual([14]);
});

it('lets a lighter ladder catch up before the next rung goes', () => {
  expect(run((i) => (i < 10 ? 6 : 0.5), 60)).toEqual([4]);
  expect(run(() => 6, 30)).toEqual([4, 12, 20, 28]);
});
