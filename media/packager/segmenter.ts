/**
 * Turns one track's frames into segments and parts of a run (DESIGN 4). Calls are synchronous and no timer is needed:
 * whatever must be filled or closed is noticed when the next frame arrives, or by `flush`.
 */
import type { Logger } from 'pino';
import { lcConfig } from '../formats/aac.ts';
import type { AudioConfig, VideoConfig } from '../formats/codec-config.ts';
import { audioInit, videoInit, videoTimescale } from '../formats/fmp4-init.ts';
import type { AudioFrame, Frame, VideoFrame } from '../track/frame.ts';
import type { RunPosition, TrackOutput } from '../track/publication.ts';
import { SegmentLine } from './segmenter-line.ts';
import { Opening } from './segmenter-opening.ts';
import { RenditionWriter } from './segmenter-rendition.ts';
import { Stretch } from './segmenter-stretch.ts';

export type SegmenterOptions = {
  readonly output: TrackOutput;
  readonly position: RunPosition;
  /** TARGETDURATION in seconds when the keyframe distance is already known; ignored where the position has one. */
  readonly target?: number | undefined;
  /** Measured frame rate of the present connection, 0 when unknown; for the init's FRAME-RATE. */
  readonly frameRate: () => number;
  /** The present connection has sent a video configuration: then sound alone waits longer for the picture. */
  readonly pictureAnnounced?: () => boolean;
  readonly log: Logger;
};

export class Segmenter {
  readonly #options: SegmenterOptions;
  readonly #line: SegmentLine;
  #target: number | undefined;
  #opening = new Opening();
  #stretch: Stretch | undefined;
  #videoWriter: RenditionWriter | undefined;
  #audioWriter: RenditionWriter | undefined;
  #mediaTime: number;
  #lastTime = 0;
  /** Sound of a new configuration waits here for the next IDR. */
  #nextAudio: AudioFrame[] = [];
  #lastIdr: VideoFrame | undefined;
  #lastAudioConfig: AudioConfig | undefined;

