/** What the ladder and its process say to each other. */
import type { VideoRung } from '#contracts/media-urls.ts';

/** A transcoded rendition, named after its height in lines. */
export type LadderRung = Exclude<VideoRung, 'source'>;

export type LadderIn =
  | {
      readonly kind: 'setup';
      /** Highest first. */
      readonly rungs: readonly LadderRung[];
      /** Threads of each encoder. */
      readonly threads: number;
      /** Added to the work of each frame and rung, ms; for tests of falling behind. */
      readonly slowMs: number;
    }
  | { readonly kind: 'init'; readonly bytes: Uint8Array }
  | {
      readonly kind: 'part';
      readonly msn: number;
      readonly index: number;
      readonly independent: boolean;
      readonly bytes: Uint8Array;
    }
  | { readonly kind: 'end'; readonly msn: number }
  | { readonly kind: 'drop'; readonly rung: LadderRung }
  /** No more input: everything decoded so far comes out, then `finished`. */
  | { readonly kind: 'finish' };

export type RungInit = {
  readonly kind: 'init';
  readonly rung: LadderRung;
  readonly bytes: Uint8Array;
  readonly codecs: string;
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
};
export type RungPart = {
  readonly kind: 'part';
  readonly rung: LadderRung;
  readonly msn: number;
  readonly index: number;
  readonly bytes: Uint8Array;
  /** Seconds. */
  readonly duration: number;
  readonly independent: boolean;
  /** Seconds. */
  readonly start: number;
};
export type RungEnd = { readonly kind: 'end'; readonly rung: LadderRung; readonly msn: number };
/** The source is smaller than this rung: it is not made. */
export type RungAbsent = { readonly kind: 'absent'; readonly rung: LadderRung };

export type LadderOut = RungInit | RungPart | RungEnd | RungAbsent | { readonly kind: 'finished' };
