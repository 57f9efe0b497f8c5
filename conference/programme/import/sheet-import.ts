/**
 * A programme out of a workbook as offices keep them: one sheet a day or a venue, title rows above the headings, headings again
 * for each venue, dates and sessions as lines of their own, merged cells, breaks, totals. What had to be guessed is said.
 */
import type { Speaker } from '#contracts/events.ts';
import type { Row, Sheet } from '../../sheet/workbook.ts';
import { momentOf } from '../zone.ts';
import { type ColumnKind, readHeadings, refine } from './columns.ts';
import type { ImportContent, ImportContext, ImportItem, ImportSession, Problem } from './item.ts';
import { parsePeople, withColumn } from './people.ts';
import { type Fields, ownCells, readFields, textOf } from './sheet-row.ts';
import { findDate, parseSpan, plain, type TimeSpan } from './times.ts';
import { isPlainSheetName, isRemark, isSessionTitle, typeOf, venueIn, withoutChairs } from './wording.ts';

/** A line before its moments are known for good. */
type Draft = {
  readonly item: Omit<ImportItem, 'start' | 'minutes' | 'problems' | 'venue' | 'session'>;
  readonly venue: string;
  session: DraftSession | undefined;
  readonly date: string | undefined;
  start: number | undefined;
  end: number | undefined;
  minutes: number | undefined;
  readonly problems: Problem[];
  /** The time was written once for several lines. */
  readonly spanShared: boolean;
};
type DraftSession = {
  readonly row: number;
  readonly title: string;
  chairs: readonly Speaker[];
  readonly venue: string;
  readonly date: string | undefined;
  readonly span: TimeSpan | undefined;
};

const note = (zh: string, en: string): Problem => ({ zh, en, fatal: false });
const fatal = (zh: string, en: string): Problem => ({ zh, en, fatal: true });

/** Lines looked at for a first row of headings. */
const headLines = 60;

export function readProgrammeSheets(sheets: readonly Sheet[], context: ImportContext): ImportContent {
  const items: ImportItem[] = [];
  const sessions: ImportSession[] = [];
  const used = sheets.filter(({ rows }) => rows.slice(0, headLines).some((row) => readHeadings(row)));
  for (const sheet of used) {
    const reader = new SheetReader(sheet, used.length > 1, context);
    reader.read();
    const finished = finish(reader.drafts, context);
    items.push(...finished);
    sessions.push(...sessionsOf(reader.drafts, reader.sessions, finished, context));
  }
  return { format: 'xlsx', items: withoutTwins(items), sessions };
}

class SheetReader {
  readonly drafts: Draft[] = [];
  readonly sessions: DraftSession[] = [];
  readonly #sheet: Sheet;
  readonly #context: ImportContext;
  /** Of the sheet in addresses; '' when there is only one. */
  readonly #name: string;
  #columns: Map<ColumnKind, number[]> | undefined;
  #date: string | undefined;
  #venue: string;
  #session: DraftSession | undefined;
  /** Sessions without a title are counted. */
  #unnamed = 0;

  constructor(sheet: Sheet, several: boolean, context: ImportContext) {
    this.#sheet = sheet;
    this.#context = context;
    this.#name = several ? sheet.name : '';
    const dated = findDate(sheet.name, context);
    this.#date = dated?.date ?? (context.startDate === context.endDate ? context.startDate : undefined);
    const rest = (dated ? dated.rest : sheet.name).replace(/^(上午|下午|全天)$/, '').trim();
    const known = context.venues.find((venue) => plain(venue) === plain(rest));
    this.#venue =
      known ?? venueIn(rest) ?? (several && !dated && !isPlainSheetName(rest) && rest !== '' ? rest : '');
  }

