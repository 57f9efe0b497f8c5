import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { type DelayProxy, startDelayProxy } from './delay-proxy.ts';

const closers: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function proxied(delayMs: number, handle: Parameters<typeof createServer>[1]): Promise<DelayProxy> {
  const server = createServer(handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(
    () => server.close(),
    () => server.closeAllConnections(),
  );
  const proxy = await startDelayProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, delayMs);
  closers.push(() => proxy.close());
  return proxy;
}

it('passes requests and answers through, each answer later by the delay', async () => {
  const proxy = await proxied(60, (request, response) => {
    response.writeHead(207, { 'x-path': request.url ?? '' });
    request.pipe(response);
  });
  const before = performance.now();
  const answer = await fetch(`${proxy.origin}/a?b=1`, { method: 'POST', body: 'hello' });
  // Timers may fire a millisecond early.
  expect(performance.now() - before).toBeGreaterThanOrEqual(58);
  expect([answer.status, answer.headers.get('x-path'), await answer.text()]).toEqual([
    207,
    '/a?b=1',
    'hello',
  ]);
});

it('lets go of a held request when the viewer goes away, and answers 502 without a server', async () => {
  let released: () => void = () => {};
  const letGo = new Promise<void>((resolve) => {
    released = resolve;
  });
  let arrived: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const proxy = await proxied(0, (_, response) => {
    response.on('close', () => released());
    arrived();
  });
  const leaving = new AbortController();
  const asked = fetch(proxy.origin, { signal: leaving.signal });
  await held;
  leaving.abort();
  await expect(asked).rejects.toThrow();
  await letGo;

  const gone = createServer().listen(0, '127.0.0.1');
  await once(gone, 'listening');
  const { port } = gone.address() as AddressInfo;
  gone.close();
  await once(gone, 'close');
  const empty = await startDelayProxy(`http://127.0.0.1:${port}`, 0);
  closers.push(() => empty.close());
  expect((await fetch(empty.origin)).status).toBe(502);
});
