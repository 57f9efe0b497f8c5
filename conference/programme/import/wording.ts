/** What a line of a programme is, told by its words. */
import type { TalkType } from '#contracts/conference.ts';
import { plain } from './times.ts';

const breakWords =
  /茶歇|休息|午餐|午休|早餐|晚餐|晚宴|欢迎宴|自助餐|用餐|合影|转场|签到|报到|注册|coffee|tea break|\bbreak\b|lunch|dinner|breakfast|reception|registration/i;
const openingWords = /开幕|闭幕|致辞|致词|领导讲话|欢迎词|opening|closing|welcome|ceremony/i;
const discussionWords = /^(?:.{0,12})?(?:讨论|圆桌|问答|答疑|互动|panel|discussion|q\s*&\s*a)(?:.{0,8})?$/i;

/** By the title; `given` is the sheet's own column, where it has one. */
export function typeOf(title: string, given: string): TalkType {
  const told = plain(given).toLowerCase();
  if (/^(talk|报告|讲座|演讲|授课|lecture|presentation|口头报告|主题报告)$/.test(told)) return 'talk';
  for (const text of [told, plain(title)]) {
    if (text === '') continue;
    if (breakWords.test(text) && text.length <= 40) return 'break';
    if (openingWords.test(text) && text.length <= 60) return 'opening';
    if (discussionWords.test(text)) return 'discussion';
  }
  return 'talk';
}

/** A total or a remark, never a talk. */
export const isRemark = (text: string): boolean =>
  /^[*※]|^(合计|总计|小计|共计|总时长|备注|注[:：]|注意|说明[:：]|温馨提示|total|subtotal|notes?[:：]|remarks?[:：])/i.test(
    plain(text),
  );

const sessionStart =
  /^(?:session\b|单元|板块|版块|专题|模块|环节|part\b|第\s*[一二三四五六七八九十\d]+\s*(?:单元|节|部分|板块|版块|专题|环节|场|阶段|篇章))/i;
export const isSessionTitle = (text: string): boolean => sessionStart.test(plain(text));

const chairPart =
  /[\s,，;；(（【[|]*(?:大会主席|会议主席|执行主席|共同主席|主席|主持嘉宾|主持人|主持|座长|chairs?|chairpersons?|moderators?)(?:\s*\/\s*(?:主席|主持人?))?\s*[:：]\s*(.+)$/i;
/** `第一单元 冠心病 主持：张三、李四` */
export function withoutChairs(text: string): { readonly title: string; readonly chairs: string } {
  const match = chairPart.exec(text.replace(/\s+/g, ' '));
  if (!match) return { title: text.trim(), chairs: '' };
  const title = text.replace(/\s+/g, ' ').slice(0, match.index).trim();
  const chairs = match[1] ?? '';
  const closes = /^[^（(]*[)）】\]]$/.test(chairs);
  return { title, chairs: closes ? chairs.slice(0, -1) : chairs };
}

/** A line, or a sheet's name, that is the place: 主会场, 二楼紫金厅, Hall A. */
export function venueIn(text: string): string | undefined {
  const clean = text.replace(/\s+/g, ' ').trim();
  const told = /^(?:地点|会场|会议地点|会议室|venue|room|location|place)\s*[:：]\s*(.+)$/i.exec(clean);
  if (told?.[1]) return told[1].trim();
  if (clean.length > 40 || sessionStart.test(clean)) return undefined;
  return /会场|会议室|报告厅|会议厅|[\p{Script=Han}\dA-Za-z]厅(?:$|[（(])|\b(?:hall|room|ballroom|auditorium|theat(?:re|er))\b/iu.test(
    clean,
  )
    ? clean
    : undefined;
}

/** Names that programs give to sheets. */
export const isPlainSheetName = (name: string): boolean =>
  /^(sheet|工作表|表|页)\s*\d*$|^(日程|会议日程|议程|programme|program|agenda|schedule)$/i.test(name.trim());
