/** One track of a venue, as long as the venue exists: its publisher, its delay, its preview, and what is wrong with it. */
import type { Logger } from 'pino';
import type { Warning } from '#contracts/health.ts';
import type { RenditionName, TrackName } from '#contracts/media-urls.ts';
import type { TrackStatus } from '#contracts/venue.ts';
import type { PublishAnswer, PublishRequest, PublishSession } from '#media/ingest/publish.ts';
import type { RecordingAlarm } from '#media/recording/file-recording.ts';
import type { Clock } from '#media/track/frame.ts';
import { Track, type TrackSink } from '#media/track/track.ts';
import type { Preview } from '#media/transcode/preview-pool.ts';
import type { RunTrack, TranscodedRung } from './run-track.ts';

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

  setDelay(ms: number): void {
    this.#delay = { ms, checked: true };
    this.#track.setDelay(ms);
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
