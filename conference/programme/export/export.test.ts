import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PDFiumLibrary } from '@hyzyla/pdfium';
import ICAL from 'ical.js';
import readExcel from 'read-excel-file/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWorkbook } from '../../sheet/workbook-reader.ts';
import { defused } from '../../sheet/workbook-writer.ts';
import type { TalkRecord } from '../../talk/talk.ts';
import type { Exported } from './exported.ts';
import { printLayout } from './print-layout.ts';
import { folded, programmeCalendar } from './programme-ics.ts';
import { printProgramme } from './programme-pdf.ts';
import { programmeWorkbook, templateWorkbook } from './programme-xlsx.ts';

const start = Date.parse('2026-11-22T08:30:00+08:00');
const talk = (id: string, over: Partial<TalkRecord> = {}): TalkRecord => ({
  ...{
    id,
    venueId: 'v',
    position: 0,
    title: `报告 ${id}`,
    speakers: [{ name: '张三', unit: '协和医院', title: '教授' }],
  },
  ...{
    plannedStart: start,
    plannedMinutes: 20,
    download: 'no',
    state: 'planned',
    actualStart: null,
    actualEnd: null,
  },
  ...{ sessionId: 's', type: 'talk', abstract: '', key: null, changed: null, createdAt: 0 },
  ...over,
});
const programme = (talks: TalkRecord[], timeZone = 'Asia/Shanghai'): Exported => ({
  ...{ title: '心血管大会', place: '上海', timeZone, startDate: '2026-11-22', endDate: '2026-11-24', talks },
  venues: [{ id: 'v', title: '主会场' }],
  sessions: [
    {
      ...{
        id: 's',
        conferenceId: 'c',
        venueId: 'v',
        title: '第一单元',
        chairs: [{ name: '王伟', unit: '华西医院', title: '' }],
      },
      ...{ plannedStart: start, plannedMinutes: 60, key: null, createdAt: 0 },
    },
  ],
});
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rostrum-export-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the workbook', () => {
  it('is read by another program, with dates and times as such and formulas defused', async () => {
    const bytes = programmeWorkbook(
      programme([
        talk('a', { title: '=HYPERLINK("http://x")' }),
        talk('b', { title: '@SUM', plannedStart: start + 1.2e6 }),
      ]),
    );
    const result = (await readExcel(bytes)) as unknown;
    const rows = (
      Array.isArray(result) && Array.isArray(result[0])
        ? result
        : (result as { data: unknown[][] }[])[0]!.data
    ) as unknown[][];
    expect(rows[0]).toContain('题目');
    expect(rows[1]?.[8]).toBe('\'=HYPERLINK("http://x")');
    expect(rows[2]?.[8]).toBe("'@SUM");
    expect(rows[1]?.[1]).toEqual(new Date('2026-11-22T00:00:00Z'));
    expect(rows[1]?.[9]).toBe('张三（协和医院，教授）');
  });
  it.each(['=1', '+1', '-1', '@x', '\t=1', ' =1', '＝1', '\r=1'])('a text %j is defused', (text) =>
    expect(defused(text)).toBe(`'${text}`),
  );
  it('our own reader gets the same cells back, and the template is a workbook too', async () => {
    const path = join(folder, 'a.xlsx');
    await writeFile(path, templateWorkbook('2026-11-22'));
    const [sheet, notes] = await readWorkbook(path);
    expect([sheet?.name, notes?.name]).toEqual(['日程', '填写说明']);
    expect(sheet?.rows[1]?.cells[1]).toMatchObject({ date: true, value: 46_348 });
  });
  it('signs that XML cannot hold do not break it', async () => {
    const path = join(folder, 'b.xlsx');
    await writeFile(path, programmeWorkbook(programme([talk('a', { title: 'a\u0000\u000b<&>\ud800 "b"' })])));
    const [sheet] = await readWorkbook(path);
    expect(sheet?.rows[1]?.cells[8]?.text).toBe('a<&>\ufffd "b"');
  });
});

describe('the calendar', () => {
  const zoneOf = (text: string) => new ICAL.Component(ICAL.parse(text) as never);
  it('is read by another library: zone, times, texts, a cancelled talk', () => {
    const text = programmeCalendar(
      programme([
        talk('a', { title: '一, 二; 三\\四', abstract: '行一\n行二' }),
        talk('b', { state: 'cancelled', changed: { at: 5000, what: ['cancelled'] } }),
      ]),
      { url: 'https://x.example/c/y', now: 0 },
    );
    const events = zoneOf(text)
      .getAllSubcomponents('vevent')
      .map((event) => new ICAL.Event(event));
    expect(events.map(({ summary }) => summary)).toEqual(['一, 二; 三\\四', '报告 b']);
    expect(events[0]?.startDate.toUnixTime()).toBe(start / 1000);
    expect(events[0]?.description).toContain('行一\n行二');
    expect(text).toContain('STATUS:CANCELLED');
    for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
  });
  it('knows summer time where there is some', () => {
    const summer = Date.parse('2026-07-01T10:00:00+02:00');
    const text = programmeCalendar(
      programme([talk('a', { plannedStart: summer }), talk('b')], 'Europe/Berlin'),
      { url: 'https://x.example', now: 0 },
    );
    const calendar = zoneOf(text);
    const zone = new ICAL.Timezone(calendar.getFirstSubcomponent('vtimezone')!);
    const seen = calendar.getAllSubcomponents('vevent').map((event) => {
      const time = event.getFirstPropertyValue('dtstart') as ICAL.Time;
      time.zone = zone;
      return time.toUnixTime() * 1000;
    });
    expect(seen).toEqual([summer, start]);
  });
  it('folds between signs, never within one', () => {
    const line = folded(`SUMMARY:${'心'.repeat(60)}`);
    expect(line.split('\r\n ').join('')).toBe(`SUMMARY:${'心'.repeat(60)}`);
  });
});

describe('the printed programme', () => {
  it('holds days, venues, sessions with chairs and talks, as text in an embedded font, with page numbers', async () => {
    const talks = Array.from({ length: 120 }, (_, i) =>
      talk(`t${i}`, { plannedStart: start + i * 1.2e6, title: `第${i}个报告：经导管瓣膜置换` }),
    );
    const bytes = await printProgramme(printLayout(programme(talks)));
    const library = await PDFiumLibrary.init();
    const document = await library.loadDocument(bytes);
    try {
      const texts: string[] = [];
      for (const page of document.pages()) texts.push(page.getText());
      const all = texts.join('\n');
      for (const wanted of [
        '心血管大会',
        '2026年11月22日 周日',
        '2026年11月23日 周一',
        '主会场',
        '第一单元',
        '王伟',
        '第119个报告',
        '张三（协和医院，教授）',
      ])
        expect(all).toContain(wanted);
      expect(texts.length).toBeGreaterThan(3);
      expect(texts.at(-1)).toContain(`${texts.length} / ${texts.length}`);
    } finally {
      document.destroy();
      library.destroy();
    }
    expect(bytes.length).toBeLessThan(1_000_000);
  });
  it('of nothing says so', async () => {
    expect((await printProgramme(printLayout(programme([])))).length).toBeGreaterThan(1000);
  });
});