  read(): void {
    const { rows } = this.#sheet;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i];
      if (!row?.cells.some((cell) => cell && cell.text.trim() !== '')) continue;
      const headings = readHeadings(row);
      if (headings) {
        const below = rows[i + 1];
        if (below?.row === row.row + 1 && !readHeadings(below) && refine(headings, below)) i++;
        this.#columns = headings;
        this.#session = undefined;
      } else if (!this.#columns) this.#titleRow(row);
      else if (!this.#loneLine(row)) this.#line(row, i);
    }
  }

  /** Above the headings: the day and the place may be told here. */
  #titleRow(row: Row): void {
    for (const cell of ownCells(row)) {
      this.#date = findDate(cell.text, this.#context)?.date ?? this.#date;
      const venue =
        /会议|大会|年会|论坛|congress|conference/i.test(cell.text) && !/[:：]/.test(cell.text)
          ? undefined
          : venueIn(cell.text);
      this.#venue = venue ?? this.#venue;
    }
  }

  /** A line with one text: a day, a place, a session, a break, a remark. False: it is another kind of line. */
  #loneLine(row: Row): boolean {
    const [only, second] = ownCells(row);
    if (!only) return true;
    if (second) return false;
    const text = textOf(only);
    const column = row.cells.indexOf(only);
    const spread = row.cells.some((cell) => cell?.merged === 'right');
    const inTitle = this.#columns?.get('title')?.includes(column) ?? false;
    // Something of the line above goes on beside it: a talk in a block with one time, or one more speaker.
    if (!spread && row.cells.some((cell) => cell?.merged === 'down')) return false;
    if (isRemark(text)) {
      this.#skip(row, text, note('备注或合计行，不导入', 'a remark or a total: left out'));
      return true;
    }
    const dated = findDate(text, this.#context);
    if (dated && dated.rest.length <= 24) {
      this.#date = dated.date;
      this.#venue = venueIn(dated.rest) ?? this.#venue;
      this.#session = undefined;
      return true;
    }
    const timed = /^([^\p{L}]*(?:上午|下午|晚上|am|pm)?[\d:：.\s\-~～—–]+(?:am|pm)?)\s*(\p{L}.*)$/iu.exec(
      text,
    );
    const span = timed?.[1] ? parseSpan(timed[1].trim()) : undefined;
    if (span && timed?.[2]) {
      this.#timedLine(row, span, timed[2].trim());
      return true;
    }
    if (parseSpan(text) || /^(上午|下午|晚上|全天)$/.test(plain(text))) return true;
    const venue = venueIn(text);
    if (venue && !/主持|主席|chair/i.test(text)) {
      this.#venue = venue;
      this.#session = undefined;
      return true;
    }
    if (typeOf(text, '') !== 'talk' && !isSessionTitle(text)) {
      this.#add(row, { title: text, span: undefined, speakers: [], session: false });
      return true;
    }
    const { title, chairs } = withoutChairs(text);
    if (title === '' && this.#session)
      this.#session.chairs = [...this.#session.chairs, ...parsePeople(chairs)];
    else if (spread || !inTitle || isSessionTitle(text) || chairs !== '')
      this.#open(row.row, title, chairs, undefined);
    else return false;
    return true;
  }

  #timedLine(row: Row, span: TimeSpan, text: string): void {
    if (typeOf(text, '') !== 'talk') this.#add(row, { title: text, span, speakers: [], session: false });
    else {
      const { title, chairs } = withoutChairs(text);
      this.#open(row.row, title, chairs, span);
    }
  }

