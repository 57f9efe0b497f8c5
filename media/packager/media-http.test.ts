import http from 'node:http';
import http2 from 'node:http2';
import net, { type AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Now } from '#contracts/now.ts';
import { checkMediaPlaylist, readMediaPlaylist } from '#tests/interop/playlist-check.ts';
import type { MediaCatalog, VenueMedia } from './catalog.ts';
import { Clip } from './clip.ts';
import { createMediaHandler, type MediaAnswer, type MediaHandlerOptions } from './media-http.ts';
import { PublishedTrack } from './published-track.ts';
import type { Rendition } from './rendition.ts';
import { Hand, newRendition, settled, silent, testInit, testSoundInit } from './rendition-fixture.ts';

type Answer = { status: number; headers: http.IncomingHttpHeaders; body: Buffer };

const base = '/media/public/hall1';
const live = `${base}/runs/r1/program/source/live.m3u8`;

let port = 0;
let server: http.Server;
let agent: http.Agent;
let video: Rendition;
let sound: Rendition;
let hand: Hand;
let answers: MediaAnswer[];
let stalled: number[];
let seen: string[];
let now: Now;
/** Batch 5 is there, 6 is waited for. */
let batchOf: VenueMedia['batch'];
/** Passes that are good no more, and what of a stretch may be read. */
let withdrawn: Set<string>;
let readable: (from: number, to: number) => number;
let tellChange: () => void;

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
};

const ask = (path: string, headers: http.OutgoingHttpHeaders = {}, method = 'GET'): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const req = http.request({ port, path, headers, method, agent, host: '127.0.0.1' }, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      res.on('end', () =>
        resolve({ status: res.statusCode ?? 0, headers: res.headers, body: Buffer.concat(chunks) }),
      );
    });
    req.on('error', reject);
    req.end();
  });

