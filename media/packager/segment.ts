/** Segments and parts (RFC 8216bis 4.4.4) as they travel from segmenter or ladder to a rendition, and to the recording. */

/** An initialisation segment. A new one after the first starts a discontinuity. */
export type Init = {
  /** 0, 1, 2… within the rendition; file `init-<k>.mp4`. */
  readonly k: number;
  readonly bytes: Buffer;
  /** RFC 6381, e.g. `avc1.64001f` or `mp4a.40.2`. */
  readonly codecs: string;
  /** Pixels; 0 for sound. */
  readonly width: number;
  readonly height: number;
  /** Frames a second, measured or announced; 0 for sound. */
  readonly frameRate: number;
  /** Channels of sound; 0 for video. */
  readonly channels: number;
};

export type Part = {
  readonly msn: number;
  /** 0-based within its segment. */
  readonly index: number;
  /** moof + mdat. */
  readonly bytes: Buffer;
  /** Seconds. */
  readonly duration: number;
  /** Starts with an IDR (always true for sound). */
  readonly independent: boolean;
  /** Decode time of its first sample in the media's own timeline, seconds. */
  readonly start: number;
};

/** Told with part 0 of a segment. */
export type SegmentStart = {
  readonly msn: number;
  /** Which init it needs. */
  readonly init: number;
  /** Wall clock on the timeline axis, epoch ms (fractional allowed), of its first sample's presentation. */
  readonly programDateTime: number;
  /** A discontinuity stands before this segment. */
  readonly discontinuity: boolean;
};

/**
 * Where a segmenter (or the ladder) writes one rendition. Calls come in order:
 * init, then per segment startSegment, part…, endSegment; `gap` instead of a segment that does not exist.
 */
export interface RenditionSink {
  init(init: Init): void;
  startSegment(start: SegmentStart): void;
  part(part: Part): void;
  /** The last part was already given; duration in seconds is the sum of its parts. */
  endSegment(msn: number): void;
  /** A segment this rendition does not have (EXT-X-GAP), to keep msn aligned. Seconds. */
  gap(start: SegmentStart, duration: number): void;
}
