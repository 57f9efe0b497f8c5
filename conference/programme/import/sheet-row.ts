/** One line of a sheet taken apart by its columns: what was written, and what is wrong with it, by the cell's address. */
import { type Cell, cellAddress, type Row } from '../../sheet/workbook.ts';
import type { ColumnKind, Columns } from './columns.ts';
import type { Problem } from './item.ts';
import {
  type DateContext,
  dateOfCell,
  minutesOfCell,
  parseSpan,
  plain,
  spanOfCell,
  type TimeSpan,
} from './times.ts';

export type Fields = {
  readonly date: string | undefined;
  readonly span: TimeSpan | undefined;
  /** The time stands in a merged cell that began further up. */
  readonly spanShared: boolean;
  readonly minutes: number | undefined;
  readonly title: string;
  /** The title stands in a merged cell that began further up. */
  readonly titleShared: boolean;
  readonly text: (kind: ColumnKind) => string;
  /** Merged downwards from further up. */
  readonly shared: (kind: ColumnKind) => boolean;
  readonly problems: readonly Problem[];
  readonly address: (kind: ColumnKind) => string;
};

/** A text that was defused at export gets its first sign back. */
export const textOf = (cell: Cell | undefined): string =>
  (cell?.text ?? '').replace(/^'(?=\s*[=+\-@\t＝＋－＠])/, '').trim();

/** Cells that say something of their own. */
export const ownCells = ({ cells }: Row): readonly Cell[] =>
  cells.filter(
    (cell): cell is Cell => cell !== undefined && cell.merged === undefined && cell.text.trim() !== '',
  );

export function readFields(row: Row, columns: Columns, sheet: string, context: DateContext): Fields {
  const problems: Problem[] = [];
  const address = (kind: ColumnKind): string => {
    const at = cellAddress(row.row, columns.get(kind)?.[0] ?? 0);
    return sheet === '' ? at : `${sheet}!${at}`;
  };
  const cellsOf = (kind: ColumnKind): readonly Cell[] =>
    (columns.get(kind) ?? []).flatMap((column) => {
      const cell = row.cells[column];
      return cell && cell.text.trim() !== '' ? [cell] : [];
    });
  const titleCell = cellsOf('title')[0];
  const title = textOf(titleCell);
  /** A break written over all columns is not its own speaker. */
  const spread = (cell: Cell): boolean =>
    cell.merged === 'right' || (titleCell?.merged === 'right' && cell.text === titleCell.text);
  const told = (kind: ColumnKind): readonly Cell[] => cellsOf(kind).filter((cell) => !spread(cell));
  const text = (kind: ColumnKind): string =>
    kind === 'title'
      ? title
      : told(kind)
          .map(textOf)
          .join(kind === 'speakers' ? '、' : ' ');
  const shared = (kind: ColumnKind): boolean => {
    const cells = told(kind);
    return cells.length > 0 && cells.every(({ merged }) => merged === 'down');
  };
  const unread = (kind: ColumnKind, zh: string, en: string): void => {
    const written = text(kind).slice(0, 60);
    problems.push({
      zh: `${zh}“${written}”无法识别（${address(kind)}）`,
      en: `${en} "${written}" cannot be read (${address(kind)})`,
      fatal: true,
    });
  };

  const dateCell = told('date')[0];
  let date = dateCell && dateOfCell(dateCell, context)?.date;
  if (dateCell && !date && /\d/.test(dateCell.text)) unread('date', '日期', 'date');

  const { span, date: inTime } = spanOf(told, unread, context);
  date ??= inTime;

  const minutesCell = told('minutes')[0];
  const minutes = minutesCell && minutesOfCell(minutesCell);
  if (minutesCell && minutes === undefined && !/^[-/—]*$/.test(plain(minutesCell.text)))
    unread('minutes', '时长', 'length');
  return {
    ...{ date, span, minutes, title, text, shared, problems, address },
    spanShared: shared(columns.has('time') ? 'time' : 'start'),
    titleShared: titleCell?.merged === 'down',
  };
}

type Told = (kind: ColumnKind) => readonly Cell[];
type Unread = (kind: ColumnKind, zh: string, en: string) => void;

/** From one column or from two; a date may stand in front of the time. */
function spanOf(
  told: Told,
  unread: Unread,
  context: DateContext,
): { span: TimeSpan | undefined; date: string | undefined } {
  const single = told('time')[0];
  if (single) {
    const found = timeOf(single, context);
    if (!found.span && /\d/.test(single.text) && !found.date) unread('time', '时间', 'time');
    return found;
  }
  const from = told('start')[0];
  const to = told('end')[0];
  if (!from) return { span: undefined, date: undefined };
  const first = timeOf(from, context);
  if (!first.span) {
    unread('start', '开始时间', 'start');
    return first;
  }
  if (!to) return first;
  const last = timeOf(to, context).span;
  if (!last) unread('end', '结束时间', 'end');
  return { date: first.date, span: { start: first.span.start, end: last?.start ?? null } };
}

function timeOf(cell: Cell, context: DateContext): { span: TimeSpan | undefined; date: string | undefined } {
  const day = cell.value === undefined || cell.value >= 36_526 ? dateOfCell(cell, context) : undefined;
  if (cell.value !== undefined) return { span: spanOfCell(cell), date: day?.date };
  const span = parseSpan(cell.text);
  if (span) return { span, date: undefined };
  return { span: day && day.rest !== '' ? parseSpan(day.rest) : undefined, date: day?.date };
}