  #line(row: Row, index: number): void {
    const columns = this.#columns;
    if (!columns) return;
    const fields = readFields(row, columns, this.#name, this.#context);
    const { title } = fields;
    if (fields.date && fields.date !== this.#date) {
      this.#date = fields.date;
      this.#session = undefined;
    }
    const venue = fields.text('venue');
    if (venue !== '' && venue !== this.#venue) {
      this.#venue = venue;
      this.#session = undefined;
    }
    const people = this.#people(fields);
    if (isRemark(title) || isRemark(textOf(ownCells(row)[0]))) {
      this.#skip(row, title, note('备注或合计行，不导入', 'a remark or a total: left out'));
      return;
    }
    if (fields.titleShared && !fields.text('code') && (fields.spanShared || !fields.span)) {
      const last = this.drafts.at(-1);
      if (last && last.item.title === title) {
        const speakers = [
          ...last.item.speakers,
          ...people.filter(({ name }) => !last.item.speakers.some((known) => known.name === name)),
        ];
        this.drafts[this.drafts.length - 1] = {
          ...last,
          item: { ...last.item, speakers: speakers.slice(0, 30) },
        };
        return;
      }
    }
    this.#sessionOf(fields, row);
    if (title === '') this.#untitled(row, fields, people);
    else if (this.#isSessionLine(fields, people, index)) {
      const { title: name, chairs } = withoutChairs(title);
      this.#open(
        row.row,
        name,
        [chairs, fields.text('chairs')].filter((text) => text !== '').join('、'),
        fields.span,
      );
    } else {
      this.#add(row, { title, fields, span: fields.span, speakers: people, session: true });
    }
  }

  #people(fields: Fields): readonly Speaker[] {
    let people: readonly Speaker[] = parsePeople(fields.text('speakers'));
    people = withColumn(people, fields.text('unit'), 'unit');
    return withColumn(people, fields.text('speakerTitle'), 'title');
  }

  #untitled(row: Row, fields: Fields, people: readonly Speaker[]): void {
    // A line that only names the chair, or only a time, is none.
    if (people.length === 0) {
      if (fields.problems.length > 0)
        this.#add(row, { title: '', fields, span: fields.span, speakers: [], session: true });
      return;
    }
    this.#add(row, {
      ...{ title: '', fields, span: fields.span, speakers: people, session: true },
      problem: fatal(
        `缺少题目（${fields.address('title')}）`,
        `the title is missing (${fields.address('title')})`,
      ),
    });
  }

  /** A session from its own columns; only a new text opens another one. */
  #sessionOf(fields: Fields, row: Row): void {
    const columns = this.#columns;
    const told = fields.text('session');
    if (/^[-—–/无]+$/.test(plain(told))) {
      this.#session = undefined;
      return;
    }
    const chairs = fields.text('chairs');
    if (columns?.has('session') && told !== '') {
      const { title, chairs: within } = withoutChairs(told);
      const all = [within, chairs].filter((text) => text !== '').join('、');
      if (
        this.#session?.title !== title ||
        this.#session.venue !== this.#venue ||
        this.#session.date !== this.#date
      ) {
        const before = this.sessions.find(
          (known) => known.title === title && known.venue === this.#venue && known.date === this.#date,
        );
        if (before) this.#session = before;
        else this.#open(row.row, title, all, undefined);
      } else if (this.#session.chairs.length === 0 && all !== '') this.#session.chairs = parsePeople(all);
    } else if (chairs !== '' && !fields.shared('chairs')) {
      const people = parsePeople(chairs);
      if (people.length === 0) return;
      const same =
        this.#session?.chairs.map(({ name }) => name).join() === people.map(({ name }) => name).join();
      if (same) return;
      if (this.#session && this.#session.chairs.length === 0) this.#session.chairs = people;
      else if (!isSessionTitle(fields.title)) this.#open(row.row, '', chairs, undefined);
    }
  }

  #isSessionLine(fields: Fields, people: readonly Speaker[], index: number): boolean {
    const { title, span } = fields;
    if (people.length > 0 || fields.text('code') !== '') return false;
    if (isSessionTitle(title)) return true;
    if (typeOf(title, fields.text('type')) !== 'talk' || fields.minutes !== undefined) return false;
    if (withoutChairs(title).chairs !== '') return true;
    return span?.end != null && this.#nextLiesWithin(index, span.start, span.end);
  }

  #nextLiesWithin(index: number, start: number, end: number): boolean {
    const columns = this.#columns;
    const next = this.#sheet.rows[index + 1];
    if (!columns || !next || readHeadings(next)) return false;
    const { span } = readFields(next, columns, '', this.#context);
    if (!span || span.start < start || span.start >= end) return false;
    return span.end !== null && span.end <= end && span.end - span.start < end - start;
  }

  #open(row: number, title: string, chairs: string, span: TimeSpan | undefined): void {
    const name = title === '' ? `第${++this.#unnamed}单元` : title.slice(0, 300);
    this.#session = {
      row,
      title: name,
      chairs: parsePeople(chairs).slice(0, 20),
      venue: this.#venue,
      date: this.#date,
      span,
    };
    this.sessions.push(this.#session);
  }

  #skip(row: Row, title: string, problem: Problem): void {
    this.drafts.push({
      item: {
        sheet: this.#name,
        row: row.row,
        code: null,
        title: title.slice(0, 300),
        type: 'talk',
        speakers: [],
        abstract: null,
        skip: true,
      },
      ...{
        venue: this.#venue,
        session: undefined,
        date: this.#date,
        start: undefined,
        end: undefined,
        minutes: undefined,
      },
      ...{ problems: [problem], spanShared: false },
    });
  }

  #add(
    row: Row,
    given: {
      readonly title: string;
      readonly fields?: Fields;
      readonly span: TimeSpan | undefined;
      readonly speakers: readonly Speaker[];
      readonly session: boolean;
      readonly problem?: Problem;
    },
  ): void {
    const { fields, span, title } = given;
    const problems = [...(fields?.problems ?? []), ...(given.problem ? [given.problem] : [])];
    if (title.length > 300) problems.push(note('题目过长，已截断', 'the title was too long and was cut'));
    const times = settled(
      span,
      problems,
      fields?.address(this.#columns?.has('time') ? 'time' : 'end') ?? `${row.row}`,
    );
    if (!this.#date && span)
      problems.push(fatal(`缺少日期（第 ${row.row} 行）`, `the date is missing (row ${row.row})`));
    const code = fields?.text('code') ?? '';
    this.drafts.push({
      item: {
        sheet: this.#name,
        row: row.row,
        code: code === '' ? null : code.slice(0, 100),
        title: title.replace(/\s*\n\s*/g, ' ').slice(0, 300),
        type: typeOf(title, fields?.text('type') ?? ''),
        speakers: given.speakers,
        abstract: this.#columns?.has('abstract') ? (fields?.text('abstract') ?? '').slice(0, 20_000) : null,
      },
      venue: this.#venue,
      session: this.#session,
      date: this.#date,
      ...times,
      minutes: fields?.minutes,
      problems,
      spanShared: fields?.spanShared ?? false,
    });
  }
}

/** Minutes after midnight, with the half of the day that was meant. */
function settled(
  span: TimeSpan | undefined,
  problems: Problem[],
  address: string,
): { start: number | undefined; end: number | undefined } {
  if (!span) return { start: undefined, end: undefined };
  let { start, end } = span;
  if (start < 6 * 60 && start >= 60 && (end === null || end < 10 * 60)) {
    start += 720;
    if (end !== null) end += 720;
    problems.push(note('时间按下午计', 'the time was taken as in the afternoon'));
  }
  // 11:30-1:00; nothing lasts six hours.
  if (end !== null && end <= start && end + 720 > start && end + 720 - start <= 360) {
    end += 720;
    problems.push(note('结束时间按下午计', 'the end was taken as in the afternoon'));
  }
  if (end !== null && end <= start) {
    problems.push(fatal(`结束时间早于开始时间（${address}）`, `it ends before it begins (${address})`));
    return { start, end: undefined };
  }
  return { start, end: end ?? undefined };
}

/** Lines that share one time divide it; what has no beginning follows the line before; what has no end lasts until the next. */
function finish(drafts: readonly Draft[], context: ImportContext): ImportItem[] {
  const talks = drafts.filter(({ item }) => !item.skip);
  for (let i = 0; i < talks.length; i++) {
    const first = talks[i];
    if (first?.start === undefined || first.end === undefined || first.minutes !== undefined) continue;
    let last = i;
    while (
      talks[last + 1]?.spanShared &&
      talks[last + 1]?.start === first.start &&
      talks[last + 1]?.minutes === undefined
    )
      last++;
    if (last === i) continue;
    const each = Math.floor((first.end - first.start) / (last - i + 1));
    const from = first.start;
    for (let k = i; k <= last && each > 0; k++) {
      const talk = talks[k];
      if (!talk) continue;
      talk.start = from + (k - i) * each;
      talk.end = talk.start + each;
      talk.problems.push(
        note('同一时间段内有多个报告，时间按平均分配', 'several talks share one time: it was divided evenly'),
      );
    }
    i = last;
  }
  let before: Draft | undefined;
  for (const [i, talk] of talks.entries()) {
    const follows = before && before.venue === talk.venue && before.date === talk.date ? before : undefined;
    if (
      talk.spanShared &&
      follows?.end !== undefined &&
      talk.minutes !== undefined &&
      follows.minutes !== undefined
    )
      talk.start = follows.end;
    if (
      talk.start === undefined &&
      follows?.end !== undefined &&
      !talk.problems.some((problem) => problem.fatal)
    ) {
      talk.start = follows.end;
      talk.problems.push(
        note('没有开始时间，接在上一项之后', 'no beginning was given: it follows the line before'),
      );
    }
    if (talk.start !== undefined) {
      if (talk.minutes !== undefined) talk.end = talk.start + talk.minutes;
      if (talk.end === undefined) {
        const next = talks[i + 1];
        const until = next && next.venue === talk.venue && next.date === talk.date ? next.start : undefined;
        if (until !== undefined && until > talk.start && until - talk.start <= 240) {
          talk.end = until;
          talk.problems.push(
            note('没有结束时间，按下一项的开始计', 'no end was given: it lasts until the next line'),
          );
        }
      }
    } else if (!talk.problems.some((problem) => problem.fatal))
      talk.problems.push(note('没有时间', 'no time was given'));
    before = talk;
  }
  return drafts.map((draft) => {
    const { date, start, end, venue, session, problems } = draft;
    return {
      ...draft.item,
      ...{ venue, problems },
      session: session?.title ?? '',
      start: date === undefined || start === undefined ? null : momentOf(date, start, context.timeZone),
      minutes:
        start !== undefined && end !== undefined
          ? Math.min(1440, Math.max(1, end - start))
          : (draft.minutes ?? null),
    };
  });
}

/** Sessions that hold a talk, with the time that was written, else that of their talks. */
function sessionsOf(
  drafts: readonly Draft[],
  sessions: readonly DraftSession[],
  items: readonly ImportItem[],
  context: ImportContext,
): ImportSession[] {
  const bounds = new Map<DraftSession, { from: number; to: number }>();
  for (const [i, { session }] of drafts.entries()) {
    const item = items[i];
    if (!session || item?.start == null || item.skip) continue;
    const to = item.start + (item.minutes ?? 0) * 60_000;
    const known = bounds.get(session);
    bounds.set(session, {
      from: Math.min(known?.from ?? item.start, item.start),
      to: Math.max(known?.to ?? to, to),
    });
  }
  return sessions.flatMap((session): ImportSession[] => {
    const { row, title, venue, chairs, date, span } = session;
    const found = bounds.get(session);
    const written = span && settled(span, [], '');
    const start =
      written?.start !== undefined && date !== undefined
        ? momentOf(date, written.start, context.timeZone)
        : (found?.from ?? null);
    if (start === null && !found) return [];
    const end =
      written?.start !== undefined && written.end !== undefined && start !== null
        ? start + (written.end - written.start) * 60_000
        : (found?.to ?? null);
    const minutes =
      start !== null && end !== null && end > start ? Math.min(1440, (end - start) / 60_000) : null;
    return [{ row, code: null, title, venue, chairs, start, minutes }];
  });
}

/** A code may stand there once; a line that says the same as another is left out. */
function withoutTwins(items: readonly ImportItem[]): ImportItem[] {
  const codes = new Map<string, ImportItem>();
  const lines = new Map<string, ImportItem>();
  return items.map((item): ImportItem => {
    if (item.skip) return item;
    const { code, venue, start, title, row } = item;
    const sameCode = code === null ? undefined : codes.get(code);
    if (code !== null && sameCode) {
      const problem = fatal(
        `编号“${code}”与第 ${sameCode.row} 行重复（第 ${row} 行）`,
        `code "${code}" is also in row ${sameCode.row} (row ${row})`,
      );
      return { ...item, problems: [...item.problems, problem] };
    }
    if (code !== null) codes.set(code, item);
    const line = JSON.stringify([venue, start, title]);
    const twin = lines.get(line);
    if (twin && code === null && start !== null)
      return {
        ...item,
        skip: true,
        problems: [note(`与第 ${twin.row} 行相同`, `the same as row ${twin.row}`)],
      };
    lines.set(line, item);
    return item;
  });
}
