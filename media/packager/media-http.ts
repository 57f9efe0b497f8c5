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
import type { MediaCatalog, Rendered, ServedRendition } from './catalog.ts';
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
};
type Refusal = { readonly code: ErrorCode; readonly detail?: string; readonly caching: Caching };
const missing: Refusal = { code: 'notFound', caching: 'missing' };
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
  #requests = 0;

  constructor(options: MediaHandlerOptions) {
    this.#options = options;
    this.#catalog = options.catalog;
    this.#maxRequests = options.maxRequests ?? 50_000;
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
    else if (!route || !this.#catalog.admits(route.pass, route.venueId)) this.#refuse(exchange, missing);
    else if (this.#requests >= this.#maxRequests) this.#refuse(exchange, overloaded);
    else {
      this.#requests++;
      const query = mark < 0 ? '' : target.slice(mark + 1);
      void this.#answer(exchange, route, query).finally(() => this.#requests--);
    }
  }

  async #answer(exchange: Exchange, route: MediaRoute, query: string): Promise<void> {
    try {
      const found = await this.#find(exchange, route, query);
      if (exchange.gone) return;
      if ('code' in found) this.#refuse(exchange, found);
      else await this.#send(exchange, found);
    } catch (err) {
      this.#options.log.error({ err, kind: route.file.kind }, 'media request failed');
      if (!exchange.gone && !exchange.res.headersSent)
        this.#refuse(exchange, { code: 'server.failed', caching: 'never' });
    }
  }

  async #find(exchange: Exchange, route: MediaRoute, query: string): Promise<Body | Refusal> {
    const { file, venueId } = route;
    switch (file.kind) {
      case 'now':
        return this.#now(exchange, venueId);
      case 'batch':
        this.#seen(exchange, venueId);
        return json(await this.#catalog.batch(venueId, file, exchange.signal()));
      case 'snapshot':
        return json(this.#catalog.snapshot(venueId, file));
      case 'page': {
        const type = file.format === 'json' ? 'application/json' : `image/${file.format}`;
        return binary(await this.#catalog.page(venueId, file.name), type, 'immutable');
      }
      case 'preview':
        return binary(this.#catalog.preview(venueId, file.track), 'image/jpeg', 'preview');
      case 'clip':
      case 'clipPlaylist':
        return this.#clip(exchange, venueId, file, query);
      case 'clipData': {
        this.#seen(exchange, venueId);
        const data = await this.#catalog.clipData(venueId, file.clip, file.version, file.file);
        return text(data?.rendered, 'application/json', data?.ended ? 'clipEnded' : 'clipLive');
      }
      case 'multivariant':
      case 'audioOnly': {
        this.#seen(exchange, venueId);
        const track = await this.#catalog.track(venueId, file.run, file.track);
        const rendered =
          file.kind === 'multivariant' ? track?.multivariant(file.tier) : track?.audioOnly(file.tier);
        return text(rendered, mpegurl, track?.ended ? 'ended' : 'live');
      }
      case 'playlist':
      case 'init':
      case 'segment':
      case 'part': {
        const track = await this.#catalog.track(venueId, file.run, file.track);
        const rendition = track?.rendition(file.rendition);
        if (!rendition) return missing;
        const signal = exchange.signal();
        if (file.kind === 'init') return media(await rendition.readInit(file.k));
        if (file.kind === 'segment') return media(await rendition.readSegment(file.msn, signal));
        if (file.kind === 'part') return media(await rendition.readPart(file.msn, file.index, signal));
        this.#seen(exchange, venueId);
        return playlist(rendition, file.tier, query, signal);
      }
    }
  }

  #now(exchange: Exchange, venueId: string): Body | Refusal {
    this.#seen(exchange, venueId);
    const now = this.#catalog.now(venueId);
    if (!now) return missing;
    return { type: 'application/json', caching: 'live', body: Buffer.from(JSON.stringify(now)) };
  }

  async #clip(
    exchange: Exchange,
    venueId: string,
    file: MediaFile & { kind: 'clip' | 'clipPlaylist' },
    query: string,
  ): Promise<Body | Refusal> {
    this.#seen(exchange, venueId);
    const directives = parseDirectives(query);
    if ('refused' in directives) return badDirective(directives.refused);
    const clip = await this.#catalog.clip(venueId, file.clip, file.version);
    const rendered =
      file.kind === 'clip'
        ? clip?.multivariant(file.track)
        : clip?.playlist(file.track, file.rendition, directives.skip);
    return text(rendered, mpegurl, clip?.ended ? 'clipEnded' : 'clipLive');
  }

  #seen(exchange: Exchange, venueId: string): void {
    const { client } = this.#options;
    this.#catalog.seen(venueId, client ? client(exchange.req) : (exchange.req.socket.remoteAddress ?? ''));
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
    const whole = body;
    let status = 200;
    if (found.ranges) {
      headers['Accept-Ranges'] = 'bytes';
      // Without validators If-Range never matches (RFC 9110 13.1.5): the whole is sent.
      const asked = req.headers['if-range'] === undefined ? req.headers.range : undefined;
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
  text(rendered, 'application/json', 'immutable');
const binary = (body: Buffer | undefined, type: string, caching: Caching): Body | Refusal =>
  body ? { type, caching, body } : missing;

const media = (body: Buffer | undefined): Body | Refusal =>
  body ? { type: mp4, caching: 'immutable', body, ranges: true } : missing;

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
