/** The programme as a workbook an office goes on working with, and the template of an import: the same columns. */
import type { TalkType } from '#contracts/conference.ts';
import { type OutCell, type OutSheet, writeWorkbook } from '../../sheet/workbook-writer.ts';
import { ownCode } from '../import/plan.ts';
import { excelDay } from '../import/times.ts';
import { wallOf } from '../zone.ts';
import { type Exported, inOrder, peopleText, talkEnd } from './exported.ts';

const header = ['编号', '日期', '开始', '结束', '会场', '单元', '主持', '类型', '题目', '讲者', '摘要'];
const widths = [22, 12, 8, 8, 18, 26, 28, 8, 46, 46, 40];
const typeWords: Readonly<Record<TalkType, string>> = {
  talk: '报告',
  discussion: '讨论',
  break: '休息',
  opening: '开幕',
};
/** Not of the session of the line above. */
const noSession = '—';

export function programmeWorkbook(programme: Exported): Buffer {
  const { venues, sessions, timeZone } = programme;
  const titles = new Map(venues.map(({ id, title }) => [id, title]));
  const known = new Map(sessions.map((session) => [session.id, session]));
  const date = (at: number | null): OutCell =>
    at === null ? null : { value: excelDay(wallOf(at, timeZone).date), as: 'date' };
  const time = (at: number | null): OutCell =>
    at === null ? null : { value: wallOf(at, timeZone).minutes / 1440, as: 'time' };
  const rows = inOrder(programme).map((talk): OutCell[] => {
    const session = talk.sessionId === null ? undefined : known.get(talk.sessionId);
    const code = talk.key === null || talk.key.startsWith('auto:') ? `${ownCode}${talk.id}` : talk.key;
    return [
      code,
      date(talk.plannedStart),
      time(talk.plannedStart),
      time(talkEnd(talk)),
      titles.get(talk.venueId) ?? '',
      session?.title ?? noSession,
      session ? peopleText(session.chairs) : '',
      typeWords[talk.type],
      talk.title,
      peopleText(talk.speakers),
      talk.abstract,
    ];
  });
  return writeWorkbook([{ name: '日程', header, rows, widths }]);
}

/** `first`: the first day of the conference. */
export function templateWorkbook(first: string): Buffer {
  const at = (minutes: number): OutCell => ({ value: minutes / 1440, as: 'time' });
  const day: OutCell = { value: excelDay(first), as: 'date' };
  const session = '第一单元 结构性心脏病';
  const chairs = '张建国（示例医院，主任医师）、李淑华（示例大学附属医院，教授）';
  const rows: OutCell[][] = [
    ['A001', day, at(480), at(510), '主会场', noSession, '', '开幕', '开幕式', '', ''],
    [
      'A002',
      day,
      at(510),
      at(530),
      '主会场',
      session,
      chairs,
      '报告',
      '（示例）经导管主动脉瓣置换术的长期随访',
      '王小明（示例医院心内科，主任医师）',
      '',
    ],
    [
      'A003',
      day,
      at(530),
      at(550),
      '主会场',
      session,
      chairs,
      '报告',
      '（示例）二尖瓣介入治疗进展',
      '赵敏（示例大学附属医院，教授）、钱进（示例中心，副主任医师）',
      '',
    ],
    ['A004', day, at(550), at(560), '主会场', session, chairs, '讨论', '讨论', '', ''],
    ['A005', day, at(560), at(580), '主会场', noSession, '', '休息', '茶歇', '', ''],
    [
      'B001',
      day,
      at(510),
      at(530),
      '分会场一',
      '心律失常',
      '',
      '报告',
      '（示例）房颤消融策略',
      '孙立（示例医院，教授）',
      '',
    ],
  ];
  const notes: OutSheet = {
    name: '填写说明',
    header: ['栏目', '怎么填'],
    widths: [12, 90],
    rows: [
      ['编号', '可不填。填了以后再次导入时按编号更新，改题目、时间、会场都不会丢失课件与回放。'],
      ['日期', '如 2026-11-22、11月22日；也可以一天一张工作表，用日期作表名。'],
      ['开始、结束', '如 8:30、下午2:00；也可以合成一栏“时间”：8:30-8:50。'],
      ['会场', '没有的会场会在导入时新建；也可以一个会场一张工作表。'],
      ['单元、主持', '同一单元写相同的名称；主持只需写在单元的第一行。不属于任何单元写“—”。'],
      ['类型', '报告、讨论、休息、开幕；不填则按题目判断。'],
      ['讲者', '姓名（单位，职称），多位用顿号分开；也可以另设“单位”“职称”栏。'],
      ['导入之前', '会先给出预览，逐行说明问题，确认之后才写入；写入后可以整体撤销。'],
    ],
  };
  return writeWorkbook([{ name: '日程', header, rows, widths }, notes]);
}
