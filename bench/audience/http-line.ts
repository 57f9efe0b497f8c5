/** One keep-alive HTTP/1.1 connection that asks one thing after another: as little work as a load generator can do. */
import { connect, type Socket } from 'node:net';

export type Answer = {
  readonly status: number;
  /** Of the body. */
  readonly bytes: number;
  /** The body; only when it was asked for, otherwise it is counted and thrown away. */
  readonly body: Buffer | undefined;
};

type Asked = {
  readonly keep: boolean;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
};

const headEnd = Buffer.from('\r\n\r\n');
const nothing = Buffer.alloc(0);

export class HttpLine {
  readonly #host: string;
  readonly #port: number;
  #socket: Socket | undefined;
  #asked: Asked | undefined;
  #head: Buffer = nothing;
  #status = 0;
  #length = 0;
  #left = -1;
  #kept: Buffer[] = [];

  constructor(host: string, port: number) {
    this.#host = host;
    this.#port = port;
  }

  /** Rejects when the connection ends before the answer; the next call connects again. */
  get(path: string, keep: boolean): Promise<Answer> {
    const socket = this.#socket ?? this.#open();
    return new Promise((resolve, reject) => {
      this.#asked = { keep, resolve, reject };
      socket.write(`GET ${path} HTTP/1.1\r\nHost: ${this.#host}:${this.#port}\r\n\r\n`);
    });
  }

  close(): void {
    this.#socket?.destroy();
  }

  #open(): Socket {
    const socket = connect({ host: this.#host, port: this.#port, noDelay: true });
    this.#socket = socket;
    this.#head = nothing;
    this.#left = -1;
    socket.on('data', (bytes) => this.#take(bytes));
    socket.on('error', () => undefined);
    socket.once('close', () => {
      if (this.#socket === socket) this.#socket = undefined;
      const asked = this.#asked;
      this.#asked = undefined;
      asked?.reject(new Error('the connection ended'));
    });
    return socket;
  }

  #take(bytes: Buffer): void {
    let body = bytes;
    if (this.#left < 0) {
      const head = this.#head.length === 0 ? bytes : Buffer.concat([this.#head, bytes]);
      const end = head.indexOf(headEnd);
      if (end < 0) {
        this.#head = head;
        return;
      }
      const text = head.toString('latin1', 0, end);
      this.#status = Number(text.slice(9, 12));
      this.#length = Number(/\r\ncontent-length: *(\d+)/i.exec(text)?.[1] ?? 0);
      this.#left = this.#length;
      this.#head = nothing;
      this.#kept = [];
      body = head.subarray(end + 4);
    }
    this.#left -= body.length;
    if (this.#asked?.keep && body.length > 0) this.#kept.push(body);
    if (this.#left > 0) return;
    const asked = this.#asked;
    this.#left = -1;
    this.#asked = undefined;
    asked?.resolve({
      status: this.#status,
      bytes: this.#length,
      body: asked.keep ? Buffer.concat(this.#kept) : undefined,
    });
  }
}
