/** Delivery directives (RFC 8216bis 6.2.5): is a request answered now, held, or refused? Pure; DESIGN 4, rule 4. */
import type { Tier } from '#contracts/media-urls.ts';
import { partTarget } from '../formats/m3u8.ts';

/** What the playlist shows at this moment. */
export type PlaylistState = {
  readonly ended: boolean;
  /** Nothing was published yet. */
  readonly empty: boolean;
  /** Last segment that has its EXTINF; the open one is `lastSegment + 1`. */
  readonly lastSegment: number;
  /** Parts the last finished segment has; Infinity for a gap, which no part will ever be added to. */
  readonly lastSegmentParts: number;
  /** Parts of the open segment that are listed; 0 when there is none. */
  readonly openParts: number;
};
export type Directives = {
  readonly tier: Tier;
  readonly msn: number | undefined;
  readonly part: number | undefined;
};
export type Verdict = 'answer' | 'wait' | { readonly refused: string };

/** RFC 8216bis 6.2.5.2, Advance Part Limit: 3 s worth of parts. */
export const advancePartLimit = Math.ceil(3 / partTarget);
/** RFC 8216bis 6.2.5.2: how far `_HLS_msn` may be ahead of the last segment. */
export const advanceSegmentLimit = 2;

/** Does the playlist already show what the directives ask for? */
export const reached = (state: PlaylistState, { tier, msn, part }: Directives): boolean => {
  if (state.ended) return true;
  if (state.empty) return false;
  if (msn === undefined) return true;
  if (tier === 'standard' || part === undefined) return msn <= state.lastSegment;
  if (msn < state.lastSegment) return true;
  // Past the segment's end means part 0 of the next: answered at once, hls.js would stall at every segment.
  if (msn === state.lastSegment) return part < state.lastSegmentParts || state.openParts > 0;
  return msn === state.lastSegment + 1 && part < state.openParts;
};

const refusal = (state: PlaylistState, { msn, part }: Directives): string | undefined => {
  if (msn === undefined)
    return part === undefined ? undefined : '_HLS_part needs _HLS_msn (RFC 8216bis 6.2.5.2)';
  if (state.empty) return undefined;
  if (msn > state.lastSegment + advanceSegmentLimit)
    return `_HLS_msn must not exceed the last segment ${state.lastSegment} by more than ${advanceSegmentLimit} (got ${msn})`;
  const open = state.lastSegment + 1;
  if (part === undefined || msn < open) return undefined;
  const ahead = msn === open ? part - (state.openParts - 1) : part + 1;
  if (ahead > advancePartLimit)
    return `_HLS_part must not exceed the last part by more than ${advancePartLimit} (got ${ahead})`;
  return undefined;
};

/** After ENDLIST directives are ignored; an old `_HLS_msn` gets the current playlist. */
export const judge = (state: PlaylistState, directives: Directives): Verdict => {
  if (state.ended) return 'answer';
  const refused = refusal(state, directives);
  if (refused !== undefined) return { refused };
  return reached(state, directives) ? 'answer' : 'wait';
};
