import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ClipRecord } from '#conference/clip/clip.ts';
import { TellOutside } from './tell-outside.ts';

type T = { id: string; title: string; state: 'planned' | 'now' | 'done'; actualStart: null; actualEnd: null };
const talk = (id: string, state: T['state']): T => ({
  id,
  title: id,
  state,
  actualStart: null,
  actualEnd: null,
});
const clip = (change: Partial<ClipRecord>) =>
  ({
    id: 'r',
    venueId: 'v',
    talkId: 'a',
    title: 'a',
    version: 1,
    state: 'published',
    empty: false,
    ...change,
  }) as ClipRecord;

let talks: T[];
let changed: (venueId: string) => void;
let clips: ClipRecord[];
let told: string[];
let outside: TellOutside;
beforeEach(() => {
  vi.useFakeTimers();
  talks = [talk('a', 'planned'), talk('b', 'planned')];
  clips = [clip({ id: 'old' })];
  told = [];
  outside = new TellOutside(
    {
      emit: async (event, conference, data) =>
        void told.push(`${event} ${conference} ${String(data.clip ?? data.talk ?? data.venue ?? '')}`.trim()),
      venues: { get: (id) => (id === 'v' ? ({ conferenceId: 'c' } as never) : undefined) },
      clips: { list: () => clips },
      talks: {
        list: () => talks,
        onChanged: (hook) => {
          changed = hook;
          return () => undefined;
        },
      },
    },
    ['v'],
  );
});
afterEach(() => {
  outside.close();
  vi.useRealTimers();
});

it('talks that start and end are told once, changes of the programme as one', () => {
  talks = [talk('a', 'now'), talk('b', 'planned')];
  changed('v');
  changed('v');
  talks = [talk('a', 'done'), talk('b', 'now')];
  changed('v');
  expect(told).toEqual(['talk.started c a', 'talk.ended c a', 'talk.started c b']);
  vi.advanceTimersByTime(2000);
  expect(told.slice(3)).toEqual(['programme.changed c']);
});

it('a replay is told when it can be watched, once a version', () => {
  const states: Partial<ClipRecord>[] = [{ state: 'hidden' }, { empty: true }, {}, {}, { version: 2 }];
  for (const state of states) {
    clips = [clip({ id: 'old' }), clip(state)];
    changed('v');
  }
  expect(told).toEqual(['replay.ready c r', 'replay.ready c r']);
});

it('a venue going live and ending is told, one that is gone is not', () => {
  outside.venueLive('v', 'r1');
  outside.venueEnded('v', 'r1', 5);
  outside.venueLive('gone', 'r2');
  expect(told).toEqual(['venue.live c v', 'venue.ended c v']);
});
