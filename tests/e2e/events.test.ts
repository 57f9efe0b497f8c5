import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { Batch, Snapshot, StageEvent } from '#contracts/events.ts';
import { eventPath } from '#contracts/events.ts';
import type { Now } from '#contracts/now.ts';
import { reconnectHint, type ServerMessage } from '#contracts/socket.ts';
import { type StageState, stageAfter } from '#contracts/stage-state.ts';
import type { Talk } from '#contracts/talk.ts';
import type { Venue } from '#contracts/venue.ts';
import { readConfig } from '#server/config.ts';
import { startLive } from '#server/live/live-server.ts';
import { type RunningServer, startServer } from '#server/start.ts';
import { type Api, logIn } from '#tests/harness/api.ts';
import { type Encoder, startEncoder } from '#tests/harness/encoder.ts';
import { createPaperConverter } from '#tests/harness/paper-converter.ts';
import { until } from '#tests/harness/until.ts';

const adminEmail = 'never-shown@private.example.org';
const adminPassword = 'a password nobody is shown';
/** Ms: an odd number, to be found again. */
const delayMs = 31_607;

let folder: string;
let server: RunningServer;
let api: Api;
let venue: Venue;
let talk: Talk;
let encoder: Encoder;
const opened: WebSocket[] = [];

const origin = () => `http://127.0.0.1:${server.httpPort}`;
const media = (path: string) => `${origin()}/media/public/${venue.id}/${path}`;
const now = async () => (await (await fetch(media('now.json'))).json()) as Now;
const read = async <T>(path: string) => (await (await fetch(media(path))).json()) as T;
const command = (turn: Record<string, unknown>, t = Date.now()) =>
  api.request('POST', `/presenter/commands?talk=${talk.id}`, {
    commands: [{ id: crypto.randomUUID(), t, do: turn }],
  });
const black = (on: boolean) => command({ type: 'black', on });

type Follower = { readonly ws: WebSocket; readonly got: ServerMessage[]; batches(): Batch<StageEvent>[] };
async function follow(rev: number, n: number): Promise<Follower> {
  const ws = new WebSocket(`ws://127.0.0.1:${server.httpPort}/api/v1/socket`, { origin: origin() });
  opened.push(ws);
  const got: ServerMessage[] = [];
  ws.on('message', (data) => void got.push(JSON.parse(data.toString()) as ServerMessage));
  await new Promise((resolve, reject) => {
    ws.once('open', resolve);
    ws.once('error', reject);
  });
  ws.send(JSON.stringify({ type: 'subscribe', venue: venue.id, streams: [{ stream: 'stage', rev, n }] }));
  return {
    ws,
    got,
    batches: () => got.flatMap((one) => (one.type === 'batch' ? [one.batch as Batch<StageEvent>] : [])),
  };
}

