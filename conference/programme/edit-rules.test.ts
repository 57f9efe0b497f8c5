import { describe, expect, it } from 'vitest';
import type { SessionRecord } from '../session/session.ts';
import type { TalkRecord } from '../talk/talk.ts';
import { markedChange, placed } from './change.ts';
import { delayed, sessionAt, swapped } from './edit-rules.ts';
import { marksOf } from './marks.ts';

const minute = 60_000;
const morning = Date.parse('2026-11-22T08:00:00+08:00');
const talk = (id: string, minutes: number | null, over: Partial<TalkRecord> = {}): TalkRecord => ({
  ...{
    id,
    venueId: 'v',
    position: Number(id.slice(1)),
    title: id,
    speakers: [{ name: `N${id}`, unit: '', title: '' }],
  },
  ...{
    plannedStart: minutes === null ? null : morning + minutes * minute,
    plannedMinutes: 20,
    download: 'no',
  },
  ...{ state: 'planned', actualStart: null, actualEnd: null, sessionId: null, type: 'talk', abstract: '' },
  ...{ key: null, changed: null, createdAt: 0 },
  ...over,
});
const session = (
  id: string,
  from: number,
  minutes: number,
  over: Partial<SessionRecord> = {},
): SessionRecord => ({
  ...{ id, conferenceId: 'c', venueId: 'v', title: id, chairs: [{ name: 'C', unit: '', title: '' }] },
  ...{ plannedStart: morning + from * minute, plannedMinutes: minutes, key: null, createdAt: 0 },
  ...over,
});
const at = ({ plannedStart }: { plannedStart: number | null }) =>
  plannedStart === null ? null : (plannedStart - morning) / minute;
const options = (minutes: number, scope: 'talk' | 'session' | 'day') => ({
  minutes,
  scope,
  timeZone: 'Asia/Shanghai',
});

describe('a delay', () => {
  const talks = [
    talk('t0', 0, { state: 'done', sessionId: 's' }),
    talk('t1', 20, { sessionId: 's' }),
    talk('t2', 40, { sessionId: 's' }),
    talk('t3', 60, { sessionId: 'z' }),
    talk('t4', 24 * 60),
  ];
  const sessions = [session('s', 0, 60), session('z', 60, 20)];
  const moved = (scope: 'talk' | 'session' | 'day', minutes = 10) => {
    const result = delayed(talks[1]!, talks, sessions, options(minutes, scope));
    return [
      result.talks.map((one) => [one.id, at(one)]),
      result.sessions.map((one) => [one.id, at(one), one.plannedMinutes]),
    ];
  };
  it('of one talk moves that talk', () => expect(moved('talk')).toEqual([[['t1', 30]], []]));
  it('of the session moves what follows in it, and the session grows', () =>
    expect(moved('session')).toEqual([
      [
        ['t1', 30],
        ['t2', 50],
      ],
      [['s', 0, 70]],
    ]));
  it('of the day moves later sessions whole, never another day or what has begun', () =>
    expect(moved('day')).toEqual([
      [
        ['t1', 30],
        ['t2', 50],
        ['t3', 70],
      ],
      [
        ['s', 0, 70],
        ['z', 70, 20],
      ],
    ]));
  it('may be negative', () =>
    expect(moved('session', -5)).toEqual([
      [
        ['t1', 15],
        ['t2', 35],
      ],
      [],
    ]));
});

describe('a swap', () => {
  it('side by side the second begins where the first then ends', () => {
    const [a, b] = swapped(talk('t0', 0, { plannedMinutes: 30 }), talk('t1', 30, { plannedMinutes: 10 }));
    expect([at(a), at(b), a.position, b.position]).toEqual([10, 0, 1, 0]);
  });
  it('of two venues takes venue, session and time', () => {
    const [a, b] = swapped(talk('t0', 0, { sessionId: 's' }), talk('t1', 30, { venueId: 'w' }));
    expect([a.venueId, a.sessionId, at(a), b.venueId, b.sessionId, at(b)]).toEqual([
      'w',
      null,
      30,
      'v',
      's',
      0,
    ]);
  });
});

