import { describe, expect, it } from 'vitest';
import { type ConferenceSettings, conferenceDefaults, conferenceStates } from '#contracts/conference.ts';
import { dayAt, dueState, isFrozen, mayMove, settingsProblem, shiftBetween } from './conference-rules.ts';

const settings = (change: Partial<ConferenceSettings> = {}): ConferenceSettings => ({
  ...conferenceDefaults,
  titleZh: '心血管年会',
  startDate: '2026-03-20',
  endDate: '2026-03-22',
  ...change,
});

describe('the state of a conference', () => {
  it('moves forwards step by step, and back only where nothing is lost by it', () => {
    const allowed = conferenceStates.flatMap((from) =>
      conferenceStates.filter((to) => from !== to && mayMove(from, to)).map((to) => `${from} ${to}`),
    );
    expect(allowed).toEqual([
      'draft published',
      'published draft',
      'published running',
      'published over',
      'running over',
      'over running',
      'over archived',
      'archived over',
    ]);
  });

  it.each([
    ['published', '2026-03-19T15:59Z', undefined],
    ['published', '2026-03-19T16:00Z', 'running'],
    ['running', '2026-03-22T15:59Z', undefined],
    ['running', '2026-03-22T16:00Z', 'over'],
    ['published', '2026-04-01T00:00Z', 'over'],
    ['draft', '2026-03-21T00:00Z', undefined],
    ['archived', '2026-03-21T00:00Z', undefined],
    ['over', '2026-03-21T00:00Z', undefined],
  ] as const)('follows the days of its own time zone: %s at %s becomes %s', (state, at, due) => {
    expect(dueState({ state, settings: settings() }, Date.parse(at))).toBe(due);
  });

  it('archived, can be looked at and taken back, not worked on', () => {
    expect(isFrozen('archived', 'programme.edit', false)).toBe(true);
    expect(isFrozen('archived', 'programme.edit', true)).toBe(false);
    expect(isFrozen('archived', 'conference.edit', false)).toBe(false);
    expect(isFrozen('over', 'programme.edit', false)).toBe(false);
  });
});

describe('settings', () => {
  it.each([
    [{ endDate: '2026-03-19' }, 'endDate'],
    [{ timeZone: 'Asia/Nowhere' }, 'timeZone'],
    [{ embedOrigins: ['https://a.example/path'] }, 'embedOrigins'],
    [
      {
        fields: [
          { field: 'name', required: true },
          { field: 'name', required: false },
        ],
      },
      'fields',
    ],
  ] as const)('%j are refused by naming %s', (change, named) => {
    expect(settingsProblem(settings(change as Partial<ConferenceSettings>))).toContain(named);
  });

  it('of one day, in any zone, are fine', () => {
    expect(
      settingsProblem(settings({ endDate: '2026-03-20', timeZone: 'Pacific/Auckland' })),
    ).toBeUndefined();
  });
});

it('days are those of the zone, and shifts are whole days', () => {
  expect(dayAt(Date.parse('2026-03-19T16:00Z'), 'Asia/Shanghai')).toBe('2026-03-20');
  expect(dayAt(Date.parse('2026-03-19T16:00Z'), 'America/New_York')).toBe('2026-03-19');
  expect(shiftBetween('2026-03-20', '2027-03-19')).toBe(364 * 86_400_000);
});
