import { describe, expect, it } from 'vitest';
import type { Batch, StageEvent } from '#contracts/events.ts';
import { emptyStage, type StageState } from '#contracts/stage-state.ts';
import type { EventSocket, SocketMessage } from './event-socket.ts';
import { type FollowIo, type FollowStatus, follow } from './follow.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** mulberry32 */
function seeded(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let x = Math.imul(a ^ (a >>> 15), 1 | a);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
  };
}

const event = (i: number): StageEvent => ({ i, at: i, t: i, type: 'black', on: true, by: 'x' });
/** A snapshot's state stands for the events it came of. */
const stateOf = (events: readonly number[]): StageState => ({ ...emptyStage, ink: [...events] as never });

/** A venue's stage stream in memory: held requests, a socket, outages and redactions on command. */
class FakeServer {
  rev = 1;
  /** Events of each batch of the present revision. */
  batches: number[][] = [];
  first = 0;
  snapshotAt = 0;
  offline = false;
  socketUp = false;
  requests = 0;
  private count = 0;
  private held: { n: number; rev: number; resolve(r: Response): void; reject(e: Error): void }[] = [];
  private pushed: ((message: SocketMessage) => void) | undefined;
  private pushedNext = 0;

  get all(): number[] {
    return this.batches.flat();
  }

  append(events: number): void {
    this.batches.push(Array.from({ length: events }, () => ++this.count));
    this.flush();
  }
  /** Takes an event out: everything is under a new revision, the old one is gone. */
  redact(): void {
    this.rev++;
    this.batches = this.batches.map((batch, k) => (k === this.batches.length - 1 ? batch.slice(1) : batch));
    this.snapshotAt = this.batches.length;
    for (const one of this.held.splice(0)) one.resolve(new Response('', { status: 404 }));
    this.pushed?.('elsewhere');
    this.pushed = undefined;
  }
  cut(): void {
    this.offline = true;
    for (const one of this.held.splice(0)) one.reject(new Error('network'));
    this.closeSocket();
  }
  closeSocket(): void {
    const { pushed } = this;
    this.pushed = undefined;
    this.socketUp = false;
    pushed?.('closed');
  }

  readonly io: FollowIo = {
    random: () => 0.5,
    wait: () => turn(),
    fetch: (url, signal) => {
      this.requests++;
      if (this.offline) return Promise.reject(new Error('network'));
      const [, name, revText] = /\/(now\.json|(?:events\/stage\/(\d+)\/(.*)\.json))$/.exec(url) ?? [];
      if (name === 'now.json') return this.json({ events: { stage: this.position() } });
      const rest = /\/([\w-]+)\.json$/.exec(url)?.[1] ?? '';
      if (Number(revText) !== this.rev) return Promise.resolve(new Response('', { status: 404 }));
      const snapshot = /^snapshot-(\d+)$/.exec(rest)?.[1];
      if (snapshot) {
        const n = Number(snapshot);
        return this.json({ rev: this.rev, n, state: stateOf(this.batches.slice(0, n).flat()) });
      }
      const n = Number(rest);
      if (n < this.batches.length) return this.json(this.batch(n));
      return new Promise((resolve, reject) => {
        this.held.push({ n, rev: this.rev, resolve, reject });
        signal.addEventListener('abort', () => reject(new Error('aborted')));
      });
    },
  };
  readonly socket = {
    ready: async () => this.socketUp && !this.offline,
    suspect: () => this.closeSocket(),
    subscribe: (_: string, from: { rev: number; n: number }, subscriber: (m: SocketMessage) => void) => {
      if (from.rev !== this.rev || from.n > this.batches.length) subscriber('elsewhere');
      else {
        this.pushed = subscriber;
        this.pushedNext = from.n;
        this.flush();
      }
      return () => {
        if (this.pushed === subscriber) this.pushed = undefined;
      };
    },
  } as unknown as EventSocket;

