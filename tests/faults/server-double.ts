/** A running server for tests: real database and HTTP, and a live desk that only remembers what it was told. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { Convert } from '#conference/deck/conversion.ts';
import { CodedError } from '#contracts/errors.ts';
import type { VenueState } from '#contracts/now.ts';
import type { TrackStatus, VenueStatus } from '#contracts/venue.ts';
import { readConfig } from '#server/config.ts';
import type { LiveContext, LiveDesk, LiveServer, MediaHandler } from '#server/live-port.ts';
import { createLogger } from '#server/log.ts';
import { type RunningServer, startServer } from '#server/start.ts';

export const adminPassword = 'correct horse battery';
export const adminEmail = 'desk@example.org';

const trackStatus: TrackStatus = {
  publisher: null,
  sound: null,
  warnings: [],
  delay: { ms: 0, checked: true },
  blocked: false,
  calibration: null,
  previewAt: null,
  renditions: [],
};

export class DeskDouble implements LiveDesk {
  readonly calls: unknown[][] = [];
  readonly states = new Map<string, VenueState>();
  readonly context: LiveContext;
  picture: Buffer | undefined;

  constructor(context: LiveContext) {
    this.context = context;
  }
  status(id: string): VenueStatus | undefined {
    const venue = this.context.venues.get(id);
    return (
      venue && {
        id,
        title: venue.settings.title,
        state: this.states.get(id) ?? 'off',
        since: 0,
        run: null,
        runStart: null,
        viewers: 0,
        tier: 'low-latency',
        tracks: { program: trackStatus, slides: trackStatus },
      }
    );
  }
  async goLive(id: string): Promise<void> {
    if (this.states.get(id) === 'live') throw new CodedError('venue.state', 'already live');
    this.states.set(id, 'live');
  }
  async takeBreak(id: string): Promise<void> {
    this.states.set(id, 'break');
  }
  async resume(id: string): Promise<void> {
    this.states.set(id, 'live');
  }
  async end(id: string): Promise<void> {
    this.states.set(id, 'ended');
  }
  cut(...args: unknown[]): void {
    this.calls.push(['cut', ...args]);
  }
  async setDelay(...args: unknown[]): Promise<void> {
    this.calls.push(['setDelay', ...args]);
  }
  async confirmDelay(...args: unknown[]): Promise<void> {
    this.calls.push(['confirmDelay', ...args]);
  }
  startCalibration(...args: unknown[]): void {
    this.calls.push(['startCalibration', ...args]);
  }
  stopCalibration(...args: unknown[]): void {
    this.calls.push(['stopCalibration', ...args]);
  }
  async applyCalibration(...args: unknown[]): Promise<void> {
    this.calls.push(['applyCalibration', ...args]);
  }
  async venueChanged(venue: { id: string }): Promise<void> {
    this.calls.push(['venueChanged', venue.id]);
  }
  checkRemovable(id: string): void {
    if (this.states.get(id) === 'live') throw new CodedError('venue.busy');
  }
  async venueRemoved(id: string): Promise<void> {
    this.calls.push(['venueRemoved', id]);
  }
  async runs(): Promise<[]> {
    return [];
  }
  async deleteRun(...args: unknown[]): Promise<void> {
    this.calls.push(['deleteRun', ...args]);
  }
  preview(): { jpeg: Buffer; at: number } | undefined {
    return this.picture && { jpeg: this.picture, at: 1_000_000 };
  }
  cutPoint(id: string, secondsAgo: number): number | undefined {
    return this.states.get(id) === 'live' ? Date.now() - secondsAgo * 1000 : undefined;
  }
  /** Set by tests that delete recordings. */
  media = true;
  async hasMedia(): Promise<boolean> {
    return this.media;
  }
  seen(): void {}
  runOpen(id: string): boolean {
    return this.states.get(id) === 'live';
  }
  watched(): undefined {
    return undefined;
  }
  events(): undefined {
    return undefined;
  }
  disk() {
    return { freeBytes: 1, totalBytes: 2, writeRate: 0, secondsLeft: null, state: 'ok' as const };
  }
}

export type TestServer = {
  readonly server: RunningServer;
  readonly desk: DeskDouble;
  readonly dataDir: string;
  readonly base: string;
  /** Everything logged so far. */
  readonly logged: () => string;
  /** Ends the server and removes its folder. */
  close(): Promise<void>;
};

export async function startTestServer(
  env: Record<string, string> = {},
  options: { dataDir?: string; media?: MediaHandler; pagesFolder?: string; convert?: Convert } = {},
): Promise<TestServer> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'rostrum-server-')));
  const config = readConfig({
    ROSTRUM_DATA_DIR: dataDir,
    ROSTRUM_HOST: '127.0.0.1',
    ROSTRUM_HTTP_PORT: '0',
    ROSTRUM_HTTPS_PORT: '0',
    ROSTRUM_ADMIN_EMAIL: adminEmail,
    ROSTRUM_ADMIN_PASSWORD: adminPassword,
    ...env,
  });
  const lines: Buffer[] = [];
  const sink = new PassThrough().on('data', (line: Buffer) => lines.push(line));
  let desk: DeskDouble | undefined;
  const server = await startServer({
    config,
    log: createLogger('debug', sink),
    ...(options.convert ? { convert: options.convert } : {}),
    ...(options.pagesFolder ? { pagesFolder: options.pagesFolder } : {}),
    live: async (context): Promise<LiveServer> => {
      desk = new DeskDouble(context);
      return {
        desk,
        media: options.media ?? (() => false),
        rtmpPort: 1935,
        rtmpsPort: undefined,
        drain: async () => undefined,
        close: async () => undefined,
      };
    },
  });
  return {
    server,
    desk: desk!,
    dataDir,
    base: `http://127.0.0.1:${server.httpPort}`,
    logged: () => Buffer.concat(lines).toString(),
    close: async () => {
      await server.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
export type Answer = { readonly status: number; readonly headers: Headers; readonly body: any };

/** One JSON request. */
export async function ask(
  base: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${base}${path}`, {
    method,
    redirect: 'manual',
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  let parsed: unknown = text;
  try {
    parsed = JSON.parse(text);
  } catch {
    // Not JSON: given as it is.
  }
  return { status: response.status, headers: response.headers, body: parsed };
}

export const cookiesOf = (answer: Answer): string =>
  answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');

/** Logs in and gives the Cookie header. */
export async function logIn(base: string, email = adminEmail, password = adminPassword): Promise<string> {
  const answer = await ask(base, 'POST', '/api/v1/auth/sign-in/email', { email, password });
  if (answer.status !== 200)
    throw new Error(`log-in failed: ${answer.status} ${JSON.stringify(answer.body)}`);
  return cookiesOf(answer);
}
