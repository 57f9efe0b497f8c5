/** Measures a publisher without decoding (PRODUCT L13): rates, keyframe distance, jitter and gaps of arrival, skew of sound and picture. */
import type { PublisherHealth } from '#contracts/health.ts';
import type { AudioConfig, VideoConfig } from '../formats/codec-config.ts';
import type { Clock } from './frame.ts';

export type Publisher = {
  /** What the encoder calls itself. */
  readonly encoder: string;
  /** Address and port. */
  readonly remote: string;
  readonly protocol: 'rtmp' | 'rtmps';
};

/** Ms looked back over, in buckets of one second. */
const windowSeconds = 5;
/** Ms between two arrivals that count as a gap; gaps remembered for the warning, and for how long. */
const gapLimit = 500;
const gapMemory = 60_000;
const gapsRemembered = 100;
/** Weight of the newest value in smoothed ones. */
const smoothing = 0.05;

type Bucket = {
  second: number;
  videoBytes: number;
  audioBytes: number;
  frames: number;
  late: number;
  lateSquared: number;
  count: number;
};

export class HealthMeter {
  readonly #publisher: Publisher;
  readonly #clock: Clock;
  readonly #connectedAt: number;
  readonly #start: number;
  readonly #buckets: Bucket[] = [];
  #lateOrigin: number | undefined;
  #videoBytes = 0;
  #audioBytes = 0;
  #frames = 0;
  #firstVideo: number | undefined;
  #firstAudio: number | undefined;
  #lastArrival: number | undefined;
  #lastVideoArrival: number | undefined;
  #lastAudioArrival: number | undefined;
  #lastVideoTime: number | undefined;
  #lastAudioTime: number | undefined;
  #lastKeyframeTime: number | undefined;
  #lastKeyframeArrival: number | undefined;
  #gop = 0;
  #longestGop = 0;
  #gaps = 0;
  #longestGap = 0;
  readonly #recentGaps: number[] = [];
  #skew: number | undefined;
  #announcedRate = 0;
  videoConfig: VideoConfig | undefined;
  audioConfig: AudioConfig | undefined;

  constructor(publisher: Publisher, clock: Clock) {
    this.#publisher = publisher;
    this.#clock = clock;
    this.#connectedAt = clock.epoch();
    this.#start = clock.now();
  }

  /** onMetaData; untrusted. */
  announced(values: Readonly<Record<string, unknown>>): void {
    const rate = values.framerate;
    this.#announcedRate = typeof rate === 'number' && rate >= 1 && rate <= 240 ? rate : 0;
  }

