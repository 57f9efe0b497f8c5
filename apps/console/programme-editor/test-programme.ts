/** Small programmes for tests of the grid. */
import type { Session } from '#contracts/conference.ts';
import type { Talk } from '#contracts/talk.ts';
import { minuteMs } from './time-axis.ts';

export const day = '2027-04-16';
export const zone = 'Asia/Shanghai';
export const midnight = Date.parse('2027-04-15T16:00:00Z');
/** Minutes after midnight there. */
export const at = (minutes: number): number => midnight + minutes * minuteMs;

export const talkOf = (
  id: string,
  venueId: string,
  start: number | null,
  more: Partial<Talk> = {},
): Talk => ({
  ...{ id, venueId, title: id, speakers: [], plannedStart: start === null ? null : at(start) },
  ...{ plannedMinutes: 20, download: 'no', sessionId: null, type: 'talk', abstract: '', position: 0 },
  ...{
    state: 'planned',
    actualStart: null,
    actualEnd: null,
    key: null,
    changed: null,
    deck: null,
    replay: null,
  },
  ...more,
});
export const sessionOf = (
  id: string,
  venueId: string,
  start: number,
  minutes: number,
  more: Partial<Session> = {},
): Session => ({
  ...{ id, venueId, conferenceId: 'c', title: id, chairs: [], plannedStart: at(start) },
  ...{ plannedMinutes: minutes, key: null },
  ...more,
});
