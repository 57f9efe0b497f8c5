/** One media request and its response: headers by what is sent and to whom, and word of the client leaving. */
import type { OutgoingHttpHeaders } from 'node:http';
import { openPass } from '#contracts/media-urls.ts';
import type { MediaRequest, MediaResponse } from './media-http-outgoing.ts';
import type { MediaFile, MediaRoute } from './media-http-route.ts';

/**
 * `Cache-Control` of open media by what it is. A request that was held is the same for everyone who held it. What never changes is
 * kept by a viewer's own browser, but asked for again by shared caches: a talk that is closed must be closed behind them too within
 * 10 s (fault 77), of which this server takes one.
 */
export const cache = {
  immutable: 'public, max-age=31536000, s-maxage=8, immutable',
  blocking: 'public, max-age=10, s-maxage=8',
  live: 'public, max-age=1',
  ended: 'public, max-age=3600, s-maxage=8',
  clipLive: 'public, max-age=2',
  clipEnded: 'public, max-age=10, s-maxage=8',
  preview: 'public, max-age=5',
  missing: 'public, max-age=1',
  never: 'no-store',
} as const;
export type Caching = keyof typeof cache;

const security: OutgoingHttpHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Content-Security-Policy': "default-src 'none'; sandbox",
};
const openHeaders: OutgoingHttpHeaders = {
  ...security,
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'Age, Content-Length, Content-Range, Date',
  'Cross-Origin-Resource-Policy': 'cross-origin',
};

/** One request and its response; knows when the client has gone. */
export class Exchange {
  readonly req: MediaRequest;
  readonly res: MediaResponse;
  readonly kind: MediaFile['kind'] | 'none';
  readonly arrived = performance.now();
  readonly #open: boolean;
  #abort: AbortController | undefined;
  #answered = false;

  constructor(req: MediaRequest, res: MediaResponse, route: MediaRoute | undefined) {
    this.req = req;
    this.res = res;
    this.kind = route?.file.kind ?? 'none';
    this.#open = !route || route.pass === openPass;
  }

  get gone(): boolean {
    return this.#abort?.signal.aborted ?? this.res.destroyed;
  }

  /** The answer is on its way: the client leaving matters no more. */
  answered(): void {
    this.#answered = true;
  }

  /** It has been answered although what it waited for has not come: ends the wait. */
  withdraw(): void {
    this.signal();
    this.#abort?.abort('withdrawn');
  }

  signal(): AbortSignal {
    if (this.#abort) return this.#abort.signal;
    const abort = new AbortController();
    this.#abort = abort;
    (this.res as NodeJS.EventEmitter).once('close', () => {
      // A reason of its own: without one every request would make a DOMException with its stack.
      if (!this.#answered) abort.abort('client gone');
    });
    return abort.signal;
  }

  /** What everyone's pass may read is open; anything personal never enters a cache (DESIGN section 3). */
  headers(caching: Caching, type?: string): OutgoingHttpHeaders {
    const headers = this.#open ? { ...openHeaders } : { ...security };
    headers['Cache-Control'] = this.#open ? cache[caching] : 'private, no-store';
    if (type) headers['Content-Type'] = type;
    return headers;
  }
}
