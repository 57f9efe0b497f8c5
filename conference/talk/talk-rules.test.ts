import { describe, expect, it } from 'vitest';
import type { PlannedTalk } from '#contracts/events.ts';
import type { TalkRecord } from './talk.ts';
import { cutToNext, endTalk, nextTalk, programmeBytes, reordered, shortened, undoCut } from './talk-rules.ts';

const talk = (id: string, over: Partial<TalkRecord> = {}): TalkRecord => ({
  id,
  venueId: 'v',
  position: Number(id.slice(1)),
  title: `Talk ${id}`,
  speakers: [],
  plannedStart: 1000,
  plannedMinutes: 20,
  download: 'no',
  state: 'planned',
  actualStart: null,
  actualEnd: null,
  sessionId: null,
  type: 'talk',
  abstract: '',
  key: null,
  changed: null,
  createdAt: 0,
  ...over,
});
const done = (id: string, start: number, end: number) =>
  talk(id, { state: 'done', actualStart: start, actualEnd: end });
const now = (id: string, start: number) => talk(id, { state: 'now', actualStart: start });

describe('which talk is next', () => {
  it('the first planned one after the last one given', () => {
    expect(nextTalk([talk('t0'), now('t1', 5), talk('t2')])?.id).toBe('t2');
    expect(nextTalk([talk('t0'), talk('t1')])?.id).toBe('t0');
  });
  it('a cancelled one is passed over, a skipped one comes when nothing else is left', () => {
    expect(nextTalk([now('t0', 1), talk('t1', { state: 'cancelled' }), talk('t2')])?.id).toBe('t2');
    expect(nextTalk([talk('t0'), done('t1', 1, 2)])?.id).toBe('t0');
    expect(nextTalk([done('t0', 1, 2), talk('t1', { state: 'cancelled' })])).toBeUndefined();
  });
});

describe('a cut', () => {
  it('ends the talk that is on and begins the next one at the same moment; planned times stay', () => {
    const cut = cutToNext([now('t0', 100), talk('t1')], 500.25);
    expect(cut).toMatchObject({
      t: 500.25,
      ended: { id: 't0', state: 'done', actualStart: 100, actualEnd: 500.25, plannedStart: 1000 },
      started: { id: 't1', state: 'now', actualStart: 500.25, actualEnd: null, plannedStart: 1000 },
    });
  });
  it('begins the first talk when none is on', () => {
    expect(cutToNext([talk('t0')], 7)).toMatchObject({ ended: undefined, started: { id: 't0' } });
  });
  it('is refused without a next talk, and before the beginning of the one that is on', () => {
    expect(cutToNext([now('t0', 1)], 7)).toHaveProperty('refused');
    expect(cutToNext([now('t0', 100), talk('t1')], 100)).toHaveProperty('refused');
    expect(endTalk([now('t0', 100)], 90)).toHaveProperty('refused');
    expect(endTalk([talk('t0')], 90)).toHaveProperty('refused');
  });
  it('can be taken back: the talk before is on as it was, the other one planned', () => {
    const before = [done('t0', 1, 50), now('t1', 50), talk('t2')];
    const cut = cutToNext(before, 90);
    if ('refused' in cut || !cut.ended || !cut.started) throw new Error('refused');
    const undone = undoCut([done('t0', 1, 50), cut.ended, cut.started]);
    expect(undone).toEqual({ t: 90, on: now('t1', 50), back: talk('t2') });
  });
  it('after an end without a next talk, taking back lets the talk go on', () => {
    expect(undoCut([done('t0', 1, 50), done('t1', 60, 70), talk('t2')])).toEqual({
      t: 70,
      on: now('t1', 60),
      back: undefined,
    });
    expect(undoCut([talk('t0')])).toBeUndefined();
  });
  it('after the first one of a session, taking back leaves nobody on', () => {
    expect(undoCut([done('t0', 1, 50), now('t1', 60)])).toEqual({ t: 60, on: undefined, back: talk('t1') });
  });
});

describe('order', () => {
  it('gives positions and only those that moved', () => {
    const moved = reordered([talk('t0'), talk('t1'), talk('t2')], ['t0', 't2', 't1']);
    expect(moved?.map(({ id, position }) => [id, position])).toEqual([
      ['t2', 1],
      ['t1', 2],
    ]);
  });
  it('is refused unless all talks are named once', () => {
    expect(reordered([talk('t0'), talk('t1')], ['t0'])).toBeUndefined();
    expect(reordered([talk('t0'), talk('t1')], ['t0', 't0'])).toBeUndefined();
    expect(reordered([talk('t0'), talk('t1')], ['t0', 'x'])).toBeUndefined();
  });
});

describe('the list everyone is told', () => {
  const planned = (i: number, over: Partial<PlannedTalk> = {}): PlannedTalk => ({
    id: `talk-${i}`,
    title: `经导管主动脉瓣置换术的长期随访结果与并发症处理 ${i}`,
    speakers: [{ name: '王小明', unit: '国家心血管病中心 阜外医院', title: '主任医师' }],
    plannedStart: 1_790_000_000_000,
    plannedMinutes: 15,
    actualStart: null,
    actualEnd: null,
    state: 'planned',
    replay: null,
    courseware: [],
    ...over,
  });
  it('is whole when it fits', () => {
    const talks = [planned(0), planned(1)];
    expect(shortened(talks)).toBe(talks);
  });
  it('loses details first, then the talks furthest from the one that is on, and stays within its bytes', () => {
    const speakers = Array.from({ length: 8 }, (_, i) => ({
      name: `某某某 ${i}`,
      unit: '某某大学附属医院心内科',
      title: '教授',
    }));
    const talks = Array.from({ length: 500 }, (_, i) =>
      planned(i, { speakers, state: i === 250 ? 'now' : 'planned' }),
    );
    const list = shortened(talks);
    expect(Buffer.byteLength(JSON.stringify(list))).toBeLessThanOrEqual(programmeBytes);
    expect(list.length).toBeGreaterThan(130);
    expect(list.some(({ state }) => state === 'now')).toBe(true);
  });
});
