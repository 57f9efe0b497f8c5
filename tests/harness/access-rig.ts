/** A whole server in this process with a venue that is live, two talks that are over and one that is on; and viewers of every kind. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { noFacts, type ViewerFacts } from '#conference/access/viewer.ts';
import type { Sitting, Thing, ThingRules } from '#contracts/access.ts';
import type { Now } from '#contracts/now.ts';
import type { Talk } from '#contracts/talk.ts';
import type { Venue } from '#contracts/venue.ts';
import { readConfig } from '#server/config.ts';
import { startLive } from '#server/live/live-server.ts';
import { type RunningServer, startServer } from '#server/start.ts';
import { readMediaPlaylist } from '#tests/interop/playlist-check.ts';
import { type Api, logIn } from './api.ts';
import { type Encoder, startEncoder } from './encoder.ts';
import { createPaperConverter } from './paper-converter.ts';
import { until } from './until.ts';

const adminEmail = 'desk@example.org';
const adminPassword = 'correct horse battery';
const viewerPassword = 'a viewer of talks';

export type Listed = { readonly uri: string; readonly at: number };

/** A device: what it is answered, and what it reads with the pass it was given. */
export class Watcher {
  readonly device: string;
  readonly #rig: AccessRig;
  readonly #cookie: string;
  sitting: Sitting | undefined;

  constructor(rig: AccessRig, device: string, cookie: string) {
    this.#rig = rig;
    this.device = `${device}-device-0123456789`;
    this.#cookie = cookie;
  }

