/** The server's own parts that serve events (timeline on disk, media handler, socket), without accounts and database: `node server.ts <folder>`. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import pino from 'pino';
import { Registry } from 'prom-client';
import type { StageBody } from '#contracts/events.ts';
import type { VenueMedia } from '#media/packager/catalog.ts';
import { createMediaHandler } from '#media/packager/media-http.ts';
import { createClients } from '#server/http/client.ts';
import { createPlain, listen } from '#server/http/listeners.ts';
import { Sockets } from '#server/http/socket.ts';
import { VenueEvents } from '#server/live/venue-events.ts';
import { openFileStore } from '#timeline/file-store.ts';
import type { ServerWord } from './orders.ts';
import { sendInTime } from './send-in-time.ts';

const [, , folder = ''] = process.argv;
const log = pino({ level: 'error' });
const store = openFileStore(folder, { log });
const lease = await store.acquire('v', 'bench');
const events = await VenueEvents.open({ store, lease, now: Date.now, watching: () => 0, log });
const venue: Partial<VenueMedia> = {
  seen: () => undefined,
  batch: ({ stream, rev, n }, signal) => events.batch(stream, rev, n, signal),
};
const media = createMediaHandler({ catalog: { admit: () => venue as VenueMedia }, log });
const sockets = new Sockets({
  events: () => events,
  seen: () => undefined,
  clients: createClients([]),
  origins: [],
  maxSockets: 20_000,
  metrics: new Registry(),
  log,
});
const server = createPlain((request, response) => {
  if (!media(request, response)) response.destroy();
}, 20_000);
server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
  sockets.upgrade(request, socket, head),
);

const say = (word: ServerWord) => process.send?.(word);
say({ did: 'listen', port: await listen(server, '127.0.0.1', 0) });

/** A text of about `bytes` on a page. */
const text = (bytes: number): StageBody => ({
  type: 'text',
  stroke: 'bench',
  image: 'picture-of-a-page-1',
  x: 0.5,
  y: 0.5,
  text: '字'.repeat(Math.min(300, Math.floor((bytes - 250) / 3))),
  colour: '#000000',
  size: 0.02,
});

const programme = { type: 'programme' as const, talks: [] };
sendInTime(({ bytes, hall, everyMs }) => {
  const busy = hall
    ? setInterval(() => void events.append('hall', [{ body: programme }, { body: programme }]), everyMs / 20)
    : undefined;
  return {
    send: () => void events.append('stage', [{ body: text(bytes) }]),
    end: () => clearInterval(busy),
  };
});
