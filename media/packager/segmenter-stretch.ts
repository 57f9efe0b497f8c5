/**
 * One stretch without discontinuity: pictures set the segment boundaries, sound follows at its first access unit past each.
 * What stops while the other goes on is filled (DESIGN 4, rule 9).
 */
import type { AudioConfig, VideoConfig } from '../formats/codec-config.ts';
import { videoTimescale } from '../formats/fmp4-init.ts';
import type { Sample } from '../formats/fmp4-part.ts';
import { withDelimiter } from '../formats/h264.ts';
import type { AudioFrame, VideoFrame } from '../track/frame.ts';
import type { SegmentLine, SegmentMark } from './segmenter-line.ts';
import type { RenditionWriter } from './segmenter-rendition.ts';

/** A segment ends at the first keyframe after this, seconds, less what rounding to ms can take away. */
const segmentMinimum = 2 - 0.02;
/** Slack on TARGETDURATION, seconds: EXTINF is rounded to whole seconds before it is compared. */
const targetSlack = 0.05;
/** Ms one kind may stay away before it is filled. */
const fillAfter = 700;
const fillAfterAtMost = 2500;
/** Ms. Sound sent further ahead of its picture than this is not waited for. */
const longestLead = 2000;
/** Access units that wait for the picture at most: about 8 s. */
const queueLimit = 400;
/** Length of a repeated picture: one part, seconds. */
const fillLength = 0.32;

export type StretchOptions = {
  readonly line: SegmentLine;
  /** Seconds. */
  readonly target: number;
  /** Where the first boundary lies on the connection's line, ms of presentation, and of decoding. */
  readonly startPresentation: number;
  readonly startDecode: number;
  readonly arrival: number;
  /** Media time the stretch begins at, seconds. */
  readonly mediaTime: number;
  readonly video:
    | { readonly writer: RenditionWriter; readonly config: VideoConfig; readonly idr: VideoFrame }
    | undefined;
  readonly audio: { readonly writer: RenditionWriter; readonly config: AudioConfig } | undefined;
  /** A picture rendition that this stretch has nothing for. */
  readonly missingVideo: RenditionWriter | undefined;
  /** The stretch begins with a repeated picture because only sound arrives. */
  readonly filling: boolean;
};

type Held = Omit<Sample, 'duration'>;

export class Stretch {
  readonly options: StretchOptions;
  readonly #line: SegmentLine;
  readonly #origin: number;
  /** Newest picture's decode time, ms: a boundary to come lies after it. */
  #frontier: number;
  #held: Held | undefined;
  /** Ticks. */
  #segmentStart = 0;
  #videoEnd = 0;
  #lastInterval = videoTimescale / 30;
  #lastVideoArrival: number;
  #idr: VideoFrame | undefined;
  #filling = false;
  readonly #queue: AudioFrame[] = [];
  readonly #marks: SegmentMark[] = [];
  #audioMark: SegmentMark;
  #audioSegmentStart = 0;
  /** Tick where the next access unit begins; undefined before the first. */
  #audioAt: number | undefined;
  #lastAudioArrival: number;
  #silent = false;
  #newestAudio = 0;
  /** Ms by which the encoder usually sends sound before the picture of the same time. */
  #audioLead = 0;
  /** Pictures and access units left out because they could not be used. */
  dropped = 0;

  constructor(options: StretchOptions) {
    this.options = options;
    this.#line = options.line;
    this.#origin = Math.min(options.startDecode, options.startPresentation);
    this.#frontier = options.startDecode;
    this.#lastVideoArrival = options.arrival;
    this.#lastAudioArrival = options.arrival;
    this.#idr = options.video?.idr;
    const mark = this.#line.begin(options.startPresentation);
    this.#audioMark = mark;
    options.video?.writer.begin(mark);
    options.audio?.writer.begin(mark);
    this.#segmentStart = this.#ticks(options.startDecode, videoTimescale);
    this.#audioSegmentStart = this.#ticks(options.startPresentation, this.#audioScale);
    if (options.filling && options.video) {
      this.#filling = true;
      this.#held = this.#repeat(this.#segmentStart);
    }
  }