async function start(): Promise<void> {
  const config = readConfig({
    ROSTRUM_DATA_DIR: folder,
    ROSTRUM_HOST: '127.0.0.1',
    ROSTRUM_HTTP_PORT: '0',
    ROSTRUM_RTMP_PORT: '0',
    ROSTRUM_ADMIN_EMAIL: adminEmail,
    ROSTRUM_ADMIN_PASSWORD: adminPassword,
    ROSTRUM_TRANSCODE: 'off',
  });
  server = await startServer({
    config,
    live: startLive,
    convert: createPaperConverter().convert,
    log: pino({ level: 'silent' }),
  });
  api = await logIn({ apiBase: `${origin()}/api/v1`, adminEmail, adminPassword });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rostrum-events-'));
  await start();
  venue = await api.createVenue({ title: 'Hall', autoLive: true, renditions: ['source', 'audio'] });
  talk = await api.request<Talk>('POST', `/venues/${venue.id}/talks`, { title: 'A talk' });
});
afterAll(async () => {
  for (const ws of opened) ws.terminate();
  await encoder?.stop();
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the data stream on a whole server', () => {
  it('S3: a newcomer reads now.json, snapshot, batches, and has the state; held files and the socket give the same', async () => {
    for (let k = 0; k < 12; k++) await black(k % 2 === 0);
    const { events } = await now();
    const { rev, next, snapshot } = events?.stage ?? { rev: 0, next: 0, snapshot: 0 };
    expect(next).toBe(12);
    let { state } = await read<Snapshot<StageState>>(eventPath.snapshot('stage', rev, snapshot));
    for (let n = snapshot; n < next; n++)
      state = (await read<Batch<StageEvent>>(eventPath.batch('stage', rev, n))).events.reduce(
        stageAfter,
        state,
      );
    expect(state.black).toBe(false);

    const viewer = await follow(rev, 0);
    const held = fetch(media(eventPath.batch('stage', rev, next)));
    await until(() => viewer.batches().length === next, { what: 'the backfill' });
    await black(true);
    const answer = await held;
    expect(answer.headers.get('cache-control')).toContain('immutable');
    const file = (await answer.json()) as Batch;
    expect(file).toMatchObject({ n: next, events: [{ type: 'black', on: true }] });
    await until(() => viewer.batches().length === next + 1, { what: 'the pushed batch' });
    expect(viewer.batches().at(-1)).toEqual(file);
    expect((await fetch(media(eventPath.batch('stage', rev, next + 2)))).status).toBe(404);
    expect((await fetch(media(eventPath.batch('stage', rev + 1, 0)))).status).toBe(404);
  });

  it('fault 101: offline while pages turn, then exact (R3)', async () => {
    const { events } = await now();
    const { rev = 0, next = 0 } = events?.stage ?? {};
    const [steady, flaky] = [await follow(rev, next), await follow(rev, next)];
    await black(true);
    await until(() => flaky.batches().length === 1);
    flaky.ws.terminate();
    for (let k = 0; k < 15; k++) await black(k % 2 === 0);
    const back = await follow(rev, (flaky.batches().at(-1)?.n ?? 0) + 1);
    await black(false);
    await until(() => steady.batches().length >= 17 && back.batches().length >= 16);
    expect([...flaky.batches(), ...back.batches()]).toEqual(steady.batches());
  });

  it('the clock of the timeline is told, uncached', async () => {
    const before = Date.now();
    const answer = await fetch(`${origin()}/api/v1/clock?venue=${venue.id}`);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const { now: told } = (await answer.json()) as { now: number };
    expect(told).toBeGreaterThan(before - 1000);
    expect(told).toBeLessThan(Date.now() + 1000);
    expect((await fetch(`${origin()}/api/v1/clock?venue=none`)).status).toBe(404);
  });

  it('A3: nothing private is anywhere under /media', async () => {
    encoder = startEncoder(`rtmp://127.0.0.1:${server.rtmpPort}/live/${keyOf('program')}`);
    await until(async () => (await now()).tracks.program?.renditions.includes('source'), { seconds: 40 });
    // Nothing of this track was published: there is no correction to tell.
    await api.request('PUT', `/venues/${venue.id}/tracks/slides/delay`, { ms: delayMs });
    const { url } = await api.request<{ url: string }>('POST', `/talks/${talk.id}/presenter-links`, {
      name: 'Prof. Zhang',
    });
    const deck = await uploadDeck('first page\nsecond page\nthird page\nfourth page');
    await api.request('POST', `/venues/${venue.id}/next-talk`, {});
    await command({ type: 'goto', page: 1, step: 0 });
    await until(() => Date.now() % 3000 < 200, { seconds: 5 });
    const talks = (await api.request<{ talks: Talk[] }>('POST', `/venues/${venue.id}/end-talk`, {})).talks;
    const replay = talks.find(({ id }) => id === talk.id)?.replay;

    const shown = deck.pages[1]?.steps[0]?.image.id ?? '';
    const { rev = 0, next = 0, snapshot = 0 } = (await now()).events?.stage ?? {};
    const clip = `clips/${replay?.clip}/${replay?.version}`;
    const found = await crawl([
      'now.json',
      ...(replay ? [`${clip}/index.m3u8`, `${clip}/clip.json`, `${clip}/events.json`] : []),
      ...Array.from({ length: next }, (_, n) => eventPath.batch('stage', rev, n)),
      eventPath.snapshot('stage', rev, snapshot),
    ]);
    expect([...found.keys()].some((path) => path.includes(shown))).toBe(true);
    expect([...found.keys()].some((path) => path.endsWith('.m4s'))).toBe(true);
    const secrets = {
      notes: 'secret note',
      adminEmail,
      adminPassword,
      programKey: keyOf('program'),
      slidesKey: keyOf('slides'),
      linkToken: url.split('#')[1] ?? 'no token',
      delay: String(delayMs),
      // Two pages on from the one shown.
      pageNotYetShown: deck.pages[3]?.steps[0]?.image.id ?? 'no page',
      notYetShownText: 'fourth page',
      ...(await keptSecrets()),
    };
    for (const [what, secret] of Object.entries(secrets))
      for (const [path, body] of found) expect(body.includes(secret), `${what} in ${path}`).toBe(false);
    await encoder.stop();
  }, 120_000);

  it('P1: after a restart the stream goes on where it was; B3; those connected were told when to come back', async () => {
    const before = (await now()).events;
    const viewers = await Promise.all(Array.from({ length: 20 }, () => follow(before?.stage.rev ?? 0, 0)));
    const closes = viewers.map(
      ({ ws }) =>
        new Promise<[number, string]>((resolve) =>
          ws.once('close', (code, reason) => resolve([code, reason.toString()])),
        ),
    );
    const held = fetch(media(eventPath.batch('stage', before?.stage.rev ?? 0, before?.stage.next ?? 0)));
    await wait(50);
    await server.close();
    for (const [code, reason] of await Promise.all(closes)) {
      expect(code).toBe(1001);
      expect(reconnectHint.read(reason)).toBeGreaterThanOrEqual(0);
    }
    // A held request ends with a batch.
    expect((await held).status).toBe(200);
    await start();
    const after = (await now()).events;
    expect(after?.stage.rev).toBe(before?.stage.rev);
    expect(after?.stage.next).toBeGreaterThanOrEqual(before?.stage.next ?? 0);
    const last = await read<Batch<StageEvent>>(eventPath.batch('stage', 1, 0));
    expect(last.events[0]).toMatchObject({ i: 0, type: 'black', on: true });
  });
});

