/** Where a stretch of the timeline begins and ends in the segments of a rendition. Pure: moments in, segments and bytes out. */
import { isGap, type SegmentRecord, type Segments } from './playlist-segments.ts';

/** Epoch ms on the timeline axis; undefined: from the beginning, to wherever the runs get. */
export type ClipRange = { readonly from?: number | undefined; readonly to?: number | undefined };

/** Ms to add to a PROGRAM-DATE-TIME of the track to have the moment in the room (`delay` events). */
export type Shift = (programDateTime: number) => number;

/** Ms of media a border may lie beside the parts' own: less than a frame of picture, about one of sound. */
const slack = 20;

export const roomStart = (segment: SegmentRecord, shift: Shift): number =>
  segment.programDateTime + shift(segment.programDateTime);

/** Index of the last segment that begins at `t` or before; -1: none does. */
function lastBegun(records: readonly SegmentRecord[], t: number, shift: Shift): number {
  let low = 0;
  let high = records.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const segment = records[middle];
    if (segment && roomStart(segment, shift) <= t) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * The segment to start at, so that everything from `from` on can be decoded: the one `from` lies in, or the newest before it that
 * begins with an IDR. In a hole (a break) the next one. Undefined when there is nothing from there on.
 */
export function startSegment(segments: Segments, from: number, shift: Shift): SegmentRecord | undefined {
  const { records } = segments;
  let at = lastBegun(records, from, shift);
  const found = records[at];
  const over = found?.complete && roomStart(found, shift) + found.duration * 1000 <= from + slack;
  if (!found || over) return records[at + 1];
  while (at > 0 && !segments.startsWithKey(records[at] ?? found) && !records[at]?.discontinuity) at--;
  return records[at];
}

/** What a clip that ends at `to` takes of a segment: undefined nothing, for it lies behind; `open`: that is not known yet. */
export type Taken =
  | { readonly duration: number; readonly bytes: number | undefined; readonly last: boolean }
  | 'open'
  | undefined;

export function takeOf(segments: Segments, segment: SegmentRecord, to: number, shift: Shift): Taken {
  const start = roomStart(segment, shift);
  if (start >= to - slack) return undefined;
  if (segment.complete && start + segment.duration * 1000 <= to + slack)
    return { duration: segment.duration, bytes: undefined, last: false };
  const seconds = (to - start) / 1000;
  if (isGap(segment)) return { duration: Math.min(seconds, segment.duration), bytes: undefined, last: true };
  const end = segments.partEnds(segment).find((part) => part.seconds >= seconds - slack / 1000);
  if (end) return { duration: end.seconds, bytes: end.bytes, last: true };
  return segment.complete ? { duration: segment.duration, bytes: undefined, last: true } : 'open';
}

/**
 * The part border a cut at `t` falls on: the beginning of the part `t` lies in, or the end of the newest one while the next is being
 * made (`within` ms). `t` itself where nothing was published, or not yet (an encoder far behind the room).
 */
export function partBorder(segments: Segments, t: number, shift: Shift, within: number): number {
  const segment = segments.records[lastBegun(segments.records, t, shift)];
  if (!segment || isGap(segment)) return t;
  const start = roomStart(segment, shift);
  let border = start;
  for (const { seconds } of segments.partEnds(segment)) {
    const end = start + seconds * 1000;
    if (end > t) return border;
    border = end;
  }
  return t - border <= within ? border : t;
}
