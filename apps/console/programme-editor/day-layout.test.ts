import { expect, it } from 'vitest';
import { layDay } from './day-layout.ts';
import { day, sessionOf, talkOf, zone } from './test-programme.ts';

const lanes = (talks: Parameters<typeof layDay>[0]['talks']) =>
  layDay({ sessions: [], talks }, day, ['v'], zone)[0]?.talks.map(({ id, lane, lanes }) => [id, lane, lanes]);

it('has a column for each venue, in order, also for those without anything', () => {
  const programme = { sessions: [sessionOf('s', 'b', 480, 60)], talks: [talkOf('t', 'b', 480)] };
  const columns = layDay(programme, day, ['a', 'b'], zone);
  expect(columns.map(({ venueId, sessions, talks }) => [venueId, sessions.length, talks.length])).toEqual([
    ['a', 0, 0],
    ['b', 1, 1],
  ]);
});
it('leaves out other days and what has no time', () => {
  const talks = [talkOf('before', 'v', -5), talkOf('after', 'v', 24 * 60), talkOf('none', 'v', null)];
  expect(lanes(talks)).toEqual([]);
});
it('talks one after the other have the whole width', () => {
  expect(lanes([talkOf('two', 'v', 500), talkOf('one', 'v', 480)])).toEqual([
    ['one', 0, 1],
    ['two', 0, 1],
  ]);
});
it('overlapping talks share the width, and a lane is used again when it is free', () => {
  const talks = [
    talkOf('long', 'v', 480, { plannedMinutes: 60 }),
    talkOf('a', 'v', 490),
    talkOf('b', 'v', 510),
    talkOf('alone', 'v', 540),
  ];
  expect(lanes(talks)).toEqual([
    ['long', 0, 2],
    ['a', 1, 2],
    ['b', 1, 2],
    ['alone', 0, 1],
  ]);
});
it('of 2,000 talks in 40 venues each of the day’s 400 is laid once', () => {
  const venues = Array.from({ length: 40 }, (_, v) => `v${v}`);
  const talks = venues.flatMap((venue, v) =>
    Array.from({ length: 50 }, (_, n) =>
      talkOf(`${v}-${n}`, venue, 480 + (n % 10) * 30 + Math.floor(n / 10) * 1440),
    ),
  );
  const columns = layDay({ sessions: [], talks }, day, venues, zone);
  expect(columns.flatMap(({ talks: own }) => own)).toHaveLength(400);
});
