/** `/api/v1/socket` on both listeners: who may open one, how many, and their end (rules K in contracts/SPEC.md; faults 37–46, 49, 100). */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { Counter, Gauge, type Registry } from 'prom-client';
import { WebSocketServer } from 'ws';
import { CodedError, type ErrorCode } from '#contracts/errors.ts';
import { longestMessage, reconnectHint, socketClose } from '#contracts/socket.ts';
import type { EventsPort } from '../live-port.ts';
import type { Clients } from './client.ts';
import { SocketClient } from './socket-client.ts';
import { BatchFrames } from './socket-frame.ts';

const path = '/api/v1/socket';
/** Fragments of one message (fault 39): a browser sends none. */
const mostFragments = 64;
const checkEvery = 1000;
/** Ms over which those who were connected come back: this and so much for each, at most. */
const returnLeast = 1000;
const returnEach = 2;
const returnMost = 10_000;
/** Ms a drain waits for the closing handshakes. */
const drainLimit = 1500;
/** Sockets closed at once. */
const closeSlice = 500;

export type SocketOptions = {
  /** Somebody watches this venue by socket. */
  readonly seen: (venue: string, client: string) => void;
  readonly events: (venue: string, pass: string) => Pick<EventsPort, 'subscribe'> | undefined;
  /** Calls back when passes may be good no more: those who subscribed are asked about again. Returns what ends it. */
  readonly onAccessChanged?: (hook: () => void) => () => void;
  readonly clients: Clients;
  /** Own origin when it is set, and those of pages that embed ours. */
  readonly origins: readonly string[];
  readonly maxSockets: number;
  /** Bytes waiting for one reader; 1 MiB unless told. */
  readonly maxWaiting?: number;
  readonly metrics: Registry;
  readonly log: Logger;
};

export class Sockets {
  readonly #options: SocketOptions;
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    // Compressing for each viewer costs more than it saves, and a small frame could unfold to a large one (fault 38).
    perMessageDeflate: false,
    maxPayload: longestMessage,
    maxFragments: mostFragments,
  });
  readonly #clients = new Set<SocketClient>();
  readonly #perClient = new Map<string, number>();
  readonly #frames = new BatchFrames();
  readonly #checks: NodeJS.Timeout;
  readonly #ends: Counter<'how'>;
  readonly #unhook: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: SocketOptions) {
    this.#options = options;
    this.#checks = setInterval(() => this.#check(), checkEvery).unref();
    this.#unhook = options.onAccessChanged?.(() => {
      for (const client of this.#clients) client.checkPasses();
    });
    const sockets = this.#clients;
    const registers = [options.metrics];
    new Gauge({
      name: 'rostrum_sockets',
      help: 'Open WebSockets.',
      registers,
      collect() {
        this.set(sockets.size);
      },
    });
    this.#ends = new Counter({
      name: 'rostrum_sockets_closed_total',
      help: 'WebSockets that ended: closed, slow (read too slowly), rude (over a limit).',
      labelNames: ['how'],
      registers,
    });
  }

  get size(): number {
    return this.#clients.size;
  }

  /** True when the request asks for the socket: then `upgrade` takes it. */
  static wanted(request: IncomingMessage): boolean {
    const { url = '' } = request;
    return url === path || url.startsWith(`${path}?`);
  }

  /** To be the `upgrade` listener of a listener. */
  upgrade(request: IncomingMessage, duplex: Duplex, head: Buffer): void {
    const socket = duplex as Socket;
    const refused = this.#refusal(request);
    if (refused) {
      refuse(socket, refused);
      return;
    }
    const key = this.#options.clients.key(request);
    this.#server.handleUpgrade(request, socket, head, (ws) => {
      const { events, seen, log, maxWaiting = 1024 * 1024 } = this.#options;
      this.#perClient.set(key, (this.#perClient.get(key) ?? 0) + 1);
      const port = { events, seen: (venue: string) => seen(venue, key), frames: this.#frames, maxWaiting };
      const client: SocketClient = new SocketClient(ws, socket, port, (how) => {
        this.#clients.delete(client);
        const left = (this.#perClient.get(key) ?? 1) - 1;
        if (left > 0) this.#perClient.set(key, left);
        else this.#perClient.delete(key);
        this.#ends.inc({ how });
        if (how !== 'closed') log.debug({ how, client: key }, 'socket cut');
      });
      this.#clients.add(client);
    });
  }

  /** No new ones; those there are told to come back, spread over some seconds (fault 100). May be called twice. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    clearInterval(this.#checks);
    this.#unhook?.();
    const { size } = this.#clients;
    const spread = Math.min(returnMost, returnLeast + returnEach * size);
    let closed = 0;
    for (const client of [...this.#clients]) {
      client.close(socketClose.goingAway, reconnectHint.write(Math.random() * spread));
      if (++closed % closeSlice === 0) await new Promise(setImmediate);
    }
    const deadline = performance.now() + drainLimit;
    while (this.#clients.size > 0 && performance.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 20));
  }

  #refusal(request: IncomingMessage): ErrorCode | undefined {
    const { clients, maxSockets } = this.#options;
    if (!Sockets.wanted(request)) return 'notFound';
    if (!this.#sameOrigin(request)) return 'request.foreignOrigin';
    if (this.#closing || this.#clients.size >= maxSockets) return 'server.unavailable';
    // A whole hall may share one address; but one address never takes all there is.
    if ((this.#perClient.get(clients.key(request)) ?? 0) >= Math.max(100, maxSockets / 2))
      return 'request.tooMany';
    return undefined;
  }

  /** Browsers name the page's origin; programs send none (fault 41). */
  #sameOrigin(request: IncomingMessage): boolean {
    const { origin } = request.headers;
    const { clients, origins } = this.#options;
    if (origin === undefined || origins.includes(origin)) return true;
    return URL.canParse(origin) && new URL(origin).host === clients.origin(request).host;
  }

  #check(): void {
    const now = performance.now();
    for (const client of this.#clients) client.check(now);
  }
}

function refuse(socket: Socket, code: ErrorCode): void {
  const error = new CodedError(code);
  const body = JSON.stringify(error.body());
  socket.on('error', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${error.status} ${code}\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
  setTimeout(() => socket.destroy(), 1000).unref();
}
