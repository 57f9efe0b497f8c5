/**
 * Everything under `/media/…` (DESIGN section 3), straight on node's http or http2 server: this is what every viewer
 * asks several times a second, so nothing stands between the socket and the buffers that were rendered once.
 */
import type { OutgoingHttpHeaders } from 'node:http';
import { Http2ServerRequest } from 'node:http2';
import { promisify } from 'node:util';
import { gzip, gzipSync } from 'node:zlib';
import type { Logger } from 'pino';
import { CodedError, type ErrorCode, errors } from '#contracts/errors.ts';
import type { TrackName } from '#contracts/media-urls.ts';
import type { MediaCatalog, MediaSpan, Rendered, ServedRendition, VenueMedia } from './catalog.ts';
import { type Caching, cache, Exchange } from './media-http-exchange.ts';
import { type MediaRequest, type MediaResponse, Outgoing } from './media-http-outgoing.ts';
import { parseRange } from './media-http-range.ts';
import { type MediaFile, type MediaRoute, parseDirectives, parseMediaPath } from './media-http-route.ts';

export type MediaAnswer = {
  readonly kind: MediaFile['kind'] | 'none';
  readonly status: number;
  /** Of the body. */
  readonly bytes: number;
  /** From the request's arrival to its answer. */
  readonly ms: number;
};
export type MediaHandlerOptions = {
  readonly catalog: MediaCatalog;
  readonly log: Logger;
  /** Told of every answer; must not block. */
  readonly onAnswer?: (answer: MediaAnswer) => void;
  /** Told of every reader closed because it stopped reading. */
  readonly onStalled?: (bytes: number) => void;
  /** Who is asking, for the viewer estimate: behind proxies only the server knows. The peer's address unless given. */
  readonly client?: (req: MediaRequest) => string;
  /** Ms within which a reader must have taken its answer; 15,000 unless told. */
  readonly drainMs?: number;
  /** Distinct bytes held by unfinished answers; 256 MiB unless told. */
  readonly maxHeldBytes?: number;
  /** Requests being answered at once, held ones included; 50,000 unless told. */
  readonly maxRequests?: number;
};

/** True when the request was (or will be) answered here. */
export type MediaHandler = (req: MediaRequest, res: MediaResponse) => boolean;

const prefix = '/media/';
const mpegurl = 'application/vnd.apple.mpegurl';
const mp4 = 'video/mp4';
const gzipAbove = 2048;
/** Larger bodies are compressed off the event loop. */
const gzipSyncBelow = 48 * 1024;

type Body = {
  readonly type: string;
  readonly caching: Caching;
  readonly body: Buffer;
  readonly rendered?: Rendered;
  /** Byte ranges make sense of it. */
  readonly ranges?: boolean;
  /** Of bytes that never change at this address. */
  readonly etag?: string;
  /** Where it lies on the timeline: only what may be read is sent. */
  readonly at?: { readonly track: TrackName; readonly span: MediaSpan };
};
/** The client has it already. */
type NotModified = { readonly etag: string };
type Refusal = { readonly code: ErrorCode; readonly detail?: string; readonly caching: Caching };
const missing: Refusal = { code: 'notFound', caching: 'missing' };
const forbidden: Refusal = { code: 'pass.refused', caching: 'never' };
const refusalOf = (admitted: 'missing' | 'forbidden'): Refusal =>
  admitted === 'missing' ? missing : forbidden;
const overloaded: Refusal = { code: 'server.unavailable', caching: 'never' };

export const createMediaHandler = (options: MediaHandlerOptions): MediaHandler => {
  const service = new MediaService(options);
  return (req, res) => {
    const target = req.url ?? '';
    if (!target.startsWith(prefix)) return false;
    service.handle(req, res, target);
    return true;
  };
};

class MediaService {
  readonly #options: MediaHandlerOptions;
  readonly #catalog: MediaCatalog;
  readonly #outgoing: Outgoing;
  readonly #compressing = new WeakMap<Rendered, Promise<Buffer>>();
  readonly #maxRequests: number;
  /** Requests whose answer is waited for. */
  readonly #held = new Map<Exchange, MediaRoute>();
  #requests = 0;

