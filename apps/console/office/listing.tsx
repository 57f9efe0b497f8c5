/** A table whose rows the server filters, sorts and pages (`?cursor&limit&q&sort` → items, next, total). */
import { Button, Checkbox, Input, Select, Space, Table, type TableColumnsType } from 'antd';
import { type Key, type ReactNode, useEffect, useMemo, useState } from 'react';
import type { ListOf } from '#contracts/listing.ts';
import { request } from '../api.ts';
import { useAsk } from './ask.ts';
import { cardColumns, cardOrders } from './card-columns.ts';
import { c } from './common-texts.ts';
import { Failure } from './parts.tsx';

export type Page<T> = ListOf<T>;
export type Filters = Readonly<Record<string, string | undefined>>;

export type ListState<T> = {
  readonly page: Page<T> | undefined;
  readonly error: unknown;
  readonly loading: boolean;
  readonly from: number;
  readonly q: string;
  readonly sort: string | undefined;
  readonly hasPrevious: boolean;
  search(q: string): void;
  sortBy(sort: string | undefined): void;
  forward(): void;
  backward(): void;
  again(): void;
};

/** Rows of one page. Changing filter, search or sort starts at the first. */
export function useList<T>(path: string, filters: Filters = {}, limit = 50, every?: number): ListState<T> {
  const [q, search] = useState('');
  const [sort, sortBy] = useState<string>();
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const filterText = JSON.stringify(filters);
  const question = useMemo(() => {
    const query = new URLSearchParams({ limit: String(limit) });
    if (q) query.set('q', q);
    if (sort) query.set('sort', sort);
    for (const [name, value] of Object.entries(JSON.parse(filterText) as Filters))
      if (value !== undefined && value !== '') query.set(name, value);
    return `${path}?${query}`;
  }, [path, q, sort, filterText, limit]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new question has no pages behind it
  useEffect(() => setCursors([]), [question]);
  const cursor = cursors.at(-1);
  const asked = useAsk(
    (signal) =>
      request<Pick<Page<T>, 'items'> & Partial<Page<T>>>(
        'GET',
        cursor ? `${question}&cursor=${encodeURIComponent(cursor)}` : question,
        undefined,
        signal,
        // Short lists come whole, and do not count themselves.
      ).then((page) => ({ next: null, total: page.items.length, ...page })),
    [question, cursor],
    every,
  );
  return {
    page: asked.data,
    error: asked.error,
    loading: asked.loading,
    from: cursors.length * limit,
    q,
    sort,
    hasPrevious: cursors.length > 0,
    search,
    sortBy,
    forward: () => asked.data?.next && setCursors([...cursors, asked.data.next]),
    backward: () => setCursors(cursors.slice(0, -1)),
    again: asked.again,
  };
}

type ListingProps<T> = {
  readonly label: string;
  readonly list: ListState<T>;
  readonly columns: TableColumnsType<T>;
  rowKey(row: T): string;
  /** Shown when there is nothing at all, not merely nothing found. */
  readonly empty: ReactNode;
  readonly searchHint?: string;
  /** Filters beside the search field. */
  readonly tools?: ReactNode;
  /** Something is filtered: then "nothing found" is said instead of `empty`. */
  readonly filtered?: boolean;
  readonly selection?: { readonly keys: readonly string[]; change(keys: string[]): void };
};

export function Listing<T extends object>(props: ListingProps<T>) {
  const { label, list, columns, rowKey, empty, searchHint, tools, filtered, selection } = props;
  const items = list.page?.items ?? [];
  const bare = list.page?.total === 0 && !list.q && !filtered;
  return (
    <>
      {(searchHint || tools) && (
        <div className="list-tools">
          {searchHint && <SearchField hint={searchHint} onSearch={list.search} />}
          {tools}
        </div>
      )}
      {list.error !== undefined && <Failure error={list.error} again={list.again} />}
      {bare ? (
        empty
      ) : (
        <>
          <CardHead list={list} columns={columns} rowKey={rowKey} selection={selection} />
          <TableRegion label={label}>
            <Table<T>
              columns={cardColumns(columns)}
              dataSource={items}
              rowKey={rowKey}
              loading={list.loading && !list.page}
              pagination={false}
              showSorterTooltip={false}
              onChange={(_pages, _filters, sorter) => {
                const one = Array.isArray(sorter) ? sorter[0] : sorter;
                const field = one?.columnKey === undefined ? undefined : String(one.columnKey);
                list.sortBy(
                  one?.order && field ? (one.order === 'descend' ? `-${field}` : field) : undefined,
                );
              }}
              {...(selection
                ? {
                    rowSelection: {
                      selectedRowKeys: [...selection.keys],
                      preserveSelectedRowKeys: true,
                      onChange: (keys: Key[]) => selection.change(keys.map(String)),
                      getCheckboxProps: (row: T) => ({
                        'aria-label': `${c('selected', { count: 1 })} ${rowKey(row)}`,
                      }),
                    },
                  }
                : {})}
            />
          </TableRegion>
          <Pager list={list} />
        </>
      )}
    </>
  );
}

/** What the head of the table does, for the cards a phone shows: order, and choosing all of the page. */
function CardHead<T>({
  list,
  columns,
  rowKey,
  selection,
}: Pick<ListingProps<T>, 'list' | 'columns' | 'rowKey'> & {
  selection: ListingProps<T>['selection'] | undefined;
}) {
  const orders = cardOrders(columns);
  const keys = (list.page?.items ?? []).map(rowKey);
  if (orders.length === 0 && (!selection || keys.length === 0)) return null;
  const chosen = new Set(selection?.keys);
  const all = keys.every((key) => chosen.has(key));
  const choose = () => {
    if (!selection) return;
    const others = selection.keys.filter((key) => !keys.includes(key));
    selection.change(all ? others : [...others, ...keys]);
  };
  return (
    <div className="card-tools">
      {selection && keys.length > 0 && (
        <Checkbox checked={all} indeterminate={!all && keys.some((key) => chosen.has(key))} onChange={choose}>
          {c('selectPage')}
        </Checkbox>
      )}
      {orders.length > 0 && (
        <Select
          className="list-filter"
          aria-label={c('order')}
          value={list.sort ?? ''}
          options={[{ value: '', label: `${c('order')}${c('colon')}${c('usual')}` }, ...orders]}
          onChange={(next: string) => list.sortBy(next || undefined)}
        />
      )}
    </div>
  );
}

/** A wide table scrolls inside, by finger and by arrow keys; on a phone its rows are cards (office.css). */
export function TableRegion({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (axe scrollable-region-focusable)
    <section className="table-region" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}

function Pager<T>({ list }: { list: ListState<T> }) {
  const { page, from } = list;
  if (!page) return null;
  const values = {
    from: page.items.length === 0 ? 0 : from + 1,
    to: from + page.items.length,
    total: page.total,
  };
  return (
    <div className="pager">
      <span role="status">{c('pageOf', values)}</span>
      {(list.hasPrevious || page.next) && (
        <Space>
          <Button disabled={!list.hasPrevious} onClick={list.backward}>
            {c('previous')}
          </Button>
          <Button disabled={!page.next} onClick={list.forward}>
            {c('next')}
          </Button>
        </Space>
      )}
    </div>
  );
}

/** Searches when typing rests for a moment. */
function SearchField({ hint, onSearch }: { hint: string; onSearch(q: string): void }) {
  const [text, setText] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => onSearch(text.trim()), 300);
    return () => clearTimeout(timer);
  }, [text, onSearch]);
  return (
    <Input
      className="list-search"
      allowClear
      value={text}
      placeholder={hint}
      aria-label={hint}
      onChange={(event) => setText(event.target.value)}
    />
  );
}

/** One choice among few; the first is "all". */
export function FilterSelect({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: string | undefined;
  options: readonly { value: string; label: string }[];
  onChange(value: string | undefined): void;
}) {
  return (
    <Select
      className="list-filter"
      aria-label={label}
      value={value ?? ''}
      options={[{ value: '', label: `${label}${c('colon')}${c('all')}` }, ...options]}
      onChange={(next) => onChange(next || undefined)}
    />
  );
}
