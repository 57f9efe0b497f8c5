/** A bad network between an encoder and the server: a TCP proxy that delays, stalls and cuts, the same way for the same seed. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { Random } from '#tests/fuzz/random.ts';

export type LineFaults = {
  readonly seed: number;
  /** Share of packets lost, 0 to 1. */
  readonly loss: number;
  /** Ms; each packet comes late by up to this. */
  readonly jitter: number;
};

/** Bytes TCP puts into one packet. */
const packet = 1448;
/** Ms until a lost packet comes again: a round trip and a duplicate acknowledgement, or the retransmission timer. */
const fastRetransmit = 150;
const timeout = 400;
/** The share of losses that only the timer notices. */
const tailLoss = 0.2;

export class LossyLine {
  readonly #server: Server;
  readonly #faults: LineFaults;
  readonly #random: Random;
  readonly #sockets = new Set<Socket>();
  readonly #timers = new Set<NodeJS.Timeout>();
  /** Packets that were lost so far. */
  lost = 0;
  /** Ms the latest packet was held back at most. */
  worst = 0;

  /** Resolves with the line when it listens. `target`: the server's port on loopback. */
  static async open(target: number, faults: LineFaults): Promise<LossyLine> {
    const line = new LossyLine(target, faults);
    await new Promise<void>((resolve, reject) => {
      line.#server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    return line;
  }

  private constructor(target: number, faults: LineFaults) {
    this.#faults = faults;
    this.#random = new Random(faults.seed);
    this.#server = createServer((near) => this.#carry(near, connect(target, '127.0.0.1')));
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    for (const timer of this.#timers) clearTimeout(timer);
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #carry(near: Socket, far: Socket): void {
    let free = 0;
    for (const socket of [near, far]) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        this.#sockets.delete(socket);
        (socket === near ? far : near).destroy();
      });
    }
    far.on('data', (bytes) => near.write(bytes));
    const queue: { readonly due: number; readonly bytes: Buffer }[] = [];
    let timer: NodeJS.Timeout | undefined;
    // One timer for the queue: two that are due at the same millisecond would fire in any order.
    const release = () => {
      if (timer) this.#timers.delete(timer);
      timer = undefined;
      const now = performance.now();
      while (queue[0] && queue[0].due <= now) far.write(queue.shift()?.bytes ?? '');
      if (!queue[0] || far.destroyed) return;
      timer = setTimeout(release, queue[0].due - now);
      this.#timers.add(timer);
    };
    near.on('data', (bytes) => {
      for (let at = 0; at < bytes.length; at += packet) {
        // In order, as TCP hands it over: what comes behind a lost packet waits for it.
        const now = performance.now();
        free = Math.max(free, now + this.#delay());
        this.worst = Math.max(this.worst, free - now);
        queue.push({ due: free, bytes: bytes.subarray(at, at + packet) });
      }
      if (!timer) release();
    });
  }

  #delay(): number {
    const { loss, jitter } = this.#faults;
    const late = this.#random.next() * jitter;
    if (this.#random.next() >= loss) return late;
    this.lost += 1;
    return late + (this.#random.next() < tailLoss ? timeout : fastRetransmit);
  }
}
