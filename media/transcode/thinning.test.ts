import { expect, it } from 'vitest';
import { Thinning } from './thinning.ts';

it('thins out pictures first, then sound, after two samples over the budget each', () => {
  const thinning = new Thinning(0.5);
  expect(thinning.share.soundEvery).toBe(1);
  const shares = [];
  for (let i = 0; i < 20; i++) if (thinning.sample(0.9)) shares.push({ i, ...thinning.share });
  expect(shares.map(({ i }) => i)).toEqual([1, 3, 5, 7, 9]);
  const firstThinSound = shares.findIndex(({ soundEvery }) => soundEvery > 1);
  expect(firstThinSound).toBe(3);
  for (const [i, share] of shares.entries()) {
    expect(share.pictureMs).toBeGreaterThanOrEqual(shares[i - 1]?.pictureMs ?? 0);
  }
});

it('returns step by step only when well under the budget for a minute', () => {
  const thinning = new Thinning(0.5);
  thinning.sample(0.9);
  thinning.sample(0.9);
  expect(thinning.step).toBe(1);
  for (let i = 0; i < 30; i++) expect(thinning.sample(0.4)).toBe(false);
  const changes = Array.from({ length: 12 }, () => thinning.sample(0.1));
  expect(changes.indexOf(true)).toBe(11);
  expect(thinning.step).toBe(0);
});