  constructor(options: SegmenterOptions) {
    this.#options = options;
    const { position } = options;
    this.#line = new SegmentLine(position.msn, position.lastProgramDateTime);
    this.#mediaTime = position.mediaTime;
    this.#target = position.targetDuration;
    if (this.#target === undefined && options.target !== undefined) this.#fixTarget(options.target);
  }

  /** The axis of the connection that now delivers: connection time (ms) to epoch ms. */
  set axis(axis: (time: number) => number) {
    this.#line.axis = axis;
  }

  frame(frame: Frame): void {
    if (this.#stretch) this.#leaveStretchFor(frame);
    this.#lastTime = this.#stretch ? Math.max(this.#lastTime, frame.time) : frame.time;
    if (this.#stretch) {
      this.#deliver(this.#stretch, frame);
    } else {
      this.#opening.push(frame);
      if (this.#opening.ready(this.#target !== undefined, this.#options.pictureAnnounced?.() ?? false))
        this.#open();
    }
  }

  /** Everything received becomes playable; what comes next starts a discontinuity. */
  flush(): void {
    if (!this.#stretch && (this.#opening.video || this.#opening.audio)) this.#open();
    this.#endStretch();
    this.#opening = new Opening();
    this.#nextAudio = [];
  }

  /** Where the run goes on after a flush. */
  get position(): RunPosition {
    const { position } = this.#options;
    return {
      msn: this.#line.msn,
      videoInit: this.#videoWriter?.nextInit ?? position.videoInit,
      audioInit: this.#audioWriter?.nextInit ?? position.audioInit,
      targetDuration: this.#target,
      lastProgramDateTime: this.#line.end,
      mediaTime: this.#mediaTime,
    };
  }

  /** Ends the stretch when this frame cannot belong to it: another configuration, or a hole longer than a segment. */
  #leaveStretchFor(frame: Frame): void {
    const stretch = this.#stretch;
    if (!stretch) return;
    const { video, audio, filling } = stretch.options;
    const hole = frame.time - this.#lastTime > (this.#target ?? 4) * 1000;
    const otherPicture = frame.kind === 'video' && frame.keyframe && frame.config !== video?.config;
    const realPicture = frame.kind === 'video' && frame.keyframe && filling;
    const otherSound = frame.kind === 'audio' && frame.config !== audio?.config;
    const soundWaits = this.#nextAudio.length > 0 && frame.kind === 'video' && frame.keyframe;
    if (!(hole || otherPicture || realPicture || soundWaits || (otherSound && !video))) return;
    this.#endStretch();
    for (const held of this.#nextAudio) this.#opening.push(held);
    this.#nextAudio = [];
  }

  #deliver(stretch: Stretch, frame: Frame): void {
    const { video, audio } = stretch.options;
    if (frame.kind === 'video') {
      if (frame.config !== video?.config) return;
      if (frame.keyframe) this.#lastIdr = frame;
      stretch.video(frame);
    } else if (frame.config === audio?.config) {
      stretch.audio(frame);
    } else {
      this.#nextAudio.push(frame);
      if (this.#nextAudio.length > 1024) this.#nextAudio.shift();
    }
  }

  #fixTarget(target: number): void {
    this.#target = target;
    this.#options.output.fixTarget(target);
  }

  #open(): void {
    const opening = this.#opening;
    this.#opening = new Opening();
    if (this.#target === undefined) this.#fixTarget(opening.target);
    const real = opening.video;
    const firstAudio = opening.audio;
    const idr = real ?? (this.#videoWriter ? this.#lastIdr : undefined);
    const first = real ?? firstAudio;
    if (!first) return;
    const audioConfig = opening.latestAudio?.config ?? this.#knownAudio();
    const startDecode = first.time;
    const startPresentation = first.time + (idr?.cts ?? 0);
    this.#stretch = new Stretch({
      line: this.#line,
      target: this.#target ?? opening.target,
      startPresentation,
      startDecode,
      arrival: first.arrival,
      mediaTime: this.#mediaTime,
      video: idr ? { writer: this.#startVideo(idr.config), config: idr.config, idr } : undefined,
      audio: audioConfig ? { writer: this.#startAudio(audioConfig), config: audioConfig } : undefined,
      missingVideo: idr ? undefined : this.#openVideoIf(this.#options.position.videoInit > 0),
      filling: !real && idr !== undefined,
    });
    if (real) this.#lastIdr = real;
    this.#options.log.info(
      {
        msn: this.#line.msn - 1,
        video: idr?.config.codecs,
        audio: audioConfig?.codecs,
        target: this.#target,
      },
      'stretch begins',
    );
    for (const frame of opening.take()) {
      if (frame.kind === 'video' || frame.config === audioConfig) this.frame(frame);
    }
  }

  #endStretch(): void {
    const stretch = this.#stretch;
    if (!stretch) return;
    this.#stretch = undefined;
    stretch.finish();
    this.#mediaTime = stretch.mediaEnd;
    if (stretch.dropped > 0)
      this.#options.log.warn({ dropped: stretch.dropped }, 'frames left out of the stretch');
  }

  /** A rendition that exists goes on with silence where a connection brings no sound. */
  #knownAudio(): AudioConfig | undefined {
    if (this.#lastAudioConfig) return this.#lastAudioConfig;
    return this.#options.position.audioInit > 0 ? lcConfig(48_000, 2) : undefined;
  }

  #openVideoIf(wanted: boolean): RenditionWriter | undefined {
    if (!this.#videoWriter && wanted) {
      const { output, position } = this.#options;
      this.#videoWriter = new RenditionWriter(output.openVideo(), 'video', position.videoInit);
    }
    return this.#videoWriter;
  }

  #startVideo(config: VideoConfig): RenditionWriter {
    const { output, position, frameRate } = this.#options;
    this.#videoWriter ??= new RenditionWriter(output.openVideo(), 'video', position.videoInit);
    const { codecs, width, height } = config;
    const rate = usualRate(config.frameRate, frameRate());
    const bytes = videoInit(config);
    this.#videoWriter.init({ bytes, codecs, width, height, frameRate: rate, channels: 0 }, videoTimescale);
    return this.#videoWriter;
  }

  #startAudio(config: AudioConfig): RenditionWriter {
    const { output, position } = this.#options;
    this.#audioWriter ??= new RenditionWriter(output.openAudio(), 'audio', position.audioInit);
    this.#lastAudioConfig = config;
    const { codecs, channels, sampleRate } = config;
    const bytes = audioInit(config);
    this.#audioWriter.init({ bytes, codecs, width: 0, height: 0, frameRate: 0, channels }, sampleRate);
    return this.#audioWriter;
  }
}

/** The announced rate where the measured one agrees with it, for it is the exact one; both 0 when unknown. */
function usualRate(announced: number, measured: number): number {
  if (announced > 0 && (measured === 0 || Math.abs(measured / announced - 1) < 0.1)) return announced;
  return Math.round(measured * 100) / 100;
}
