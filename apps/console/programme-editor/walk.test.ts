import { expect, it } from 'vitest';
import { layDay } from './day-layout.ts';
import { day, sessionOf, talkOf, zone } from './test-programme.ts';
import { walked } from './walk.ts';

const columns = layDay(
  {
    sessions: [sessionOf('s', 'a', 480, 60)],
    talks: [talkOf('a1', 'a', 480), talkOf('a2', 'a', 500), talkOf('c1', 'c', 480), talkOf('c2', 'c', 505)],
  },
  day,
  ['a', 'b', 'c'],
  zone,
);

it('up and down go through the venue, a session before its talks', () => {
  expect(walked(columns, 's', 'down')).toBe('a1');
  expect(walked(columns, 'a1', 'up')).toBe('s');
  expect(walked(columns, 'a2', 'down')).toBeUndefined();
});
it('left and right go to the nearest in time, over venues without anything', () => {
  expect(walked(columns, 'a2', 'right')).toBe('c2');
  expect(walked(columns, 'c1', 'left')).toBe('a1');
  expect(walked(columns, 'c1', 'right')).toBeUndefined();
});
it('a session without sessions beside it leads to a talk', () => {
  expect(walked(columns, 's', 'right')).toBe('c1');
});
it('first and last are those of the venue', () => {
  expect([walked(columns, 'a2', 'first'), walked(columns, 's', 'last')]).toEqual(['s', 'a2']);
});
it('from what is not there nothing leads anywhere', () => {
  expect(walked(columns, 'nobody', 'down')).toBeUndefined();
});
