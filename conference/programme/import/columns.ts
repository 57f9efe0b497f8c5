/** Which column holds what: headings as people write them. */
import type { Row } from '../../sheet/workbook.ts';
import { parseSpan } from './times.ts';

export const columnKinds = [
  'code',
  'date',
  'time',
  'start',
  'end',
  'minutes',
  'title',
  'speakers',
  'unit',
  'speakerTitle',
  'venue',
  'session',
  'chairs',
  'type',
  'abstract',
] as const;
export type ColumnKind = (typeof columnKinds)[number];
/** 0-based columns; several may hold the same kind (讲者1, 讲者2). */
export type Columns = ReadonlyMap<ColumnKind, readonly number[]>;

const words: Readonly<Record<ColumnKind, RegExp>> = {
  code: /^(编号|报告编号|序号编码|代码|编码|code|id|uid|key|talkid|报告id)$/,
  date: /^(日期|会议日期|报告日期|日期\(?date\)?|天|date|day)$/,
  start: /^(开始|开始时间|起始时间|起始|开始时刻|从|start|starts?time|startsat|from|begin|beginn?ing)$/,
  end: /^(结束|结束时间|终止时间|截止时间|结束时刻|到|至|end|ends?time|endsat|to|until|finish)$/,
  time: /^(时间|时间段|时段|报告时间|会议时间|演讲时间|具体时间|起止时间|时间安排|time|timeslot|slot|times)$/,
  minutes: /^(时长|用时|分钟|时长分钟|时间长度|报告时长|演讲时长|duration|durationmin|minutes|length|mins?)$/,
  title:
    /^(题目|报告题目|讲题|演讲题目|发言题目|授课题目|报告|报告名称|报告标题|标题|主题|内容|会议内容|报告内容|演讲主题|议题|课题|课程|课程名称|日程|日程内容|议程|议程内容|活动|项目|title|topic|talk|talktitle|presentation|content|subject|lecture|agenda|event)$/,
  speakers:
    /^(讲者\d*|讲者姓名|主讲\d*|主讲人|主讲嘉宾|主讲专家|报告人\d*|演讲人|演讲者|演讲嘉宾|发言人|讲课人|授课人|授课专家|授课老师|讲师|讲员|嘉宾|专家|讲课专家|讨论嘉宾|姓名|speakers?\d*|presenters?|lecturer|faculty|author|name)$/,
  unit: /^(单位|讲者单位|工作单位|所在单位|报告人单位|医院|机构|所属机构|单位名称|affiliations?|institutions?|organi[sz]ation|hospital|unit)$/,
  speakerTitle: /^(职称|讲者职称|职务|职称职务|职务职称|头衔|称谓|jobtitle|position|academictitle)$/,
  venue: /^(会场|分会场|会场名称|会议室|地点|会议地点|场地|厅|房间|会场地点|venue|room|hall|location|place)$/,
  session:
    /^(单元|单元名称|环节|板块|版块|模块|专题|专题名称|专场|场次|节|分论坛|论坛|session|sessiontitle|sessionname|track|block|section)$/,
  chairs:
    /^(主持|主持人|主持嘉宾|主席|大会主席|会议主席|共同主席|执行主席|座长|主持主席|主席主持|主持点评|主持专家|chairs?|chairpersons?|chairman|chairmen|moderators?|host)$/,
  type: /^(类型|报告类型|形式|类别|演讲类型|type|kind|format)$/,
  abstract: /^(摘要|简介|内容简介|报告摘要|内容摘要|备注说明|abstract|description|summary)$/,
};

/** Kind of a heading; undefined: none that is known. "报告题目 Title" and "时间（Time）" count too. */
export function columnKind(heading: string): ColumnKind | undefined {
  const clean = heading.normalize('NFKC').toLowerCase();
  const forms = [
    clean,
    clean.replace(/\([^)]*\)/g, ''),
    clean.replace(/[a-z0-9]/g, ''),
    /\d/.test(clean) ? '' : clean.replace(/[^a-z]/g, ''),
    ...clean.split(/[/\n(|]/),
  ].map((form) => form.replace(/[\s*:：()（）【】[\]/_.、·#-]/g, ''));
  for (const form of forms) {
    if (form === '') continue;
    for (const kind of columnKinds) if (words[kind].test(form)) return kind;
  }
  return undefined;
}

/** The columns a row names; undefined when it is not a row of headings. */
export function readHeadings({ cells }: Row): Map<ColumnKind, number[]> | undefined {
  const columns = new Map<ColumnKind, number[]>();
  // A line with a number or a time in it is not one of headings.
  if (cells.some((cell) => cell && (cell.value !== undefined || parseSpan(cell.text)))) return undefined;
  for (const [column, cell] of cells.entries()) {
    if (!cell || cell.text.length > 40) continue;
    const kind = columnKind(cell.text);
    if (!kind) continue;
    const known = columns.get(kind);
    // One time heading over two columns is start and end.
    if (known && cell.merged === 'right' && kind === 'time') {
      columns.set('start', known);
      columns.set('end', [column]);
      columns.delete('time');
    } else if (known && cell.merged !== 'right') known.push(column);
    else if (!known && !(cell.merged === 'right' && kind === 'time' && columns.has('end')))
      columns.set(kind, [column]);
  }
  const timed = ['time', 'start', 'minutes', 'date'].some((kind) => columns.has(kind as ColumnKind));
  const enough = columns.has('title') ? columns.size >= 2 : timed && columns.has('speakers');
  return enough ? columns : undefined;
}

/** A second row of headings below merged ones (时间 over 开始 and 结束) says it more exactly. */
export function refine(columns: Map<ColumnKind, number[]>, { cells }: Row): boolean {
  const found: [ColumnKind, number][] = [];
  for (const [column, cell] of cells.entries()) {
    if (!cell) continue;
    const kind = cell.text.length <= 40 ? columnKind(cell.text) : undefined;
    if (!kind) return false;
    if (cell.merged !== 'down') found.push([kind, column]);
  }
  if (found.length === 0) return false;
  for (const [kind, column] of found) {
    for (const [other, places] of columns) {
      const left = places.filter((place) => place !== column);
      if (left.length === 0) columns.delete(other);
      else columns.set(other, left);
    }
    columns.set(kind, [...(columns.get(kind) ?? []), column]);
  }
  return true;
}
