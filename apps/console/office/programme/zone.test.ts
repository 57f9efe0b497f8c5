import { describe, expect, it } from 'vitest';
import { clockOf, dayOf, daysOf, momentOf, wallText } from './zone.ts';

describe('times of the conference’s zone', () => {
  it('are the hall’s, wherever the browser is', () => {
    const at = Date.UTC(2027, 3, 1, 0, 30);
    expect(wallText(at, 'Asia/Shanghai')).toBe('2027-04-01 08:30');
    expect(wallText(at, 'America/New_York')).toBe('2027-03-31 20:30');
    expect(dayOf(at, 'America/New_York')).toBe('2027-03-31');
    expect(clockOf(at, 'Asia/Kolkata')).toBe('06:00');
  });
  it('come back as the same moment, also around the change to summer time', () => {
    for (const zone of ['Asia/Shanghai', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata'])
      for (const at of [Date.UTC(2027, 2, 28, 3), Date.UTC(2027, 9, 31, 3), Date.UTC(2027, 2, 14, 8)])
        expect(momentOf(wallText(at, zone), zone), zone).toBe(at);
  });
  it('list the days from first to last', () => {
    expect(daysOf('2027-02-27', '2027-03-02')).toEqual([
      '2027-02-27',
      '2027-02-28',
      '2027-03-01',
      '2027-03-02',
    ]);
    expect(daysOf('2027-03-02', '2027-03-01')).toEqual([]);
  });
});
