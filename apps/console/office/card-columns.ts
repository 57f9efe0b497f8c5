/**
 * Columns of a table that becomes a list of cards on a phone (office.css): every cell carries its column's name, one is the card's
 * heading, the last holds what can be done.
 */
import type { TableColumnsType, TableColumnType } from 'antd';
import { c } from './common-texts.ts';

/** Class of the column that names the row; without one the first column does. */
export const rowName = 'row-name';

export function cardColumns<T>(columns: TableColumnsType<T>): TableColumnsType<T> {
  const plain = columns as TableColumnType<T>[];
  const chosen = plain.findIndex(({ className }) => classesOf(className).includes(rowName));
  return plain.map((column, k) => {
    const name = typeof column.title === 'string' ? column.title : '';
    const classes = classesOf(column.className);
    if (k === Math.max(0, chosen) && !classes.includes(rowName)) classes.push(rowName);
    if (name === c('actions')) classes.push('row-acts');
    const { onCell } = column;
    return {
      ...column,
      className: classes.join(' '),
      onCell: (row, index) => ({ ...onCell?.(row, index), 'data-name': name }),
    };
  });
}

const classesOf = (className: string | undefined): string[] => className?.split(' ').filter(Boolean) ?? [];

/** What the cards can be put in order by, where there is no head to press: `field`, and `-field` for the other way round. */
export function cardOrders<T>(
  columns: TableColumnsType<T>,
): { readonly value: string; readonly label: string }[] {
  return (columns as TableColumnType<T>[]).flatMap(({ sorter, key, title }) =>
    sorter && key !== undefined && typeof title === 'string'
      ? [
          { value: String(key), label: `${title} ↑` },
          { value: `-${String(key)}`, label: `${title} ↓` },
        ]
      : [],
  );
}
