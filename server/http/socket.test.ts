import { randomBytes } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import pino from 'pino';
import { Registry } from 'prom-client';
import { generate } from 'selfsigned';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import WebSocket from 'ws';
import type { Batch, StageBody, StageEvent } from '#contracts/events.ts';
import { type ClientMessage, reconnectHint, type ServerMessage } from '#contracts/socket.ts';
import { MemoryStore } from '#timeline/memory-store.ts';
import { VenueEvents } from '../live/venue-events.ts';
import type { BatchListener, EventsPort, SealedBytes } from '../live-port.ts';
import { createClients } from './client.ts';
import { closeListener, createPlain, createSecure, listen, track } from './listeners.ts';
import { type SocketOptions, Sockets } from './socket.ts';

const log = pino({ level: 'silent' });
const black = (on: boolean): StageBody => ({ type: 'black', on, by: 'desk' });
const big = (bytes: number): StageBody => ({
  type: 'text',
  stroke: randomBytes(8).toString('hex'),
  image: 'picture-of-a-page-1',
  x: 0,
  y: 0,
  text: '字'.repeat(Math.min(300, Math.ceil(bytes / 3))),
  colour: '#000000',
  size: 0.02,
});

let server: Server;
let sockets: Sockets;
let port: number;
let events: VenueEvents;
let other: VenueEvents;
let opened: Viewer[];
let seen: Set<string>;

async function venue(): Promise<VenueEvents> {
  const store = new MemoryStore();
  const lease = await store.acquire('v', 'test');
  return VenueEvents.open({ store, lease, now: Date.now, watching: () => 1, log });
}

async function start(over: Partial<SocketOptions> = {}): Promise<void> {
  sockets = new Sockets({
    events: (id, pass) =>
      pass === 'public' ? (id === 'hall1' ? events : id === 'hall2' ? other : undefined) : undefined,
    seen: (id) => void seen.add(id),
    clients: createClients([]),
    origins: ['https://embedding.example.org'],
    maxSockets: 300,
    metrics: new Registry(),
    log,
    ...over,
  });
  server = track(
    createPlain((_request, response) => {
      response.statusCode = 418;
      response.end();
    }, 1000),
  );
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
    sockets.upgrade(request, socket, head),
  );
  port = await listen(server, '127.0.0.1', 0);
}

beforeEach(async () => {
  opened = [];
  seen = new Set();
  [events, other] = [await venue(), await venue()];
});
afterEach(async () => {
  for (const viewer of opened) viewer.ws.terminate();
  await sockets.close();
  await closeListener(server, 100);
  await Promise.all([events.close(), other.close()]);
});

type Viewer = {
  readonly ws: WebSocket;
  readonly got: ServerMessage[];
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly batches: (stream?: 'stage' | 'hall') => Batch[];
  say(message: ClientMessage | string): void;
};

async function view(options: WebSocket.ClientOptions = {}): Promise<Viewer> {
  const ws = new WebSocket(`ws://127.0.0.1:${port}/api/v1/socket`, options);
  const got: ServerMessage[] = [];
  ws.on('message', (data) => void got.push(JSON.parse(data.toString()) as ServerMessage));
  ws.on('error', () => undefined);
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    ws.on('close', (code, reason) => resolve({ code, reason: reason.toString() })),
  );
  await new Promise<void>((resolve, reject) => {
    ws.once('open', () => resolve());
    ws.once('unexpected-response', (_request, response) => reject(new Error(`${response.statusCode}`)));
    ws.once('error', reject);
  });
  const viewer: Viewer = {
    ws,
    got,
    closed,
    batches: (stream = 'stage') =>
      got.flatMap((one) => (one.type === 'batch' && one.stream === stream ? [one.batch] : [])),
    say: (message) => ws.send(typeof message === 'string' ? message : JSON.stringify(message)),
  };
  opened.push(viewer);
  return viewer;
}
const stage = (n = 0, venueId = 'hall1', rev = 1): ClientMessage => ({
  type: 'subscribe',
  venue: venueId,
  streams: [{ stream: 'stage', rev, n }],
});
const errorsOf = (viewer: Viewer) => viewer.got.filter((one) => one.type === 'error');

/** The bytes of a handshake, then whatever is sent. */
function raw(extra = ''): Promise<{ socket: Socket; head: string; ended: Promise<string> }> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(
        `GET /api/v1/socket HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${randomBytes(16).toString('base64')}\r\n${extra}\r\n`,
      ),
    );
    socket.on('error', () => undefined);
    const ended = new Promise<string>((done) => socket.on('close', () => done(text)));
    socket.on('data', (chunk: Buffer) => {
      const first = text === '';
      text += chunk.toString('latin1');
      if (first) resolve({ socket, head: text, ended });
    });
  });
}
/** A masked client frame (RFC 6455 section 5.2) with a mask of zeros. */
const frame = (first: number, payload: Buffer): Buffer => {
  const length =
    payload.length < 126
      ? Buffer.from([0x80 | payload.length])
      : Buffer.from([0x80 | 126, payload.length >> 8, payload.length & 255]);
  return Buffer.concat([Buffer.from([first]), length, Buffer.alloc(4), payload]);
};

