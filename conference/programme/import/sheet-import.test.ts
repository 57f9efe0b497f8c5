import { describe, expect, it } from 'vitest';
import type { Cell, Row, Sheet } from '../../sheet/workbook.ts';
import { clockText, wallOf } from '../zone.ts';
import type { ImportContext } from './item.ts';
import { parsePeople, withColumn } from './people.ts';
import { readProgrammeSheets } from './sheet-import.ts';
import { findDate, minutesOfCell, parseMinutes, parseSpan, spanOfCell } from './times.ts';

const context: ImportContext = {
  ...{ timeZone: 'Asia/Shanghai', startDate: '2026-11-22', endDate: '2026-11-24', venues: ['主会场'] },
};
type Value = string | number | null | Cell;
/** The same text as the cell to the left or above, merged. */
const right = (text: string): Cell => ({ text, merged: 'right' });
const down = (text: string): Cell => ({ text, merged: 'down' });
const rows = (...lines: Value[][]): Row[] =>
  lines.map((line, i) => ({
    row: i + 1,
    cells: line.map((value): Cell | undefined => {
      if (value === null) return undefined;
      if (typeof value === 'number') return { text: String(value), value };
      return typeof value === 'string' ? { text: value } : value;
    }),
  }));
const read = (...sheets: Sheet[]) => readProgrammeSheets(sheets, context);
const line = (start: number | null): string => {
  if (start === null) return '';
  const { date } = wallOf(start, 'Asia/Shanghai');
  return `${date.slice(5)} ${clockText(start, 'Asia/Shanghai')}`;
};
const brief = (...sheets: Sheet[]) =>
  read(...sheets)
    .items.filter(({ skip }) => !skip)
    .map(({ start, minutes, venue, session, title }) => [line(start), minutes, venue, session, title]);

describe('times as people write them', () => {
  it.each([
    ['8:30-8:50', 510, 530],
    ['08：30～08：50', 510, 530],
    ['8.30—8.50', 510, 530],
    ['上午8:30', 510, null],
    ['下午2点半至3点', 870, 900],
    ['下午2:00-3:30', 840, 930],
    ['0830-0850', 510, 530],
    ['9:00am-10:15am', 540, 615],
    ['2:00-3:30 PM', 840, 930],
    ['（08:30-08:50）', 510, 530],
    ['8时30分-9时', 510, 540],
    ['０８：３０－０９：００', 510, 540],
  ])('%s', (text, start, end) => expect(parseSpan(text)).toEqual({ start, end }));
  it.each(['25:00', '8:61', '三点', '报告', '', '1-2-3'])('%s is none', (text) =>
    expect(parseSpan(text)).toBeUndefined(),
  );
  it("Excel's fractions, with a date or without, and numbers with a dot", () => {
    expect(spanOfCell({ text: '', value: 0.354166666 })?.start).toBe(510);
    expect(spanOfCell({ text: '', value: 46_348.354166666, date: true })?.start).toBe(510);
    expect(spanOfCell({ text: '8.3', value: 8.3 })?.start).toBe(510);
    expect(spanOfCell({ text: '1430', value: 1430 })?.start).toBe(870);
  });
  it.each([
    ['20分钟', 20],
    ['20min', 20],
    ["20'", 20],
    ['1小时30分', 90],
    ['1.5h', 90],
    ['0:20', 20],
    ['1小时半', 90],
  ])('a length: %s', (text, minutes) => expect(parseMinutes(text)).toBe(minutes));
  it('a length as a fraction of a day', () => expect(minutesOfCell({ text: '', value: 20 / 1440 })).toBe(20));
  it.each([
    ['2026年11月22日（周日）上午', '2026-11-22', '上午'],
    ['11月23日', '2026-11-23', ''],
    ['11/24', '2026-11-24', ''],
    ['Nov 22, 2026', '2026-11-22', ''],
    ['22 November', '2026-11-22', ''],
    ['第二天', '2026-11-23', ''],
    ['Day 2 主会场', '2026-11-23', '主会场'],
    ['20261122', '2026-11-22', ''],
  ])('a day: %s', (text, date, rest) => expect(findDate(text, context)).toEqual({ date, rest }));
  it('a day that is none, and a time that looks like one', () => {
    expect(findDate('2026-13-45', context)).toBeUndefined();
    expect(findDate('8.30', context)).toBeUndefined();
  });
});

