/** One track of a venue, as long as the venue exists: its publisher, its delay, its preview, and what is wrong with it. */
import type { Logger } from 'pino';
import type { Calibration } from '#contracts/calibration.ts';
import { CodedError } from '#contracts/errors.ts';
import type { Warning } from '#contracts/health.ts';
import type { RenditionName, TrackName } from '#contracts/media-urls.ts';
import type { TrackStatus } from '#contracts/venue.ts';
import type { PublishAnswer, PublishRequest, PublishSession } from '#media/ingest/publish.ts';
import type { RecordingAlarm } from '#media/recording/file-recording.ts';
import type { Clock } from '#media/track/frame.ts';
import { Track, type TrackSink } from '#media/track/track.ts';
import type { Preview } from '#media/transcode/preview-pool.ts';
import { CalibrationRun } from './calibration.ts';
import type { RunTrack, TranscodedRung } from './run-track.ts';

/** As the `delay` event: from this PROGRAM-DATE-TIME on, the moment in the room is so many ms later. */
export type DelayCorrection = { readonly from: number; readonly shift: number };

export type TrackDeskOptions = {
  readonly name: TrackName;
  readonly clock: Clock;
  /** Undefined where previews are switched off. */
  readonly preview: Preview | undefined;
  readonly log: Logger;
  /** The first media of a connection has arrived. */
  readonly onSignal: () => void;
  /** The publisher is gone, or was replaced; `reason` for the log. */
  readonly onGone: (reason: string) => void;
  /** A correction made for an earlier connection holds no longer. */
  readonly onDelayEnds: (correction: DelayCorrection) => void;
};

type Publisher = { readonly session: PublishSession; readonly sink: TrackSink };

export class TrackDesk {
  readonly name: TrackName;
  readonly #options: TrackDeskOptions;
  readonly #track: Track;
  readonly #alarms = new Map<RenditionName, RecordingAlarm>();
  readonly #givenUp = new Map<TranscodedRung, number>();
  #publisher: Publisher | undefined;
  #delay = { ms: 0, checked: true };
  #connections = 0;
  /** The delay that the axis of this connection has taken off, ms. */
  #applied = 0;
  /** What players add to this connection's times, ms. */
  #shift = 0;
  /** Epoch ms. */
  #connectedAt = 0;
  #calibration: CalibrationRun | undefined;

