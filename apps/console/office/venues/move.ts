/** A list with one of its items moved. Pure. */

/** `to` is the place in the new list; out of range it is the first or the last. An unknown id changes nothing. */
export function moved<T extends { readonly id: string }>(list: readonly T[], id: string, to: number): T[] {
  const from = list.findIndex((one) => one.id === id);
  const item = list[from];
  if (!item) return [...list];
  const rest = list.filter((_, k) => k !== from);
  const place = Math.min(Math.max(0, to), rest.length);
  return [...rest.slice(0, place), item, ...rest.slice(place)];
}