describe('people in one cell', () => {
  it.each([
    [
      '张三（北京协和医院）、李四 教授/上海瑞金医院',
      [
        ['张三', '北京协和医院', ''],
        ['李四', '上海瑞金医院', '教授'],
      ],
    ],
    ['北京协和医院 张三 教授', [['张三', '北京协和医院', '教授']]],
    ['张三教授', [['张三', '', '教授']]],
    ['张 三 副教授 复旦大学附属中山医院', [['张三', '复旦大学附属中山医院', '副教授']]],
    [
      '张三 李四',
      [
        ['张三', '', ''],
        ['李四', '', ''],
      ],
    ],
    ['张三，北京协和医院', [['张三', '北京协和医院', '']]],
    [
      '主持：王伟、李娜（华西医院，主任医师）',
      [
        ['王伟', '', ''],
        ['李娜', '华西医院', '主任医师'],
      ],
    ],
    [
      'John Smith, MD, PhD (Mayo Clinic); Anna Lee (University of Oxford)',
      [
        ['John Smith', 'Mayo Clinic', 'MD PhD'],
        ['Anna Lee', 'University of Oxford', ''],
      ],
    ],
    ['阿卜杜拉·买买提（新疆医科大学第一附属医院）', [['阿卜杜拉·买买提', '新疆医科大学第一附属医院', '']]],
    ['待定', []],
    ['/', []],
  ])('%s', (text, people) =>
    expect(parsePeople(text).map(({ name, unit, title }) => [name, unit, title])).toEqual(people),
  );
  it('units in a column of their own: one for each, or one for all', () => {
    const two = parsePeople('张三、李四');
    expect(withColumn(two, '协和医院、瑞金医院', 'unit').map(({ unit }) => unit)).toEqual([
      '协和医院',
      '瑞金医院',
    ]);
    expect(withColumn(two, '协和医院', 'unit').map(({ unit }) => unit)).toEqual(['协和医院', '协和医院']);
  });
});

