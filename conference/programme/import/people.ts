/** People as they are written into one cell: "张三（北京协和医院）、李四 教授/上海瑞金医院". */
import type { Speaker } from '#contracts/events.ts';

const titleWords =
  /(?:(?:助理|客座|特聘|讲座|首席|终身|荣誉)?(?:副)?(?:教授|研究员|主任医师|主任药师|主任护师|主任技师|主任|院长|所长|院士|会长|主委|主任委员|主席|秘书长|理事长)|(?:副)?主治医师|主治医生|住院医师|医师|医生|护士长|主管护师|护师|博士生导师|博导|硕导|博士后|博士|硕士|讲师|助教|工程师|先生|女士|老师|(?:associate |assistant |clinical |visiting )?prof(?:essor|\.)?|dr\.?|m\.?d\.?|ph\.?d\.?|facc|fesc|fscai|faha|mbbs|msc|mph)/;
const wholeTitle = new RegExp(`^(?:${titleWords.source}[\\s、,/兼]*)+$`, 'i');
const endTitle = new RegExp(`^([\\p{Script=Han}·]{2,4}?)\\s*((?:${titleWords.source})+)$`, 'iu');
const unitWord =
  /医院|大学|学院|中心|研究所|研究院|科学院|公司|集团|协会|学会|委员会|卫生局|卫健委|疾控|门诊|诊所|血站|实验室|出版社|杂志|编辑部|药业|医疗|基金会|[\p{Script=Han}]{3,}(?:科|部|院|局|省|市)$|hospital|universit|institut|college|school|cent(?:er|re)|clinic|department|division|academy|foundation|corporation|\binc\b|\bltd\b|\bco\.|\bgmbh\b|laborator|faculty/iu;
const nobody = /^(?:待定|未定|待邀请|待确认|无|暂无|tbd|tba|n\/?a|none|[-/—\\]+)$/i;
const label =
  /^(?:主讲人?|主讲嘉宾|讲者|报告人|演讲人|演讲嘉宾|发言人|讲员|讲师|嘉宾|讨论嘉宾|点评(?:专家|嘉宾)?|主持人?|大会主席|执行主席|主席|共同主席|座长|speakers?|presenters?|chairs?|chairpersons?|moderators?|panell?ists?)\s*[:：]\s*/i;

const cut = (text: string, most: number): string => text.trim().slice(0, most).trim();

/** Splits at signs outside of brackets. */
function split(text: string, at: RegExp): string[] {
  const pieces: string[] = [];
  let depth = 0;
  let piece = '';
  for (const sign of text) {
    if (/[(（[【]/.test(sign)) depth++;
    else if (/[)）\]】]/.test(sign)) depth = Math.max(0, depth - 1);
    if (depth === 0 && at.test(sign)) {
      pieces.push(piece);
      piece = '';
    } else piece += sign;
  }
  pieces.push(piece);
  return pieces.map((part) => part.trim()).filter((part) => part !== '');
}

type Found = { name: string; unit: string; title: string };

/** Words of one person, or what is left of one: brackets and slashes separate name, title and unit. */
function personOf(piece: string): Found {
  const found: Found = { name: '', unit: '', title: '' };
  const outside = piece.replace(/[(（[【]([^)）\]】]*)[)）\]】]?/g, (_, inner: string) => {
    for (const word of split(inner, /[,，、;；/|]/)) sortInto(found, word, true);
    return ' ';
  });
  for (const part of split(outside, /[/|｜／,，]/)) takeWords(found, part);
  return found;
}

function sortInto(found: Found, word: string, inBrackets: boolean): void {
  const text = word.trim();
  if (text === '') return;
  if (wholeTitle.test(text)) found.title = found.title ? `${found.title} ${text}` : text;
  else if (unitWord.test(text) || inBrackets) {
    const tailed = new RegExp(`^(.+?)\\s+(${titleWords.source})$`, 'i').exec(text);
    if (tailed?.[1] && tailed[2] && unitWord.test(tailed[1])) {
      found.unit ||= tailed[1];
      found.title ||= tailed[2];
    } else found.unit = found.unit ? `${found.unit} ${text}` : text;
  } else if (found.name === '') {
    const suffixed = endTitle.exec(text);
    found.name = suffixed?.[1] ?? text;
    if (suffixed?.[2]) found.title ||= suffixed[2];
  } else found.name = `${found.name} ${text}`;
}

const isHan = (text: string): boolean => /^[\p{Script=Han}·]+$/u.test(text);

/** Words between spaces: Chinese ones are sorted one by one, Latin names stay together. */
function takeWords(found: Found, part: string): void {
  if (unitWord.test(part) && !/\p{Script=Han}/u.test(part)) {
    sortInto(found, part, false);
    return;
  }
  const words = part.split(/\s+/);
  // 张 三: a name of two signs, spaced to the width of three.
  for (let i = 0; i + 1 < words.length; i++) {
    const [a = '', b = ''] = [words[i], words[i + 1]];
    if (a.length === 1 && b.length === 1 && isHan(a) && isHan(b)) words.splice(i, 2, a + b);
  }
  for (const word of words) sortInto(found, word, false);
}

/** 张三 李四: names with spaces between them and nothing else. */
function namesOnly(piece: string): string[] {
  const words = piece.split(/\s+/);
  const isName = (word: string): boolean =>
    /^\p{Script=Han}{2,4}$/u.test(word) &&
    !wholeTitle.test(word) &&
    !endTitle.test(word) &&
    !unitWord.test(word);
  return words.length > 1 && words.every(isName) ? words : [piece];
}

/** Everyone in a cell. Pieces without a name belong to the person before them. */
export function parsePeople(text: string): Speaker[] {
  const people: Found[] = [];
  const lines = text.normalize('NFC').replace(/\r/g, '').trim();
  for (const raw of split(lines, /[、;；\n\t，,]/).flatMap(namesOnly)) {
    const piece = raw
      .replace(label, '')
      .replace(/\s*(?:等|et al\.?)$/i, '')
      .trim();
    if (piece === '' || nobody.test(piece)) continue;
    const found = personOf(piece);
    const before = people.at(-1);
    if (found.name === '' && before) {
      before.unit ||= found.unit;
      before.title = [before.title, found.title].filter((word) => word !== '').join(' ');
    } else people.push(found);
  }
  // "北京协和医院 张三": the unit may come in a piece of its own before the name.
  return people
    .filter(({ name, unit }) => name !== '' || unit !== '')
    .map(({ name, unit, title }) => ({
      name: cut(name === '' ? unit : name, 80),
      unit: cut(name === '' ? '' : unit, 120),
      title: cut(title, 80),
    }))
    .slice(0, 30);
}

/** Units or titles from a column of their own: one for each person, or one for all. */
export function withColumn(people: readonly Speaker[], text: string, field: 'unit' | 'title'): Speaker[] {
  const values = split(text.replace(/\r/g, ''), /[、;；\n]/).filter((value) => !nobody.test(value));
  if (values.length === 0) return [...people];
  const most = field === 'unit' ? 120 : 80;
  const whole = values.length === people.length ? undefined : text.replace(/\s+/g, ' ').trim();
  return people.map((person, i) => {
    if (person[field] !== '') return person;
    return { ...person, [field]: cut(whole ?? values[i] ?? '', most) };
  });
}

/** Who is the same person: name and unit without spaces, signs and case. */
export const personKey = ({ name, unit }: Pick<Speaker, 'name' | 'unit'>): string =>
  `${folded(name)}|${folded(unit)}`;
export const folded = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\p{P}\p{S}]/gu, '');