const open = async (over: Partial<MediaHandlerOptions> = {}, partBytes = 1000): Promise<void> => {
  ({ rendition: video } = newRendition());
  ({ rendition: sound } = newRendition());
  const track = new PublishedTrack({ run: 'r1', track: 'program', offered: ['source', 'audio'] });
  track.add('source', video);
  track.add('audio', sound);
  const clip = new Clip([{ run: 'r1', tracks: { program: track } }]);
  const venue: VenueMedia = {
    now: () => now,
    track: async (run, name) => (run === 'r1' && name === 'program' ? track : undefined),
    readable: (_track, from, to) => readable(from, to),
    clip: async (id, version) => (id === 'r1' && version === 1 ? clip : undefined),
    clipData: async (id, version, file) =>
      id === 'r1' && version === 1
        ? { rendered: { body: Buffer.from(JSON.stringify({ file })) }, ended: true }
        : undefined,
    batch: async (place, signal) => batchOf(place, signal),
    snapshot: ({ n }) => (n === 4 ? { body: Buffer.from('{"rev":1,"n":4,"state":{}}') } : undefined),
    page: async (name) => (name === 'abcdefghij0123456789.960.webp' ? Buffer.from('webp') : undefined),
    preview: (name) => (name === 'program' ? Buffer.from('jpeg') : undefined),
    seen: (client) => void seen.push(client),
  };
  const catalog: MediaCatalog = {
    admit: (pass, venueId) =>
      withdrawn.has(pass)
        ? 'forbidden'
        : (pass === 'public' || pass === 'sitting.7') && venueId === 'hall1'
          ? venue
          : 'missing',
    onChanged: (hook) => {
      tellChange = hook;
      return () => undefined;
    },
  };
  const handler = createMediaHandler({
    catalog,
    log: silent,
    onAnswer: (answer) => void answers.push(answer),
    onStalled: (bytes) => void stalled.push(bytes),
    ...over,
  });
  server = http.createServer((req, res) => {
    if (!handler(req, res)) res.writeHead(418).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
  video.init(testInit());
  sound.init(testSoundInit());
  hand = new Hand(video, { partBytes });
  const voice = new Hand(sound, { partBytes: 50 });
  for (let i = 0; i < 20; i++) {
    hand.segment();
    voice.segment();
  }
  hand.start();
  hand.part();
  await settled();
};

beforeEach(() => {
  answers = [];
  stalled = [];
  seen = [];
  withdrawn = new Set();
  readable = () => Number.POSITIVE_INFINITY;
  agent = new http.Agent({ keepAlive: true, maxSockets: 200 });
  batchOf = async ({ rev, n }) =>
    rev === 1 && n === 5 ? { body: Buffer.from('{"rev":1,"n":5}') } : undefined;
  now = {
    state: 'live',
    run: 'r1',
    since: 1,
    runStart: 1,
    tier: 'low-latency',
    tracks: {},
    at: 1,
  };
});
afterEach(async () => {
  agent.destroy();
  await Promise.all([video.close(), sound.close()]);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe('the data stream (contracts/SPEC.md)', () => {
  beforeEach(() => open());
  const batch = (n: number) => `${base}/events/stage/1/${n}.json`;

  it('R1: the next batch is held until it is sealed, and the same bytes go to everyone', async () => {
    let seal: (body: string) => void = () => undefined;
    const sealed = new Promise<{ body: Buffer }>((resolve) => {
      seal = (body) => resolve({ body: Buffer.from(body) });
    });
    let waiting = 0;
    batchOf = async ({ n }) => {
      waiting += 1;
      return n === 6 ? sealed : undefined;
    };
    const held = Promise.all(Array.from({ length: 50 }, () => ask(batch(6), { 'accept-encoding': 'gzip' })));
    await until(() => waiting === 50);
    expect(answers).toEqual([]);
    const body = `{"rev":1,"n":6,"events":[],"x":"${'x'.repeat(5000)}"}`;
    seal(body);
    for (const answer of await held) {
      expect(answer.status).toBe(200);
      expect(answer.headers).toMatchObject({
        'cache-control': 'public, max-age=31536000, s-maxage=8, immutable',
        'content-encoding': 'gzip',
        'access-control-allow-origin': '*',
      });
      expect(gunzipSync(answer.body).toString()).toBe(body);
    }
  });

  it('R1: what is not there, too far ahead or of an old revision is 404, soon to be asked again', async () => {
    for (const path of [
      batch(7),
      `${base}/events/stage/2/5.json`,
      `${base}/events/stage/1/snapshot-3.json`,
    ]) {
      const { status, headers } = await ask(path);
      expect([status, headers['cache-control']]).toEqual([404, 'public, max-age=1']);
    }
  });

  it('R2: a client that goes ends its wait', async () => {
    let ended = false;
    batchOf = (_place, signal) =>
      new Promise((resolve) =>
        signal.addEventListener('abort', () => {
          ended = true;
          resolve(undefined);
        }),
      );
    const socket = net.connect(port, '127.0.0.1', () =>
      socket.write(`GET ${batch(6)} HTTP/1.1\r\nhost: x\r\n\r\n`),
    );
    await until(() => seen.length === 1);
    socket.destroy();
    await until(() => ended);
  });

  it.each([
    'events/stage/1/-1.json',
    'events/stage/1/01.json',
    'events/stage/1/1e3.json',
    'events/staff/1/5.json',
    'events/stage/5.json',
    'events/stage/1/snapshot-.json',
    'events/stage/1/5.json/x',
    'events/__proto__/1/5.json',
  ])('fault 32: %s is not there', async (path) => {
    expect((await ask(`${base}/${path}`)).status).toBe(404);
  });
});

describe('what is served (DESIGN section 3)', () => {
  beforeEach(() => open());

  it.each([
    [`${base}/now.json`, 'application/json', 'public, max-age=1'],
    [`${base}/runs/r1/program/index.m3u8`, 'application/vnd.apple.mpegurl', 'public, max-age=1'],
    [`${base}/runs/r1/program/index-std.m3u8`, 'application/vnd.apple.mpegurl', 'public, max-age=1'],
    [`${base}/runs/r1/program/audio.m3u8`, 'application/vnd.apple.mpegurl', 'public, max-age=1'],
    [live, 'application/vnd.apple.mpegurl', 'public, max-age=1'],
    [`${live}?_HLS_msn=20&_HLS_part=0`, 'application/vnd.apple.mpegurl', 'public, max-age=10, s-maxage=8'],
    [`${base}/runs/r1/program/audio/std.m3u8`, 'application/vnd.apple.mpegurl', 'public, max-age=1'],
    [
      `${base}/runs/r1/program/source/init-0.mp4`,
      'video/mp4',
      'public, max-age=31536000, s-maxage=8, immutable',
    ],
    [`${base}/runs/r1/program/source/3.m4s`, 'video/mp4', 'public, max-age=31536000, s-maxage=8, immutable'],
    [
      `${base}/runs/r1/program/source/20.0.m4s`,
      'video/mp4',
      'public, max-age=31536000, s-maxage=8, immutable',
    ],
    [`${base}/clips/r1/1/index.m3u8`, 'application/vnd.apple.mpegurl', 'public, max-age=2'],
    [`${base}/clips/r1/1/program-source.m3u8`, 'application/vnd.apple.mpegurl', 'public, max-age=2'],
    [`${base}/clips/r1/1/clip.json`, 'application/json', 'public, max-age=10, s-maxage=8'],
    [`${base}/clips/r1/1/events.json`, 'application/json', 'public, max-age=10, s-maxage=8'],
    [`${base}/events/stage/1/5.json`, 'application/json', 'public, max-age=31536000, s-maxage=8, immutable'],
    [
      `${base}/events/hall/1/snapshot-4.json`,
      'application/json',
      'public, max-age=31536000, s-maxage=8, immutable',
    ],
    [
      `${base}/pages/abcdefghij0123456789.960.webp`,
      'image/webp',
      'public, max-age=31536000, s-maxage=8, immutable',
    ],
    [`${base}/preview/program.jpg`, 'image/jpeg', 'public, max-age=5'],
  ])('%s', async (path, type, caching) => {
    const { status, headers, body } = await ask(path);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': type,
      'cache-control': caching,
      'access-control-allow-origin': '*',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    expect(Number(headers['content-length'])).toBe(body.length);
    expect(body.length).toBeGreaterThan(0);
    const head = await ask(path, {}, 'HEAD');
    expect(head.headers['content-length']).toBe(headers['content-length']);
    expect(head.body).toHaveLength(0);
  });

  it('other addresses are left to others', async () => {
    for (const path of ['/', '/api/v1/x', '/mediax/public/hall1/now.json', '/media'])
      expect((await ask(path)).status).toBe(418);
  });

  it('every address in the playlists, resolved as a player does, can be fetched', async () => {
    const start = new URL(`http://x${base}/runs/r1/program/index.m3u8`);
    const todo = [start, new URL(`http://x${base}/clips/r1/1/index.m3u8`)];
    const done = new Set<string>();
    for (let url = todo.shift(); url; url = todo.shift()) {
      if (done.has(url.pathname)) continue;
      done.add(url.pathname);
      const { status, body } = await ask(url.pathname);
      expect([url.pathname, status]).toEqual([url.pathname, 200]);
      if (!url.pathname.endsWith('.m3u8')) continue;
      for (const line of body.toString().split('\n')) {
        if (line.startsWith('#EXT-X-PRELOAD-HINT')) continue;
        const uri = /URI="([^"]+)"/.exec(line)?.[1] ?? (line.startsWith('#') ? '' : line);
        if (uri) todo.push(new URL(uri, url));
      }
    }
    expect(done.size).toBeGreaterThan(100);
  });

  it('a held request is answered with the part, the same bytes for all who wait', async () => {
    const held = Array.from({ length: 40 }, () => ask(`${live}?_HLS_msn=20&_HLS_part=1&_HLS_skip=YES`));
    await until(() => video.waiting === 40);
    hand.part();
    const all = await Promise.all(held);
    expect(new Set(all.map(({ body }) => body.toString())).size).toBe(1);
    const [first] = all;
    expect(first?.headers['cache-control']).toBe('public, max-age=10, s-maxage=8');
    expect(checkMediaPlaylist(first!.body.toString())).toEqual([]);
    expect(readMediaPlaylist(first!.body.toString()).skipped).toBeGreaterThan(0);
  });

  it('a request for the hinted part is held until it exists', async () => {
    const held = ask(`${base}/runs/r1/program/source/20.1.m4s`);
    await until(() => video.waiting === 1);
    const part = hand.part();
    expect((await held).body).toEqual(part.bytes);
  });

  it('a client that goes away while held leaves nothing behind', async () => {
    const req = http.request({ port, path: `${live}?_HLS_msn=20&_HLS_part=1`, host: '127.0.0.1' });
    req.on('error', () => {});
    req.end();
    await until(() => video.waiting === 1);
    req.destroy();
    await until(() => video.waiting === 0);
  });

  it('an ended run is cached long, its clip never longer than 10 s', async () => {
    await Promise.all([video.end(), sound.end()]);
    await settled();
    expect((await ask(live)).headers['cache-control']).toBe('public, max-age=3600, s-maxage=8');
    expect((await ask(`${base}/runs/r1/program/index.m3u8`)).headers['cache-control']).toBe(
      'public, max-age=3600, s-maxage=8',
    );
    const clip = await ask(`${base}/clips/r1/1/program-source.m3u8`);
    expect(clip.headers['cache-control']).toBe('public, max-age=10, s-maxage=8');
    expect(clip.body.toString()).toContain('#EXT-X-ENDLIST');
  });

  it('playlists above 2 KB are compressed for who accepts it', async () => {
    const plain = await ask(live);
    const zipped = await ask(live, { 'accept-encoding': 'br, gzip' });
    expect(zipped.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
    expect(gunzipSync(zipped.body).equals(plain.body)).toBe(true);
    expect(plain.headers).toMatchObject({ vary: 'Accept-Encoding' });
    expect((await ask(live, { 'accept-encoding': 'gzip;q=0' })).headers['content-encoding']).toBeUndefined();
  });

  it('only GET, HEAD and OPTIONS are known', async () => {
    const options = await ask(live, { origin: 'https://elsewhere.example' }, 'OPTIONS');
    expect(options.status).toBe(204);
    expect(options.headers['access-control-allow-methods']).toBe('GET, HEAD, OPTIONS');
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const { status, headers } = await ask(live, {}, method);
      expect([status, headers.allow, headers.connection]).toEqual([405, 'GET, HEAD, OPTIONS', 'close']);
    }
  });

  it('viewers are counted by playlists and now.json, and every answer is told', async () => {
    await ask(`${base}/now.json`);
    await ask(live);
    await ask(`${base}/runs/r1/program/source/3.m4s`);
    expect(seen).toEqual(['127.0.0.1', '127.0.0.1']);
    expect(answers.map(({ kind, status }) => [kind, status])).toEqual([
      ['now', 200],
      ['playlist', 200],
      ['segment', 200],
    ]);
  });

  it('fault 36: what is read with a personal pass never enters a cache, nor another origin', async () => {
    for (const path of ['now.json', 'runs/r1/program/source/live.m3u8', 'runs/r1/program/source/3.m4s']) {
      const { status, headers } = await ask(`/media/sitting.7/hall1/${path}`);
      expect(status).toBe(200);
      expect(headers['cache-control']).toBe('private, no-store');
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it('fault 36b: a pass that is not admitted is answered like something that does not exist', async () => {
    const foreign = await ask('/media/sitting.8/hall1/now.json');
    const nothing = await ask('/media/sitting.8/hall9/now.json');
    expect(foreign.status).toBe(404);
    expect(foreign.body).toEqual(nothing.body);
  });

  it('fault 36b: a pass that was good is answered 403 whatever is asked for, and the answer is not kept', async () => {
    withdrawn.add('sitting.7');
    const bodies = new Set<string>();
    for (const path of ['hall1/now.json', 'hall1/runs/r1/program/source/3.m4s', 'hall9/now.json']) {
      const { status, headers, body } = await ask(`/media/sitting.7/${path}`);
      expect([status, headers['cache-control']]).toEqual([403, 'private, no-store']);
      bodies.add(body.toString());
    }
    expect(bodies.size).toBe(1);
  });

  it('fault 77: who holds a playlist or a batch is refused as soon as the pass is withdrawn', async () => {
    batchOf = (_place, signal) =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined)));
    const held = [
      ask('/media/sitting.7/hall1/runs/r1/program/source/live.m3u8?_HLS_msn=20&_HLS_part=1'),
      ask('/media/sitting.7/hall1/events/stage/1/6.json'),
    ];
    const other = ask(`${live}?_HLS_msn=20&_HLS_part=1`);
    await until(() => video.waiting === 2);
    withdrawn.add('sitting.7');
    tellChange();
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual([403, 403]);
    expect(video.waiting).toBe(1);
    hand.part();
    expect((await other).status).toBe(200);
  });

  it('fault 77: what was waited for is not sent to a pass withdrawn meanwhile', async () => {
    const held = ask('/media/sitting.7/hall1/runs/r1/program/source/20.1.m4s');
    await until(() => video.waiting === 1);
    withdrawn.add('sitting.7');
    hand.part();
    expect((await held).status).toBe(403);
  });

  it('media of a moment that may not be read is answered like media that is not there', async () => {
    readable = () => Number.NEGATIVE_INFINITY;
    const missing = await ask(`${base}/runs/r1/program/source/999.m4s`);
    for (const file of ['3.m4s', '20.0.m4s']) {
      const closed = await ask(`${base}/runs/r1/program/source/${file}`);
      expect(closed.status).toBe(404);
      expect(closed.body).toEqual(missing.body);
    }
    const held = ask(`${base}/runs/r1/program/source/20.1.m4s`);
    await until(() => video.waiting === 1);
    hand.part();
    expect((await held).status).toBe(404);
    expect((await ask(`${base}/runs/r1/program/source/init-0.mp4`)).status).toBe(200);
  });

  it('a segment in which a closed talk begins is cut at the part where it begins', async () => {
    const whole = await ask(`${base}/runs/r1/program/source/3.m4s`);
    readable = (from, to) => (from + to) / 2;
    const cut = await ask(`${base}/runs/r1/program/source/3.m4s`);
    expect(cut.status).toBe(200);
    expect(cut.body.length).toBe(whole.body.length / 2);
    expect(cut.body).toEqual(whole.body.subarray(0, cut.body.length));
    expect(cut.headers.etag).not.toBe(whole.headers.etag);
    expect(cut.headers['cache-control']).toBe('public, max-age=1');
  });

  it('a shared cache that asks again for media is told that it has it, without the bytes', async () => {
    const path = `${base}/runs/r1/program/source/3.m4s`;
    const { headers } = await ask(path);
    expect(headers.etag).toMatch(/^"\w+"$/);
    const again = await ask(path, { 'if-none-match': headers.etag! });
    expect([again.status, again.body.length, again.headers.etag]).toEqual([304, 0, headers.etag]);
    const part = await ask(path, { range: 'bytes=0-99', 'if-range': headers.etag! });
    expect([part.status, part.body.length]).toEqual([206, 100]);
    expect((await ask(path, { range: 'bytes=0-99', 'if-range': '"other"' })).status).toBe(200);
    readable = () => Number.NEGATIVE_INFINITY;
    expect((await ask(path, { 'if-none-match': headers.etag! })).status).toBe(404);
  });

  it('a catalog that fails is answered 500 and the next request is served', async () => {
    now = {
      ...now,
      toJSON: () => {
        throw new Error('broken');
      },
    } as unknown as Now;
    expect((await ask(`${base}/now.json`)).status).toBe(500);
    expect((await ask(live)).status).toBe(200);
  });
});

describe('faults', () => {
  it.each(['_HLS_part=1', '_HLS_part=0&_HLS_skip=YES'])('fault 27: %s without msn is 400', async (query) => {
    await open();
    const { status, headers, body } = await ask(`${live}?${query}`);
    expect([status, headers['cache-control']]).toEqual([400, 'no-store']);
    expect(JSON.parse(body.toString())).toMatchObject({ error: { code: 'media.badDirective' } });
  });

  it('fault 28: msn > last + 2 is 400', async () => {
    await open();
    expect((await ask(`${live}?_HLS_msn=22`)).status).toBe(400);
    expect((await ask(`${live}?_HLS_msn=999999999`)).status).toBe(400);
  });

  it('fault 29: an encoder that dies under held requests leaves none pending after 3 target durations', async () => {
    await open();
    const { rendition } = newRendition({ targetDuration: 1 });
    const dying = new Hand(rendition);
    rendition.init(testInit());
    dying.start();
    dying.part();
    await settled();
    const track = new PublishedTrack({ run: 'r1', track: 'program', offered: ['source'] });
    track.add('source', rendition);
    const handler = createMediaHandler({
      catalog: {
        admit: () => ({
          now: () => undefined,
          track: async () => track,
          readable: () => Number.POSITIVE_INFINITY,
          clip: async () => undefined,
          clipData: async () => undefined,
          batch: async () => undefined,
          snapshot: () => undefined,
          page: async () => undefined,
          preview: () => undefined,
          seen: () => {},
        }),
      },
      log: silent,
    });
    server.removeAllListeners('request');
    server.on('request', handler);
    const began = performance.now();
    const held = await Promise.all(Array.from({ length: 100 }, () => ask(`${live}?_HLS_msn=0&_HLS_part=1`)));
    expect(new Set(held.map(({ status }) => status))).toEqual(new Set([503]));
    expect(held[0]?.headers['cache-control']).toBe('no-store');
    expect(performance.now() - began).toBeGreaterThan(2900);
    expect(rendition.waiting).toBe(0);
    expect((await ask(live)).status).toBe(200);
    await rendition.close();
  }, 20_000);

  it('fault 30: an msn that is no longer there gets the current playlist', async () => {
    await open();
    const { status, body } = await ask(`${live}?_HLS_msn=0&_HLS_part=3`);
    expect(status).toBe(200);
    expect(readMediaPlaylist(body.toString()).segments.at(-1)?.msn).toBe(20);
  });

  it.each([
    '_HLS_msn=-1',
    '_HLS_msn=1e308',
    '_HLS_msn=',
    '_HLS_msn=1.5',
    '_HLS_msn=0x10',
    '_HLS_msn=NaN',
    '_HLS_msn=99999999999999999999',
    '_HLS_msn=3&_HLS_msn=4',
    '_HLS_msn=3&_HLS_part=1&_HLS_part=1',
    '_HLS_skip=YES&_HLS_skip=YES',
    '_HLS_msn=3&%5FHLS_msn=3',
    '_HLS_msn=%00',
    '_HLS_msn[]=3&_HLS_msn=-3',
  ])('fault 31: %s is 400', async (query) => {
    await open();
    expect((await ask(`${live}?${query}`)).status).toBe(400);
  });

  it.each([
    `${base}/%2e%2e/now.json`,
    `${base}/runs/r1/program/source/%2e%2e/%2e%2e/now.json`,
    `${base}/../hall1/now.json`,
    `${base}/./now.json`,
    `${base}//now.json`,
    `${base}/now.json/`,
    `${base}/now.json%00`,
    `${base}/now.json%00.m3u8`,
    `${base}/now%2ejson`,
    `${base}/NOW.JSON`,
    `${base}/nowXjson`,
    `/media/public/hall1;x/now.json`,
    `/media/public%2fhall1/now.json`,
    `/media/public/hall1\\now.json`,
    `/media/publicx/hall1/now.json`,
    `/media/public/hall10/now.json`,
    `/media/constructor/hall1/now.json`,
    `${base}/runs/r1/program/constructor`,
    `${base}/runs/r1/__proto__/index.m3u8`,
    `${base}/runs/r1/program/source/03.m4s`,
    `${base}/runs/r1/program/source/-1.m4s`,
    `${base}/runs/r1/program/source/1e3.m4s`,
    `${base}/runs/r1/program/source/3.m4s.m4s`,
    `${base}/runs/r1/program/source/3.0.0.m4s`,
    `${base}/runs/r1/program/source/3.`,
    `${base}/runs/r1/program/source/init-.mp4`,
    `${base}/runs/r1/program/source/999999999999999.m4s`,
    `${base}/runs/r2/program/index.m3u8`,
    `${base}/runs/r1/program/720/live.m3u8`,
    `${base}/clips/r1/2/index.m3u8`,
    `${base}/clips/r1/2/clip.json`,
    `${base}/clips/r1/1/talk.json`,
    `${base}/clips/r1/1/program-source-x.m3u8`,
    `${base}/clips/r1/1/programXsource.m3u8`,
    `${base}/preview/../preview/program.jpg`,
  ])('fault 32: %s is 404', async (path) => {
    await open();
    expect((await ask(path)).status).toBe(404);
  });

  const file = `${base}/runs/r1/program/source/3.m4s`;
  it.each([
    ['bytes=0-99', 206, 'bytes 0-99/6000', 100],
    ['bytes=5990-', 206, 'bytes 5990-5999/6000', 10],
    ['bytes=-10', 206, 'bytes 5990-5999/6000', 10],
    ['bytes=0-999999', 206, 'bytes 0-5999/6000', 6000],
    ['bytes=6000-', 416, 'bytes */6000', 0],
    ['bytes=9-3', 416, 'bytes */6000', 0],
    ['bytes=-0', 416, 'bytes */6000', 0],
    ['bytes=-', 416, 'bytes */6000', 0],
    ['bytes=a-b', 416, 'bytes */6000', 0],
    ['bytes=0-0,2-2', 200, undefined, 6000],
    ['lines=1-2', 200, undefined, 6000],
  ])('fault 33: Range %s', async (range, status, contentRange, length) => {
    await open();
    const answer = await ask(file, { range });
    expect(answer.status).toBe(status);
    expect(answer.headers['content-range']).toBe(contentRange);
    expect(answer.body).toHaveLength(length);
  });

  it('faults 31, 32, 33: very long queries, paths and Ranges are refused or ignored', async () => {
    await open();
    expect((await ask(`${live}?x=${'a'.repeat(2000)}`)).status).toBe(400);
    expect((await ask(`${base}/${'a/'.repeat(1500)}now.json`)).status).toBe(404);
    for (const range of [`bytes=${'0-0,'.repeat(1000)}1-1`, `bytes=${'9'.repeat(500)}-`])
      expect(await ask(file, { range })).toMatchObject({ status: 200, body: { length: 6000 } });
  });

  it('fault 34: readers that stop reading hold one shared buffer, and are closed after the deadline', async () => {
    await open({ drainMs: 700 }, 200_000);
    const sockets = Array.from({ length: 60 }, () => {
      const socket = net.connect(port, '127.0.0.1');
      socket.on('error', () => {});
      socket.pause();
      socket.write(`GET ${base}/runs/r1/program/source/19.m4s HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(8));
      return socket;
    });
    await until(() => answers.length >= 60);
    expect((await ask(live)).status).toBe(200);
    agent.destroy();
    const connections = () =>
      new Promise<number>((resolve) => server.getConnections((_err, count) => resolve(count)));
    while ((await connections()) > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(stalled.length).toBeGreaterThanOrEqual(60);
    for (const socket of sockets) socket.destroy();
  }, 30_000);

  it('fault 34: distinct bytes held by unfinished answers are bounded, what exceeds is 503', async () => {
    await open({ maxHeldBytes: 3_000_000 }, 200_000);
    const sockets = [16, 17, 18, 19].map((msn) => {
      const socket = net.connect(port, '127.0.0.1');
      socket.on('error', () => {});
      socket.pause();
      socket.write(`GET ${base}/runs/r1/program/source/${msn}.m4s HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(8));
      return socket;
    });
    await until(() => answers.length === 32);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 503]));
    for (const socket of sockets) socket.destroy();
    for (;;) if ((await ask(`${base}/runs/r1/program/source/18.m4s`)).status === 200) break;
  });

  it('fault 35: what the live playlist lists stays fetchable', async () => {
    await open();
    const { segments } = readMediaPlaylist((await ask(live)).body.toString());
    for (let i = 0; i < 30; i++) {
      if (i > 0) hand.segment();
      else hand.end();
    }
    await settled();
    for (const { uri } of segments.filter((segment) => segment.uri))
      expect((await ask(`${base}/runs/r1/program/source/${uri}`)).status).toBe(200);
  });

  it('requests above the bound are refused with 503, and let in again when others have been answered', async () => {
    await open({ maxRequests: 5 });
    const held = Array.from({ length: 5 }, () => ask(`${live}?_HLS_msn=20&_HLS_part=1`));
    await until(() => video.waiting === 5);
    expect(await ask(live)).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    hand.part();
    await Promise.all(held);
    expect((await ask(live)).status).toBe(200);
  });
});