describe('a sheet of an office', () => {
  it('title rows, a venue and sessions as lines, breaks over all columns, totals', () => {
    const sheet = {
      name: '11月22日',
      rows: rows(
        ['第三十届心血管病学大会', right('第三十届心血管病学大会')],
        ['时间', '题目', '讲者', '单位'],
        ['主会场（紫金厅）', right('x'), right('x'), right('x')],
        ['08：00～08：30', '开幕式', null, null],
        ['第一单元 结构性心脏病  主持：张三（协和医院）、李四', right('x'), right('x'), right('x')],
        ['8:30-8:50', 'TAVR 的长期随访', '王五', '阜外医院'],
        [null, null, null, null],
        ['9:20-9:40', '茶歇', right('茶歇'), right('茶歇')],
        ['9:40-11:00', '单元二 冠心病', null, null],
        ['9:40-10:00', '支架', '孙八', '瑞金医院'],
        ['合计', '4 个报告', null, null],
      ),
    };
    const { items, sessions } = read(sheet);
    expect(brief(sheet)).toEqual([
      ['11-22 08:00', 30, '主会场（紫金厅）', '', '开幕式'],
      ['11-22 08:30', 20, '主会场（紫金厅）', '第一单元 结构性心脏病', 'TAVR 的长期随访'],
      ['11-22 09:20', 20, '主会场（紫金厅）', '第一单元 结构性心脏病', '茶歇'],
      ['11-22 09:40', 20, '主会场（紫金厅）', '单元二 冠心病', '支架'],
    ]);
    expect(items.map(({ type }) => type)).toEqual(['opening', 'talk', 'break', 'talk', 'talk']);
    expect(items.at(-1)).toMatchObject({ skip: true });
    expect(sessions).toMatchObject([
      { title: '第一单元 结构性心脏病', chairs: [{ name: '张三', unit: '协和医院' }, { name: '李四' }] },
      { title: '单元二 冠心病', minutes: 80 },
    ]);
    expect(items[2]).toMatchObject({ speakers: [] });
  });

  it('one sheet a venue, dates in merged cells, one time heading over two columns, afternoons by themselves', () => {
    const sheets = ['分会场一', '分会场二'].map((name) => ({
      name,
      rows: rows(
        ['日期', '时间', right('时间'), '讲题', '讲者', '主持'],
        ['11/23', 0.354166667, 0.375, '房颤消融', '张三', '陈一（A医院）'],
        [down('11/23'), 0.375, 0.395833, '左心耳封堵', '李四', down('陈一（A医院）')],
        [null, '2:00', '2:30', '下午报告', '王二', '陈二'],
      ),
    }));
    expect(brief(...sheets).slice(0, 4)).toEqual([
      ['11-23 08:30', 30, '分会场一', '第1单元', '房颤消融'],
      ['11-23 09:00', 30, '分会场一', '第1单元', '左心耳封堵'],
      ['11-23 14:00', 30, '分会场一', '第2单元', '下午报告'],
      ['11-23 08:30', 30, '分会场二', '第1单元', '房颤消融'],
    ]);
  });

  it('two rows of headings, lengths instead of ends, one time for several talks', () => {
    expect(
      brief({
        name: 'Sheet1',
        rows: rows(
          ['日期', '时间', right('时间'), '报告题目', '报告人'],
          [down('日期'), '开始', '结束', down('报告题目'), down('报告人')],
          ['2026-11-22', '8:00', '8:30', 'A', '张三'],
          [null, '9:00', '10:00', 'B', '李四'],
          [null, down('9:00'), down('10:00'), 'C', '王五'],
        ),
      }),
    ).toEqual([
      ['11-22 08:00', 30, '', '', 'A'],
      ['11-22 09:00', 30, '', '', 'B'],
      ['11-22 09:30', 30, '', '', 'C'],
    ]);
    expect(
      brief({
        name: '11月22日',
        rows: rows(
          ['开始时间', '时长', '题目', '讲者'],
          ['8:00', '20分钟', 'A', '张三'],
          [null, 10, 'B', '李四'],
        ),
      }),
    ).toEqual([
      ['11-22 08:00', 20, '', '', 'A'],
      ['11-22 08:20', 10, '', '', 'B'],
    ]);
  });

  it('what is wrong with a row is said with the address of its cell, in two languages', () => {
    const { items } = read({
      name: '11月22日',
      rows: rows(
        ['时间', '题目', '讲者'],
        ['99:00-99:30', 'A', '张三'],
        ['9:00-8:00', 'B', '李四'],
        ['9:00-9:20', '', '王五'],
      ),
    });
    expect(
      items.map(({ problems }) => problems.filter(({ fatal }) => fatal).map(({ zh, en }) => [zh, en])),
    ).toEqual([
      [['时间“99:00-99:30”无法识别（A2）', 'time "99:00-99:30" cannot be read (A2)']],
      [['结束时间早于开始时间（A3）', 'it ends before it begins (A3)']],
      [['缺少题目（B4）', 'the title is missing (B4)']],
    ]);
  });

  it('a talk without a day in a congress of several is an error, as is a code that is there twice', () => {
    const { items } = read({
      name: 'Sheet1',
      rows: rows(
        ['编号', '时间', '题目', '讲者'],
        ['A', '8:00-8:20', 'X', '张三'],
        ['A', '8:20-8:40', 'Y', '李四'],
      ),
    });
    expect(items[0]?.problems[0]).toMatchObject({ fatal: true, zh: '缺少日期（第 2 行）' });
    expect(items[1]?.problems.at(-1)?.zh).toContain('与第 2 行重复');
  });

  it('a title over several lines is one talk with several speakers', () => {
    const { items } = read({
      name: '11月22日',
      rows: rows(
        ['时间', '题目', '讲者'],
        ['8:00-9:00', '圆桌讨论', '张三（协和医院）'],
        [down('8:00-9:00'), down('圆桌讨论'), '李四（瑞金医院）'],
      ),
    });
    expect(items).toHaveLength(1);
    expect(items[0]?.speakers.map(({ name }) => name)).toEqual(['张三', '李四']);
  });

  it('two thousand rows are read within a second', () => {
    const many = Array.from({ length: 2000 }, (_, i) => [
      `${8 + (i % 8)}:${String((i % 3) * 20).padStart(2, '0')}-${8 + (i % 8)}:${String((i % 3) * 20 + 19)}`,
      `报告 ${i}`,
      `张三${i}（北京协和医院）、李四 教授/上海瑞金医院`,
    ]);
    const from = performance.now();
    expect(read({ name: '11月22日', rows: rows(['时间', '题目', '讲者'], ...many) }).items).toHaveLength(
      2000,
    );
    expect(performance.now() - from).toBeLessThan(3000);
  });
});
