/** What the media HTTP handler reads: ports that the server's live desk implements. No venue rules here. */
import type { EventStream } from '#contracts/events.ts';
import type { RenditionName, Tier, TrackName } from '#contracts/media-urls.ts';
import type { Now } from '#contracts/now.ts';

/** One playlist as bytes, rendered once and given to every waiter. */
export type Rendered = {
  readonly body: Buffer;
  /** The same body gzip-compressed, made at the first request that accepts it. */
  gzip?: Buffer;
  /** Something is left out that others may have: what is left out may be another thing soon. */
  readonly filtered?: boolean;
};

/** Where a segment or part lies on its track. */
export type MediaSpan = {
  /** PROGRAM-DATE-TIME of its beginning and end, epoch ms. */
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
  /** Bytes of the parts that end by this moment (epoch ms). */
  upTo(until: number): number;
};

export type PlaylistRequest = {
  readonly tier: Tier;
  /** `_HLS_msn`, `_HLS_part`, already validated as non-negative integers. */
  readonly msn: number | undefined;
  readonly part: number | undefined;
  /** `_HLS_skip=YES` or `v2`. */
  readonly skip: boolean;
};
export type PlaylistAnswer =
  | { readonly kind: 'playlist'; readonly rendered: Rendered; readonly ended: boolean }
  | { readonly kind: 'badDirective'; readonly detail: string }
  | { readonly kind: 'timeout' }
  /** The rendition was given up. */
  | { readonly kind: 'gone' };

/** A batch of a venue's data stream, or the snapshot before it. */
export type BatchPlace = { readonly stream: EventStream; readonly rev: number; readonly n: number };

export type MediaBytes = { readonly bytes: Buffer };

/** One rendition of one run, live or ended. */
export interface ServedRendition {
  /** Of a segment that is finished, or of a part that is there; undefined otherwise. */
  span(msn: number, index?: number): MediaSpan | undefined;
  /** Blocks per RFC 8216bis 6.2.5.2. The signal ends the wait when the client goes away. */
  playlist(request: PlaylistRequest, signal: AbortSignal): Promise<PlaylistAnswer>;
  readInit(k: number): Promise<Buffer | undefined>;
  /** With a signal, one being made is waited for: a clip may end in it. */
  readSegment(msn: number, signal?: AbortSignal): Promise<Buffer | undefined>;
  /** May block while the part is being made if it is the hinted next part (RFC 8216bis 4.4.5.3); undefined when there is no such part. */
  readPart(msn: number, index: number, signal: AbortSignal): Promise<Buffer | undefined>;
}

export interface ServedTrack {
  multivariant(tier: Tier): Rendered | undefined;
  audioOnly(tier: Tier): Rendered | undefined;
  readonly ended: boolean;
  rendition(name: RenditionName): ServedRendition | undefined;
}

/** A published stretch of a timeline. Its playlists are made of segments of the run's renditions. */
export interface ServedClip {
  readonly ended: boolean;
  multivariant(track: TrackName): Rendered | undefined;
  /** `clips/<id>/<version>/<track>-<rendition>.m3u8`. */
  playlist(track: TrackName, rendition: RenditionName, skip: boolean): Rendered | undefined;
}

/** What one pass may read of one venue. The same object as long as nothing about it changes. */
export interface VenueMedia {
  now(): Now | undefined;
  track(run: string, track: TrackName): Promise<ServedTrack | undefined>;
  /**
   * How far media of a track between two moments (PROGRAM-DATE-TIME, epoch ms) may be read: infinite all of it, −infinite nothing,
   * else up to this moment.
   */
  readable(track: TrackName, from: number, to: number): number;
  clip(clipId: string, version: number): Promise<ServedClip | undefined>;
  /** `clip.json` and `events.json` of a clip. */
  clipData(
    clipId: string,
    version: number,
    file: 'clip.json' | 'events.json',
  ): Promise<{ readonly rendered: Rendered; readonly ended: boolean } | undefined>;
  /** Held until it is sealed when it is the next one. Undefined: it is not there (any more), or too far ahead. */
  batch(place: BatchPlace, signal: AbortSignal): Promise<Rendered | undefined>;
  snapshot(place: BatchPlace): Rendered | undefined;
  /** Image or text of a deck's page by its random name, e.g. `<id>.960.webp`. */
  page(name: string): Promise<Buffer | undefined>;
  /** JPEG. */
  preview(track: TrackName): Buffer | undefined;
  /** Called for each playlist or now.json request, for the viewer estimate. `client` is an address or connection id. */
  seen(client: string): void;
}

export interface MediaCatalog {
  /**
   * Asked at every request, and again before what was waited for is sent. `missing`: like a venue there is not; `forbidden`: the pass
   * is forged, expired, withdrawn, or of another place.
   */
  admit(pass: string, venueId: string): VenueMedia | 'missing' | 'forbidden';
  /** Called when what was admitted may be so no longer. */
  onChanged?(hook: () => void): () => void;
}
