/** What we are compared with: Socket.IO as it is documented, emitting each message to everyone, by WebSocket. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { message } from './message.ts';
import type { ServerWord } from './orders.ts';
import { sendInTime } from './send-in-time.ts';

const say = (word: ServerWord) => process.send?.(word);
const server = createServer();
const io = new Server(server, { transports: ['websocket'], perMessageDeflate: false, serveClient: false });
server.listen(0, '127.0.0.1', 4096, () =>
  say({ did: 'listen', port: (server.address() as AddressInfo).port }),
);

sendInTime(({ bytes }) => ({
  send: () => io.emit('batch', message(bytes)),
  end: () => undefined,
}));
