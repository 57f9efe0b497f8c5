/** Where the arrow keys lead from a block: up and down in the venue, left and right to the nearest in time. Pure. */
import type { Block, Column } from './day-layout.ts';

export type Way = 'up' | 'down' | 'left' | 'right' | 'first' | 'last';

/** Sessions come before the first of their talks. */
export const inOrder = ({ sessions, talks }: Column): Block[] =>
  [...sessions, ...talks].sort(
    (a, b) => a.from - b.from || (a.kind === b.kind ? a.lane - b.lane : a.kind === 'session' ? -1 : 1),
  );

export function placeOf(
  columns: readonly Column[],
  id: string,
): { column: number; block: Block } | undefined {
  for (const [column, { sessions, talks }] of columns.entries()) {
    const block = talks.find((one) => one.id === id) ?? sessions.find((one) => one.id === id);
    if (block) return { column, block };
  }
  return undefined;
}

/** The next block's id; undefined at the edge. */
export function walked(columns: readonly Column[], id: string, way: Way): string | undefined {
  const place = placeOf(columns, id);
  if (!place) return undefined;
  const { column, block } = place;
  const here = columns[column];
  if (!here) return undefined;
  const list = inOrder(here);
  if (way === 'first') return list[0]?.id;
  if (way === 'last') return list.at(-1)?.id;
  if (way === 'up' || way === 'down') {
    const index = list.findIndex((one) => one.id === id);
    return list[index + (way === 'up' ? -1 : 1)]?.id;
  }
  const step = way === 'left' ? -1 : 1;
  for (let next = column + step; next >= 0 && next < columns.length; next += step) {
    const there = columns[next];
    const same = (block.kind === 'talk' ? there?.talks : there?.sessions) ?? [];
    const candidates: readonly Block[] = same.length > 0 ? same : there ? inOrder(there) : [];
    const nearest = candidates.reduce<Block | undefined>(
      (best, one) =>
        !best || Math.abs(one.from - block.from) < Math.abs(best.from - block.from) ? one : best,
      undefined,
    );
    if (nearest) return nearest.id;
  }
  return undefined;
}
