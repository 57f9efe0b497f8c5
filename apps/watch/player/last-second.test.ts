import { expect, it } from 'vitest';
import { LastSecond } from './last-second.ts';

it('tells the end soon after the last of it was played, though no end was announced', () => {
  const end = new LastSecond();
  expect(end.over({ since: 900, waiting: false, left: 0.4 })).toBe(false);
  expect(end.over({ since: 1900, waiting: true, left: 0.3 })).toBe(false);
  expect(end.over({ since: 2900, waiting: true, left: 0.3 })).toBe(true);
});

it('waits longer for who has more to see, but not for ever', () => {
  const end = new LastSecond();
  for (let since = 1000; since <= 15_000; since += 1000)
    expect(end.over({ since, waiting: true, left: 4 })).toBe(false);
  expect(end.over({ since: 15_100, waiting: true, left: 4 })).toBe(true);
});

it('a moment without data does not count when it plays on, nor while the playlist is unknown', () => {
  const end = new LastSecond();
  expect(end.over({ since: 1000, waiting: true, left: 0.5 })).toBe(false);
  expect(end.over({ since: 2000, waiting: false, left: 0.2 })).toBe(false);
  expect(end.over({ since: 3000, waiting: true, left: 0.1 })).toBe(false);
  expect(end.over({ since: 4000, waiting: true, left: undefined })).toBe(false);
});
