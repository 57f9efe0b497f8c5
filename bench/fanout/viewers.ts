/** Thousands of viewers in one process, as cheap as can be: sockets whose bytes are searched for a batch's stream and time. */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { quantile } from '../report.ts';
import type { ViewerOrder, ViewerWord, Way } from './orders.ts';

const say = (word: ViewerWord) => process.send?.(word);
let sockets: Socket[] = [];
let batches = 0;
let events = 0;
let late: number[] = [];

const clock = () => performance.timeOrigin + performance.now();

/** One batch's text. */
function took(text: string, stream: 'stage' | 'hall'): void {
  let at = text.indexOf('"at":');
  if (at < 0) return;
  batches += 1;
  if (stream === 'hall') return;
  const now = clock();
  for (; at >= 0; at = text.indexOf('"at":', at + 5)) {
    events += 1;
    late.push(now - Number.parseInt(text.slice(at + 5, at + 20), 10));
  }
}

/** RFC 6455 section 5.2: frames of a server carry no mask. */
class SocketViewer {
  #held = Buffer.alloc(0);
  #open = false;
  readonly #ready: () => void;

  constructor(socket: Socket, way: Way, ready: () => void) {
    this.#ready = ready;
    const path = way === 'socket.io' ? '/socket.io/?EIO=4&transport=websocket' : '/api/v1/socket';
    socket.write(
      `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
    );
    socket.on('data', (chunk) => {
      if (this.#held.length > 0) this.#held = Buffer.concat([this.#held, chunk]);
      else this.#held = chunk;
      if (!this.#open && this.#held.includes('\r\n\r\n')) {
        this.#open = true;
        this.#held = this.#held.subarray(this.#held.indexOf('\r\n\r\n') + 4);
        if (way === 'socket') socket.write(subscription);
        if (way === 'socket.io') socket.write(intoDefaultNamespace);
        this.#ready();
      }
      if (this.#open) this.#read(socket);
    });
  }

  #read(socket: Socket): void {
    while (this.#held.length >= 2) {
      const short = (this.#held[1] ?? 0) & 127;
      const head = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (this.#held.length < head) return;
      const length =
        short < 126
          ? short
          : short === 126
            ? this.#held.readUInt16BE(2)
            : Number(this.#held.readBigUInt64BE(2));
      if (this.#held.length < head + length) return;
      const opcode = (this.#held[0] ?? 0) & 15;
      if (opcode === 1) {
        const text = this.#held.toString('latin1', head, head + length);
        // Engine.IO's own ping is a message.
        if (text === '2') socket.write(masked('3'));
        else took(text, text.includes('"stream":"hall"') ? 'hall' : 'stage');
      } else if (opcode === 9) socket.write(Buffer.from([0x8a, 0x80, 0, 0, 0, 0]));
      this.#held = this.#held.subarray(head + length);
    }
  }
}
/** Socket.IO protocol 5, packet CONNECT in an Engine.IO message. */
const intoDefaultNamespace = masked('40');
const subscription = masked(
  JSON.stringify({
    type: 'subscribe',
    venue: 'v',
    streams: [
      { stream: 'stage', rev: 1, n: 0 },
      { stream: 'hall', rev: 1, n: 0 },
    ],
  }),
);
function masked(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = bytes.length < 126 ? [bytes.length] : [126, bytes.length >> 8, bytes.length & 255];
  const head = Buffer.from([0x81, 0x80 | (length[0] ?? 0), ...length.slice(1), 0, 0, 0, 0]);
  return Buffer.concat([head, bytes]);
}

/** Asks for the next batch of stage as soon as it has one. */
function followFiles(socket: Socket, ready: () => void): void {
  let n = 0;
  let held = '';
  const ask = () =>
    socket.write(`GET /media/public/v/events/stage/1/${n}.json HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`);
  ask();
  ready();
  socket.on('data', (chunk) => {
    held += chunk.toString('latin1');
    for (;;) {
      const end = held.indexOf('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(held)?.[1] ?? Number.NaN);
      if (end < 0 || held.length < end + 4 + length) return;
      took(held.slice(end + 4, end + 4 + length), 'stage');
      held = held.slice(end + 4 + length);
      n += 1;
      ask();
    }
  });
}

async function join(way: Way, port: number, viewers: number): Promise<void> {
  const one = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      sockets.push(socket);
      socket.once('error', reject);
      socket.once('connect', () => {
        if (way === 'files') followFiles(socket, resolve);
        else new SocketViewer(socket, way, resolve);
      });
    });
  for (let joined = 0; joined < viewers; joined += 100)
    await Promise.all(Array.from({ length: Math.min(100, viewers - joined) }, one));
}

async function report(expected: number): Promise<void> {
  for (let before = -1; events < expected && events > before; ) {
    before = events;
    for (let looks = 0; looks < 30 && events < expected; looks++) await wait(100);
  }
  say({ did: 'report', batches, events, p50: quantile(late, 0.5), p99: quantile(late, 0.99) });
  [batches, events, late] = [0, 0, []];
}

process.on('message', (order: ViewerOrder) => {
  if (order.do === 'connect')
    void join(order.way, order.port, order.viewers).then(() => say({ did: 'connect' }));
  else if (order.do === 'report') void report(order.expected);
  else {
    for (const socket of sockets) socket.on('error', () => undefined).resetAndDestroy();
    sockets = [];
    say({ did: 'close' });
  }
});
process.on('disconnect', () => process.exit());
