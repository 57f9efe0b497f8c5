/** Pages of lists that are in memory: filtered before, sorted here, continued after the last item seen. */
import { readCursor, writeCursor } from '#conference/sql.ts';
import { CodedError } from '#contracts/errors.ts';
import type { ListOf, ListQuery } from '#contracts/listing.ts';

export type Sorts<T> = Readonly<Record<string, (item: T) => string | number>>;

/** `fallback`: as in `sort`, when the query has none. Throws `request.invalid` for a field there is not. */
export function pageOf<T extends { readonly id: string }>(
  items: readonly T[],
  { cursor, limit, sort = '' }: ListQuery,
  sorts: Sorts<T>,
  fallback: string,
): ListOf<T> {
  const order = sort === '' ? fallback : sort;
  const falling = order.startsWith('-');
  const sortValue = sorts[order.replace(/^-/, '')];
  if (!sortValue)
    throw new CodedError('request.invalid', `sort must be one of ${Object.keys(sorts).join(', ')}`);
  const compare = (a: readonly [string | number, string], b: readonly [string | number, string]): number => {
    const way = rank(a[0], b[0]) || rank(a[1], b[1]);
    return falling ? -way : way;
  };
  const sorted = items
    .map((item) => ({ item, place: [sortValue(item), item.id] as const }))
    .sort((a, b) => compare(a.place, b.place));
  const last = readCursor(cursor);
  const [at, id] = last ?? [];
  const rest =
    at === undefined || at === null || id === undefined
      ? sorted
      : sorted.filter(({ place }) => compare(place, [at, id]) > 0);
  const page = rest.slice(0, limit);
  const end = page.at(-1)?.place;
  return {
    items: page.map(({ item }) => item),
    next: rest.length > limit && end ? writeCursor([end[0], end[1]]) : null,
    total: items.length,
  };
}

const rank = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);

/** Whether one of the texts holds what was searched for; nothing searched finds all. */
export function matches(q: string | undefined, ...texts: readonly string[]): boolean {
  const wanted = q?.normalize('NFKC').toLowerCase() ?? '';
  return wanted === '' || texts.some((text) => text.normalize('NFKC').toLowerCase().includes(wanted));
}
