/** What leaves the gate: frames on one connection's own time line, each with the configuration it decodes with. */
import type { AudioConfig, VideoConfig } from '../formats/codec-config.ts';

export type VideoFrame = {
  readonly kind: 'video';
  /** Decode time in ms since the connection's origin; strictly increasing. */
  readonly time: number;
  /** Composition offset, ms, signed. */
  readonly cts: number;
  /** Decoding can start here. */
  readonly keyframe: boolean;
  readonly disposable: boolean;
  readonly data: Buffer;
  /** performance.now() of arrival. */
  readonly arrival: number;
  /** The same object until the stream's configuration changes; another connection has another object. */
  readonly config: VideoConfig;
};

export type AudioFrame = {
  readonly kind: 'audio';
  /** Presentation time in ms since the connection's origin, by sample count. May step: the segmenter fills or drops. */
  readonly time: number;
  readonly data: Buffer;
  readonly arrival: number;
  readonly config: AudioConfig;
};

export type Frame = VideoFrame | AudioFrame;

/** The server's clocks; the monotonic one is what `arrival` is measured on. */
export interface Clock {
  /** Monotonic ms, as performance.now(). */
  now(): number;
  /** Epoch ms, never going back. */
  epoch(): number;
}
