import { expect, it } from 'vitest';
import { doneAgain, made, nothingDone, takenBack } from './undo-stack.ts';

it('changes are taken back newest first, and done again by the number of the undo', () => {
  const two = made(made(nothingDone, 1), 2);
  const back = takenBack(two, 3);
  expect(back).toEqual({ done: [1], undone: [3] });
  expect(doneAgain(back, 4)).toEqual({ done: [1, 4], undone: [] });
});
it('a new change forgets what was taken back', () => {
  expect(made(takenBack(made(nothingDone, 1), 2), 3)).toEqual({ done: [3], undone: [] });
});
it('the same change is kept once', () => {
  expect(made(made(nothingDone, 1), 1).done).toEqual([1]);
});
it('an undo of unknown number cannot be done again', () => {
  expect(takenBack(made(nothingDone, 1), undefined)).toEqual(nothingDone);
});
