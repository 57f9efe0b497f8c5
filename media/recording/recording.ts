/** The recording of one rendition of one run: append-only segment files and a checksummed index. Port; the file recording implements it. */
import type { Init, Part, SegmentStart } from '../packager/segment.ts';

export type RecordedPart = {
  readonly index: number;
  readonly offset: number;
  readonly length: number;
  readonly duration: number;
  readonly independent: boolean;
  readonly start: number;
};
export type RecordedSegment = SegmentStart & {
  /** Seconds; sum of the parts. */
  readonly duration: number;
  readonly bytes: number;
  /** True where the segment was not recorded (disk full) or never existed. */
  readonly gap: boolean;
  readonly parts: readonly RecordedPart[];
};
/** What a recording holds, read back from its index. `segments` in msn order, without holes. */
export type RecordedRendition = {
  readonly inits: readonly Init[];
  readonly segments: readonly RecordedSegment[];
  readonly ended: boolean;
};

export interface RenditionRecording {
  /**
   * Writers. Each resolves when the bytes and their index record have reached the operating system (they then survive kill -9),
   * in call order. They reject never: a failed write turns the segment into a gap of the recording, raises the alarm of the
   * recording store, and writing is tried again with the next segment.
   * Resolves false when the bytes are not on disk.
   */
  init(init: Init): Promise<boolean>;
  startSegment(start: SegmentStart): Promise<boolean>;
  part(part: Part): Promise<boolean>;
  endSegment(msn: number): Promise<boolean>;
  gap(start: SegmentStart, duration: number): Promise<boolean>;
  /** No more will come; waits for what is queued. */
  end(): Promise<void>;
  /** Closes file handles without marking the end (process stops); waits for what is queued. */
  close(): Promise<void>;

  /** Readers: bytes of an init, a whole segment or a part (offset, length); undefined when gone. */
  readInit(k: number): Promise<Buffer | undefined>;
  readSegment(msn: number, offset: number, length: number): Promise<Buffer | undefined>;
}
