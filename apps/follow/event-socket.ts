/**
 * The page's one WebSocket for a venue's streams. It opens when first wanted, comes back spread out after an end, and
 * tells its subscribers only what they must know: a batch, that their place is gone, or that it closed.
 */
import type { EventStream } from '#contracts/event-paths.ts';
import type { Batch } from '#contracts/events.ts';
import { openPass } from '#contracts/media-urls.ts';
import type { ClientMessage, ServerMessage } from '#contracts/socket.ts';
import { backoff } from './backoff.ts';

/** `closed`: nothing more comes. `elsewhere`: start again from now.json. */
export type SocketMessage = Batch | 'closed' | 'elsewhere';
type Subscriber = (message: SocketMessage) => void;

/** The part of WebSocket used, for tests. */
export type SocketLike = Pick<WebSocket, 'send' | 'close'> & {
  readonly readyState: number;
  onopen: ((event: Event) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
};

export type EventSocketOptions = {
  readonly url: string;
  readonly venue: string;
  readonly pass?: string;
  readonly connect?: (url: string) => SocketLike;
  readonly random?: () => number;
};

/** Ms a connection may take to open. */
const openWithin = 8000;
/** The server's hint at a planned stop (contracts/socket.ts), read here without its schemas. */
const hint = /^again in (\d{1,6}) ms$/;

export const socketUrl = (origin: Pick<Location, 'protocol' | 'host'>): string =>
  `${origin.protocol === 'https:' ? 'wss' : 'ws'}://${origin.host}/api/v1/socket`;

export class EventSocket {
  private readonly options: EventSocketOptions;
  private readonly subscribers = new Map<EventStream, Subscriber>();
  private readonly waiting = new Set<() => void>();
  private socket: SocketLike | undefined;
  private failures = 0;
  /** Epoch ms before which no new attempt is made. */
  private notBefore = 0;
  private openTimer: ReturnType<typeof setTimeout> | undefined;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private closed = false;

  constructor(options: EventSocketOptions) {
    this.options = options;
  }

  /** True when open; waits at most so many ms for one that is opening. */
  async ready(patience: number, signal: AbortSignal): Promise<boolean> {
    this.open();
    if (this.socket?.readyState === 1) return true;
    if (!this.socket) return false;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, patience);
      signal.addEventListener('abort', done);
      this.waiting.add(done);
    });
    return this.isOpen();
  }

  subscribe(stream: EventStream, from: { rev: number; n: number }, subscriber: Subscriber): () => void {
    this.subscribers.set(stream, subscriber);
    const { venue, pass = openPass } = this.options;
    if (this.isOpen()) this.send({ type: 'subscribe', venue, pass, streams: [{ stream, ...from }] });
    else subscriber('closed');
    return () => {
      if (this.subscribers.get(stream) === subscriber) this.subscribers.delete(stream);
    };
  }

  /** Nothing came for longer than the server ever waits: the line is dead, whatever it says. */
  suspect(): void {
    this.drop(0);
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.retryTimer);
    this.drop(0);
  }

  private isOpen(): boolean {
    return this.socket?.readyState === 1;
  }

  private open(): void {
    if (this.closed || this.socket || Date.now() < this.notBefore) return;
    const connect = this.options.connect ?? ((url: string): SocketLike => new WebSocket(url));
    let socket: SocketLike;
    try {
      socket = connect(this.options.url);
    } catch {
      this.later(); // A browser that refuses sockets here: held files carry it.
      return;
    }
    this.socket = socket;
    this.openTimer = setTimeout(() => this.drop(), openWithin);
    socket.onopen = () => {
      clearTimeout(this.openTimer);
      this.wake();
    };
    socket.onmessage = (event) => this.onMessage(event.data);
    socket.onclose = (event) => {
      const told = hint.exec(event.reason ?? '')?.[1];
      if (this.socket === socket) this.drop(told === undefined ? undefined : Number(told));
    };
  }

  private onMessage(data: unknown): void {
    const message = read(data);
    if (!message) return;
    this.failures = 0;
    if (message.type === 'batch') this.subscribers.get(message.stream)?.(message.batch);
    else if (message.type === 'gone') this.subscribers.get(message.stream)?.('elsewhere');
    else this.drop(); // Refused: held files may still answer, and the socket is tried again later.
  }

  /** Ends the connection; the next is made not before `wait` ms. */
  private drop(wait?: number): void {
    const { socket } = this;
    if (!socket) return;
    clearTimeout(this.openTimer);
    this.socket = undefined;
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
    this.later(wait);
    this.wake();
    const ended = [...this.subscribers.values()];
    this.subscribers.clear();
    for (const subscriber of ended) subscriber('closed');
  }

  private later(wait = backoff(this.failures++, (this.options.random ?? Math.random)(), 20_000)): void {
    this.notBefore = Date.now() + wait;
    clearTimeout(this.retryTimer);
    if (!this.closed) this.retryTimer = setTimeout(() => this.open(), wait);
  }

  private wake(): void {
    for (const done of [...this.waiting]) done();
  }
  private send(message: ClientMessage): void {
    this.socket?.send(JSON.stringify(message));
  }
}

function read(data: unknown): ServerMessage | undefined {
  if (typeof data !== 'string') return undefined;
  try {
    return JSON.parse(data) as ServerMessage;
  } catch {
    return undefined;
  }
}
