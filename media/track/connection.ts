/** One publisher's connection: its tags become frames with judged time and a known configuration. */
import type { Logger } from 'pino';
import { parseAudioSpecificConfig } from '../formats/aac.ts';
import {
  type AudioConfig,
  inspectAccessUnit,
  parseVideoConfig,
  type VideoConfig,
} from '../formats/codec-config.ts';
import type { MediaTag, VideoCodec } from '../formats/media-tag.ts';
import { AxisClock } from './clock.ts';
import type { Clock, Frame } from './frame.ts';
import { Gate } from './gate.ts';
import { HealthMeter, type Publisher } from './health.ts';

/** An access unit larger than this is refused (fault 15): 16 MB is beyond any level in use. */
const largestAccessUnit = 16 * 1024 * 1024;
/** Ms. A composition offset beyond it is no reordering but a broken encoder, and taken as none. */
const furthestComposition = 5000;

export class Connection {
  readonly axis: AxisClock;
  readonly health: HealthMeter;
  readonly #gate = new Gate();
  readonly #log: Logger;
  readonly #clock: Clock;
  #video: VideoConfig | undefined;
  #audio: AudioConfig | undefined;
  /** Why pictures are held back; undefined while the configuration is good. */
  #videoFault: string | undefined = 'no configuration yet';
  #broken = 0;
  #complainedAt = Number.NEGATIVE_INFINITY;

  constructor(publisher: Publisher, clock: Clock, log: Logger) {
    this.#clock = clock;
    this.#log = log;
    this.axis = new AxisClock(clock);
    this.health = new HealthMeter(publisher, clock);
  }

  get videoConfig(): VideoConfig | undefined {
    return this.#videoFault === undefined ? this.#video : undefined;
  }
  get audioConfig(): AudioConfig | undefined {
    return this.#audio;
  }

  /** The frame a tag carries; undefined for configurations and for what cannot be used. Never throws. */
  frame(tag: MediaTag, arrival: number): Frame | undefined {
    switch (tag.kind) {
      case 'videoConfig':
        this.#setVideo(tag.codec, tag.record);
        return undefined;
      case 'audioConfig':
        this.#setAudio(tag.asc);
        return undefined;
      case 'metadata':
        this.health.announced(tag.values);
        return undefined;
      case 'video':
        return this.#picture(tag, arrival);
      case 'audio':
        return this.#sound(tag, arrival);
    }
  }

  #picture(tag: Extract<MediaTag, { kind: 'video' }>, arrival: number): Frame | undefined {
    const config = this.#video;
    this.health.arrived(arrival);
    if (!config || this.#videoFault !== undefined || config.codec !== tag.codec)
      return this.#leaveOut('no valid configuration');
    if (tag.data.length > largestAccessUnit) return this.#leaveOut('access unit over 16 MB');
    const unit = inspectAccessUnit(config, tag.data, tag.keyframe);
    if (!unit.valid) return this.#leaveOut('NAL unit longer than its packet, or no picture in it');
    const time = this.#gate.video(tag.dts, arrival);
    this.axis.observe(arrival, time);
    const keyframe = unit.randomAccess;
    this.health.video(arrival, time, tag.data.length, keyframe);
    const { data } = tag;
    const cts = Math.abs(tag.cts) <= furthestComposition ? tag.cts : 0;
    return { kind: 'video', time, cts, keyframe, disposable: !unit.reference, data, arrival, config };
  }

  #sound(tag: Extract<MediaTag, { kind: 'audio' }>, arrival: number): Frame | undefined {
    const config = this.#audio;
    this.health.arrived(arrival);
    if (!config || tag.data.length === 0) return this.#leaveOut('no sound configuration');
    const time = this.#gate.audio(tag.dts, arrival, (1000 * config.frameLength) / config.sampleRate);
    this.axis.observe(arrival, time);
    this.health.audio(arrival, time, tag.data.length);
    return { kind: 'audio', time, data: tag.data, arrival, config };
  }

  /** The same record again is no change; an invalid one holds pictures back until a valid one comes (fault 12). */
  #setVideo(codec: VideoCodec, record: Buffer): void {
    if (this.#video?.codec === codec && this.#video.record.equals(record)) {
      this.#videoFault = undefined;
      return;
    }
    try {
      // A copy: the tag's buffer may be a view of a whole chunk.
      this.#video = parseVideoConfig(codec, Buffer.from(record));
      this.#videoFault = undefined;
      this.health.videoConfig = this.#video;
    } catch (error) {
      this.#videoFault = error instanceof Error ? error.message : String(error);
      this.health.videoConfig = undefined;
      this.#log.warn(
        { codec, reason: this.#videoFault },
        'video configuration is not valid, pictures are held back',
      );
    }
  }

  #setAudio(asc: Buffer): void {
    if (this.#audio?.asc.equals(asc)) return;
    try {
      this.#audio = parseAudioSpecificConfig(Buffer.from(asc));
      this.health.audioConfig = this.#audio;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#log.warn({ reason }, 'audio configuration is not valid, the one before stays');
    }
  }

  /** Counted, and told once a second at most. */
  #leaveOut(reason: string): undefined {
    this.#broken++;
    const now = this.#clock.now();
    if (now - this.#complainedAt >= 1000) {
      this.#log.warn({ reason, frames: this.#broken }, 'frames left out');
      this.#complainedAt = now;
      this.#broken = 0;
    }
    return undefined;
  }
}
