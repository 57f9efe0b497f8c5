/** Between a track's pipeline and the one who packages its run: where the parts go, and where to go on after a restart. */
import type { RenditionSink } from '../packager/segment.ts';

/** Where a run's media of one track goes on. All zero for a new run. */
export type RunPosition = {
  /** The next media sequence number; never goes back. */
  readonly msn: number;
  /** The next init number of each rendition. */
  readonly videoInit: number;
  readonly audioInit: number;
  /** Seconds; undefined before it was fixed for the run. */
  readonly targetDuration: number | undefined;
  /** Epoch ms: the end of what was published; PROGRAM-DATE-TIME must stay above it. 0 for a new run. */
  readonly lastProgramDateTime: number;
  /** Seconds: media time (tfdt) goes on above it. */
  readonly mediaTime: number;
};

/** What the pipeline writes a run's media of one track to. */
export interface TrackOutput {
  /** Once a run, before any rendition is opened: TARGETDURATION in seconds, fixed from then on (DESIGN 4, rule 2). */
  fixTarget(targetDuration: number): void;
  /** The `source` rendition; asked for when the first video is published. */
  openVideo(): RenditionSink;
  /** The `audio` rendition; asked for when the first sound is published. */
  openAudio(): RenditionSink;
}

/** What the preview process is fed: nothing is decoded in this process. Listeners must not block. */
export interface PreviewTap {
  videoConfig(codec: 'avc' | 'hevc' | 'av1', record: Buffer): void;
  /** One intra picture, length-prefixed. `at` is epoch ms of arrival; `moment` where it lies on the axis, epoch ms, the connection's `delay` (ms) taken off. */
  keyframe(data: Buffer, at: number, moment: number, delay: number): void;
  audioConfig(asc: Buffer): void;
  /** One raw AAC access unit; `at` is epoch ms of arrival. */
  audio(data: Buffer, at: number): void;
}
