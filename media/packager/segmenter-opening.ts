/** Frames held back until a stretch can begin: until its renditions are known and, once a run, its TARGETDURATION (DESIGN 4, rule 2). */
import type { AudioFrame, Frame, VideoFrame } from '../track/frame.ts';

/** Ms without a second IDR after which the run begins anyway. */
const longestHold = 10_000;
/** Ms of picture after which no sound is expected, and of sound after which no picture is. */
const soundExpected = 500;
const pictureExpected = 2000;
/** Bytes held at most. */
const byteLimit = 32 * 1024 * 1024;

/** TARGETDURATION for a keyframe distance, both in seconds. EXTINF is rounded, so a few ms over are none. */
export const targetFor = (gopSeconds: number): number =>
  Math.min(10, Math.max(4, Math.ceil(gopSeconds - 0.05)));

export class Opening {
  #frames: Frame[] = [];
  #bytes = 0;
  #firstTime: number | undefined;
  #lastTime = 0;
  #firstIdr: VideoFrame | undefined;
  #secondIdr: VideoFrame | undefined;
  #audio: AudioFrame | undefined;
  #sawPicture = false;

  push(frame: Frame): void {
    this.#firstTime ??= frame.time;
    this.#lastTime = Math.max(this.#lastTime, frame.time);
    if (frame.kind === 'audio') this.#audio = frame;
    else if (!this.#admit(frame)) return;
    this.#frames.push(frame);
    this.#bytes += frame.data.length;
  }

  /** Pictures before the first IDR cannot be decoded; one with another configuration starts anew. */
  #admit(frame: VideoFrame): boolean {
    this.#sawPicture = true;
    const anew = this.#firstIdr !== undefined && this.#firstIdr.config !== frame.config;
    if (anew && !frame.keyframe) return false;
    if (anew || !this.#firstIdr) {
      if (!frame.keyframe) return false;
      this.#frames = this.#frames.filter(
        (held) => held.kind === 'audio' && held.time >= frame.time - longestHold,
      );
      this.#bytes = this.#frames.reduce((sum, held) => sum + held.data.length, 0);
      this.#firstIdr = frame;
      this.#secondIdr = undefined;
    } else if (frame.keyframe) {
      this.#secondIdr ??= frame;
    }
    return true;
  }

  get empty(): boolean {
    return this.#frames.length === 0;
  }

  /** `pictureAnnounced`: the connection has sent a video configuration. */
  ready(targetKnown: boolean, pictureAnnounced: boolean): boolean {
    const span = this.#lastTime - (this.#firstTime ?? 0);
    if (this.#bytes >= byteLimit) return true;
    if (!this.#firstIdr) {
      if (!this.#audio) return false;
      return span >= (this.#sawPicture || pictureAnnounced ? longestHold : pictureExpected);
    }
    const sinceIdr = this.#lastTime - this.#firstIdr.time;
    const soundSettled = this.#audio !== undefined || sinceIdr >= soundExpected;
    return soundSettled && (targetKnown || this.#secondIdr !== undefined || sinceIdr >= longestHold);
  }

  /** What TARGETDURATION should be, seconds, judged by what is held. */
  get target(): number {
    if (!this.#firstIdr) return targetFor(0);
    const until = this.#secondIdr?.time ?? this.#lastTime;
    return targetFor((until - this.#firstIdr.time) / 1000);
  }

  /** The picture and the sound the stretch begins with. */
  get video(): VideoFrame | undefined {
    return this.#firstIdr;
  }
  get audio(): AudioFrame | undefined {
    return this.#frames.find((frame): frame is AudioFrame => frame.kind === 'audio');
  }
  /** The newest sound held: its configuration is the one that goes on. */
  get latestAudio(): AudioFrame | undefined {
    return this.#audio;
  }

  take(): Frame[] {
    const frames = this.#frames;
    this.#frames = [];
    return frames;
  }
}
