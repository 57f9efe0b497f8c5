import { describe, expect, it } from 'vitest';
import { arranged, movedIds, resized, shifted, snappedBy } from './arranging.ts';
import { at, midnight, sessionOf, talkOf } from './test-programme.ts';
import { minuteMs } from './time-axis.ts';

const programme = {
  sessions: [sessionOf('s', 'a', 480, 60), sessionOf('late', 'b', 600, 60)],
  talks: [
    talkOf('one', 'a', 480, { sessionId: 's' }),
    talkOf('two', 'a', 500, { sessionId: 's' }),
    talkOf('free', 'b', 480),
    talkOf('done', 'c', 480, { state: 'done' }),
    talkOf('loose', 'b', null),
  ],
};
const bounds = { venueIds: ['a', 'b', 'c'], from: midnight, to: at(24 * 60) };
const move = (ids: string[], minutes: number, columns = 0) =>
  shifted(programme, new Set(ids), { by: minutes * minuteMs, columns }, bounds);

describe('a move', () => {
  it('names the new venue only when there is one', () => {
    expect(move(['free'], 10)).toEqual({ sessions: [], talks: [{ id: 'free', plannedStart: at(490) }] });
    expect(move(['free'], 0, 1)?.talks).toEqual([{ id: 'free', venueId: 'c', plannedStart: at(480) }]);
  });
  it('moves all that are chosen by the same, as far as the one that comes to the edge first', () => {
    expect(move(['one', 'free'], 0, 5)?.talks.map(({ venueId }) => venueId)).toEqual(['b', 'c']);
    expect(move(['one', 'two'], -10_000)?.talks.map(({ plannedStart }) => plannedStart)).toEqual([
      midnight,
      at(20),
    ]);
  });
  it('leaves what has begun, and what has no time', () => {
    expect(move(['done'], 10)).toBeUndefined();
    expect(move(['loose'], 10)).toBeUndefined();
  });
  it('a session is moved with its talks, which are then not named', () => {
    expect(move(['s', 'one'], 10)).toEqual({ sessions: [{ id: 's', plannedStart: at(490) }], talks: [] });
  });
  it('a session of which a talk has begun stays', () => {
    const begun = { ...programme, talks: [talkOf('on', 'a', 480, { sessionId: 's', state: 'now' })] };
    expect(shifted(begun, new Set(['s']), { by: minuteMs, columns: 0 }, bounds)).toBeUndefined();
  });
  it('nothing is asked for when nothing moves', () => {
    expect(move(['free'], 0, 0)).toBeUndefined();
    expect(move(['one'], 0, -1)).toBeUndefined();
  });
  it('an odd start comes to lie on the 5 minutes', () => {
    expect(at(483) + snappedBy(at(483), 4 * minuteMs)).toBe(at(485));
  });
});

describe('a new length', () => {
  it('ends on the 5 minutes, and is never shorter than 5', () => {
    expect(resized(programme, 'free', at(513))?.talks).toEqual([{ id: 'free', plannedMinutes: 35 }]);
    expect(resized(programme, 'free', at(400))?.talks).toEqual([{ id: 'free', plannedMinutes: 5 }]);
    expect(resized(programme, 's', at(560))?.sessions).toEqual([{ id: 's', plannedMinutes: 80 }]);
  });
  it('is not given to what has begun, has no time, or has it already', () => {
    for (const id of ['done', 'loose', 'nobody']) expect(resized(programme, id, at(600))).toBeUndefined();
    expect(resized(programme, 'free', at(501))).toBeUndefined();
  });
});

describe('what is shown before the server answers', () => {
  const moved = (ids: string[], minutes: number, columns = 0) => {
    const arrangement = move(ids, minutes, columns);
    if (!arrangement) throw new Error('nothing moves');
    return arranged(programme, arrangement);
  };
  it('talks of a session move along', () => {
    const { talks } = moved(['s'], 30, 2);
    expect(
      talks.slice(0, 2).map(({ venueId, plannedStart, sessionId }) => [venueId, plannedStart, sessionId]),
    ).toEqual([
      ['c', at(510), 's'],
      ['c', at(530), 's'],
    ]);
  });
  it('a talk joins the session it falls into, or leaves its own', () => {
    const session = (ids: string[], minutes: number, columns = 0) =>
      moved(ids, minutes, columns).talks.find(({ id }) => id === ids[0])?.sessionId;
    expect(session(['free'], 130)).toBe('late');
    expect(session(['one'], 300)).toBeNull();
    expect(session(['free'], 20, -1)).toBe('s');
  });
  it('knows what is other than before', () => {
    expect([...movedIds(programme, moved(['s'], 30))].sort()).toEqual(['one', 's', 'two']);
    expect(movedIds(programme, programme).size).toBe(0);
  });
});