  constructor(options: MediaHandlerOptions) {
    this.#options = options;
    this.#catalog = options.catalog;
    this.#maxRequests = options.maxRequests ?? 50_000;
    this.#catalog.onChanged?.(() => this.#askAgain());
    this.#outgoing = new Outgoing({
      drainMs: options.drainMs ?? 15_000,
      maxHeldBytes: options.maxHeldBytes ?? 256 * 1024 * 1024,
      onStalled: (bytes) => {
        options.log.debug({ bytes }, 'media reader stopped reading, closed');
        options.onStalled?.(bytes);
      },
    });
  }

  handle(req: MediaRequest, res: MediaResponse, target: string): void {
    const mark = target.indexOf('?');
    const route = parseMediaPath(mark < 0 ? target : target.slice(0, mark));
    const exchange = new Exchange(req, res, route);
    if (req.method === 'OPTIONS') this.#preflight(exchange);
    else if (req.method !== 'GET' && req.method !== 'HEAD') this.#wrongMethod(exchange);
    else if (!route) this.#refuse(exchange, missing);
    else {
      const venue = this.#catalog.admit(route.pass, route.venueId);
      if (typeof venue === 'string') this.#refuse(exchange, refusalOf(venue));
      else if (this.#requests >= this.#maxRequests) this.#refuse(exchange, overloaded);
      else {
        this.#requests++;
        const query = mark < 0 ? '' : target.slice(mark + 1);
        void this.#answer(exchange, route, venue, query).finally(() => this.#requests--);
      }
    }
  }

  async #answer(exchange: Exchange, route: MediaRoute, venue: VenueMedia, query: string): Promise<void> {
    this.#held.set(exchange, route);
    try {
      const found = await this.#find(exchange, route.file, venue, query);
      if (exchange.gone) return;
      // What was waited for may not be for this pass any more.
      const still = this.#catalog.admit(route.pass, route.venueId);
      if (typeof still === 'string') this.#refuse(exchange, refusalOf(still));
      else if ('code' in found) this.#refuse(exchange, found);
      else if (!('body' in found)) this.#notModified(exchange, found);
      else {
        const sent = allowed(still, found);
        if ('code' in sent) this.#refuse(exchange, sent);
        else await this.#send(exchange, sent);
      }
    } catch (err) {
      this.#options.log.error({ err, kind: route.file.kind }, 'media request failed');
      if (!exchange.gone && !exchange.res.headersSent)
        this.#refuse(exchange, { code: 'server.failed', caching: 'never' });
    } finally {
      this.#held.delete(exchange);
    }
  }

  /** Who is held is told at once when the pass is good no more (fault 77). */
  #askAgain(): void {
    for (const [exchange, { pass, venueId }] of this.#held) {
      const still = this.#catalog.admit(pass, venueId);
      if (typeof still !== 'string' || exchange.gone || exchange.res.headersSent) continue;
      this.#held.delete(exchange);
      this.#refuse(exchange, refusalOf(still));
      exchange.withdraw();
    }
  }

  async #find(
    exchange: Exchange,
    file: MediaFile,
    venue: VenueMedia,
    query: string,
  ): Promise<Body | Refusal | NotModified> {
    switch (file.kind) {
      case 'now':
        return this.#now(exchange, venue);
      case 'batch':
        this.#seen(exchange, venue);
        return json(await venue.batch(file, exchange.signal()));
      case 'snapshot':
        return json(venue.snapshot(file));
      case 'page': {
        const type = file.format === 'json' ? 'application/json' : `image/${file.format}`;
        return binary(await venue.page(file.name), type, 'immutable', true);
      }
      case 'preview':
        return binary(venue.preview(file.track), 'image/jpeg', 'preview');
      case 'clip':
      case 'clipPlaylist':
        return this.#clip(exchange, venue, file, query);
      case 'clipData': {
        this.#seen(exchange, venue);
        const data = await venue.clipData(file.clip, file.version, file.file);
        return text(data?.rendered, 'application/json', data?.ended ? 'clipEnded' : 'clipLive');
      }
      case 'multivariant':
      case 'audioOnly': {
        this.#seen(exchange, venue);
        const track = await venue.track(file.run, file.track);
        const rendered =
          file.kind === 'multivariant' ? track?.multivariant(file.tier) : track?.audioOnly(file.tier);
        return text(rendered, mpegurl, track?.ended ? 'ended' : 'live');
      }
      case 'playlist':
      case 'init':
      case 'segment':
      case 'part': {
        const track = await venue.track(file.run, file.track);
        const rendition = track?.rendition(file.rendition);
        if (!rendition) return missing;
        const signal = exchange.signal();
        if (file.kind === 'init') return binary(await rendition.readInit(file.k), mp4, 'immutable', true);
        if (file.kind !== 'playlist') return this.#media(exchange, file, venue, rendition);
        this.#seen(exchange, venue);
        return playlist(rendition, file.tier, query, signal);
      }
    }
  }

  /** A segment or part: guarded by its moment before it is read where that is known, else afterwards (`allowed`). */
  async #media(
    exchange: Exchange,
    file: MediaFile & { kind: 'segment' | 'part' },
    venue: VenueMedia,
    rendition: ServedRendition,
  ): Promise<Body | Refusal | NotModified> {
    const { track, msn } = file;
    const index = file.kind === 'part' ? file.index : undefined;
    const known = rendition.span(msn, index);
    if (known) {
      const until = venue.readable(track, known.from, known.to);
      if (until === Number.NEGATIVE_INFINITY) return missing;
      const etag = etagOf(known.bytes);
      if (until === Number.POSITIVE_INFINITY && exchange.req.headers['if-none-match'] === etag)
        return { etag };
    }
    const signal = exchange.signal();
    const body =
      index === undefined
        ? await rendition.readSegment(msn, signal)
        : await rendition.readPart(msn, index, signal);
    const span = known ?? rendition.span(msn, index);
    if (!body || !span) return missing;
    return {
      ...{ type: mp4, caching: 'immutable' as const, body, ranges: true, etag: etagOf(body.length) },
      at: { track, span },
    };
  }

  #now(exchange: Exchange, venue: VenueMedia): Body | Refusal {
    this.#seen(exchange, venue);
    const now = venue.now();
    if (!now) return missing;
    return { type: 'application/json', caching: 'live', body: Buffer.from(JSON.stringify(now)) };
  }

  async #clip(
    exchange: Exchange,
    venue: VenueMedia,
    file: MediaFile & { kind: 'clip' | 'clipPlaylist' },
    query: string,
  ): Promise<Body | Refusal> {
    this.#seen(exchange, venue);
    const directives = parseDirectives(query);
    if ('refused' in directives) return badDirective(directives.refused);
    const clip = await venue.clip(file.clip, file.version);
    const rendered =
      file.kind === 'clip'
        ? clip?.multivariant(file.track)
        : clip?.playlist(file.track, file.rendition, directives.skip);
    return text(rendered, mpegurl, clip?.ended ? 'clipEnded' : 'clipLive');
  }

  #seen(exchange: Exchange, venue: VenueMedia): void {
    const { client } = this.#options;
    venue.seen(client ? client(exchange.req) : (exchange.req.socket.remoteAddress ?? ''));
  }

  async #send(exchange: Exchange, found: Body): Promise<void> {
    const { req, res } = exchange;
    const { rendered } = found;
    const headers = exchange.headers(found.caching, found.type);
    let { body } = found;
    if (rendered && body.length > gzipAbove) {
      headers.Vary = 'Accept-Encoding';
      if (acceptsGzip(req)) {
        body = rendered.gzip ?? (await this.#compress(rendered));
        if (exchange.gone) return;
        headers['Content-Encoding'] = 'gzip';
      }
    }
    const head = req.method === 'HEAD';
    if (!head && !this.#outgoing.admits(body)) {
      this.#refuse(exchange, overloaded);
      return;
    }
    const { etag } = found;
    if (etag !== undefined) {
      headers.ETag = etag;
      if (req.headers['if-none-match'] === etag) {
        this.#notModified(exchange, { etag });
        return;
      }
    }
    const whole = body;
    let status = 200;
    if (found.ranges) {
      headers['Accept-Ranges'] = 'bytes';
      // If-Range matches by the strong validator alone (RFC 9110 13.1.5): otherwise the whole is sent.
      const condition = req.headers['if-range'];
      const asked = condition === undefined || condition === etag ? req.headers.range : undefined;
      const range = parseRange(asked, body.length);
      if (range === 'bad') {
        headers['Content-Range'] = `bytes */${body.length}`;
        headers['Cache-Control'] = cache.never;
        headers['Content-Length'] = 0;
        this.#finish(exchange, 416, headers);
        return;
      }
      if (range !== 'whole') {
        headers['Content-Range'] = `bytes ${range.from}-${range.to}/${body.length}`;
        body = body.subarray(range.from, range.to + 1);
        status = 206;
      }
    }
    headers['Content-Length'] = body.length;
    this.#outgoing.send(res, status, headers, head ? undefined : body, head ? undefined : whole);
    this.#told(exchange, status, body.length);
  }

  #notModified(exchange: Exchange, { etag }: NotModified): void {
    const headers = exchange.headers('immutable');
    headers.ETag = etag;
    this.#finish(exchange, 304, headers);
  }

  #compress(rendered: Rendered): Promise<Buffer> {
    const { body } = rendered;
    if (body.length < gzipSyncBelow) {
      rendered.gzip = gzipSync(body, { level: 4 });
      return Promise.resolve(rendered.gzip);
    }
    const running = this.#compressing.get(rendered);
    if (running) return running;
    const started = promisify(gzip)(body).then((zipped) => {
      rendered.gzip = zipped;
      return zipped;
    });
    this.#compressing.set(rendered, started);
    return started;
  }

  #preflight(exchange: Exchange): void {
    const headers = exchange.headers('never');
    headers['Access-Control-Allow-Methods'] = 'GET, HEAD, OPTIONS';
    headers['Access-Control-Allow-Headers'] = 'Range';
    headers['Access-Control-Max-Age'] = 86_400;
    headers.Allow = 'GET, HEAD, OPTIONS';
    this.#finish(exchange, 204, headers);
  }

  #wrongMethod(exchange: Exchange): void {
    const headers = exchange.headers('never');
    headers.Allow = 'GET, HEAD, OPTIONS';
    headers['Content-Length'] = 0;
    // The body of a POST is not read: the connection cannot be used again (HTTP/2 has streams for that).
    if (!(exchange.req instanceof Http2ServerRequest)) headers.Connection = 'close';
    this.#finish(exchange, 405, headers);
  }

  #refuse(exchange: Exchange, refusal: Refusal): void {
    const { status } = errors[refusal.code];
    const body = refusal.detail === undefined ? plainBody(refusal.code) : errorBody(refusal);
    const headers = exchange.headers(refusal.caching, 'application/json');
    headers['Content-Length'] = body.length;
    if (status === 503) headers['Retry-After'] = 1;
    this.#finish(exchange, status, headers, exchange.req.method === 'HEAD' ? undefined : body);
  }

  #finish(exchange: Exchange, status: number, headers: OutgoingHttpHeaders, body?: Buffer): void {
    this.#outgoing.send(exchange.res, status, headers, body);
    this.#told(exchange, status, body?.length ?? 0);
  }

  #told(exchange: Exchange, status: number, bytes: number): void {
    exchange.answered();
    const { onAnswer } = this.#options;
    if (onAnswer) onAnswer({ kind: exchange.kind, status, bytes, ms: performance.now() - exchange.arrived });
  }
}

