/** The composition root: lock, database, accounts, live desk, HTTP, in the order they need each other; closed in the reverse. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { VenueStore } from '#conference/venue/venue-store.ts';
import { createAuditLog } from './audit.ts';
import { createAuth } from './auth/auth.ts';
import { Hashing } from './auth/hashing.ts';
import type { Config } from './config.ts';
import { lockData } from './data-lock.ts';
import { openDatabase } from './db/database.ts';
import { tuneHeap } from './heap.ts';
import { createApp } from './http/app.ts';
import { loadCertificate } from './http/certificate.ts';
import { createClients } from './http/client.ts';
import { closeListener, listen } from './http/listeners.ts';
import { createMetrics } from './http/metrics.ts';
import type { LiveDesk, LiveFactory } from './live-port.ts';
import { version } from './version.ts';

export type RunningServer = {
  readonly httpPort: number;
  /** Undefined without TLS. */
  readonly httpsPort: number | undefined;
  readonly rtmpPort: number;
  readonly rtmpsPort: number | undefined;
  /** `password` is the one the administrator was made with; undefined when it was not kept. */
  readonly admin: { readonly email: string; readonly password: string | undefined };
  readonly venues: VenueStore;
  readonly desk: LiveDesk;
  /** Drains and ends everything within 10 s (FAULTS 95); may be called twice. */
  close(): Promise<void>;
};

export type StartOptions = {
  readonly config: Config;
  readonly live: LiveFactory;
  readonly log: Logger;
  /** Built pages; undefined: dist/ of this clone. */
  readonly pagesFolder?: string;
};

const root = join(import.meta.dirname, '..');
/** Ms held requests and open answers get at a stop; with the database's own stop it stays under 10 s. */
const drainLimit = 3000;

/** Throws DataInUseError when another process has the data folder. */
export async function startServer({ config, live, log, pagesFolder }: StartOptions): Promise<RunningServer> {
  tuneHeap();
  /** What was opened, to be closed last first, whether the start failed or the server stops. */
  const closers: (() => Promise<unknown>)[] = [];
  const opened = <T>(thing: T, close: () => Promise<unknown>): T => {
    closers.push(close);
    return thing;
  };
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= closeAll(closers, log);
    return closing;
  };

  try {
    await mkdir(config.dataDir, { recursive: true, mode: 0o711 });
    const lock = lockData(config.dataDir);
    opened(lock, async () => lock.release());
    const tls = await loadCertificate(config);
    const { connections, url } = config.database;
    const database = await openDatabase({
      dataDir: config.dataDir,
      url,
      connections,
      log: log.child({ part: 'database' }),
    });
    opened(database, () => database.close());

    const hashing = new Hashing();
    const auth = await createAuth({ db: database.db, config, hashing, log: log.child({ part: 'accounts' }) });
    const admin = await auth.ensureAdmin();
    const venues = new VenueStore(database.db);
    await venues.load();

    const clients = createClients(config.http.trustedProxies);
    const metrics = createMetrics();
    const desk = await live({ config, venues, log, metrics, tls, clientKey: clients.key });
    opened(desk, () => desk.close());

    const http = await createApp({
      config,
      database,
      auth,
      hashing,
      venues,
      audit: createAuditLog(database.db),
      desk: desk.desk,
      media: desk.media,
      clients,
      metrics,
      tls,
      pagesFolder: pagesFolder ?? join(root, 'dist'),
      version,
      ports: () => ({ rtmp: desk.rtmpPort, rtmps: desk.rtmpsPort }),
      log: log.child({ part: 'http' }),
    });
    const { host, port, httpsPort } = config.http;
    const listening = { http: await listen(http.plain, host, port), https: undefined as number | undefined };
    const { secure } = http;
    opened(http, async () => {
      await Promise.all([http.plain, secure].map((server) => server && closeListener(server, drainLimit)));
      // Afterwards: fastify would wait for held requests without a limit.
      await http.app.close();
    });
    if (secure) listening.https = await listen(secure, host, httpsPort);
    // First of all at a stop: no new encoder, held requests answered.
    closers.push(() => desk.drain());

    const running: RunningServer = {
      httpPort: listening.http,
      httpsPort: listening.https,
      rtmpPort: desk.rtmpPort,
      rtmpsPort: desk.rtmpsPort,
      admin,
      venues,
      desk: desk.desk,
      close,
    };
    log.info(
      { ...listening, rtmp: desk.rtmpPort, rtmps: desk.rtmpsPort, dataDir: config.dataDir },
      'server up',
    );
    return running;
  } catch (error) {
    await close();
    throw error;
  }
}

async function closeAll(closers: (() => Promise<unknown>)[], log: Logger): Promise<void> {
  for (const close of closers.reverse()) {
    try {
      await close();
    } catch (error) {
      log.warn({ err: error }, 'closing a part failed');
    }
  }
  log.info('server ended');
}
