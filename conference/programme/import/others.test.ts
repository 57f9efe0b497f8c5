import { describe, expect, it } from 'vitest';
import { readICalendar } from './icalendar.ts';
import type { ImportContext } from './item.ts';
import { readSchedule, scheduleKind } from './schedule-json.ts';

const context: ImportContext = {
  ...{ timeZone: 'Asia/Shanghai', startDate: '2026-11-22', endDate: '2026-11-24', venues: [] },
};
const at = (text: string) => Date.parse(text);

describe('iCalendar', () => {
  it('reads folded lines, zones, UTC and floating times', () => {
    const text = [
      ...[
        'BEGIN:VCALENDAR',
        'VERSION:2.0',
        'PRODID:x',
        'BEGIN:VEVENT',
        'UID:1@x',
        'DTSTART;TZID=Europe/Berlin:20261122T083000',
      ],
      ...[
        'DTEND;TZID=Europe/Berlin:20261122T090000',
        'SUMMARY:A long',
        '  title\\, folded',
        'LOCATION:Hall A',
        'END:VEVENT',
      ],
      ...[
        'BEGIN:VEVENT',
        'UID:2@x',
        'DTSTART:20261122T003000Z',
        'DURATION:PT20M',
        'SUMMARY:B',
        'STATUS:CANCELLED',
        'END:VEVENT',
      ],
      ...[
        'BEGIN:VEVENT',
        'UID:3@x',
        'DTSTART:20261122T083000',
        'SUMMARY:C',
        'END:VEVENT',
        'BEGIN:VEVENT',
        'SUMMARY:D',
        'END:VEVENT',
        'END:VCALENDAR',
        '',
      ],
    ].join('\r\n');
    const { items } = readICalendar(text, context);
    expect(items).toMatchObject([
      {
        code: '1@x',
        title: 'A long title, folded',
        venue: 'Hall A',
        start: at('2026-11-22T08:30:00+01:00'),
        minutes: 30,
      },
      { start: at('2026-11-22T08:30:00+08:00'), minutes: 20, skip: true },
      { start: at('2026-11-22T08:30:00+08:00'), minutes: null },
      { start: null, problems: [{ fatal: true }] },
    ]);
  });
  it('refuses what is none', () => {
    expect(() => readICalendar('BEGIN:VCALENDAR\nnonsense', context)).toThrow('import.broken');
  });
});

describe('JSON of pretalx and Indico', () => {
  it('pretalx: rooms by day, persons, lengths', () => {
    const talk = {
      guid: 'g',
      code: 'ABC',
      date: '2026-11-22T09:00:00+08:00',
      start: '09:00',
      duration: '00:30',
      title: 'T',
      type: 'Talk',
      abstract: '<p>Short</p>',
      persons: [{ public_name: 'Ada', affiliation: 'X' }],
    };
    const json = {
      schedule: {
        conference: {
          time_zone_name: 'Asia/Shanghai',
          days: [
            {
              date: '2026-11-22',
              rooms: { Saal: [talk, { ...talk, code: 'D', date: null, start: '10:00' }] },
            },
          ],
        },
      },
    };
    expect(scheduleKind(json)).toBe('pretalx');
    expect(readSchedule(json, context).items).toMatchObject([
      {
        code: 'ABC',
        venue: 'Saal',
        start: at('2026-11-22T09:00:00+08:00'),
        minutes: 30,
        speakers: [{ name: 'Ada', unit: 'X' }],
        abstract: 'Short',
      },
      { code: 'D', start: at('2026-11-22T10:00:00+08:00') },
    ]);
  });

  it('Indico: sessions with conveners and their talks, breaks beside them', () => {
    const when = (time: string) => ({ date: '2026-11-22', time, tz: 'Asia/Shanghai' });
    const json = {
      results: {
        1: {
          20261122: {
            s1: {
              ...{
                entryType: 'Session',
                title: 'Valves',
                room: 'R1',
                startDate: when('09:00:00'),
                endDate: when('10:00:00'),
              },
              conveners: [{ firstName: '伟', familyName: '王', affiliation: '华西医院' }],
              entries: {
                c1: {
                  entryType: 'Contribution',
                  contributionId: 7,
                  title: 'TAVR',
                  startDate: when('09:00:00'),
                  duration: 20,
                  presenters: [{ firstName: 'Ada', familyName: 'Lovelace' }],
                },
              },
            },
            b1: {
              entryType: 'Break',
              title: 'Coffee',
              startDate: when('10:00:00'),
              endDate: when('10:20:00'),
            },
          },
        },
      },
    };
    const { items, sessions, format } = readSchedule(json, context);
    expect(format).toBe('indico');
    expect(sessions).toMatchObject([
      { title: 'Valves', venue: 'R1', minutes: 60, chairs: [{ name: '王伟', unit: '华西医院' }] },
    ]);
    expect(items).toMatchObject([
      {
        code: '7',
        title: 'TAVR',
        session: 'Valves',
        venue: 'R1',
        minutes: 20,
        speakers: [{ name: 'Ada Lovelace' }],
      },
      { title: 'Coffee', type: 'break', minutes: 20 },
    ]);
  });

  it('refuses other JSON', () => expect(() => readSchedule({ a: 1 }, context)).toThrow('import.kind'));
});
