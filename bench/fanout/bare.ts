/** What we are compared with: `ws` as it is documented, sending each message to each client. */
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { message } from './message.ts';
import type { ServerWord } from './orders.ts';
import { sendInTime } from './send-in-time.ts';

const say = (word: ServerWord) => process.send?.(word);
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false, backlog: 4096 });
server.on('listening', () => say({ did: 'listen', port: (server.address() as AddressInfo).port }));

sendInTime(({ bytes: wanted }) => {
  const send = () => {
    const bytes = Buffer.from(JSON.stringify(message(wanted)));
    for (const client of server.clients) client.send(bytes, { binary: false });
  };
  return { send, end: () => undefined };
});