  /** Seconds of media time where the stretch ends so far. */
  get mediaEnd(): number {
    const audioEnd = this.#audioAt === undefined ? 0 : this.#audioAt / this.#audioScale;
    return Math.max(this.#videoEnd / videoTimescale, audioEnd, this.options.mediaTime);
  }

  video(frame: VideoFrame): void {
    const { video } = this.options;
    if (!video) return;
    this.#lastVideoArrival = frame.arrival;
    const lead = Math.max(0, this.#newestAudio - frame.time, this.#audioLead - 1);
    this.#audioLead = Math.min(longestLead, lead);
    const sent = this.#ticks(frame.time, videoTimescale);
    if (this.#filling && !(frame.keyframe && this.#endFill(sent))) {
      this.dropped++;
      return;
    }
    const dts = Math.max(sent, this.#held ? this.#held.dts + 1 : this.#videoEnd);
    if (this.#held) {
      this.#lastInterval = Math.min(dts - this.#held.dts, videoTimescale * fillLength);
      this.#emit(this.#held, dts - this.#held.dts);
    }
    // An IDR that comes a little behind what was filled begins where the fill ends; other pictures keep their presentation.
    const late = frame.keyframe && !this.#held ? dts - sent : 0;
    const cts = this.#ticks(frame.time + frame.cts, videoTimescale) + late - dts;
    const { keyframe, disposable, data } = frame;
    const afterFill = this.#held === undefined;
    if (keyframe && (afterFill || (dts - this.#segmentStart) / videoTimescale >= segmentMinimum))
      this.#nextSegment(dts, cts);
    this.#held = { dts, cts, keyframe, disposable, data };
    if (keyframe) this.#idr = frame;
    this.#frontier = Math.max(this.#frontier, frame.time);
    this.#fillSound(frame.arrival);
    this.#pump(this.#frontier);
  }

  audio(frame: AudioFrame): void {
    if (!this.options.audio) return;
    this.#lastAudioArrival = frame.arrival;
    this.#newestAudio = frame.time;
    this.#silent = false;
    this.#queue.push(frame);
    if (this.options.video) this.#fillPicture(frame);
    // A picture that falls ever further behind must not hold sound without bound.
    const overdue = this.#queue.at(-queueLimit)?.time ?? 0;
    this.#pump(this.options.video ? Math.max(this.#frontier, overdue) : Number.POSITIVE_INFINITY);
  }

  /** Writes out everything received and ends the open segments. */
  finish(): void {
    const { video, audio } = this.options;
    if (this.#held) this.#emit(this.#held, Math.round(this.#lastInterval));
    this.#held = undefined;
    if (audio) {
      this.#pump(Number.POSITIVE_INFINITY);
      if (video) this.#silenceUntil(this.#videoEnd / videoTimescale);
      // The picture's last segments may be shorter than an access unit: each still has its sound.
      while (this.#marks.length > 0 || this.#audioAt === this.#audioSegmentStart) {
        this.#place(audio.config.silence, audio.config.frameLength);
      }
      this.#endAudioSegment();
    }
    video?.writer.end();
    this.#line.finish(this.#segmentSeconds());
  }

  /** Length of the open segment, seconds. */
  #segmentSeconds(): number {
    if (this.options.video) return (this.#videoEnd - this.#segmentStart) / videoTimescale;
    return ((this.#audioAt ?? this.#audioSegmentStart) - this.#audioSegmentStart) / this.#audioScale;
  }

  // Pictures

  /** A sample whose duration is now known. */
  #emit(held: Held, duration: number): void {
    const length = (held.dts + duration - this.#segmentStart) / videoTimescale;
    if (length > this.options.target + targetSlack && held.dts > this.#segmentStart)
      this.#nextSegment(held.dts, held.cts);
    this.options.video?.writer.add({ ...held, duration });
    this.#videoEnd = held.dts + duration;
  }

  #nextSegment(dts: number, cts: number): void {
    if (dts <= this.#segmentStart) return;
    this.options.video?.writer.end();
    this.#segmentStart = dts;
    const mark = this.#line.next(this.#time((dts + cts) / videoTimescale));
    this.options.video?.writer.begin(mark);
    if (this.options.audio) this.#marks.push(mark);
    else this.#audioMark = mark;
  }

  #fillPicture(audio: AudioFrame): void {
    // Where the picture would be by now: filled further, it would come back into what was filled.
    const pictureTime = audio.time - this.#audioLead;
    const limit = Math.min(
      fillAfterAtMost,
      Math.max(fillAfter, (3000 * this.#lastInterval) / videoTimescale),
    );
    if (!this.#filling) {
      const away = Math.min(pictureTime - this.#frontier, audio.arrival - this.#lastVideoArrival);
      if (away <= limit || !this.#idr) return;
      const start = this.#held ? this.#held.dts + Math.round(this.#lastInterval) : this.#videoEnd;
      if (this.#held) this.#emit(this.#held, start - this.#held.dts);
      this.#filling = true;
      this.#held = this.#repeat(start);
      this.#nextSegment(start, this.#held.cts);
    }
    this.#fillUntil(this.#ticks(pictureTime, videoTimescale));
  }

  #fillUntil(end: number): void {
    const length = Math.round(videoTimescale * fillLength);
    while (this.#held && end >= this.#held.dts + length) {
      this.#emit(this.#held, length);
      const next = this.#held.dts + length;
      this.#held = this.#repeat(next);
      if ((next - this.#segmentStart) / videoTimescale >= segmentMinimum)
        this.#nextSegment(next, this.#held.cts);
    }
    if (this.#held) this.#frontier = Math.max(this.#frontier, this.#time(this.#held.dts / videoTimescale));
  }

  /** The picture is back with an IDR at `dts`; false while it is still behind what was filled. */
  #endFill(dts: number): boolean {
    const held = this.#held;
    if (!held) return true;
    if (dts < held.dts - videoTimescale / 2) return false;
    this.#fillUntil(dts);
    const last = this.#held ?? held;
    if (dts > last.dts) this.#emit(last, dts - last.dts);
    this.#filling = false;
    this.#held = undefined;
    return true;
  }

  #repeat(dts: number): Held {
    const idr = this.#idr;
    if (!idr) return { dts, cts: 0, keyframe: true, data: Buffer.alloc(0) };
    const { codec, lengthSize } = idr.config;
    const data = codec === 'avc' ? withDelimiter(idr.data, lengthSize) : idr.data;
    return { dts, cts: Math.max(0, Math.round(idr.cts * 90)), keyframe: true, data };
  }

  // Sound

  get #audioScale(): number {
    return this.options.audio?.config.sampleRate ?? videoTimescale;
  }

  /** Writes what is queued up to `frontier` (ms): beyond it a boundary may still come. */
  #pump(frontier: number): void {
    let taken = 0;
    for (const frame of this.#queue) {
      if (this.#marks.length === 0 && frame.time >= frontier) break;
      const nextMark = this.#marks.at(-1);
      if (nextMark && frame.time >= Math.max(frontier, nextMark.presentation)) break;
      taken++;
      this.#access(frame);
    }
    if (taken > 0) this.#queue.splice(0, taken);
  }

  #access(frame: AudioFrame): void {
    const { frameLength } = frame.config;
    const at = this.#ticks(frame.time, this.#audioScale);
    const start = this.#ticks(this.options.startPresentation, this.#audioScale);
    if (this.#audioAt === undefined && at < start) {
      this.dropped++;
      return;
    }
    const expected = this.#audioAt ?? this.#beginSound(at - start <= frameLength ? at : start);
    const missing = Math.round((at - expected) / frameLength);
    if (missing < 0) {
      this.dropped++;
      return;
    }
    for (let i = 0; i < missing; i++) this.#place(frame.config.silence, frameLength);
    // The servo's correction, one tick at a time; a difference of one tick is only rounding.
    const off = at - (this.#audioAt ?? at);
    const bend = Math.abs(off) < 2 ? 0 : Math.sign(off);
    this.#place(frame.data, frameLength + bend);
  }

  #beginSound(at: number): number {
    this.#audioAt = at;
    this.#audioSegmentStart = at;
    const offset = this.#time(at / this.#audioScale) - this.#audioMark.presentation;
    const programDateTime = this.#audioMark.programDateTime + offset;
    this.options.audio?.writer.begin({ ...this.#audioMark, programDateTime });
    return at;
  }

  #place(data: Buffer, duration: number): void {
    const { audio } = this.options;
    if (!audio || this.#audioAt === undefined) return;
    this.#crossMarks();
    audio.writer.add({ dts: this.#audioAt, cts: 0, duration, keyframe: true, data });
    this.#audioAt += duration;
    if (
      !this.options.video &&
      (this.#audioAt - this.#audioSegmentStart) / this.#audioScale >= segmentMinimum
    ) {
      this.#marks.push(this.#line.next(this.#time(this.#audioAt / this.#audioScale)));
    }
    this.#crossMarks();
  }

  /** Ends the segment at the first access unit that begins at or after the picture's boundary. */
  #crossMarks(): void {
    const [mark] = this.#marks;
    if (!mark || this.#audioAt === undefined) return;
    if (this.#audioAt < this.#ticks(mark.presentation, this.#audioScale)) return;
    this.#marks.shift();
    this.#endAudioSegment();
    const { audio } = this.options;
    this.#audioMark = mark;
    this.#audioSegmentStart = this.#audioAt;
    const offset = this.#time(this.#audioAt / this.#audioScale) - mark.presentation;
    audio?.writer.begin({ ...mark, programDateTime: mark.programDateTime + offset });
  }

  #endAudioSegment(): void {
    const { audio, missingVideo } = this.options;
    audio?.writer.end();
    const seconds = ((this.#audioAt ?? this.#audioSegmentStart) - this.#audioSegmentStart) / this.#audioScale;
    if (seconds > 0) missingVideo?.gap(this.#audioMark, seconds);
  }

  #fillSound(arrival: number): void {
    const { audio } = this.options;
    if (!audio || this.#queue.length > 0) return;
    const heard =
      this.#audioAt === undefined
        ? this.options.startPresentation
        : this.#time(this.#audioAt / this.#audioScale);
    const away = Math.min(this.#frontier - heard, arrival - this.#lastAudioArrival);
    if (!this.#silent && away <= fillAfter) return;
    this.#silent = true;
    const until = this.options.mediaTime + (this.#frontier - this.#origin) / 1000;
    this.#silenceUntil(until - audio.config.frameLength / this.#audioScale);
  }

  /** Seconds of media time that sound is to reach. */
  #silenceUntil(end: number): void {
    const { audio } = this.options;
    if (!audio) return;
    const { silence, frameLength } = audio.config;
    if (this.#audioAt === undefined) this.#beginSound(this.#audioSegmentStart);
    while ((this.#audioAt ?? 0) < end * this.#audioScale) this.#place(silence, frameLength);
  }

  // Time

  /** Connection time (ms) in ticks of media time. */
  #ticks(time: number, scale: number): number {
    return Math.round((this.options.mediaTime + (time - this.#origin) / 1000) * scale);
  }
  /** Media time (seconds) as connection time, ms. */
  #time(seconds: number): number {
    return (seconds - this.options.mediaTime) * 1000 + this.#origin;
  }
}
