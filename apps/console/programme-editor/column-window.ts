/** Which columns are drawn: those in sight and a few beside them, so that forty venues scroll as smoothly as four. Pure. */

export type ColumnWindow = { readonly first: number; readonly last: number };

/** Columns fill the width when there are few, and are never narrower than they can be read. */
export function columnWidth(width: number, count: number): number {
  return Math.max(190, Math.min(380, Math.floor(width / Math.max(1, count))));
}

/** First and last column drawn (both included; `last` < `first`: none). Lengths in pixels. */
export function windowOf(
  scrollLeft: number,
  width: number,
  column: number,
  count: number,
  beside = 2,
): ColumnWindow {
  const first = Math.max(0, Math.floor(scrollLeft / column) - beside);
  const last = Math.min(count - 1, Math.ceil((scrollLeft + width) / column) - 1 + beside);
  return { first: Math.min(first, Math.max(0, count - 1)), last };
}
