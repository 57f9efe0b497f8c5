/** Where in a replay a moment of the timeline is. */
import type { ClipInfo } from '#contracts/clip.ts';

/** Ms from the replay's beginning to a moment, over its ranges. */
export function offsetIn(info: Pick<ClipInfo, 'ranges'> | undefined, moment: number): number {
  let before = 0;
  for (const { from, to } of info?.ranges ?? []) {
    const end = to ?? Number.POSITIVE_INFINITY;
    if (moment >= from && moment < end) return before + moment - from;
    before += Number.isFinite(end) ? end - from : 0;
  }
  return 0;
}
