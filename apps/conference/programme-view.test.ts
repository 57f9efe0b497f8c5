import { describe, expect, it } from 'vitest';
import type { PublicTalk, PublicVenue } from '#contracts/conference.ts';
import type { Programme } from './programme-feed.ts';
import { byTime, columnsOf, daysOf, dayToShow, matches, peopleOf, phaseOf } from './programme-view.ts';
import { datesText, startOfDay } from './times.ts';

const open = { join: 'any', kinds: ['open'], fen: null, previewMinutes: 0, from: null } as const;
const access = { live: { ...open, kinds: ['open' as const] }, replay: { ...open, kinds: ['open' as const] } };
const talk = (id: string, start: string | null, more: Partial<PublicTalk> = {}): PublicTalk => ({
  id,
  title: id,
  speakers: [],
  plannedStart: start === null ? null : Date.parse(start),
  plannedMinutes: 20,
  actualStart: null,
  actualEnd: null,
  state: 'planned',
  replay: null,
  courseware: [],
  venueId: 'v1',
  sessionId: null,
  type: 'talk',
  abstract: '',
  changed: null,
  access,
  ...more,
});
const venue = (id: string, state: PublicVenue['state'] = 'off'): PublicVenue => ({
  id,
  title: id,
  state,
  now: null,
  next: null,
  watching: 0,
  preview: null,
  access,
});
const zone = 'Asia/Shanghai';
const conference = {
  state: 'published',
  startDate: '2026-11-21',
  endDate: '2026-11-22',
  timeZone: zone,
} as const;
const programme = (talks: PublicTalk[], venues = [venue('v1'), venue('v2')]): Programme => ({
  rev: 1,
  venues,
  sessions: [],
  talks,
});

describe('programme view', () => {
  it("sorts talks into the conference's days, not the viewer's", () => {
    // 23:30 in UTC is the next morning in Shanghai.
    const talks = [
      talk('a', '2026-11-20T23:30:00Z'),
      talk('b', '2026-11-21T15:59:00Z'),
      talk('c', '2026-11-21T16:00:00Z'),
    ];
    expect(daysOf(talks, zone)).toEqual(['2026-11-21', '2026-11-22']);
  });
  it('shows today, else the next day with talks, else the last', () => {
    const days = ['2026-11-21', '2026-11-23'];
    expect(dayToShow(days, '2026-11-20')).toBe('2026-11-21');
    expect(dayToShow(days, '2026-11-22')).toBe('2026-11-23');
    expect(dayToShow(days, '2026-12-01')).toBe('2026-11-23');
    expect(dayToShow([], '2026-12-01')).toBeUndefined();
  });
  it("keeps the venues' order and the planned order in each, and leaves out venues without talks that day", () => {
    const all = programme([
      talk('late', '2026-11-21T03:00:00Z', {
        venueId: 'v2',
        actualStart: Date.parse('2026-11-21T00:00:00Z'),
      }),
      talk('early', '2026-11-21T01:00:00Z', { venueId: 'v2' }),
      talk('tomorrow', '2026-11-22T01:00:00Z'),
    ]);
    const columns = columnsOf(all, '2026-11-21', zone);
    expect(columns.map((column) => column.venue.id)).toEqual(['v2']);
    expect(byTime(columns).map((one) => one.talk.id)).toEqual(['early', 'late']);
  });
  it('is before until the first talk, during while a venue is on, after on the day past the last', () => {
    const all = programme([talk('a', '2026-11-21T00:30:00Z')]);
    expect(phaseOf(conference, all, Date.parse('2026-11-21T00:29:00Z'))).toBe('before');
    expect(phaseOf(conference, all, Date.parse('2026-11-21T00:31:00Z'))).toBe('during');
    expect(phaseOf(conference, all, Date.parse('2026-11-22T15:59:00Z'))).toBe('during');
    expect(phaseOf(conference, all, Date.parse('2026-11-22T16:00:00Z'))).toBe('after');
    const on = programme(all.talks as PublicTalk[], [venue('v1', 'live')]);
    expect(phaseOf(conference, on, Date.parse('2026-11-20T00:00:00Z'))).toBe('during');
    expect(phaseOf({ ...conference, state: 'over' }, on, 0)).toBe('after');
  });
  it('lists a speaker once with all talks, and two people of one name at two hospitals twice', () => {
    const wang = { name: '王芳', unit: '甲医院', title: '' };
    const other = { name: '王芳', unit: '乙医院', title: '' };
    const people = peopleOf(
      [
        talk('b', '2026-11-21T02:00:00Z', { speakers: [wang] }),
        talk('a', '2026-11-21T01:00:00Z', { speakers: [wang, other] }),
      ],
      'zh-CN',
    );
    expect(people.map((one) => [one.speaker.unit, one.talks.map((each) => each.id)])).toEqual([
      ['甲医院', ['a', 'b']],
      ['乙医院', ['a']],
    ]);
  });
  it('finds words in any order, in full-width letters too', () => {
    expect(matches('ct ＦＦＲ', ['冠状动脉 CT 血流储备分数 FFR'])).toBe(true);
    expect(matches('ct mri', ['冠状动脉 CT'])).toBe(false);
    expect(matches('  ', [''])).toBe(true);
  });
  it('says the days of a conference without repeating what is the same', () => {
    expect(datesText('2026-11-21', '2026-11-21')).toBe('2026年11月21日');
    expect(datesText('2026-11-21', '2026-11-23')).toBe('2026年11月21日–23日');
    expect(datesText('2026-11-30', '2026-12-02')).toBe('2026年11月30日–12月2日');
    expect(datesText('2026-12-31', '2027-01-01')).toBe('2026年12月31日–2027年1月1日');
  });
  it('knows where a day begins in a zone with summer time', () => {
    expect(new Date(startOfDay('2026-03-29', 'Europe/Berlin')).toISOString()).toBe(
      '2026-03-28T23:00:00.000Z',
    );
    expect(new Date(startOfDay('2026-03-30', 'Europe/Berlin')).toISOString()).toBe(
      '2026-03-29T22:00:00.000Z',
    );
  });
});
