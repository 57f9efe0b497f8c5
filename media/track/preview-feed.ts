/** Feeds the preview process: one intra picture every 2 s, every access unit of sound, configurations when they change. */
import type { AudioConfig, VideoConfig } from '../formats/codec-config.ts';
import type { AxisClock } from './clock.ts';
import type { Clock, Frame } from './frame.ts';
import type { PreviewTap } from './publication.ts';

/** Ms between pictures. */
const pictureEvery = 2000;

export class PreviewFeed {
  readonly #clock: Clock;
  #tap: PreviewTap | null = null;
  #video: VideoConfig | undefined;
  #audio: AudioConfig | undefined;
  #lastPicture = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A new tap is told the configurations with the next frames. */
  set tap(tap: PreviewTap | null) {
    this.#tap = tap;
    this.#video = undefined;
    this.#audio = undefined;
    this.#lastPicture = Number.NEGATIVE_INFINITY;
  }

  frame(frame: Frame, axis: AxisClock): void {
    const tap = this.#tap;
    if (!tap) return;
    if (frame.kind === 'audio') {
      if (frame.config !== this.#audio) tap.audioConfig(frame.config.asc);
      this.#audio = frame.config;
      tap.audio(frame.data, this.#clock.epoch());
      return;
    }
    // A little less: a GOP of just 2 s would otherwise be let through every second time.
    if (!frame.keyframe || frame.arrival - this.#lastPicture < pictureEvery - 100) return;
    if (frame.config !== this.#video) tap.videoConfig(frame.config.codec, frame.config.record);
    this.#video = frame.config;
    this.#lastPicture = frame.arrival;
    tap.keyframe(frame.data, this.#clock.epoch(), axis.epochOf(frame.time + frame.cts), axis.delay);
  }
}