const errorBody = ({ code, detail }: Pick<Refusal, 'code' | 'detail'>): Buffer =>
  Buffer.from(JSON.stringify(new CodedError(code, detail).body()));
const plainBodies = new Map<ErrorCode, Buffer>();
/** Refusals without a detail are always the same bytes. */
const plainBody = (code: ErrorCode): Buffer => {
  const known = plainBodies.get(code) ?? errorBody({ code });
  plainBodies.set(code, known);
  return known;
};

const acceptsGzip = (req: MediaRequest): boolean => {
  const accepted = req.headers['accept-encoding'];
  return typeof accepted === 'string' && /\bgzip\b(?!\s*;\s*q=0(?:\.0+)?\s*(?:,|$))/.test(accepted);
};

const text = (rendered: Rendered | undefined, type: string, caching: Caching): Body | Refusal =>
  rendered ? { type, caching, body: rendered.body, rendered } : missing;

/** Batches and snapshots never change: a redaction gives them another address. */
const json = (rendered: Rendered | undefined): Body | Refusal =>
  text(rendered, 'application/json', rendered?.filtered ? 'live' : 'immutable');
const binary = (body: Buffer | undefined, type: string, caching: Caching, lasting = false): Body | Refusal =>
  body
    ? { type, caching, body, ...(lasting ? { etag: etagOf(body.length), ranges: type === mp4 } : {}) }
    : missing;