describe('following by socket', () => {
  it('K1: what was, then what comes; the batch is the object of the file', async () => {
    await start();
    await events.append('stage', [{ body: black(true) }]);
    const viewer = await view();
    viewer.say(stage(0));
    await vi.waitFor(() => expect(viewer.batches()).toHaveLength(1));
    await events.append('stage', [{ body: black(false) }]);
    await vi.waitFor(() => expect(viewer.batches()).toHaveLength(2));
    await vi.waitFor(() => expect(seen).toEqual(new Set(['hall1'])), 3000);
    const files = await Promise.all(
      [0, 1].map(async (n) => {
        const sealed = await events.batch('stage', 1, n, new AbortController().signal);
        return JSON.parse(sealed?.body.toString() ?? '') as Batch<StageEvent>;
      }),
    );
    expect(viewer.batches()).toEqual(files);
  });

  it('K1: frames of every length are read by others’ programs (RFC 6455 section 5.2)', async () => {
    await start();
    const viewer = await view();
    viewer.say(stage(0));
    for (const count of [1, 30, 120])
      await events.append(
        'stage',
        Array.from({ length: count }, () => ({ body: big(900) })),
      );
    await vi.waitFor(() => expect(viewer.batches().flatMap((batch) => batch.events)).toHaveLength(151));
  });

  it('fault 101: offline while others go on, then back from the batch it had: exact (K2)', async () => {
    await start();
    const steady = await view();
    steady.say(stage(0));
    let flaky = await view();
    flaky.say(stage(0));
    const had: Batch[] = [];
    for (let k = 0; k < 10; k++) {
      if (k === 3) {
        had.push(...flaky.batches());
        flaky.ws.terminate();
      }
      if (k === 7) {
        flaky = await view();
        flaky.say(stage((had.at(-1)?.n ?? -1) + 1));
      }
      await events.append('stage', [{ body: big(100) }]);
    }
    await vi.waitFor(() => expect(steady.batches()).toHaveLength(10));
    await vi.waitFor(() => expect([...had, ...flaky.batches()]).toEqual(steady.batches()));
  });

  it('K3: a redacted or unknown revision is told to start anew', async () => {
    await start();
    await events.append('stage', [{ body: black(true) }]);
    const viewer = await view();
    viewer.say(stage(1));
    const late = await view();
    late.say(stage(5));
    await vi.waitFor(() => expect(late.got).toEqual([{ type: 'gone', venue: 'hall1', stream: 'stage' }]));
    await events.redact('stage', [0], { id: 'x', name: 'x' });
    await vi.waitFor(() =>
      expect(viewer.got).toContainEqual({ type: 'gone', venue: 'hall1', stream: 'stage' }),
    );
    expect(events.hallState().redacted.stage).toEqual([0]);
  });

  it('K4: subscribing again replaces, unsubscribing ends', async () => {
    await start();
    const viewer = await view();
    viewer.say(stage(0));
    viewer.say(stage(0));
    await events.append('stage', [{ body: black(true) }]);
    await vi.waitFor(() => expect(viewer.batches()).toHaveLength(1));
    viewer.say({ type: 'unsubscribe', venue: 'hall1' });
    viewer.say('null');
    await vi.waitFor(() => expect(errorsOf(viewer)).toHaveLength(1));
    await events.append('stage', [{ body: black(false) }]);
    expect(viewer.batches()).toHaveLength(1);
  });

  it('K5: over TLS beside HTTP/2', async () => {
    await start();
    const pems = await generate([{ name: 'commonName', value: 'localhost' }]);
    const secure = track(createSecure((_q, r) => void r.end(), { cert: pems.cert, key: pems.private }, 100));
    secure.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      sockets.upgrade(request, socket, head),
    );
    const securePort = await listen(secure, '127.0.0.1', 0);
    const ws = new WebSocket(`wss://127.0.0.1:${securePort}/api/v1/socket`, { rejectUnauthorized: false });
    await new Promise((resolve, reject) => {
      ws.once('open', resolve);
      ws.once('error', reject);
    });
    const got = new Promise((resolve) => ws.once('message', (data) => resolve(JSON.parse(data.toString()))));
    ws.send(JSON.stringify(stage(0)));
    await events.append('stage', [{ body: black(true) }]);
    expect(await got).toMatchObject({ type: 'batch', batch: { n: 0 } });
    ws.terminate();
    // A browser that speaks HTTP/2 is not disturbed.
    const h2 = connectTls({ port: securePort, ALPNProtocols: ['h2'], rejectUnauthorized: false });
    await new Promise((resolve) => h2.once('secureConnect', resolve));
    expect(h2.alpnProtocol).toBe('h2');
    h2.destroy();
    await closeListener(secure, 100);
  });

  it('another wish to upgrade is answered as a plain request', async () => {
    await start();
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(port, '127.0.0.1', () =>
        socket.write('GET / HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: h2c\r\n\r\n'),
      );
      socket.once('data', (chunk: Buffer) => {
        resolve(chunk.toString());
        socket.destroy();
      });
    });
    expect(answer).toMatch(/^HTTP\/1\.1 418 /);
  });
});