  position() {
    return { rev: this.rev, next: this.batches.length, snapshot: this.snapshotAt };
  }
  private flush(): void {
    for (const one of this.held.filter((held) => held.n < this.batches.length)) {
      this.held = this.held.filter((other) => other !== one);
      one.resolve(new Response(JSON.stringify(this.batch(one.n))));
    }
    while (this.pushed && this.pushedNext < this.batches.length) this.pushed(this.batch(this.pushedNext++));
  }
  private batch(n: number): Batch {
    return { rev: this.rev, n, events: (this.batches[n] ?? []).map(event), watching: 1 };
  }
  private json(body: unknown): Promise<Response> {
    return Promise.resolve(new Response(JSON.stringify(body)));
  }
}

function client(server: FakeServer) {
  const seen: { events: number[]; rev: number; statuses: FollowStatus[]; snapshots: number } = {
    events: [],
    rev: 0,
    statuses: [],
    snapshots: 0,
  };
  const { close } = follow({
    base: 'http://venue',
    stream: 'stage',
    socket: server.socket,
    io: server.io,
    onSnapshot: ({ rev, state }) => {
      seen.rev = rev;
      seen.snapshots++;
      seen.events = [...(state.ink as unknown as number[])];
    },
    onBatch: ({ events }) => seen.events.push(...events.map(({ i }) => i)),
    onStatus: (status) => seen.statuses.push(status),
  });
  return { seen, close };
}

async function settles(condition: () => boolean): Promise<void> {
  for (let k = 0; k < 2000 && !condition(); k++) await turn();
  expect(condition()).toBe(true);
}

describe('following a stream', () => {
  it('fault 101: whatever outages, carriers and redactions there are, nothing is missed and nothing comes twice', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = seeded(seed);
      const server = new FakeServer();
      const { seen, close } = client(server);
      for (let step = 0; step < 60; step++) {
        const what = random();
        if (what < 0.5) server.append(Math.floor(random() * 4));
        else if (what < 0.6) server.cut();
        else if (what < 0.75) server.offline = false;
        else if (what < 0.85) server.socketUp = true;
        else if (what < 0.9) server.closeSocket();
        else if (what < 0.95) server.snapshotAt = server.batches.length;
        else if (server.batches.length > 0) server.redact();
        for (let k = Math.floor(random() * 6); k > 0; k--) await turn();
        if (seen.rev === server.rev)
          expect(server.all.slice(0, seen.events.length), `seed ${seed}`).toEqual(seen.events);
      }
      server.offline = false;
      server.append(1);
      await settles(() => seen.rev === server.rev && seen.events.length === server.all.length);
      expect(seen.events, `seed ${seed}`).toEqual(server.all);
      close();
    }
  });

  it('reads on from the batch it had after an outage, without a snapshot', async () => {
    const server = new FakeServer();
    const { seen, close } = client(server);
    server.append(2);
    await settles(() => seen.events.length === 2);
    server.cut();
    server.append(3);
    server.append(1);
    await settles(() => seen.statuses.at(-1) === 'lost');
    server.offline = false;
    await settles(() => seen.events.length === 6);
    expect(seen.snapshots).toBe(1);
    close();
  });

  it('starts again from the new revision after a redaction', async () => {
    const server = new FakeServer();
    server.socketUp = true;
    const { seen, close } = client(server);
    server.append(3);
    await settles(() => seen.events.length === 3);
    server.redact();
    await settles(() => seen.rev === 2);
    expect(seen.events).toEqual([2, 3]);
    server.append(1);
    await settles(() => seen.events.length === 3);
    close();
  });

  it('goes over from files to the socket, and asks for no file while the socket pushes', async () => {
    const server = new FakeServer();
    server.append(1);
    server.append(1);
    server.socketUp = true;
    const { seen, close } = client(server);
    await settles(() => seen.events.length === 2);
    for (let k = 0; k < 10; k++) await turn();
    const { requests } = server;
    server.append(2);
    await settles(() => seen.events.length === 4);
    expect(server.requests).toBe(requests);
    close();
  });

  it('stops asking when closed', async () => {
    const server = new FakeServer();
    const { close } = client(server);
    await turn();
    close();
    for (let k = 0; k < 5; k++) await turn();
    const { requests } = server;
    server.append(1);
    for (let k = 0; k < 20; k++) await turn();
    expect(server.requests).toBe(requests);
  });
});