/** Bytes at these addresses never change; only how many of them are given does. */
const etagOf = (bytes: number): string => `"${bytes.toString(36)}"`;

/** What of a piece of media this viewer may have. A segment that a closed talk begins in is cut where that begins. */
const allowed = (venue: VenueMedia, found: Body): Body | Refusal => {
  if (!found.at) return found;
  const { track, span } = found.at;
  const until = venue.readable(track, span.from, span.to);
  if (until === Number.POSITIVE_INFINITY) return found;
  const bytes = until === Number.NEGATIVE_INFINITY ? 0 : span.upTo(until);
  if (bytes === 0) return missing;
  if (bytes >= found.body.length) return found;
  return { ...found, body: found.body.subarray(0, bytes), etag: etagOf(bytes), caching: 'live' };
};

const badDirective = (detail: string): Refusal => ({
  code: 'media.badDirective',
  detail,
  caching: 'never',
});

const playlist = async (
  rendition: ServedRendition,
  tier: 'low-latency' | 'standard',
  query: string,
  signal: AbortSignal,
): Promise<Body | Refusal> => {
  const directives = parseDirectives(query);
  if ('refused' in directives) return badDirective(directives.refused);
  const answer = await rendition.playlist({ tier, ...directives }, signal);
  if (answer.kind === 'badDirective') return badDirective(answer.detail);
  if (answer.kind === 'gone') return missing;
  if (answer.kind === 'timeout') return { code: 'media.timeout', caching: 'never' };
  if (answer.ended) return text(answer.rendered, mpegurl, 'ended');
  return text(answer.rendered, mpegurl, directives.msn === undefined ? 'live' : 'blocking');
};