  post(path: string, body: unknown): Promise<Response> {
    return this.#ask('POST', path, body);
  }
  delete(path: string): Promise<Response> {
    return this.#ask('DELETE', path, {});
  }
  async get<T>(path: string): Promise<T> {
    return (await (await this.#ask('GET', path)).json()) as T;
  }

  async sit(venueId = this.#rig.venue.id, takeOver = false): Promise<Sitting> {
    const answer = await this.post(`/public/venues/${venueId}/sitting`, { device: this.device, takeOver });
    if (!answer.ok) throw new Error(`sitting: ${answer.status} ${await answer.text()}`);
    this.sitting = (await answer.json()) as Sitting;
    return this.sitting;
  }

  get pass(): string {
    const { pass } = this.sitting ?? {};
    if (!pass) throw new Error(`no pass: ${JSON.stringify(this.sitting)}`);
    return pass;
  }
  /** The status of a media request with this device's pass. */
  async reads(path: string): Promise<number> {
    return (await this.#rig.media(this.pass, path)).status;
  }

  #ask(method: string, path: string, body?: unknown): Promise<Response> {
    const { origin } = this.#rig;
    const headers = { cookie: this.#cookie, origin, 'content-type': 'application/json' };
    return fetch(`${origin}/api/v1${path}`, {
      method,
      headers: body === undefined ? { cookie: this.#cookie, origin } : headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }
}

export class AccessRig {
  readonly folder: string;
  /** What the double of registrations, lists and grants says of each account. */
  readonly facts = new Map<string, Partial<ViewerFacts>>();
  server!: RunningServer;
  api!: Api;
  venue!: Venue;
  /** A and B are over, C is on. */
  talks!: { readonly A: Talk; readonly B: Talk; readonly C: Talk };
  run = '';
  #tellFacts: (conferenceId: string, userId: string | undefined) => void = () => undefined;
  #encoder: Encoder | undefined;
  #people = 0;

  /** Seconds the three talks take. */
  static async start(seconds = 4): Promise<AccessRig> {
    const rig = new AccessRig(await mkdtemp(join(tmpdir(), 'rostrum-access-')));
    try {
      await rig.open();
      await rig.#hold(seconds);
    } catch (error) {
      await rig.close();
      throw error;
    }
    return rig;
  }

  private constructor(folder: string) {
    this.folder = folder;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.server.httpPort}`;
  }
  get conferenceId(): string {
    return this.venue.conferenceId;
  }

  async open(ports: { readonly http?: number; readonly rtmp?: number } = {}): Promise<void> {
    const config = readConfig({
      ROSTRUM_DATA_DIR: this.folder,
      ROSTRUM_HOST: '127.0.0.1',
      ROSTRUM_HTTP_PORT: `${ports.http ?? 0}`,
      ROSTRUM_RTMP_PORT: `${ports.rtmp ?? 0}`,
      ROSTRUM_ADMIN_EMAIL: adminEmail,
      ROSTRUM_ADMIN_PASSWORD: adminPassword,
      ROSTRUM_TRANSCODE: 'off',
      ROSTRUM_PREVIEW: 'off',
      ROSTRUM_DISK_RESERVE: '0',
    });
    const log = pino({ level: process.env.RIG_LOG ?? 'silent' });
    this.server = await startServer({
      config,
      live: startLive,
      convert: createPaperConverter().convert,
      log,
    });
    this.server.access.viewerSource.set({
      factsOf: async (userId) => ({ ...noFacts, ...this.facts.get(userId) }),
      onChanged: (hook) => {
        this.#tellFacts = hook;
        return () => undefined;
      },
    });
    this.api = await logIn({ apiBase: `${this.origin}/api/v1`, adminEmail, adminPassword });
  }

  /** Ends the server and starts it anew on the same folder and ports. */
  async restart(): Promise<void> {
    const { httpPort: http, rtmpPort: rtmp } = this.server;
    await this.#encoder?.stop();
    await this.server.close();
    await this.open({ http, rtmp });
  }

  async #hold(seconds: number): Promise<void> {
    this.venue = await this.api.createVenue({
      title: 'Hall',
      autoLive: true,
      renditions: ['source', 'audio'],
    });
    const make = (title: string) =>
      this.api.request<Talk>('POST', `/venues/${this.venue.id}/talks`, { title, speakers: [] });
    this.talks = { A: await make('A'), B: await make('B'), C: await make('C') };
    const key = this.venue.keys.find(({ track }) => track === 'program')?.key;
    this.#encoder = startEncoder(`rtmp://127.0.0.1:${this.server.rtmpPort}/live/${key}`, {
      ...{ size: '320x180', gopSeconds: 0.4, kbps: 250 },
    });
    const now = await until(
      async () => {
        const told = await this.now();
        return told?.state === 'live' && told.tracks.program?.renditions.includes('audio') ? told : undefined;
      },
      { seconds: 60, what: 'the venue to be live' },
    );
    this.run = now.run ?? '';
    for (const title of ['A', 'B', 'C']) {
      await this.api.request('POST', `/venues/${this.venue.id}/next-talk`, { secondsAgo: 0 });
      const begun =
        this.server.talks.list(this.venue.id).find((talk) => talk.title === title)?.actualStart ?? 0;
      const enough = async () => (await this.segments()).some(({ at }) => at > begun + seconds * 1000);
      await until(enough, { seconds: 60, what: `${seconds} s of talk ${title}` });
    }
  }

  media(
    pass: string,
    path: string,
    headers: Record<string, string> = {},
    origin = this.origin,
  ): Promise<Response> {
    return fetch(`${origin}/media/${pass}/${this.venue.id}/${path}`, { headers });
  }

  async now(pass = 'public'): Promise<Now | undefined> {
    const answer = await this.media(pass, 'now.json');
    return answer.ok ? ((await answer.json()) as Now) : undefined;
  }

  source(file: string): string {
    return `runs/${this.run}/program/source/${file}`;
  }

  /** All segments of the run, with the moment each begins; read past the rules. */
  async segments(): Promise<Listed[]> {
    const { run } = (await this.#staffNow()) ?? {};
    const staff = await this.#staff();
    const answer = await this.media(staff, `clips/${run}/1/program-source.m3u8`);
    if (!answer.ok) return [];
    return readMediaPlaylist(await answer.text()).segments.flatMap(({ uri, dateTime }) =>
      uri === undefined || dateTime === undefined
        ? []
        : [{ uri: uri.slice(uri.lastIndexOf('/') + 1), at: dateTime }],
    );
  }

  /** A segment in the middle of a talk. */
  async segmentOf(title: 'A' | 'B' | 'C'): Promise<string> {
    const talk = this.server.talks.list(this.venue.id).find((one) => one.title === title);
    const from = talk?.actualStart ?? 0;
    const to = talk?.actualEnd ?? Number.POSITIVE_INFINITY;
    const inside = (await this.segments()).filter(({ at }) => at > from + 200 && at < to - 1200);
    const found = inside.at(Math.floor(inside.length / 2));
    if (!found) throw new Error(`no segment of talk ${title}`);
    return this.source(found.uri);
  }

  clipOf(title: 'A' | 'B', file = 'index.m3u8'): string {
    const { replay } = this.server.talks.programme(this.venue.id).find((one) => one.title === title) ?? {};
    return `clips/${replay?.clip}/${replay?.version}/${file}`;
  }

  rules(thing: Thing, rules: Partial<ThingRules>): Promise<ThingRules> {
    return this.api.request('PUT', `/access/${thing.kind}/${thing.id}`, {
      live: null,
      replay: null,
      ...rules,
    });
  }
  venueRules(rules: Partial<ThingRules>): Promise<ThingRules> {
    return this.rules({ kind: 'venue', id: this.venue.id }, rules);
  }
  talkRules(title: 'A' | 'B' | 'C', rules: Partial<ThingRules>): Promise<ThingRules> {
    return this.rules({ kind: 'talk', id: this.talks[title].id }, rules);
  }
  /** No rules at all: everything is open. */
  async openAll(): Promise<void> {
    await this.venueRules({});
    for (const title of ['A', 'B', 'C'] as const) await this.talkRules(title, {});
  }

  /** A device without a log-in. */
  stranger(device = 'stranger'): Watcher {
    return new Watcher(this, device, '');
  }

  /** An account with these facts; each call of the result is another of its devices. */
  async person(facts: Partial<ViewerFacts> = {}): Promise<{
    readonly userId: string;
    device(name: string): Watcher;
  }> {
    const email = `viewer-${++this.#people}@example.org`;
    const made = await this.api.request<{ user: { id: string } }>('POST', '/auth/admin/create-user', {
      ...{ email, password: viewerPassword, name: `Viewer ${this.#people}`, role: 'user' },
    });
    const userId = made.user.id;
    this.facts.set(userId, facts);
    const { origin } = this;
    const answer = await fetch(`${origin}/api/v1/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify({ email, password: viewerPassword }),
    });
    if (!answer.ok) throw new Error(`log-in: ${answer.status} ${await answer.text()}`);
    const cookie = answer.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ');
    return { userId, device: (name) => new Watcher(this, `${userId.slice(0, 12)}-${name}`, cookie) };
  }

  /** The facts of a person are others now, as registrations or grants would tell it. */
  setFacts(userId: string, facts: Partial<ViewerFacts>): void {
    this.facts.set(userId, facts);
    this.#tellFacts(this.conferenceId, userId);
  }

  async close(): Promise<void> {
    await this.#encoder?.stop();
    await this.server?.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  #staffPass: string | undefined;
  /** A pass that reads everything: of the administrator. */
  async #staff(): Promise<string> {
    if (this.#staffPass !== undefined) return this.#staffPass;
    const sitting = await this.api.request<Sitting>('POST', `/public/venues/${this.venue.id}/sitting`, {
      device: 'device-of-the-administrator',
    });
    // While everything is open, staff need no pass of their own either.
    if (sitting.pass !== null && sitting.pass !== 'public') this.#staffPass = sitting.pass;
    return sitting.pass ?? 'public';
  }
  async #staffNow(): Promise<Now | undefined> {
    return this.now(await this.#staff());
  }
}
