/** The RTMP and RTMPS server: sockets, their number and their deadlines; what is said on them is `RtmpConnection`'s. */
import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import ipaddr from 'ipaddr.js';
import type { Logger } from 'pino';
import type { PublishDoor } from '../publish.ts';
import { RtmpConnection, type Wire } from './connection.ts';
import { defaultRtmpLimits, type RtmpLimits } from './limits.ts';

export type RtmpServerOptions = {
  readonly door: PublishDoor;
  readonly log: Logger;
  /** PEM certificate chain and key: makes it an RTMPS server. */
  readonly tls?: { readonly cert: string | Buffer; readonly key: string | Buffer };
  readonly limits?: Partial<RtmpLimits>;
  /** Monotonic ms; performance.now when left out. */
  readonly now?: () => number;
};

export interface RtmpServer {
  /** Port 0 takes any free one. */
  listen(port: number, host: string): Promise<{ port: number }>;
  /** Ends every connection with a reason and stops listening. May be called twice. */
  close(): Promise<void>;
  /** Open sockets. */
  connections(): number;
}

/** One accepted socket; `connection` is there once TLS, where used, has been agreed. */
type Seat = {
  readonly raw: Socket;
  readonly client: string;
  readonly remote: string;
  connection?: RtmpConnection;
};

export function createRtmpServer(options: RtmpServerOptions): RtmpServer {
  const { door, log, tls } = options;
  const limits: RtmpLimits = { ...defaultRtmpLimits, ...options.limits };
  const now = options.now ?? (() => performance.now());
  const seats = new Set<Seat>();
  const perClient = new Map<string, number>();
  let nextId = 1;
  let turnedAway = 0;
  let stopping: Promise<void> | undefined;

  const server = createServer({ noDelay: true, keepAlive: true, pauseOnConnect: false });
  const secure: TlsServer | undefined = tls
    ? createTlsServer({
        cert: tls.cert,
        key: tls.key,
        minVersion: 'TLSv1.2',
        handshakeTimeout: limits.publishWithin,
      })
    : undefined;

  const begin = (socket: Socket, seat: Seat) => {
    let linger: NodeJS.Timeout | undefined;
    const wire: Wire = {
      protocol: secure ? 'rtmps' : 'rtmp',
      remote: seat.remote,
      get backlog() {
        return socket.writableLength;
      },
      write: (bytes) => {
        if (socket.writable) socket.write(bytes);
      },
      pause: () => socket.pause(),
      resume: () => socket.resume(),
      end: () => {
        socket.end();
        // Unread bytes at close would make the kernel reset the connection and our last words be lost.
        socket.resume();
        linger = setTimeout(() => socket.destroy(), limits.linger);
      },
    };
    const connection = new RtmpConnection({ id: `rtmp-${nextId++}`, wire, door, log, limits, now });
    seat.connection = connection;
    socket.on('data', (bytes) => connection.feed(bytes));
    socket.on('end', () => connection.peerEnded('the encoder closed the connection'));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      connection.peerEnded(`the connection broke: ${error.code ?? error.message}`),
    );
    socket.on('close', () => {
      connection.peerEnded('the connection was lost');
      clearTimeout(linger);
    });
  };

  /** Raw sockets by the port pair TLS reports, until the handshake is done. */
  const awaitingTls = new Map<string, Seat>();

  const leave = (seat: Seat) => {
    seats.delete(seat);
    awaitingTls.delete(seat.remote);
    const left = (perClient.get(seat.client) ?? 1) - 1;
    if (left > 0) perClient.set(seat.client, left);
    else perClient.delete(seat.client);
    if (!seat.connection) {
      const reason = 'TLS handshake failed';
      log.info({ remote: seat.remote, protocol: 'rtmps', phase: 'tls', reason }, `rtmp closed: ${reason}`);
    }
  };

  server.on('connection', (raw) => {
    raw.on('error', () => {}); // 'close' follows and is handled
    const client = clientOf(raw.remoteAddress ?? '');
    const count = perClient.get(client) ?? 0;
    if (stopping || seats.size >= limits.connections || count >= limits.perAddress) {
      turnedAway++;
      raw.destroy();
      return;
    }
    const seat: Seat = { raw, client, remote: remoteOf(raw) };
    perClient.set(client, count + 1);
    seats.add(seat);
    raw.on('close', () => leave(seat));
    if (!secure) {
      begin(raw, seat);
      return;
    }
    awaitingTls.set(seat.remote, seat);
    secure.emit('connection', raw);
  });

  secure?.on('secureConnection', (socket) => {
    const remote = remoteOf(socket);
    const seat = awaitingTls.get(remote);
    awaitingTls.delete(remote);
    if (seat) begin(socket, seat);
    else socket.destroy();
  });
  secure?.on('tlsClientError', (error, socket) => {
    log.debug({ err: error }, 'rtmps handshake failed');
    socket.destroy();
  });

  const period = Math.min(
    500,
    Math.max(20, Math.min(limits.publishWithin, limits.doorWithin, limits.silence) / 10),
  );
  let timer: NodeJS.Timeout | undefined;
  let lastReport = 0;
  const tick = () => {
    for (const seat of seats) seat.connection?.tick();
    if (turnedAway > 0 && now() - lastReport >= 1000) {
      lastReport = now();
      log.warn({ count: turnedAway, open: seats.size }, 'rtmp connections turned away: too many are open');
      turnedAway = 0;
    }
  };

  const stop = async () => {
    clearInterval(timer);
    const gone = [...seats].map(({ raw }) => new Promise((resolve) => raw.once('close', resolve)));
    if (server.listening) gone.push(new Promise((resolve) => server.close(resolve)));
    for (const seat of seats) {
      if (seat.connection) seat.connection.close('server.unavailable', 'the server is stopping');
      else seat.raw.destroy();
    }
    await Promise.all(gone);
  };

  return {
    listen(port, host) {
      return new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          server.off('error', reject);
          server.on('error', (error) => log.error({ err: error }, 'rtmp listener failed'));
          timer = setInterval(tick, period);
          const address = server.address();
          resolve({ port: typeof address === 'object' && address ? address.port : port });
        });
      });
    },
    close() {
      stopping ??= stop();
      return stopping;
    },
    connections: () => seats.size,
  };
}

function remoteOf(socket: Socket): string {
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '');
  const port = socket.remotePort ?? 0;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** One client is one IPv4 address or one IPv6 /64. */
function clientOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6 ? parsed.parts.slice(0, 4).join(':') : parsed.toString();
}
