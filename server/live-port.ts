/** Between the HTTP and account side of the server and the live desk, which owns publishers, runs and everything under `/media`. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { ClipDirectory, Range } from '#conference/clip/clip.ts';
import type { VenueDirectory, VenueRecord } from '#conference/venue/venue.ts';
import type {
  EventStream,
  HallBody,
  HallEvent,
  StageBody,
  StageEvent,
  StreamPosition,
} from '#contracts/events.ts';
import type { TrackName } from '#contracts/media-urls.ts';
import type { HallState, StageState } from '#contracts/stage-state.ts';
import type { Run, SystemStatus, VenueStatus } from '#contracts/venue.ts';
import type { Config } from './config.ts';
import type { Admission } from './live/admission.ts';

/** Who asked: written to the audit log and to the timeline. */
export type Actor = { readonly id: string; readonly name: string };

/** A refused act throws a CodedError (`venue.state`, `venue.noSignal`, `venue.busy`, `venue.notFound`, `notFound`). */
export interface LiveDesk {
  status(venueId: string): VenueStatus | undefined;
  goLive(venueId: string, actor: Actor): Promise<void>;
  takeBreak(venueId: string, actor: Actor): Promise<void>;
  resume(venueId: string, actor: Actor): Promise<void>;
  end(venueId: string, actor: Actor): Promise<void>;
  /** Ends the publisher of the track now, if there is one. The key is already blocked or rotated. */
  cut(venueId: string, track: TrackName, code: 'publish.blocked' | 'publish.badKey'): void;
  /** Ms from the room to here, of the current connection. */
  setDelay(venueId: string, track: TrackName, ms: number, actor: Actor): Promise<void>;
  /** Reads the calibration clock from the pictures of the track; the status tells how far it is. */
  startCalibration(venueId: string, track: TrackName): void;
  stopCalibration(venueId: string, track: TrackName): void;
  /** Sets the delay that was read. Throws `venue.state` when there is none. */
  applyCalibration(venueId: string, track: TrackName, actor: Actor): Promise<void>;
  confirmDelay(venueId: string, track: TrackName, actor: Actor): Promise<void>;
  /** A venue was made or its settings or keys changed; the directory already has the new record. */
  venueChanged(venue: VenueRecord): Promise<void>;
  /** Throws `venue.busy` while a run is open; called before the record is deleted. */
  checkRemovable(venueId: string): void;
  venueRemoved(venueId: string): Promise<void>;
  /** Newest first. */
  runs(venueId: string): Promise<readonly Run[]>;
  deleteRun(venueId: string, runId: string): Promise<void>;
  /** `at` is epoch ms. */
  preview(venueId: string, track: TrackName): { readonly jpeg: Buffer; readonly at: number } | undefined;
  disk(): SystemStatus['disk'];
  /** Epoch ms on the timeline of a cut so many seconds ago, on a border of parts; undefined while no run is open. */
  cutPoint(venueId: string, secondsAgo: number): number | undefined;
  /** There is something to play in these ranges. */
  hasMedia(venueId: string, ranges: readonly Range[]): Promise<boolean>;
  /** Somebody watches by socket, for the estimate; to be told every few seconds. `client` as for requests. */
  seen(venueId: string, client: string): void;
  /** A run is open: live, in a break, or the encoder away. */
  runOpen(venueId: string): boolean;
  /** The venue's data stream as the holder of this pass may follow it; undefined where it may not be read at all. */
  watched(pass: string, venueId: string): Pick<EventsPort, 'subscribe'> | undefined;
  /** The venue's data stream; undefined for a venue there is not. */
  events(venueId: string): EventsPort | undefined;
}

/** `t`: epoch ms on the timeline, now unless told; kept within [now − 1 h, now + 50 ms]. */
export type NewEvent<B> = { readonly t?: number; readonly body: B };
/** Bytes of one sealed batch; the same object for everyone who is given it. */
export type SealedBytes = { readonly rev: number; readonly n: number; readonly body: Buffer; gzip?: Buffer };
export type StreamPlace = { readonly rev: number; readonly n: number };
export type BatchListener = {
  /** In order, every batch once. While catching up, the next is given when the promise has resolved. */
  batch(batch: SealedBytes): void | Promise<void>;
  /** The revision is gone, or `n` is ahead of the stream: start from now.json. Nothing follows. */
  gone(): void;
};