it('the same handler serves HTTP/2', async () => {
  await open();
  const [handler] = server.listeners('request') as ((
    req: http2.Http2ServerRequest,
    res: http2.Http2ServerResponse,
  ) => void)[];
  const h2 = http2.createServer(handler!);
  await new Promise<void>((resolve) => h2.listen(0, '127.0.0.1', resolve));
  const client = http2.connect(`http://127.0.0.1:${(h2.address() as AddressInfo).port}`);
  const get = (path: string, method = 'GET') =>
    new Promise<{ status: number; body: Buffer }>((resolve, reject) => {
      const stream = client.request({ ':path': path, ':method': method });
      const chunks: Buffer[] = [];
      let status = 0;
      stream.on('response', (headers) => {
        status = Number(headers[':status']);
      });
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => resolve({ status, body: Buffer.concat(chunks) }));
      stream.on('error', reject);
      stream.end();
    });
  expect(await get(live)).toMatchObject({ status: 200 });
  expect((await get(live, 'HEAD')).body).toHaveLength(0);
  expect((await get(live, 'POST')).status).toBe(405);
  expect((await get(`${base}/runs/r1/program/source/3.m4s`)).body).toHaveLength(6000);
  const held = get(`${live}?_HLS_msn=20&_HLS_part=1`);
  await until(() => video.waiting === 1);
  hand.part();
  expect((await held).status).toBe(200);
  const leaving = client.request({ ':path': `${live}?_HLS_msn=20&_HLS_part=2` });
  leaving.on('error', () => {});
  leaving.end();
  await until(() => video.waiting === 1);
  leaving.close();
  await until(() => video.waiting === 0);
  await new Promise<void>((resolve) => client.close(() => resolve()));
  await new Promise((resolve) => h2.close(resolve));
});
