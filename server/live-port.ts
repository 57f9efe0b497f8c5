/** Between the HTTP and account side of the server and the live desk, which owns publishers, runs and everything under `/media`. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { VenueDirectory, VenueRecord } from '#conference/venue/venue.ts';
import type { TrackName } from '#contracts/media-urls.ts';
import type { Run, SystemStatus, VenueStatus } from '#contracts/venue.ts';
import type { Config } from './config.ts';

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
  readonly log: Logger;
  readonly metrics: Registry;
  /** Certificate and key in PEM; undefined without TLS. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  /** The client's address behind trusted proxies, IPv6 as its /64; for counting viewers and limits. */
  readonly clientKey: (request: HttpRequest) => string;
};

export type LiveFactory = (context: LiveContext) => Promise<LiveServer>;
