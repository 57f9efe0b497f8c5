import { expect, it } from 'vitest';
import type { ProgrammeMark } from '#contracts/conference.ts';
import { clashesOf, marksWhile } from './clashes.ts';
import { sessionOf, talkOf } from './test-programme.ts';

const clock = (at: number) => String(at / 60_000);
const person = (name: string, unit = '示例医院') => ({ name, unit, title: '' });
const kinds = (programme: Parameters<typeof clashesOf>[0], ...ids: string[]) =>
  clashesOf(programme, new Set(ids), clock).map(({ kind, things }) => [kind, ...things]);

it('a talk that overlaps another of its venue is marked with it, back to back is none', () => {
  const talks = [talkOf('a', 'v', 480), talkOf('b', 'v', 495), talkOf('c', 'v', 515), talkOf('d', 'w', 480)];
  expect(kinds({ sessions: [], talks }, 'a')).toEqual([['overlap', 'a', 'b']]);
  expect(kinds({ sessions: [], talks }, 'c')).toEqual([]);
});
it('a pair of which both move is marked once', () => {
  const talks = [talkOf('a', 'v', 480), talkOf('b', 'v', 490)];
  expect(kinds({ sessions: [], talks }, 'a', 'b')).toHaveLength(1);
});
it('a speaker in two venues at a time is marked, however the name is written; also as a chair', () => {
  const talks = [
    talkOf('a', 'v', 480, { speakers: [person('Li Ming')] }),
    talkOf('b', 'w', 490, { speakers: [person('ｌｉ ming')] }),
    talkOf('namesake', 'w', 480, { speakers: [person('Li Ming', '别处')] }),
  ];
  expect(kinds({ sessions: [], talks }, 'a')).toEqual([['speaker-twice', 'a', 'b']]);
  const sessions = [sessionOf('s', 'x', 400, 200, { chairs: [person('Li Ming')] })];
  expect(kinds({ sessions, talks: talks.slice(0, 1) }, 'a')).toEqual([['speaker-twice', 'a', 's']]);
});
it('cancelled talks and those without a time clash with nothing', () => {
  const talks = [
    talkOf('a', 'v', 480),
    talkOf('b', 'v', 480, { state: 'cancelled' }),
    talkOf('c', 'v', null),
  ];
  expect(kinds({ sessions: [], talks }, 'a')).toEqual([]);
});
it('until the server answers its marks of what moved give way to ours; what is missing stays missing', () => {
  const talks = [talkOf('a', 'v', 480), talkOf('b', 'v', 600)];
  const known: ProgrammeMark[] = [
    { kind: 'overlap', things: ['a', 'b'], detail: '' },
    { kind: 'speaker-missing', things: ['a'], detail: '' },
    { kind: 'gap', things: ['x', 'y'], detail: '' },
  ];
  const shown = marksWhile(known, { sessions: [], talks }, new Set(['a']), clock);
  expect(shown.map(({ kind }) => kind)).toEqual(['speaker-missing', 'gap']);
  expect(marksWhile(known, { sessions: [], talks }, new Set(), clock)).toBe(known);
});
