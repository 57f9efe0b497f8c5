import { expect, it } from 'vitest';
import { around } from './ahead.ts';

it('fetches the next pages first, and never one there is not', () => {
  expect(around(3, 20)).toEqual([4, 5, 6, 2, 7, 8]);
  expect(around(0, 3)).toEqual([1, 2]);
  expect(around(-1, 3)).toEqual([0, 1, 2]);
  expect(around(2, 3)).toEqual([1]);
});