  arrived(arrival: number): void {
    const gap = this.#lastArrival === undefined ? 0 : arrival - this.#lastArrival;
    this.#lastArrival = arrival;
    if (gap <= gapLimit) return;
    this.#gaps++;
    this.#longestGap = Math.max(this.#longestGap, gap);
    this.#recentGaps.push(arrival);
    if (this.#recentGaps.length > gapsRemembered) this.#recentGaps.shift();
  }

  video(arrival: number, time: number, size: number, keyframe: boolean): void {
    const bucket = this.#bucket(arrival);
    bucket.videoBytes += size;
    bucket.frames++;
    this.#videoBytes += size;
    this.#frames++;
    this.#firstVideo ??= arrival;
    this.#lastVideoArrival = arrival;
    this.#lastVideoTime = time;
    this.#late(bucket, arrival - time);
    this.#measureSkew();
    if (!keyframe) return;
    if (this.#lastKeyframeTime !== undefined) {
      this.#gop = (time - this.#lastKeyframeTime) / 1000;
      this.#longestGop = Math.max(this.#gop, this.#longestGop * 0.9);
    }
    this.#lastKeyframeTime = time;
    this.#lastKeyframeArrival = arrival;
  }

  audio(arrival: number, time: number, size: number): void {
    const bucket = this.#bucket(arrival);
    bucket.audioBytes += size;
    this.#audioBytes += size;
    this.#firstAudio ??= arrival;
    this.#lastAudioArrival = arrival;
    this.#lastAudioTime = time;
    if (this.#lastVideoTime === undefined) this.#late(bucket, arrival - time);
  }

  /** Longest recent keyframe distance, seconds; 0 before the second keyframe. */
  get longestGop(): number {
    return this.#longestGop;
  }

  /** Measured frames a second over the last seconds; announced before that is known; else 0. */
  get frameRate(): number {
    return this.#measuredRate() || this.#announcedRate;
  }

  snapshot(): PublisherHealth {
    const now = this.#clock.now();
    const recent = this.#recent(now);
    const video = this.videoConfig;
    const audio = this.audioConfig;
    let videoBytes = 0;
    let audioBytes = 0;
    for (const bucket of recent) {
      videoBytes += bucket.videoBytes;
      audioBytes += bucket.audioBytes;
    }
    return {
      ...this.#publisher,
      connectedAt: this.#connectedAt,
      video: video
        ? {
            codec: video.codecs,
            width: video.width,
            height: video.height,
            fps: Math.round(this.frameRate * 100) / 100,
            kbps: kbps(videoBytes, Math.min(windowSeconds * 1000, now - (this.#firstVideo ?? now))),
            averageKbps: kbps(this.#videoBytes, now - (this.#firstVideo ?? now)),
            gopSeconds: this.#gop,
          }
        : null,
      audio: audio
        ? {
            codec: audio.codecs,
            sampleRate: audio.sampleRate * (audio.sbr ? 2 : 1),
            channels: audio.channels,
            kbps: kbps(audioBytes, Math.min(windowSeconds * 1000, now - (this.#firstAudio ?? now))),
            averageKbps: kbps(this.#audioBytes, now - (this.#firstAudio ?? now)),
          }
        : null,
      jitterMs: Math.round(deviation(recent) * 10) / 10,
      gaps: this.#gaps,
      longestGapMs: Math.round(this.#longestGap),
      avSkewMs: Math.round(this.#skew ?? 0),
    };
  }

  /** What the warnings are judged by. Seconds are counted from connecting where nothing has come yet. */
  facts(): HealthFacts {
    const now = this.#clock.now();
    const since = (arrival: number | undefined) => (now - (arrival ?? this.#start)) / 1000;
    while (this.#recentGaps[0] !== undefined && this.#recentGaps[0] < now - gapMemory)
      this.#recentGaps.shift();
    return {
      health: this.snapshot(),
      connectedSeconds: (now - this.#start) / 1000,
      videoAwaySeconds: since(this.#lastVideoArrival),
      audioAwaySeconds: since(this.#lastAudioArrival),
      keyframeAwaySeconds: since(this.#lastKeyframeArrival),
      recentGaps: this.#recentGaps.length,
      usualFrameRate: this.#announcedRate || this.videoConfig?.frameRate || this.#averageRate(now),
    };
  }

  #averageRate(now: number): number {
    const seconds = (now - (this.#firstVideo ?? now)) / 1000;
    return seconds >= 10 ? this.#frames / seconds : 0;
  }

  #measuredRate(): number {
    // Whole seconds only: the one under way is not full yet.
    const whole = this.#recent(this.#clock.now()).slice(0, -1);
    const [first] = whole;
    const last = whole.at(-1);
    if (!first || !last || whole.length < 2) return 0;
    const counted = whole.slice(1);
    return counted.reduce((sum, bucket) => sum + bucket.frames, 0) / (last.second - first.second);
  }

  #late(bucket: Bucket, late: number): void {
    this.#lateOrigin ??= late;
    const value = late - this.#lateOrigin;
    bucket.late += value;
    bucket.lateSquared += value * value;
    bucket.count++;
  }

  /** Measured when a picture arrives: an encoder that interleaves well stays within one access unit. */
  #measureSkew(): void {
    if (this.#lastVideoTime === undefined || this.#lastAudioTime === undefined) return;
    const skew = this.#lastVideoTime - this.#lastAudioTime;
    this.#skew = this.#skew === undefined ? skew : this.#skew + (skew - this.#skew) * smoothing;
  }

  #bucket(arrival: number): Bucket {
    const second = Math.floor(arrival / 1000);
    const newest = this.#buckets.at(-1);
    if (newest && newest.second >= second) return newest;
    const bucket = { second, videoBytes: 0, audioBytes: 0, frames: 0, late: 0, lateSquared: 0, count: 0 };
    this.#buckets.push(bucket);
    if (this.#buckets.length > windowSeconds + 1) this.#buckets.shift();
    return bucket;
  }

  #recent(now: number): Bucket[] {
    const oldest = Math.floor(now / 1000) - windowSeconds;
    return this.#buckets.filter((bucket) => bucket.second > oldest);
  }
}

export type HealthFacts = {
  readonly health: PublisherHealth;
  readonly connectedSeconds: number;
  readonly videoAwaySeconds: number;
  readonly audioAwaySeconds: number;
  readonly keyframeAwaySeconds: number;
  /** Gaps of arrival within the last minute. */
  readonly recentGaps: number;
  /** Announced, or the connection's average after 10 s; 0 when unknown. */
  readonly usualFrameRate: number;
};

const kbps = (bytes: number, ms: number): number =>
  ms <= 0 ? 0 : Math.round((bytes * 8) / Math.max(ms, 1000));

function deviation(buckets: readonly Bucket[]): number {
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (const bucket of buckets) {
    count += bucket.count;
    sum += bucket.late;
    squares += bucket.lateSquared;
  }
  if (count < 2) return 0;
  return Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
}
