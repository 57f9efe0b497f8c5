/** The sockets of HTTP: plain HTTP/1.1, and with a certificate HTTP/2 with HTTP/1.1 beside it. Both drive one handler. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { CodedError } from '#contracts/errors.ts';
import type { HttpRequest, HttpResponse } from '../live-port.ts';
import { Sockets } from './socket.ts';

export type Handler = (request: HttpRequest, response: HttpResponse) => void;
export type Tls = { readonly cert: string; readonly key: string };

/** Ms a client has for each thing it must send. */
export type ArrivalLimits = {
  /** A request's head. */
  readonly head: number;
  /** All of a request. */
  readonly request: number;
  /** TLS. */
  readonly handshake: number;
  /** Until the first request of an HTTP/2 connection. */
  readonly firstRequest: number;
  /** How often it is looked at. */
  readonly check: number;
};
/** Who is slower is out within 30 s (FAULTS 54). */
export const arrivalLimits: ArrivalLimits = {
  head: 10_000,
  request: 25_000,
  handshake: 10_000,
  firstRequest: 20_000,
  check: 2000,
};
const times = ({ head, request, check }: ArrivalLimits) => ({
  headersTimeout: head,
  requestTimeout: request,
  connectionsCheckingInterval: check,
  keepAliveTimeout: 75_000,
});
/** Ms of an HTTP/2 connection on which nothing moves; longer than any held request. */
const idleSession = 90_000;
const maxHeaderSize = 16 * 1024;

/** Only the socket's address leaves HTTP: other wishes to upgrade (`h2c`) are answered as plain requests. */
const shouldUpgradeCallback = (request: IncomingMessage): boolean => Sockets.wanted(request);

export function createPlain(handler: Handler, maxConnections: number, limits = arrivalLimits): Server {
  const server = createServer(
    { ...times(limits), shouldUpgradeCallback, maxHeaderSize, noDelay: true, highWaterMark: 64 * 1024 },
    handler,
  );
  server.maxConnections = maxConnections;
  // Not only the first ones: too many headers are refused instead of silently cut (FAULTS 42).
  server.maxHeadersCount = 0;
  server.on('clientError', answerBroken);
  return server;
}

export function createSecure(
  handler: Handler,
  tls: Tls,
  maxConnections: number,
  limits = arrivalLimits,
): Http2SecureServer {
  const server = createSecureServer(
    {
      ...tls,
      ...times(limits),
      ...{ maxHeaderSize },
      allowHTTP1: true,
      handshakeTimeout: limits.handshake,
      maxSessionInvalidFrames: 100,
      maxSessionMemory: 20,
      settings: { maxConcurrentStreams: 200, maxHeaderListSize: maxHeaderSize, initialWindowSize: 2 ** 20 },
    },
    handler,
  );
  // The limits of HTTP/1.1 beside HTTP/2 are properties only.
  Object.assign(server, { ...times(limits), maxConnections, maxHeadersCount: 0, shouldUpgradeCallback });
  server.setTimeout(0);
  server.on('session', (session: ServerHttp2Session) => {
    // Longer than any held request, so what still hangs on it is given up.
    session.setTimeout(idleSession, () => session.destroy());
    session.on('error', () => session.destroy());
    const first = setTimeout(() => session.destroy(), limits.firstRequest);
    session.once('stream', () => clearTimeout(first));
    session.once('close', () => clearTimeout(first));
  });
  server.on('clientError', answerBroken);
  server.on('tlsClientError', (_error: Error, socket: Socket) => socket.destroy());
  return server;
}

/** What cannot be read as a request gets a coded answer and is cut. */
function answerBroken(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, coded] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [
          '431 Request Header Fields Too Large',
          new CodedError('request.tooLarge', 'the headers are over 16 KiB'),
        ]
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', new CodedError('request.invalid', 'the request did not come in time')]
        : ['400 Bad Request', new CodedError('request.invalid', 'this is not HTTP')];
  const body = JSON.stringify(coded.body());
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
  // Half-closed is not enough: the peer may never close its side.
  setTimeout(() => socket.destroy(), 1000).unref();
}

export function listen(server: Server | Http2SecureServer, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: 4096 }, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Stops listening, lets what runs end, and cuts what is left after `limit` ms. */
export function closeListener(server: Server | Http2SecureServer, limit: number): Promise<void> {
  return new Promise((resolve) => {
    const sockets = trackedSockets.get(server);
    const timer = setTimeout(() => {
      if ('closeAllConnections' in server) server.closeAllConnections();
      for (const socket of sockets ?? []) socket.destroy();
    }, limit);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    if ('closeIdleConnections' in server) server.closeIdleConnections();
    for (const session of trackedSessions.get(server) ?? []) session.close();
  });
}

const trackedSockets = new WeakMap<Server | Http2SecureServer, Set<Socket>>();
const trackedSessions = new WeakMap<Server | Http2SecureServer, Set<ServerHttp2Session>>();

/** Remembers the connections of a server, so that closing can end those that node does not. */
export function track<S extends Server | Http2SecureServer>(server: S): S {
  const sockets = new Set<Socket>();
  const sessions = new Set<ServerHttp2Session>();
  trackedSockets.set(server, sockets);
  trackedSessions.set(server, sessions);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('session', (session: ServerHttp2Session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  return server;
}