  constructor(options: TrackDeskOptions) {
    this.name = options.name;
    this.#options = options;
    this.#track = new Track({
      name: options.name,
      clock: options.clock,
      log: options.log,
      events: { firstMedia: options.onSignal, closed: options.onGone },
    });
    if (options.preview) this.#track.setPreviewTap(options.preview.tap);
  }

  /** An encoder is connected and its media has begun. */
  get signal(): boolean {
    return this.#track.hasMedia;
  }
  get publishing(): boolean {
    return this.#publisher !== undefined;
  }
  get track(): Track {
    return this.#track;
  }

  connect(request: PublishRequest, session: PublishSession, takeover: boolean): PublishAnswer {
    const former = this.#publisher;
    if (former && !takeover) return { accepted: false, code: 'publish.busy' };
    this.#connections++;
    this.stopCalibration();
    this.#applyDelay();
    // A delay belongs to a connection: after a reconnect someone looks at it again.
    this.#delay = { ms: this.#delay.ms, checked: this.#connections === 1 || this.#delay.ms === 0 };
    const { encoder, remote, protocol } = request;
    const sink = this.#track.connect({ encoder, remote, protocol });
    const publisher: Publisher = { session, sink };
    this.#publisher = publisher;
    former?.session.close('publish.superseded');
    return {
      accepted: true,
      sink: { tag: sink.tag, close: (reason) => this.#leave(publisher, reason) },
    };
  }

  /** Ends the publisher, if there is one. */
  cut(code: 'publish.blocked' | 'publish.badKey' | 'server.unavailable'): void {
    const publisher = this.#publisher;
    if (!publisher) return;
    this.#leave(publisher, code);
    publisher.session.close(code);
  }

  /**
   * Ms from the room to here. Before anything is published the axis takes it at once. What a connection has published keeps its place:
   * then the correction is returned, which players add to its times, and the axis takes the new delay with the next connection.
   */
  setDelay(ms: number): DelayCorrection | undefined {
    this.#delay = { ms, checked: true };
    if (!this.#publisher || !this.#track.running) {
      this.#track.setDelay(ms);
      this.#applied = ms;
      return undefined;
    }
    this.#shift = this.#applied - ms;
    return { from: this.#connectedAt - this.#applied, shift: this.#shift };
  }

  /** A connection begins: its times are right with the delay known now. A correction made for the one before ends. */
  #applyDelay(): void {
    this.#applied = this.#delay.ms;
    this.#track.setDelay(this.#applied);
    this.#connectedAt = this.#options.clock.epoch();
    if (this.#shift === 0) return;
    this.#shift = 0;
    this.#options.onDelayEnds({ from: this.#connectedAt - this.#applied, shift: 0 });
  }

  /** Reads the calibration clock from the pictures that come. */
  startCalibration(): void {
    const { preview } = this.#options;
    if (!preview) throw new CodedError('server.unavailable', 'previews are switched off (ROSTRUM_PREVIEW)');
    if (!this.#publisher) throw new CodedError('venue.noSignal');
    const run = new CalibrationRun(performance.now());
    this.#calibration = run;
    preview.readClock(({ moment, delay }, shown) => run.add(moment, delay, shown));
  }

  stopCalibration(): void {
    this.#calibration = undefined;
    this.#options.preview?.readClock(undefined);
  }

  /** Null when none was started. A run that is ready or has failed reads no more pictures. */
  calibration(): Calibration | null {
    const result = this.#calibration?.result(performance.now()) ?? null;
    if (result && result.state !== 'reading') this.#options.preview?.readClock(undefined);
    return result;
  }

  confirmDelay(): void {
    this.#delay = { ...this.#delay, checked: true };
  }

  recordingAlarm(rendition: RenditionName, alarm: RecordingAlarm | undefined): void {
    if (alarm) this.#alarms.set(rendition, alarm);
    else this.#alarms.delete(rendition);
  }

  rungGivenUp(rung: TranscodedRung): void {
    this.#givenUp.set(rung, Date.now());
  }

  /** A new run begins with nothing given up. */
  runStarted(): void {
    this.#givenUp.clear();
    this.#alarms.clear();
  }

  preview(): { readonly jpeg: Buffer; readonly at: number } | undefined {
    return this.#publisher ? this.#options.preview?.picture() : undefined;
  }

  status(blocked: boolean, run: RunTrack | undefined): TrackStatus {
    const connected = this.#publisher !== undefined;
    return {
      publisher: this.#track.health(),
      sound: connected ? (this.#options.preview?.sound() ?? null) : null,
      warnings: this.#warnings(),
      delay: { ...this.#delay },
      calibration: this.calibration(),
      blocked,
      previewAt: this.preview()?.at ?? null,
      renditions: run ? renditionsOf(run) : [],
    };
  }

  close(): void {
    this.cut('server.unavailable');
    this.#track.setPreviewTap(null);
    this.#options.preview?.close();
  }

  #leave(publisher: Publisher, reason: string): void {
    if (this.#publisher === publisher) this.#publisher = undefined;
    publisher.sink.close(reason);
  }

  #warnings(): Warning[] {
    const warnings: Warning[] = [];
    if (this.#publisher) {
      warnings.push(...this.#track.warnings(), ...(this.#options.preview?.warnings() ?? []));
      if (!this.#delay.checked) {
        warnings.push({
          kind: 'delayUnchecked',
          since: this.#track.health()?.connectedAt ?? Date.now(),
          values: { ms: this.#delay.ms },
        });
      }
    }
    for (const [rendition, alarm] of this.#alarms) {
      warnings.push({
        kind: 'recordingStopped',
        since: alarm.since,
        values: { rendition, code: alarm.code },
      });
    }
    for (const [rung, since] of this.#givenUp)
      warnings.push({ kind: 'renditionGivenUp', since, values: { rendition: rung } });
    return warnings;
  }
}

function renditionsOf(run: RunTrack): TrackStatus['renditions'] {
  const lag = run.lag();
  return run.published.listed.flatMap((name) => {
    const rendition = run.published.rendition(name);
    if (!rendition) return [];
    const { width, height } = rendition.format ?? { width: 0, height: 0 };
    return [
      {
        name,
        width,
        height,
        kbps: Math.round(rendition.bandwidth.average / 1000),
        lagSeconds: lag[name] ?? 0,
      },
    ];
  });
}
