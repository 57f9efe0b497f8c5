import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ArrivalLimits,
  arrivalLimits,
  closeListener,
  createPlain,
  createSecure,
  type Handler,
  listen,
  track,
} from './listeners.ts';

/** A twentieth of the real ones. */
const short = Object.fromEntries(
  Object.entries(arrivalLimits).map(([name, ms]) => [name, ms / 20]),
) as ArrivalLimits;
const answer: Handler = (_request, response) => void response.end('here');

let plain: ReturnType<typeof createPlain>;
let secure: ReturnType<typeof createSecure>;
let port: number;
let securePort: number;
beforeAll(async () => {
  const pems = await generate([{ name: 'commonName', value: 'localhost' }]);
  plain = track(createPlain(answer, 100, short));
  secure = track(createSecure(answer, { cert: pems.cert, key: pems.private }, 100, short));
  port = await listen(plain, '127.0.0.1', 0);
  securePort = await listen(secure, '127.0.0.1', 0);
});
afterAll(() => Promise.all([closeListener(plain, 0), closeListener(secure, 0)]));

/** All that comes back until the server ends the connection, and after how many ms. */
function untilCut(socket: Socket): Promise<{ text: string; ms: number }> {
  return new Promise((resolve) => {
    const started = performance.now();
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve({ text, ms: performance.now() - started }));
  });
}

/** Sends `head`, then `drop` again and again. */
function dripping(head: string, drop: string): Promise<{ text: string; ms: number }> {
  const socket = connect(port, '127.0.0.1', () => socket.write(head));
  const timer = setInterval(() => socket.write(drop), 50);
  socket.once('close', () => clearInterval(timer));
  return untilCut(socket);
}

describe('clients that take their time', () => {
  it('fault 54: the limits together are under 30 s', () => {
    const { head, request, handshake, firstRequest, check } = arrivalLimits;
    expect(Math.max(head + check, request + check, handshake + firstRequest)).toBeLessThanOrEqual(30_000);
  });

  it('fault 54: a head and a body that never end, and silence, are cut in time, coded, others are served meanwhile', async () => {
    const slow = Promise.all([
      dripping('GET / HTTP/1.1\r\nhost: x\r\n', 'x-a: 1\r\n'),
      dripping('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n', ' '),
      untilCut(connect(port, '127.0.0.1')),
    ]);
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('here');
    const cut = await slow;
    for (const { ms } of cut) expect(ms).toBeGreaterThan(short.head / 2);
    expect(cut[0].text).toMatch(/^HTTP\/1\.1 408 [\s\S]*"request\.invalid"/);
  });

  it('fault 54: TLS without a handshake and HTTP/2 without a request are cut in time', async () => {
    const silent = connectTls(
      { port: securePort, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['h2'] },
      () => silent.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    );
    const [handshake, request] = await Promise.all([
      untilCut(connect(securePort, '127.0.0.1')),
      untilCut(silent),
    ]);
    expect(handshake.ms).toBeGreaterThan(short.handshake / 2);
    expect(request.ms).toBeGreaterThan(short.firstRequest / 2);
  });
});