describe('what a socket survives', () => {
  it('fault 37: a frame over 64 KiB is closed with 1009', async () => {
    await start();
    const viewer = await view();
    viewer.say(`"${'x'.repeat(70_000)}"`);
    expect((await viewer.closed).code).toBe(1009);
  });

  it('fault 38: no compression is agreed to, and a frame that says it is compressed is closed', async () => {
    await start();
    const viewer = await view({ perMessageDeflate: true });
    expect(viewer.ws.extensions).toBe('');
    const { socket, head, ended } = await raw('sec-websocket-extensions: permessage-deflate\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 101 /);
    expect(head.toLowerCase()).not.toContain('permessage-deflate');
    // FIN, RSV1, text.
    socket.write(frame(0xc1, Buffer.from([0xaa, 0x56, 0x4a, 0x04, 0x00])));
    await ended;
    await vi.waitFor(() => expect(sockets.size).toBe(1));
  });

  it('fault 39: a message in very many fragments is closed', async () => {
    await start();
    const { socket, ended } = await raw();
    socket.write(frame(0x01, Buffer.from('x')));
    for (let k = 0; k < 1000; k++) socket.write(frame(0x00, Buffer.alloc(k % 2)));
    await ended;
    await vi.waitFor(() => expect(sockets.size).toBe(0));
  });

  it('fault 39: an endless flood of pings is cut', async () => {
    await start();
    const { socket, ended } = await raw();
    const ping = Buffer.concat(Array.from({ length: 100 }, () => frame(0x89, Buffer.from('x'))));
    const flood = setInterval(() => socket.write(ping), 5);
    await ended;
    clearInterval(flood);
    expect(sockets.size).toBe(0);
  });

  it('fault 40: 2,000 headers are refused with 431', async () => {
    await start();
    const many = Array.from({ length: 2000 }, (_, k) => `x-${k}: ${k}\r\n`).join('');
    expect((await raw(many)).head).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('fault 41: a page of another origin is refused with 403, ours and an embedding one are not', async () => {
    await start();
    for (const origin of ['https://evil.example.org', 'null', `http://127.0.0.1:${port + 1}`])
      await expect(view({ origin })).rejects.toThrow('403');
    for (const origin of [`http://127.0.0.1:${port}`, 'https://embedding.example.org', undefined])
      await expect(view(origin === undefined ? {} : { origin })).resolves.toBeDefined();
  });

  it('fault 42: wrong types, null and odd emoji are an error to the sender only', async () => {
    await start();
    const [sender, bystander] = [await view(), await view()];
    bystander.say(stage(0));
    const odd = [
      'null',
      '[]',
      '42',
      '"👩‍👩‍👧‍👦\\ud83d"',
      '{',
      '{"type":"subscribe"}',
      '{"type":"subscribe","venue":null,"streams":null}',
      '{"type":"subscribe","venue":"hall1","streams":[{"stream":"stage","rev":1,"n":-1}]}',
      '{"type":"subscribe","venue":"hall1","streams":[{"stream":"stage","rev":1,"n":1e308}]}',
      '{"type":"subscribe","venue":"hall1","streams":[{"stream":"secrets","rev":1,"n":0}]}',
      '{"type":"subscribe","venue":"hall1","streams":[],"role":"admin"}',
      '{"__proto__":{"type":"unsubscribe"},"venue":"hall1"}',
      `${'['.repeat(30_000)}${']'.repeat(30_000)}`,
    ];
    for (const one of odd) sender.say(one);
    sender.ws.send(Buffer.from([1, 2, 3]));
    await vi.waitFor(() => expect(errorsOf(sender)).toHaveLength(odd.length + 1));
    expect(new Set(errorsOf(sender).map((one) => one.code))).toEqual(new Set(['request.invalid']));
    sender.say(stage(0));
    await events.append('stage', [{ body: black(true) }]);
    await vi.waitFor(() => expect(sender.batches()).toHaveLength(1));
    await vi.waitFor(() => expect(bystander.got).toHaveLength(1));
  });

  it('fault 43: a list of very many is refused', async () => {
    await start();
    const viewer = await view();
    viewer.say(
      JSON.stringify({
        type: 'subscribe',
        venue: 'hall1',
        streams: Array.from({ length: 1500 }, () => ({ stream: 'stage', rev: 1, n: 0 })),
      }),
    );
    await vi.waitFor(() => expect(errorsOf(viewer)).toMatchObject([{ code: 'request.invalid' }]));
    viewer.say(`[${'0,'.repeat(1_000_000)}0]`);
    expect((await viewer.closed).code).toBe(1009);
  });

  it('fault 44: 1,000 messages at once are limited, then the sender is closed; the audience is unharmed', async () => {
    await start();
    const [flooder, audience] = [await view(), await view()];
    audience.say(stage(0));
    for (let k = 0; k < 1000; k++) flooder.say(stage(0));
    expect((await flooder.closed).code).toBe(1008);
    expect(errorsOf(flooder).length).toBeLessThan(5);
    await events.append('stage', [{ body: black(true) }]);
    await vi.waitFor(() => expect(audience.batches()).toHaveLength(1));
  });

  it('fault 46: a venue that is not there, a foreign pass and another venue’s events are not had', async () => {
    await start();
    const viewer = await view();
    viewer.say(stage(0, 'hall9'));
    viewer.say({ ...stage(0), pass: 'forged' } as ClientMessage);
    await vi.waitFor(() => expect(errorsOf(viewer)).toHaveLength(2));
    expect(new Set(errorsOf(viewer).map((one) => one.code))).toEqual(new Set(['venue.notFound']));
    viewer.say(stage(0, 'hall2'));
    await events.append('stage', [{ body: black(true) }]);
    await other.append('stage', [{ body: black(false) }]);
    await vi.waitFor(() => expect(viewer.batches()).toHaveLength(1));
    expect(viewer.batches()[0]?.events).toMatchObject([{ on: false }]);
  });

  it('fault 49: a reader that stops reading is cut at the cap, and comes back by backfill', async () => {
    const stream = stampede();
    await start({ maxWaiting: 256 * 1024, events: () => stream.port });
    const [slow, quick] = [await view(), await view()];
    slow.say(stage(0));
    quick.say(stage(0));
    await vi.waitFor(() => expect(stream.listeners.size).toBe(2));
    stream.push();
    await vi.waitFor(() => expect(slow.batches()).toHaveLength(1));
    slow.ws.pause();
    // The kernel's own buffers take some megabytes first.
    await vi.waitFor(
      () => {
        stream.push();
        expect(stream.listeners.size).toBe(1);
      },
      { timeout: 10_000, interval: 2 },
    );
    await vi.waitFor(() => expect(sockets.size).toBe(1), 3000);
    slow.ws.resume();
    expect((await slow.closed).code).not.toBe(1000);
    const back = await view();
    back.say(stage((slow.batches().at(-1)?.n ?? -1) + 1));
    await vi.waitFor(() => {
      expect(quick.batches()).toHaveLength(stream.pushed());
      expect([...slow.batches(), ...back.batches()].map(({ n }) => n)).toEqual(
        quick.batches().map(({ n }) => n),
      );
    }, 5000);
  }, 20_000);

  it('more sockets than may are refused with 503', async () => {
    await start({ maxSockets: 2 });
    await view();
    await view();
    await expect(view()).rejects.toThrow('503');
  });

  it('fault 100: at a stop everyone is told when to come back, spread', async () => {
    await start();
    const viewers = await Promise.all(Array.from({ length: 40 }, () => view()));
    await sockets.close();
    const ends = await Promise.all(viewers.map((viewer) => viewer.closed));
    expect(new Set(ends.map(({ code }) => code))).toEqual(new Set([1001]));
    const hints = ends.map(({ reason }) => reconnectHint.read(reason) ?? Number.NaN);
    expect(Math.max(...hints)).toBeLessThanOrEqual(10_000);
    expect(new Set(hints).size).toBeGreaterThan(30);
    await expect(view()).rejects.toThrow('503');
  });
});

/** A stream that seals as fast as it is told to, 64 KiB each. */
function stampede() {
  const batches: SealedBytes[] = [];
  const listeners = new Set<BatchListener>();
  const port = {
    subscribe: (_stream: string, { n }: { n: number }, listener: BatchListener) => {
      void (async () => {
        for (let at = n; at < batches.length; at++) await listener.batch(batches[at]!);
        listeners.add(listener);
      })();
      return () => listeners.delete(listener);
    },
  } as unknown as EventsPort;
  const push = () => {
    const n = batches.length;
    const body = Buffer.from(`{"rev":1,"n":${n},"events":[],"watching":0,"x":"${'x'.repeat(64_000)}"}`);
    batches.push({ rev: 1, n, body });
    for (const listener of listeners) void listener.batch({ rev: 1, n, body });
  };
  return { port, push, listeners, pushed: () => batches.length };
}
