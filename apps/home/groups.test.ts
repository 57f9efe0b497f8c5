import { describe, expect, it } from 'vitest';
import type { ConferenceState } from '#contracts/conference.ts';
import { grouped, groupOf } from './groups.ts';

const now = Date.parse('2026-11-22T17:00:00Z'); // Already the 23rd in Shanghai.
const of = (state: ConferenceState, startDate: string, endDate: string, live = 0) => ({
  ...{ state, startDate, endDate, live },
  timeZone: 'Asia/Shanghai',
});

describe('groups of the front page', () => {
  it('follow the state, and the days where nobody moved the state on', () => {
    expect(groupOf(of('running', '2026-12-01', '2026-12-02'), now)).toBe('on');
    expect(groupOf(of('published', '2026-11-23', '2026-11-24'), now)).toBe('on');
    expect(groupOf(of('published', '2026-11-24', '2026-11-24'), now)).toBe('coming');
    expect(groupOf(of('published', '2026-11-21', '2026-11-22'), now)).toBe('over');
    expect(groupOf(of('over', '2026-11-23', '2026-11-24'), now)).toBe('over');
  });

  it('put a conference with a venue on the air among those that are on, whatever its state says', () => {
    expect(groupOf(of('over', '2026-10-01', '2026-10-02', 1), now)).toBe('on');
  });

  it('show what comes soonest first, and of the past the latest', () => {
    const all = [
      of('published', '2027-03-01', '2027-03-02'),
      of('over', '2025-05-01', '2025-05-02'),
      of('published', '2026-12-01', '2026-12-02'),
      of('over', '2026-05-01', '2026-05-02'),
    ];
    expect(
      grouped(all, now).map(({ group, items }) => [group, ...items.map((one) => one.startDate)]),
    ).toEqual([
      ['coming', '2026-12-01', '2027-03-01'],
      ['over', '2026-05-01', '2025-05-01'],
    ]);
  });
});
