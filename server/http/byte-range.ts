/** One range of a file (RFC 9110 section 14): players of video ask for it. Several, or none that makes sense, are ignored. */

/** Both included. `outside`: 416. Undefined: the whole file. */
export function byteRange(
  header: string | undefined,
  size: number,
): { readonly from: number; readonly to: number } | 'outside' | undefined {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  if (first === '') {
    const tail = Math.min(Number(last), size);
    return tail === 0 ? 'outside' : { from: size - tail, to: size - 1 };
  }
  const from = Number(first);
  if (from >= size) return 'outside';
  const to = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return to < from ? undefined : { from, to };
}
