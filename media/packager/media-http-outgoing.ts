/**
 * Responses on their way out. A reader that stops reading is closed after a deadline, and the distinct buffers
 * that unfinished responses hold are bounded (fault 34).
 */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { constants, type Http2ServerRequest, Http2ServerResponse } from 'node:http2';

export type MediaRequest = IncomingMessage | Http2ServerRequest;
export type MediaResponse = ServerResponse | Http2ServerResponse;

export type OutgoingOptions = {
  /** Ms within which the system must have taken a response, besides the time its bytes take at `slowest`. */
  readonly drainMs: number;
  /** Distinct bytes held by unfinished responses at most. */
  readonly maxHeldBytes: number;
  /** Told of each reader closed because it stopped reading. */
  readonly onStalled: (bytes: number) => void;
};

/** Bytes a millisecond; who reads more slowly for longer than `drainMs` cannot follow any rendition. */
const slowest = 16;
const sweepMs = 1000;

type Sending = { readonly body: Buffer; readonly deadline: number };

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
    if (held && held.length > 0) this.#hold(res, held);
    (res as ServerResponse).writeHead(status, headers);
    if (body) (res as ServerResponse).end(body);
    else (res as ServerResponse).end();
  }

  #hold(res: MediaResponse, body: Buffer): void {
    const holders = this.#holders.get(body) ?? 0;
    if (holders === 0) this.#heldBytes += body.length;
    this.#holders.set(body, holders + 1);
    const deadline = performance.now() + this.#options.drainMs + body.length / slowest;
    this.#sending.set(res, { body, deadline });
    (res as ServerResponse).once('close', () => this.#release(res));
    // Ends by itself with the last response; it must not keep the process alive.
    this.#sweeper ??= setInterval(() => this.#sweep(), Math.min(sweepMs, this.#options.drainMs)).unref();
  }

  #release(res: MediaResponse): void {
    const sending = this.#sending.get(res);
    if (!sending || !this.#sending.delete(res)) return;
    const holders = (this.#holders.get(sending.body) ?? 1) - 1;
    if (holders > 0) this.#holders.set(sending.body, holders);
    else {
      this.#holders.delete(sending.body);
      this.#heldBytes -= sending.body.length;
    }
  }

  #sweep(): void {
    const now = performance.now();
    for (const [res, { body, deadline }] of this.#sending) {
      if (now < deadline) continue;
      this.#options.onStalled(body.length);
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
