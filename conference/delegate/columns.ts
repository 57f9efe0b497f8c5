/** Which column of a sheet is what, by its heading; without headings by what stands in it. Pure. */
import type { DelegateColumn } from '#contracts/delegate.ts';
import { normalIdTail, normalPhone } from './identity.ts';

const headings: readonly (readonly [DelegateColumn, RegExp])[] = [
  ['phone', /手机|电话|联系方式|mobile|phone|^tel/],
  ['idTail', /身份证|证件|后四位|后4位|尾号|^id(number|card|tail|no)?$|idlast/],
  ['tier', /会员|级别|等级|类别|类型|身份$|tier|level|category|membership/],
  ['unit', /单位|医院|机构|公司|hospital|unit|affiliation|organi[sz]ation|institution/],
  ['name', /姓名|^名字$|参会人|代表|^name$|fullname|realname/],
];
/** Rows that titles may take before the headings. */
export const headingSearch = 10;

const heading = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s_*:：()（）-]/g, '');

export function columnsOf(row: readonly string[]): DelegateColumn[] {
  const taken = new Set<DelegateColumn>();
  return row.map((text) => {
    const plain = heading(text);
    const found = headings.find(([column, known]) => !taken.has(column) && known.test(plain))?.[0];
    if (plain === '' || plain.length > 30 || found === undefined) return 'none';
    taken.add(found);
    return found;
  });
}

/** Enough to tell one person from another. */
export const areEnough = (columns: readonly DelegateColumn[]): boolean =>
  columns.includes('phone') || (columns.includes('name') && columns.includes('idTail'));

export type Recognised = {
  /** Index in the rows given; -1: there is none. */
  readonly at: number;
  readonly columns: readonly DelegateColumn[];
};

/** `rows`: the first of the sheet. Headings that are enough, else the best there are; a sheet without any by its values. */
export function recognise(rows: readonly (readonly string[])[]): Recognised {
  let best: Recognised | undefined;
  for (const [at, row] of rows.slice(0, headingSearch).entries()) {
    const columns = columnsOf(row);
    if (areEnough(columns)) return { at, columns };
    if (!best && columns.some((column) => column !== 'none')) best = { at, columns };
  }
  const columns = byValues(rows);
  return best && !areEnough(columns) ? best : { at: -1, columns };
}

function byValues(rows: readonly (readonly string[])[]): DelegateColumn[] {
  const width = Math.max(0, ...rows.map((row) => row.length));
  const taken = new Set<DelegateColumn>();
  return Array.from({ length: width }, (_, at) => {
    const values = rows.map((row) => row[at] ?? '').filter((value) => value !== '');
    const all = (test: (value: string) => boolean): boolean => values.length > 0 && values.every(test);
    const found: DelegateColumn = all((value) => normalPhone(value) !== undefined)
      ? 'phone'
      : all((value) => normalIdTail(value) !== undefined)
        ? 'idTail'
        : all((value) => /^[\p{Script=Han}·]{2,10}$/u.test(value) && !/医院|大学|学院/.test(value))
          ? 'name'
          : 'none';
    if (found === 'none' || taken.has(found)) return 'none';
    taken.add(found);
    return found;
  });
}
