/** One WebSocket client: reads its messages within limits, and writes batches to it as long as it reads (contracts/socket.ts). */
import type { Socket } from 'node:net';
import type { RawData, WebSocket } from 'ws';
import { type ErrorCode, errors } from '#contracts/errors.ts';
import type { EventStream } from '#contracts/events.ts';
import {
  type ClientMessage,
  clientMessageSchema,
  type ServerMessage,
  socketClose,
} from '#contracts/socket.ts';
import type { EventsPort, SealedBytes } from '../live-port.ts';
import type { BatchFrames } from './socket-frame.ts';

export type SocketPort = {
  /** The data stream of a venue this pass may read; undefined otherwise. */
  readonly events: (venue: string, pass: string) => Pick<EventsPort, 'subscribe'> | undefined;
  /** This client watches the venue. */
  readonly seen: (venue: string) => void;
  readonly frames: BatchFrames;
  /** Bytes waiting for a reader before it is cut off (fault 49). */
  readonly maxWaiting: number;
};

/** Messages at once and a second (fault 44). */
const burst = 40;
const perSecond = 10;
/** Refused messages before the socket is closed. */
const patience = 200;
/** Bytes a second beyond which nobody is a viewer (fault 39). */
const bytesPerSecond = 512 * 1024;
/** Streams of one socket. */
const mostSubscriptions = 16;
/** While catching up the reader must have taken all but this much. */
const catchUpBytes = 128 * 1024;
/** Ms to say something. */
const firstWords = 20_000;
/** Ms between pings, and a client that has not answered one by the next is gone. */
const pingEvery = 30_000;
/** Ms between two words that it watches. */
const seenEvery = 4000;
/** Ms a closing handshake may take. */
const goodbye = 1000;

type Subscription = { readonly venue: string; readonly pass: string; readonly end: () => void };
type Outcome = 'closed' | 'slow' | 'rude';

export class SocketClient {
  readonly #ws: WebSocket;
  readonly #socket: Socket;
  readonly #port: SocketPort;
  readonly #subscriptions = new Map<string, Subscription>();
  #tokens = burst;
  #refilledAt = performance.now();
  #refused = 0;
  #toldAt = Number.NEGATIVE_INFINITY;
  #bytesRead = 0;
  #alive = true;
  #spoke = false;
  #pingAt: number;
  #seenAt = 0;
  #farewell: NodeJS.Timeout | undefined;
  readonly #openedAt = performance.now();
  #checkedAt = this.#openedAt;

