import { describe, expect, it } from 'vitest';
import type { TalkRecord } from '../../talk/talk.ts';
import type { ImportItem } from './item.ts';
import { type PlanInput, planImport } from './plan.ts';

const start = Date.parse('2026-11-22T00:30:00Z');
const item = (title: string, over: Partial<ImportItem> = {}): ImportItem => ({
  ...{
    sheet: '',
    row: 1,
    code: null,
    venue: '主会场',
    start,
    minutes: 20,
    title,
    type: 'talk',
    speakers: [],
  },
  ...{ abstract: null, session: '', problems: [] },
  ...over,
});
const talk = (id: string, title: string, over: Partial<TalkRecord> = {}): TalkRecord => ({
  ...{
    id,
    venueId: 'v',
    position: 0,
    title,
    speakers: [],
    plannedStart: start,
    plannedMinutes: 20,
    download: 'no',
  },
  ...{ state: 'planned', actualStart: null, actualEnd: null, sessionId: null, type: 'talk', abstract: '' },
  ...{ key: null, changed: null, createdAt: 0 },
  ...over,
});
let made = 0;
const plan = (items: ImportItem[], talks: TalkRecord[] = [], over: Partial<PlanInput> = {}) =>
  planImport({
    ...{ conferenceId: 'c', content: { format: 'xlsx', items, sessions: [] }, talks, sessions: [] },
    ...{
      venues: [{ id: 'v', title: '主会场' }],
      timeZone: 'Asia/Shanghai',
      days: { first: '1970-01-01', last: '2099-12-31' },
      newId: () => `n${made++}`,
      now: 5,
    },
    ...over,
  });

describe('an import beside what is there', () => {
  it('a code finds its talk wherever it went; what was recorded stays', () => {
    const done = talk('t', 'Old', { key: 'K', state: 'done', actualStart: 1, actualEnd: 2, download: 'pdf' });
    const { talks, counts, rows } = plan(
      [item('New', { code: 'K', start: start + 1e6, venue: '别处' })],
      [done],
    );
    expect(counts.change).toBe(1);
    expect(talks[0]).toEqual({ ...done, title: 'New' });
    expect(rows[0]?.problems[0]?.en).toContain('has begun');
  });

  it('without a code: the same title elsewhere, or a like title at the same place', () => {
    const before = [
      talk('a', '经导管主动脉瓣置换'),
      talk('b', '房颤消融策略', { plannedStart: start + 600_000 }),
    ];
    const { talks, counts } = plan(
      [
        item('经导管主动脉瓣置换', { start: start + 9e6 }),
        item('房颤消融的策略', { start: start + 600_000 }),
      ],
      before,
    );
    expect(counts).toMatchObject({ add: 0, change: 2 });
    expect(talks.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('a break elsewhere is another break, and a talk of another code is another talk', () => {
    expect(
      plan(
        [item('茶歇', { type: 'break', start: start + 9e6 })],
        [talk('a', '茶歇', { type: 'break', plannedStart: start - 9e7 })],
      ).counts.add,
    ).toBe(1);
    expect(plan([item('X', { code: 'K2' })], [talk('a', 'X', { key: 'K1' })]).counts.add).toBe(1);
  });

  it('the same again is the same; talks of an earlier import that are not in it are missing, others never', () => {
    const first = plan([item('A'), item('B', { start: start + 2e6 })]);
    const again = plan(
      [item('A')],
      [...first.talks.map((one) => ({ ...one, venueId: 'v' })), talk('own', 'By hand')],
    );
    expect(again.counts).toMatchObject({ same: 1, add: 0 });
    expect(again.missing.map(({ title }) => title)).toEqual(['B']);
  });

  it('venues are found by name, with or without the room in brackets; unknown ones are made once', () => {
    const { newVenues, talks } = plan([
      item('A', { venue: '主会场（紫金厅）' }),
      item('B', { venue: '二厅', start: 1 }),
      item('C', { venue: '二厅 ', start: 2 }),
    ]);
    expect(newVenues).toEqual(['二厅']);
    expect(talks.map(({ venueId }) => venueId)).toEqual(['v', 'new:二厅', 'new:二厅']);
    const numbered = plan([item('A', { venue: '分会场10' })], [], {
      venues: [
        { id: 'x', title: '分会场1' },
        { id: 'y', title: '分会场2' },
      ],
    });
    expect(numbered.newVenues).toEqual(['分会场10']);
  });

  it('a row on a day that is not the conference’s is told, in its time zone, and taken as it stands', () => {
    const days = { first: '2026-11-22', last: '2026-11-23' };
    const at = (time: string) => Date.parse(time);
    const { rows, counts } = plan(
      [
        item('早', { start: at('2026-11-22T00:00:00+08:00') }),
        item('晚', { start: at('2026-11-23T23:59:00+08:00') }),
        item('前一天', { start: at('2026-11-21T23:59:00+08:00') }),
        item('后一年', { start: at('2027-11-22T09:00:00+08:00') }),
        item('未定', { start: null }),
      ],
      [],
      { days },
    );
    expect(counts).toMatchObject({ add: 5, error: 0 });
    expect(rows.map(({ problems }) => problems.map(({ zh }) => zh))).toEqual([
      [],
      [],
      ['2026-11-21 不在会议日期（2026-11-22 – 2026-11-23）内'],
      ['2027-11-22 不在会议日期（2026-11-22 – 2026-11-23）内'],
      [],
    ]);
    expect(rows[3]?.problems[0]).toMatchObject({
      en: "2027-11-22 is not one of the conference's days (2026-11-22 – 2026-11-23)",
      fatal: false,
    });
  });

  it('two thousand beside two thousand take less than a second', () => {
    const items = Array.from({ length: 2000 }, (_, i) =>
      item(`报告 ${i}`, { start: start + i * 60_000, row: i }),
    );
    const first = plan(items);
    const from = performance.now();
    expect(
      plan(
        items.map((one) => ({ ...one, start: (one.start ?? 0) + 60_000 })),
        [...first.talks],
      ).counts,
    ).toMatchObject({ change: 2000 });
    expect(performance.now() - from).toBeLessThan(2000);
  });
});
