import { describe, expect, it } from 'vitest';
import type { Session } from '#contracts/conference.ts';
import type { Talk } from '#contracts/talk.ts';
import { agendaLines } from './agenda.ts';

const zone = 'Asia/Shanghai';
const at = (day: number, hour: number) => Date.UTC(2027, 3, day, hour - 8);
const session = (id: string, venueId: string, plannedStart: number): Session => ({
  ...{ id, venueId, plannedStart, plannedMinutes: 90, title: id, chairs: [], conferenceId: 'c', key: null },
});
const talk = (
  id: string,
  venueId: string,
  plannedStart: number | null,
  sessionId: string | null = null,
): Talk => ({
  ...{ id, venueId, plannedStart, sessionId, plannedMinutes: 20, title: id, speakers: [], download: 'no' },
  ...{
    type: 'talk',
    abstract: '',
    position: 0,
    state: 'planned',
    actualStart: null,
    actualEnd: null,
    key: null,
  },
  ...{ changed: null, deck: null, replay: null },
});
const programme = {
  sessions: [session('S2', 'b', at(1, 9)), session('S1', 'a', at(1, 14))],
  talks: [
    talk('late', 'a', at(1, 15), 'S1'),
    talk('early', 'a', at(1, 14), 'S1'),
    talk('free', 'a', at(1, 8)),
    talk('other day', 'b', at(2, 9), 'S2'),
    talk('no time', 'b', null),
  ],
  marks: [{ kind: 'gap' as const, things: ['late'], detail: '' }],
};
const ids = (day: string | undefined, venueId?: string) =>
  agendaLines(programme, ['a', 'b'], { day, venueId }, zone).map(({ id }) => id);

describe('the agenda', () => {
  it('goes by day, venue and time, with talks below their session', () => {
    expect(ids('2027-04-01')).toEqual(['free', 'S1', 'early', 'late', 'S2']);
    expect(ids(undefined)).toEqual(['free', 'S1', 'early', 'late', 'S2', 'other day', 'no time']);
  });
  it('shows a talk on its own day with its session, and talks without a time apart', () => {
    expect(ids('2027-04-02')).toEqual(['S2', 'other day']);
    expect(ids('none')).toEqual(['no time']);
  });
  it('keeps to one venue', () => {
    expect(ids('2027-04-01', 'b')).toEqual(['S2']);
  });
  it('carries the marks', () => {
    const lines = agendaLines(programme, ['a', 'b'], { day: undefined, venueId: undefined }, zone);
    expect(lines.find(({ id }) => id === 'late')?.marks).toHaveLength(1);
    expect(lines.find(({ id }) => id === 'early')?.marks).toHaveLength(0);
  });
});