describe('places', () => {
  it('a talk that moved goes where its time says, never before one that has begun', () => {
    const list = [talk('t0', 60, { state: 'now' }), talk('t1', 80), talk('t2', 100), talk('t3', 0)];
    expect(placed(list, new Set(['t3'])).map(({ id, position }) => [id, position])).toEqual([
      ['t3', 1],
      ['t1', 2],
      ['t2', 3],
    ]);
  });
  it('one without a time stays', () => {
    expect(placed([talk('t0', 0), talk('t1', null)], new Set(['t1']))).toEqual([]);
  });
  it('the session a time falls into is the shortest that holds it', () => {
    const all = [session('s', 0, 300), session('z', 60, 60), session('w', 60, 10, { venueId: 'w' })];
    expect(sessionAt(all, 'v', morning + 70 * minute)?.id).toBe('z');
    expect(sessionAt(all, 'v', morning + 400 * minute)).toBeUndefined();
  });
});

describe('what viewers are told of a change', () => {
  it('adds up, and a talk planned again is no longer cancelled', () => {
    const first = markedChange(talk('t0', 0), talk('t0', 5), 1);
    expect(first).toEqual({ at: 1, what: ['time'] });
    const cancelled = markedChange(
      talk('t0', 5, { changed: first }),
      talk('t0', 5, { state: 'cancelled' }),
      2,
    );
    expect(cancelled).toEqual({ at: 2, what: ['time', 'cancelled'] });
    const back = markedChange(talk('t0', 5, { state: 'cancelled', changed: cancelled }), talk('t0', 5), 3);
    expect(back).toEqual({ at: 3, what: ['time'] });
    expect(markedChange(talk('t0', 5, { changed: back }), talk('t0', 5, { abstract: 'x' }), 4)).toBe(back);
    expect(markedChange(undefined, talk('t0', 0), 5)).toEqual({ at: 5, what: ['new'] });
  });
});

describe('marks of clashes and gaps', () => {
  const input = { timeZone: 'Asia/Shanghai', startDate: '2026-11-22', endDate: '2026-11-22' };
  const kinds = (talks: TalkRecord[], sessions: SessionRecord[] = []) =>
    marksOf({ ...input, talks, sessions }).map(({ kind, things }) => [kind, ...things]);
  it('two talks at one time in a venue', () => {
    expect(kinds([talk('t0', 0), talk('t1', 10)])).toEqual([['overlap', 't0', 't1']]);
    expect(kinds([talk('t0', 0), talk('t1', 20)])).toEqual([]);
    expect(kinds([talk('t0', 0), talk('t1', 10, { state: 'cancelled' })])).toEqual([]);
  });
  it('one person in two venues at one time, whatever the spaces and signs of the unit; a chair too', () => {
    const person = (unit: string) => [{ name: '张 三', unit, title: '' }];
    const two = [
      talk('t0', 0, { speakers: person('协和医院') }),
      talk('t1', 10, { venueId: 'w', speakers: [{ name: '张三', unit: ' 协和医院。', title: '教授' }] }),
    ];
    expect(kinds(two)).toEqual([['speaker-twice', 't0', 't1']]);
    expect(kinds([two[0]!, { ...two[1]!, speakers: person('瑞金医院') }])).toEqual([]);
    expect(kinds([two[0]!], [session('s', 0, 60, { venueId: 'w', chairs: person('协和医院') })])).toEqual([
      ['speaker-twice', 't0', 's'],
    ]);
  });
  it('no chair, no speaker; a break needs neither', () => {
    const bare = talk('t0', 0, { speakers: [], sessionId: 's' });
    const kind = kinds([bare], [session('s', 0, 60, { chairs: [] })]);
    expect(kind).toEqual([
      ['chair-missing', 's'],
      ['speaker-missing', 't0'],
    ]);
    expect(kinds([{ ...bare, type: 'break' }], [session('s', 0, 60, { chairs: [] })])).toEqual([]);
  });
  it('a gap within a session, a talk outside of it, and outside of the dates', () => {
    const s = session('s', 0, 60);
    expect(kinds([talk('t0', 0, { sessionId: 's' }), talk('t1', 30, { sessionId: 's' })], [s])).toEqual([
      ['gap', 't0', 't1'],
    ]);
    expect(kinds([talk('t0', 50, { sessionId: 's' })], [s])).toEqual([['outside-session', 't0', 's']]);
    expect(kinds([talk('t0', 24 * 60)])).toEqual([['outside-dates', 't0']]);
  });
  it('two thousand talks take less than 200 ms', () => {
    const many = Array.from({ length: 2000 }, (_, i) =>
      talk(`t${i}`, (i % 50) * 10, {
        venueId: `v${i % 40}`,
        speakers: [{ name: `P${i % 300}`, unit: 'U', title: '' }],
      }),
    );
    const from = performance.now();
    marksOf({ ...input, talks: many, sessions: [] });
    expect(performance.now() - from).toBeLessThan(1000);
  });
});
