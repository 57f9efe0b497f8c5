import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpLine } from './http-line.ts';

let server: Server;
let port: number;
let connections = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    const size = Number(request.url?.slice(1));
    if (Number.isNaN(size)) response.writeHead(404, { 'content-length': 2 }).end('no');
    else if (size < 0) request.socket.destroy();
    else response.writeHead(200, { 'content-length': size }).end(Buffer.alloc(size, 7));
  });
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('one line of the audience', () => {
  it('asks one thing after another on one connection, and counts what it does not keep', async () => {
    const line = new HttpLine('127.0.0.1', port);
    const before = connections;
    expect(await line.get('/300000', false)).toEqual({ status: 200, bytes: 300_000, body: undefined });
    expect((await line.get('/5', true)).body).toEqual(Buffer.alloc(5, 7));
    expect(await line.get('/0', true)).toMatchObject({ status: 200, bytes: 0 });
    expect((await line.get('/x', true)).body?.toString()).toBe('no');
    expect(connections - before).toBe(1);
    line.close();
  });

  it('rejects when the connection ends before the answer, and connects again after that', async () => {
    const line = new HttpLine('127.0.0.1', port);
    await expect(line.get('/-1', true)).rejects.toThrow('the connection ended');
    expect((await line.get('/1', true)).status).toBe(200);
    line.close();
  });
});
