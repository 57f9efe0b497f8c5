/** One track of the preview pool in the parent: thins out what goes to the process, keeps what came back. */
import type { Logger } from 'pino';
import type { Sound, Warning } from '#contracts/health.ts';
import type { VideoCodec } from '../formats/media-tag.ts';
import type { PreviewTap } from '../track/publication.ts';
import type { ClockPlace, PreviewIn, PreviewOut } from './preview-messages.ts';
import { SignalWatch, type WatchOptions } from './signal-watch.ts';
import type { Share } from './thinning.ts';

/** A message without the track's number. */
type Untracked<T> = T extends unknown ? Omit<T, 'track'> : never;
export type TrackMessage = Untracked<PreviewIn>;

export type PreviewTrackOptions = {
  readonly options: WatchOptions;
  /** What may be sent at present. */
  readonly share: () => Share;
  /** False when it was dropped. */
  readonly send: (message: TrackMessage, bytes: number) => boolean;
  readonly onUpdate: () => void;
  readonly log: Logger;
};

/** Sound waiting for the next flush, at most; about 5 s of AAC. */
const mostFrames = 256;
/** Rejections of pictures or of sound in a row after which the preview counts as failed. */
const mostFailures = 3;
/** Falls of the process while busy with this track after which the track is left out, and for how long: one hostile stream must not take the others' previews away. */
const mostFalls = 2;
const leftOutMs = 5 * 60_000;

export class PreviewTrack {
  readonly tap: PreviewTap;
  picture: { jpeg: Buffer; at: number } | undefined;
  sound: Sound | null = null;
  /** Told of each reading of the calibration clock; undefined: pictures are not searched for it. */
  onClock: ((place: ClockPlace, shown: number) => void) | undefined;
  readonly #options: PreviewTrackOptions;
  readonly #watch: SignalWatch;
  #video: { codec: VideoCodec; record: Buffer } | undefined;
  #asc: Buffer | undefined;
  #frames: Buffer[] = [];
  #newest = 0;
  #gap = false;
  #pictureSentAt = Number.NEGATIVE_INFINITY;
  readonly #failures = { picture: 0, sound: 0 };
  #failed: Warning | undefined;
  #falls = 0;
  #leftOutUntil = 0;

  constructor(options: PreviewTrackOptions) {
    this.#options = options;
    this.#watch = new SignalWatch(options.options);
    this.tap = {
      videoConfig: (codec, record) => {
        this.#video = { codec, record };
        this.#pictureSentAt = Number.NEGATIVE_INFINITY;
        this.#watch.restartPicture();
        this.#sendVideoConfig();
      },
      keyframe: (data, at, moment, delay) => this.#keyframe(data, at, { moment, delay }),
      audioConfig: (asc) => {
        this.#asc = asc;
        this.#frames = [];
        this.#watch.restartSound();
        this.#sendAudioConfig();
      },
      audio: (data, at) => this.#audio(data, at),
    };
  }

  /** Sends the sound that has come since the last time. */
  flush(): void {
    if (this.#frames.length === 0) return;
    const frames = this.#frames;
    this.#frames = [];
    const bytes = frames.reduce((sum, frame) => sum + frame.length, 0);
    const message = { kind: 'audio', frames, at: this.#newest, afterGap: this.#gap } as const;
    this.#gap = !this.#options.send(message, bytes);
  }

  /** A new process knows nothing yet. */
  restarted(): void {
    this.#frames = [];
    this.#gap = true;
    this.#failures.picture = this.#failures.sound = 0;
    this.#pictureSentAt = Number.NEGATIVE_INFINITY;
    this.#watch.restartPicture();
    this.#sendVideoConfig();
    this.#sendAudioConfig();
  }

  received(message: PreviewOut): void {
    if (message.kind === 'failed') {
      if (++this.#failures[message.what] === mostFailures) {
        this.failed(`${message.what}: ${message.reason}`, Date.now());
      }
      return;
    }
    if (message.kind === 'clock') {
      this.onClock?.(message.place, message.shown);
      return;
    }
    this.#failures[message.kind] = 0;
    if (Math.max(this.#failures.picture, this.#failures.sound) < mostFailures) this.#failed = undefined;
    if (message.kind === 'picture') {
      const { jpeg, cells, at } = message;
      this.picture = { jpeg: Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength), at };
      this.#watch.picture({ cells, at });
    } else {
      this.sound = message.sound;
      this.#watch.sound(message.sound);
    }
    this.#options.onUpdate();
  }

  /** The process fell while it was busy with this track. */
  suspect(at: number): void {
    if (++this.#falls < mostFalls) return;
    this.#leftOutUntil = at + leftOutMs;
    this.#options.log.warn({ leftOutMs }, 'track left out of the preview: the process falls over it');
  }

  failed(reason: string, at: number): void {
    if (this.#failed) return;
    this.#failed = { kind: 'previewFailed', since: at, values: { reason } };
    this.#options.log.warn({ reason }, 'preview failed');
    this.#options.onUpdate();
  }

  warnings(): Warning[] {
    // Without the process, what it last said is out of date.
    return this.#failed ? [this.#failed] : this.#watch.warnings();
  }

  #isLeftOut(at: number): boolean {
    if (this.#leftOutUntil === 0) return false;
    if (at < this.#leftOutUntil) return true;
    this.#leftOutUntil = 0;
    this.#falls = 0;
    this.restarted();
    return false;
  }

  #keyframe(data: Buffer, at: number, clock: ClockPlace): void {
    if (this.#isLeftOut(at)) return;
    // While the clock is read each picture counts, whatever they cost.
    const reading = this.onClock !== undefined;
    if (!reading && at - this.#pictureSentAt < this.#options.share().pictureMs) return;
    const message = { kind: 'keyframe', data, at, ...(reading ? { clock } : {}) } as const;
    if (this.#options.send(message, data.length)) this.#pictureSentAt = at;
  }

  #audio(data: Buffer, at: number): void {
    if (this.#isLeftOut(at)) return;
    const { soundEvery } = this.#options.share();
    const leftOut = soundEvery > 1 && Math.floor(at / 1250) % soundEvery !== 0;
    if (leftOut || this.#frames.length >= mostFrames) {
      this.#gap = true;
      return;
    }
    this.#frames.push(data);
    this.#newest = at;
  }

  #sendVideoConfig(): void {
    if (this.#video && this.#leftOutUntil === 0) {
      this.#options.send({ kind: 'videoConfig', ...this.#video }, this.#video.record.length);
    }
  }

  #sendAudioConfig(): void {
    if (this.#asc && this.#leftOutUntil === 0)
      this.#options.send({ kind: 'audioConfig', asc: this.#asc }, this.#asc.length);
  }
}