const keyOf = (track: string): string => {
  const key = venue.keys.find((one) => one.track === track);
  return key?.key ?? '';
};

/** All that the server keeps in files only it may read. */
async function keptSecrets(): Promise<Record<string, string>> {
  const at = join(folder, 'secrets');
  const names = await readdir(at);
  expect(names.length).toBeGreaterThan(0);
  const texts = await Promise.all(names.map((name) => readFile(join(at, name), 'utf8')));
  return Object.fromEntries(names.map((name, k) => [name, texts[k]?.trim() ?? '']));
}

/** Everything the given paths lead to, by path; bodies as latin1. */
async function crawl(paths: string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const waiting = [...paths];
  while (waiting.length > 0 && found.size < 600) {
    const path = waiting.pop() ?? '';
    if (found.has(path)) continue;
    const answer = await fetch(media(path));
    if (!answer.ok) continue;
    let bytes = Buffer.from(await answer.arrayBuffer());
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) bytes = gunzipSync(bytes);
    const body = bytes.toString('latin1');
    found.set(path, body);
    const at = (link: string) => new URL(link, `http://x/${path}`).pathname.slice(1);
    if (path.endsWith('.m3u8')) {
      for (const [, uri = ''] of body.matchAll(/URI="([^"]+)"/g)) waiting.push(at(uri));
      for (const line of body.split('\n'))
        if (line !== '' && !line.startsWith('#')) waiting.push(at(line.trim()));
    } else if (path.endsWith('.json')) {
      // Addresses in JSON are relative to the venue; images are named by their ids.
      for (const [, link = ''] of body.matchAll(/"((?:runs|clips|events|pages|preview)\/[^"]+)"/g))
        waiting.push(link);
      for (const [, id = ''] of body.matchAll(/"id":"([A-Za-z0-9_-]{16,64})"/g))
        waiting.push(`pages/${id}.json`, eventPath.page(id, 480, 'webp'));
    }
  }
  return found;
}

async function uploadDeck(text: string) {
  type Converted = { state: string; id: string; pages: { steps: { image: { id: string } }[] }[] };
  const bytes = Buffer.from(text);
  const upload = await api.request<{ id: string }>('POST', `/talks/${talk.id}/uploads`, {
    files: [{ name: 'talk.pptx', bytes: bytes.length }],
  });
  const cookie = await cookieOf();
  const put = await fetch(`${origin()}/api/v1/uploads/${upload.id}/files/0?offset=0`, {
    method: 'PUT',
    headers: { cookie, origin: origin(), 'content-type': 'application/octet-stream' },
    body: bytes,
  });
  if (!put.ok) throw new Error(`upload: ${put.status} ${await put.text()}`);
  const { id } = await api.request<Converted>('POST', `/uploads/${upload.id}/complete`, {});
  return until(
    async () => {
      const deck = await api.request<Converted>('GET', `/decks/${id}`);
      return deck.state === 'ready' ? deck : undefined;
    },
    { seconds: 30, what: 'the deck' },
  );
}

async function cookieOf(): Promise<string> {
  const answer = await fetch(`${origin()}/api/v1/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: origin() },
    body: JSON.stringify({ email: adminEmail, password: adminPassword }),
  });
  return answer.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
}
