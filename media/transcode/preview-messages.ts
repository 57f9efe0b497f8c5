/** What the preview pool and its process say to each other. */
import type { Sound } from '#contracts/health.ts';
import type { VideoCodec } from '../formats/media-tag.ts';

/** Where a picture lies on the axis, epoch ms, and the delay (ms) taken off in it. */
export type ClockPlace = { readonly moment: number; readonly delay: number };

export type PreviewIn =
  | {
      readonly kind: 'videoConfig';
      readonly track: number;
      readonly codec: VideoCodec;
      readonly record: Uint8Array;
    }
  | {
      readonly kind: 'keyframe';
      readonly track: number;
      readonly data: Uint8Array;
      readonly at: number;
      /** Look for the calibration clock; what was read is answered with these. */
      readonly clock?: ClockPlace;
    }
  | { readonly kind: 'audioConfig'; readonly track: number; readonly asc: Uint8Array }
  | {
      readonly kind: 'audio';
      readonly track: number;
      readonly frames: readonly Uint8Array[];
      /** Epoch ms of the newest. */
      readonly at: number;
      /** Frames were left out before these: a second that was begun is not finished. */
      readonly afterGap: boolean;
    }
  | { readonly kind: 'close'; readonly track: number };

export type PreviewOut =
  | {
      readonly kind: 'picture';
      readonly track: number;
      readonly jpeg: Uint8Array;
      /** Mean luma of a 32 × 18 grid. */
      readonly cells: Uint8Array;
      readonly at: number;
    }
  | { readonly kind: 'sound'; readonly track: number; readonly sound: Sound }
  /** The calibration clock was read in a picture: epoch ms it showed. */
  | { readonly kind: 'clock'; readonly track: number; readonly place: ClockPlace; readonly shown: number }
  | {
      readonly kind: 'failed';
      readonly track: number;
      readonly what: 'picture' | 'sound';
      readonly reason: string;
    };
