import { describe, expect, it } from 'vitest';
import { cardColumns, cardOrders } from './card-columns.ts';
import { c } from './common-texts.ts';

type Row = { readonly name: string };
const cell = (column: object, row: Row) =>
  (column as { onCell(row: Row, index: number): Record<string, unknown> }).onCell(row, 0);

describe('columns of cards', () => {
  it('name every cell, keep what the cell had, and take the first as heading', () => {
    const [name, act] = cardColumns<Row>([
      { title: 'Name', className: 'digits', onCell: ({ name }) => ({ title: name }) },
      { title: c('actions') },
    ]);
    expect(name?.className).toBe('digits row-name');
    expect(cell(name as object, { name: 'Li' })).toEqual({ title: 'Li', 'data-name': 'Name' });
    expect(act?.className).toBe('row-acts');
  });

  it('take the heading that was chosen', () => {
    const classes = cardColumns<Row>([{ title: 'Time' }, { title: 'Talk', className: 'row-name' }]).map(
      ({ className }) => className,
    );
    expect(classes).toEqual(['', 'row-name']);
  });

  it('can be put in order by what the table sorts by, both ways', () => {
    const orders = cardOrders<Row>([
      { title: 'Name', key: 'name', sorter: true },
      { title: 'State', key: 'state' },
    ]);
    expect(orders.map(({ value }) => value)).toEqual(['name', '-name']);
  });
});
