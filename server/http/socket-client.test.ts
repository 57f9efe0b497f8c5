import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { SocketClient, type SocketPort } from './socket-client.ts';
import { BatchFrames } from './socket-frame.ts';

class WebSocketDouble extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  readonly closed: [number, string][] = [];
  close(code: number, reason: string): void {
    this.closed.push([code, reason]);
    this.emit('close');
  }
  ping(): void {}
  terminate(): void {}
}

function opened(bytesRead: number) {
  const ws = new WebSocketDouble();
  const socket = { bytesRead };
  const port: SocketPort = {
    events: () => undefined,
    seen: () => undefined,
    frames: new BatchFrames(),
    maxWaiting: 1024,
  } as SocketPort;
  const client = new SocketClient(
    ws as unknown as WebSocket,
    socket as unknown as Socket,
    port,
    () => undefined,
  );
  return { ws, socket, client };
}

it('a viewer looked at in the moment it has opened stays: its handshake is no flood', () => {
  const { ws, client } = opened(4096);
  client.check(performance.now());
  expect(ws.closed).toEqual([]);
});

it('fault 39: who sends more than half a megabyte a second is closed at the next look', () => {
  const { ws, socket, client } = opened(500);
  const now = performance.now();
  client.check(now);
  socket.bytesRead += 5 * 1024 * 1024;
  client.check(now + 4000);
  expect(ws.closed).toEqual([[1008, 'too much is sent']]);
});
