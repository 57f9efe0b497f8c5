import { expect, it } from 'vitest';
import { actsOf } from './block-menu.ts';
import { sessionOf, talkOf } from './test-programme.ts';

const all = { edits: true, runs: true };

it('a planned talk can be edited, delayed, swapped, taken off, cancelled', () => {
  expect(actsOf(talkOf('t', 'v', 480), all)).toEqual(['open', 'delay', 'swap', 'unschedule', 'cancel']);
});
it('what has begun can only be edited; what is cancelled is planned again', () => {
  expect(actsOf(talkOf('t', 'v', 480, { state: 'now' }), all)).toEqual(['open']);
  expect(actsOf(talkOf('t', 'v', 480, { state: 'cancelled' }), all)).toEqual(['open', 'revive']);
});
it('a session can be edited; the director delays and swaps only; others nothing', () => {
  expect(actsOf(sessionOf('s', 'v', 480, 60), all)).toEqual(['open']);
  expect(actsOf(talkOf('t', 'v', 480), { edits: false, runs: true })).toEqual(['delay', 'swap']);
  expect(actsOf(talkOf('t', 'v', 480), { edits: false, runs: false })).toEqual([]);
  expect(actsOf(undefined, all)).toEqual([]);
});