/** A venue's data stream (contracts/SPEC.md). */
export interface EventsPort {
  /** The timeline's clock, epoch ms. */
  now(): number;
  /**
   * Resolves once the events survive kill -9: within 100 ms (`stage`), within 1 s when `hall` is busy. Rejects with a CodedError:
   * `request.invalid` when a body is not what its kind allows (fields that are not of the kind are dropped), `request.tooMany`
   * when more waits than may, `server.unavailable` when the disk refuses (nothing was appended: it may be tried again).
   */
  append(stream: 'stage', items: readonly NewEvent<StageBody>[]): Promise<readonly StageEvent[]>;
  append(stream: 'hall', items: readonly NewEvent<HallBody>[]): Promise<readonly HallEvent[]>;
  /** Of all that was acknowledged. */
  state(): StageState;
  hallState(): HallState;
  /** The stage at a moment: all events with a time up to and including `t`, in the order of (t, i). Older ones are read from disk. */
  stageAt(t: number): Promise<StageState>;
  /** Stage events with from < t ≤ to, in the order of (t, i). */
  between(from: number, to: number): Promise<readonly StageEvent[]>;
  /**
   * Takes events out of the stream for good: rewritten under a new revision, the old one deleted from disk and addresses, and told
   * in `hall`. `which`: numbers (`i`), or those for which it is true. Resolves with the numbers taken out.
   */
  redact(
    stream: EventStream,
    which: readonly number[] | ((event: StageEvent | HallEvent) => boolean),
    actor: Actor,
  ): Promise<readonly number[]>;
  /** From batch `n` on: what there is, then what comes. Returns what ends it. */
  subscribe(stream: EventStream, from: StreamPlace, listener: BatchListener): () => void;
  position(stream: EventStream): StreamPosition;
  /** Batch `n`; the next one is held until it is sealed. Undefined when there is none, at a stop, or when `signal` aborts. */
  batch(stream: EventStream, rev: number, n: number, signal: AbortSignal): Promise<SealedBytes | undefined>;
}

export type HttpRequest = IncomingMessage | Http2ServerRequest;
export type HttpResponse = ServerResponse | Http2ServerResponse;

/** True when the request was taken (it answers by itself); false leaves it to the API and pages. */
export type MediaHandler = (request: HttpRequest, response: HttpResponse) => boolean;

export type LiveServer = {
  readonly desk: LiveDesk;
  readonly media: MediaHandler;
  readonly rtmpPort: number;
  /** Undefined without TLS. */
  readonly rtmpsPort: number | undefined;
  /** Stops accepting encoders and viewers; held requests are answered. First step of a stop. */
  drain(): Promise<void>;
  /** Ends what is left: publishers, workers, files. */
  close(): Promise<void>;
};

export type LiveContext = {
  readonly config: Config;
  readonly venues: VenueDirectory;
  readonly clips: ClipDirectory;
  /** A run began. Must not throw. */
  readonly onRunStarted?: (venueId: string, run: string) => void;
  /** A run ended, at this moment on the timeline. Must not throw. */
  readonly onRunEnded: (venueId: string, run: string, at: number) => void;
  /** Recordings of the venue were deleted: retention, or the staff. Must not throw. */
  readonly onRunsDeleted: (venueId: string) => void;
  readonly log: Logger;
  readonly metrics: Registry;
  /** Certificate and key in PEM; undefined without TLS. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  /** The client's address behind trusted proxies, IPv6 as its /64; for counting viewers and limits. */
  readonly clientKey: (request: HttpRequest) => string;
  /** Images and texts of decks' pages, by the names that events tell. */
  readonly pages: { read(venueId: string, name: string): Promise<Buffer | undefined> };
  /** Which passes may read which venues. */
  readonly admission: Admission;
};

export type LiveFactory = (context: LiveContext) => Promise<LiveServer>;

/** Pages of a deck that its venue's stage says were shown. */
export const shownOf = (desk: LiveDesk, venueId: string, deckId: string): number[] =>
  (desk.events(venueId)?.state().shown ?? []).flatMap(({ deck, page }) => (deck === deckId ? [page] : []));
