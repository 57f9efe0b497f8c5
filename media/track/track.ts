/**
 * One venue's track: connections of its encoder come and go, a run is on or not. Armed (no run), it only measures, feeds the
 * preview and keeps the current GOP; in a run its frames go to the segmenter.
 */
import type { Logger } from 'pino';
import type { PublisherHealth, Warning } from '#contracts/health.ts';
import type { TrackName } from '#contracts/media-urls.ts';
import type { MediaTag } from '../formats/media-tag.ts';
import { Segmenter } from '../packager/segmenter.ts';
import { targetFor } from '../packager/segmenter-opening.ts';
import { Connection } from './connection.ts';
import type { Clock, Frame } from './frame.ts';
import { GopBuffer } from './gop-buffer.ts';
import type { Publisher } from './health.ts';
import { PreviewFeed } from './preview-feed.ts';
import type { PreviewTap, RunPosition, TrackOutput } from './publication.ts';
import { judge } from './warnings.ts';

export type TrackEvents = {
  /** The first usable media since connecting: an IDR with its configuration, or sound where no picture comes. */
  firstMedia?(): void;
  /** The connection ended, whatever ended it. One replaced by another is told too. */
  closed?(reason: string): void;
};

export type TrackOptions = {
  readonly name: TrackName;
  readonly clock: Clock;
  readonly log: Logger;
  readonly events?: TrackEvents;
};

/** Where a connection's tags go; has the shape of a PublishSink. */
export type TrackSink = {
  tag(tag: MediaTag, arrival: number): void;
  /** May be called twice. */
  close(reason: string): void;
};

/** Ms of sound without any picture after which it counts as the connection's first media. */
const soundOnlyAfter = 2000;

export class Track {
  readonly name: TrackName;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #options: TrackOptions;
  readonly #gop = new GopBuffer();
  readonly #preview: PreviewFeed;
  #connection: Connection | undefined;
  #segmenter: Segmenter | undefined;
  #delay = 0;
  #warnings: Warning[] = [];
  #firstSound: number | undefined;
  #hasMedia = false;

  constructor(options: TrackOptions) {
    const { name, clock, log } = options;
    this.name = name;
    this.#clock = clock;
    this.#log = log;
    this.#options = options;
    this.#preview = new PreviewFeed(clock);
  }

  /** A new publisher. One that is still there is closed first; within a run the new one starts a discontinuity. */
  connect(publisher: Publisher): TrackSink {
    if (this.#connection) this.#disconnect(this.#connection, 'replaced by another connection');
    const connection = new Connection(publisher, this.#clock, this.#log);
    connection.axis.delay = this.#delay;
    this.#connection = connection;
    this.#hasMedia = false;
    this.#firstSound = undefined;
    if (this.#segmenter) this.#segmenter.axis = (time) => connection.axis.epochOf(time);
    return {
      tag: (tag, arrival) => {
        if (this.#connection === connection) this.#take(connection, tag, arrival);
      },
      close: (reason) => this.#disconnect(connection, reason),
    };
  }

  get connected(): boolean {
    return this.#connection !== undefined;
  }
  /** Usable media has come since connecting. */
  get hasMedia(): boolean {
    return this.#hasMedia;
  }
  get running(): boolean {
    return this.#segmenter !== undefined;
  }

  /** Publishes from the last IDR on, at once where the keyframe distance or the target is known. */
  startRun(output: TrackOutput, position: RunPosition): void {
    if (this.#segmenter) throw new Error(`track ${this.name} is already in a run`);
    const gop = this.#connection?.health.longestGop ?? 0;
    const connection = this.#connection;
    this.#segmenter = new Segmenter({
      output,
      position,
      target: gop > 0 ? targetFor(gop) : undefined,
      frameRate: () => this.#connection?.health.frameRate ?? 0,
      pictureAnnounced: () => this.#connection?.videoConfig !== undefined,
      log: this.#log,
    });
    if (connection) this.#segmenter.axis = (time) => connection.axis.epochOf(time);
    for (const frame of this.#gop.take()) this.#segmenter.frame(frame);
  }

  /** Ends the run's media: all that was received is given to the output before this returns. Undefined when there was no run. */
  stopRun(): RunPosition | undefined {
    const segmenter = this.#segmenter;
    if (!segmenter) return undefined;
    segmenter.flush();
    this.#segmenter = undefined;
    return segmenter.position;
  }

  /** Ms from the room to here for this connection and those to come. What was published stays. */
  setDelay(ms: number): void {
    this.#delay = ms;
    if (this.#connection) this.#connection.axis.delay = ms;
  }

  health(): PublisherHealth | null {
    return this.#connection?.health.snapshot() ?? null;
  }

  /** Warnings that hold now; asked about once a second. None without a connection. */
  warnings(): Warning[] {
    const connection = this.#connection;
    this.#warnings = connection
      ? judge(this.name, connection.health.facts(), this.#warnings, this.#clock.epoch())
      : [];
    return this.#warnings;
  }

  setPreviewTap(tap: PreviewTap | null): void {
    this.#preview.tap = tap;
  }

  #take(connection: Connection, tag: MediaTag, arrival: number): void {
    const frame = connection.frame(tag, arrival);
    // The slides' sound is not published: the speaker's is on `program`.
    if (!frame || (frame.kind === 'audio' && this.name === 'slides')) return;
    this.#preview.frame(frame, connection.axis);
    if (this.#segmenter) this.#segmenter.frame(frame);
    else this.#gop.push(frame);
    if (!this.#hasMedia && this.#isFirstMedia(frame)) {
      this.#hasMedia = true;
      this.#options.events?.firstMedia?.();
    }
  }

  #isFirstMedia(frame: Frame): boolean {
    if (frame.kind === 'video') return frame.keyframe;
    this.#firstSound ??= frame.time;
    return frame.time - this.#firstSound >= soundOnlyAfter;
  }

  #disconnect(connection: Connection, reason: string): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    this.#hasMedia = false;
    this.#warnings = [];
    this.#segmenter?.flush();
    this.#gop.clear();
    this.#log.info({ track: this.name, reason }, 'encoder connection closed');
    this.#options.events?.closed?.(reason);
  }
}
