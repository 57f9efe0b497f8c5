/** What we are compared with: `ws` as it is documented, sending each message to each client. */
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import type { ServerWord } from './orders.ts';
import { sendInTime } from './send-in-time.ts';

const say = (word: ServerWord) => process.send?.(word);
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false, backlog: 4096 });
server.on('listening', () => say({ did: 'listen', port: (server.address() as AddressInfo).port }));

sendInTime(({ bytes: wanted }) => {
  const text = '字'.repeat(Math.min(300, Math.floor((wanted - 250) / 3)));
  const send = () => {
    const at = Date.now();
    const batch = { rev: 1, n: 1, events: [{ i: 1, at, t: at, type: 'text', text }] };
    // As many bytes as ours.
    const message = { type: 'batch', venue: 'v', stream: 'stage', batch, pad: ' '.repeat(110) };
    const bytes = Buffer.from(JSON.stringify(message));
    for (const client of server.clients) client.send(bytes, { binary: false });
  };
  return { send, end: () => undefined };
});
