/**
 * Responses on their way out. A reader that stops reading is closed after a deadline, and the distinct buffers
 * that unfinished responses hold are bounded (fault 34).
 */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { constants, type Http2ServerRequest, Http2ServerResponse } from 'node:http2';

export type MediaRequest = IncomingMessage | Http2ServerRequest;
export type MediaResponse = ServerResponse | Http2ServerResponse;

export type OutgoingOptions = {
  /** Ms within which each chunk of a response must have been taken. */
  readonly drainMs: number;
  /** Distinct bytes held by unfinished responses at most. */
  readonly maxHeldBytes: number;
  /** Told of each reader closed because it stopped reading. */
  readonly onStalled: (bytes: number) => void;
};

/**
 * Bytes written at once. A usual part goes in one piece; a long segment goes piece by piece, so that a slow reader
 * shows progress, and TLS and HTTP/2 copy no more than this per reader.
 */
const chunk = 256 * 1024;
const sweepMs = 1000;

type Sending = { readonly held: Buffer; deadline: number };

export class Outgoing {
  readonly #options: OutgoingOptions;
  readonly #sending = new Map<MediaResponse, Sending>();
  /** How many responses hold each buffer: a part sent to a thousand viewers counts once. */
  readonly #holders = new Map<Buffer, number>();
  #heldBytes = 0;
  #sweeper: NodeJS.Timeout | undefined;

  constructor(options: OutgoingOptions) {
    this.#options = options;
  }

  get responses(): number {
    return this.#sending.size;
  }
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** False when holding this buffer too would exceed the bound. */
  admits(body: Buffer): boolean {
    return this.#holders.has(body) || this.#heldBytes + body.length <= this.#options.maxHeldBytes;
  }

  /** `held` is what stays in memory until the reader has it: the body, or the larger buffer it is a view of. */
  send(
    res: MediaResponse,
    status: number,
    headers: OutgoingHttpHeaders,
    body?: Buffer,
    held: Buffer | undefined = body,
  ): void {
    const out = res as ServerResponse;
    out.writeHead(status, headers);
    if (!body || !held || body.length === 0) {
      out.end();
      return;
    }
    this.#pump(out, this.#hold(res, held), body, 0);
  }

  #pump(res: ServerResponse, sending: Sending, body: Buffer, from: number): void {
    let at = from;
    while (body.length - at > chunk) {
      const more = res.write(body.subarray(at, at + chunk));
      at += chunk;
      if (more) continue;
      res.once('drain', () => {
        sending.deadline = performance.now() + this.#options.drainMs;
        this.#pump(res, sending, body, at);
      });
      return;
    }
    res.end(at === 0 ? body : body.subarray(at));
  }

  #hold(res: MediaResponse, held: Buffer): Sending {
    const holders = this.#holders.get(held) ?? 0;
    if (holders === 0) this.#heldBytes += held.length;
    this.#holders.set(held, holders + 1);
    const sending = { held, deadline: performance.now() + this.#options.drainMs };
    this.#sending.set(res, sending);
    (res as ServerResponse).once('close', () => this.#release(res));
    // Ends by itself with the last response; it must not keep the process alive.
    this.#sweeper ??= setInterval(() => this.#sweep(), Math.min(sweepMs, this.#options.drainMs)).unref();
    return sending;
  }

  #release(res: MediaResponse): void {
    const sending = this.#sending.get(res);
    if (!sending || !this.#sending.delete(res)) return;
    const holders = (this.#holders.get(sending.held) ?? 1) - 1;
    if (holders > 0) this.#holders.set(sending.held, holders);
    else {
      this.#holders.delete(sending.held);
      this.#heldBytes -= sending.held.length;
    }
  }

  #sweep(): void {
    const now = performance.now();
    for (const [res, { held, deadline }] of this.#sending) {
      if (now < deadline) continue;
      this.#options.onStalled(held.length);
      cut(res);
      this.#release(res);
    }
    if (this.#sending.size > 0) return;
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
  }
}

const cut = (res: MediaResponse): void => {
  if (res instanceof Http2ServerResponse) res.stream?.close(constants.NGHTTP2_CANCEL);
  else res.socket?.destroy();
};
