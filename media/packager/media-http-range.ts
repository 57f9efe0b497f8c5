/** Single byte ranges (RFC 9110 14.1.2). Many ranges and other units are ignored, which RFC 9110 14.2 allows (fault 33). */

export type Range = { readonly from: number /** Inclusive. */; readonly to: number };

const longestHeader = 64;

/** `whole`: answer 200 with everything. `bad`: 416. */
export const parseRange = (header: string | undefined, length: number): Range | 'whole' | 'bad' => {
  if (header === undefined || header.length > longestHeader) return 'whole';
  if (!header.startsWith('bytes=') || header.includes(',')) return 'whole';
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header);
  const [, first = '', last = ''] = match ?? [];
  if (!match || (first === '' && last === '')) return 'bad';
  if (first === '') {
    const suffix = Number(last);
    return suffix === 0 || length === 0 ? 'bad' : { from: Math.max(0, length - suffix), to: length - 1 };
  }
  const from = Number(first);
  const to = last === '' ? length - 1 : Math.min(Number(last), length - 1);
  return from >= length || to < from ? 'bad' : { from, to };
};