  /** `onClosed` is called once. */
  constructor(ws: WebSocket, socket: Socket, port: SocketPort, onClosed: (how: Outcome) => void) {
    this.#ws = ws;
    this.#socket = socket;
    this.#port = port;
    // Spread from the first one on.
    this.#pingAt = performance.now() + pingEvery * (0.5 + Math.random() / 2);
    let how: Outcome = 'closed';
    ws.on('message', (data, binary) => this.#message(data, binary));
    ws.on('pong', () => {
      this.#alive = true;
    });
    ws.on('ping', () => {
      if (!this.#take()) this.#refuse();
    });
    // What is wrong with a frame ws answers itself: 1009, 1002, 1007, 1008.
    ws.on('error', () => this.#leave());
    ws.once('close', () => {
      clearTimeout(this.#farewell);
      for (const { end } of this.#subscriptions.values()) end();
      this.#subscriptions.clear();
      onClosed(how);
    });
    this.#ended = (reason) => {
      how = reason;
    };
  }

  readonly #ended: (how: Outcome) => void;

  get subscriptions(): number {
    return this.#subscriptions.size;
  }

  close(code: number, reason: string): void {
    this.#ws.close(code, reason);
    this.#leave();
  }

  /** About once a second; with thousands of viewers that is often, so it looks every few seconds. */
  check(now: number): void {
    if (now < this.#seenAt) return;
    // At least a second: the bytes of the opening handshake came before there was a clock.
    const elapsed = Math.max(1000, now - this.#checkedAt);
    this.#checkedAt = now;
    this.#seenAt = now + seenEvery;
    const read = this.#socket.bytesRead;
    const rude = read - this.#bytesRead > (bytesPerSecond * elapsed) / 1000;
    this.#bytesRead = read;
    if (rude) this.#rude('too much is sent');
    for (const { venue } of this.#subscriptions.values()) this.#port.seen(venue);
    this.checkPasses();
    if (!rude && !this.#spoke && now - this.#openedAt > firstWords) this.#rude('nothing was asked for');
    if (now < this.#pingAt) return;
    this.#pingAt = now + pingEvery;
    if (!this.#alive) this.#ws.terminate();
    else {
      this.#alive = false;
      this.#ws.ping();
    }
  }

  /** A pass that is good no more ends the socket (fault 77): its page asks for another. */
  checkPasses(): void {
    for (const { venue, pass } of this.#subscriptions.values()) {
      if (this.#port.events(venue, pass)) continue;
      this.#error('venue.notFound', undefined, venue);
      for (const key of [...this.#subscriptions.keys()]) this.#unsubscribe(key);
      this.close(socketClose.withdrawn, 'pass withdrawn');
      return;
    }
  }

  #message(data: RawData, binary: boolean): void {
    this.#alive = true;
    if (!this.#take()) {
      this.#refuse();
      return;
    }
    const message = binary ? 'a message must be text' : read(data);
    if (typeof message === 'string') this.#error('request.invalid', message);
    else this.#do(message);
  }

  #do(message: Parsed): void {
    this.#spoke = true;
    const { venue } = message;
    if (message.type === 'unsubscribe') {
      for (const [key, one] of this.#subscriptions) if (one.venue === venue) this.#unsubscribe(key);
      return;
    }
    const events = this.#port.events(venue, message.pass);
    if (!events) {
      // The same for a venue there is not and one this pass does not open (fault 46).
      this.#error('venue.notFound', undefined, venue);
      return;
    }
    for (const { stream, rev, n } of message.streams) {
      const key = `${venue} ${stream}`;
      this.#unsubscribe(key);
      if (this.#subscriptions.size >= mostSubscriptions) {
        this.#error('request.tooMany', `at most ${mostSubscriptions} streams`, venue);
        return;
      }
      const end = events.subscribe(
        stream,
        { rev, n },
        {
          batch: (batch) => this.#batch(venue, stream, batch),
          gone: () => {
            this.#subscriptions.delete(key);
            this.#send({ type: 'gone', venue, stream });
          },
        },
      );
      this.#subscriptions.set(key, { venue, pass: message.pass, end });
    }
  }

  #unsubscribe(key: string): void {
    this.#subscriptions.get(key)?.end();
    this.#subscriptions.delete(key);
  }

  /** The hot path: one write of bytes that everyone shares. ws writes whole frames too, so they never mix. */
  #batch(venue: string, stream: EventStream, batch: SealedBytes): Promise<void> | undefined {
    const socket = this.#socket;
    if (this.#ws.readyState !== this.#ws.OPEN) return undefined;
    if (socket.writableLength > this.#port.maxWaiting) {
      this.#ended('slow');
      this.close(socketClose.slow, 'read too slowly');
      return undefined;
    }
    socket.write(this.#port.frames.of(venue, stream, batch));
    return socket.writableLength > catchUpBytes ? drained(socket) : undefined;
  }

  #send(message: ServerMessage): void {
    if (this.#ws.readyState === this.#ws.OPEN) this.#ws.send(JSON.stringify(message));
  }

  #error(code: ErrorCode, detail?: string, venue?: string): void {
    const known = detail === undefined ? errors[code].en : detail.slice(0, 200);
    this.#send({ type: 'error', code, detail: known, ...(venue === undefined ? {} : { venue }) });
  }

  #take(): boolean {
    const now = performance.now();
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#refilledAt) / 1000) * perSecond);
    this.#refilledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Told once a second: an answer to each would only help a flood. */
  #refuse(): void {
    this.#refused += 1;
    if (this.#refused > patience) this.#rude('too many messages');
    else if (performance.now() - this.#toldAt > 1000) {
      this.#toldAt = performance.now();
      this.#error('request.tooMany');
    }
  }

  #rude(reason: string): void {
    this.#ended('rude');
    this.close(socketClose.policy, reason);
  }

  /** A closing handshake nobody answers, or a close frame behind bytes nobody reads, is not waited for. */
  #leave(): void {
    this.#farewell ??= setTimeout(() => this.#ws.terminate(), goodbye);
  }
}

type Parsed = Extract<ReturnType<typeof clientMessageSchema.safeParse>, { success: true }>['data'];

function read(data: RawData): Parsed | string {
  let value: unknown;
  try {
    value = JSON.parse(data.toString()) as ClientMessage;
  } catch {
    return 'a message must be JSON';
  }
  const parsed = clientMessageSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return `${issue?.path.join('.') || 'message'}: ${issue?.message ?? 'not valid'}`;
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      socket.off('drain', done);
      socket.off('close', done);
      resolve();
    };
    socket.on('drain', done);
    socket.on('close', done);
  });
}
