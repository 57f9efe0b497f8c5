import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Rule } from '#contracts/access.ts';
import { AccessRig, type Watcher } from '#tests/harness/access-rig.ts';
import { until } from '#tests/harness/until.ts';

const vcl = new URL('../../deploy/varnish/default.vcl', import.meta.url);
const delegates: Rule = { join: 'any', conditions: [{ kind: 'delegate', lists: [] }], previewMinutes: 0 };
const listed = { lists: new Set(['L1']) };

/** Stands between Varnish and the server, and counts what Varnish asks. */
class Counter {
  readonly asked: { readonly url: string; readonly status: number }[] = [];
  readonly #server: Server;

  constructor(port: () => number) {
    this.#server = createServer((incoming, outgoing) => {
      const { url = '', method, headers } = incoming;
      const onward = request({ host: '127.0.0.1', port: port(), path: url, method, headers }, (answer) => {
        this.asked.push({ url, status: answer.statusCode ?? 0 });
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      onward.on('error', () => outgoing.destroy());
      outgoing.on('close', () => onward.destroy());
      incoming.pipe(onward);
    });
  }
  listen(): Promise<number> {
    return new Promise((resolve) =>
      this.#server.listen(0, '127.0.0.1', () => resolve((this.#server.address() as AddressInfo).port)),
    );
  }
  of(path: string): readonly number[] {
    return this.asked.flatMap(({ url, status }) => (url.endsWith(path) ? [status] : []));
  }
  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** Varnish takes no port 0 that it would tell: one that was free a moment ago. */
const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createTcp().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

let rig: AccessRig;
let counter: Counter;
let varnish: ChildProcess;
let folder: string;
let cache: string;
let printed = '';

beforeAll(async () => {
  rig = await AccessRig.start();
  counter = new Counter(() => rig.server.httpPort);
  const origin = await counter.listen();
  folder = await mkdtemp(join(tmpdir(), 'rostrum-varnish-'));
  const text = (await readFile(vcl, 'utf8')).replace('.port = "8080"', `.port = "${origin}"`);
  const file = join(folder, 'test.vcl');
  await writeFile(file, text);
  const port = await freePort();
  cache = `http://127.0.0.1:${port}`;
  varnish = spawn(
    'varnishd',
    [
      '-F',
      '-j',
      'none',
      '-n',
      join(folder, 'work'),
      '-a',
      `127.0.0.1:${port}`,
      '-f',
      file,
      '-s',
      'malloc,64M',
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const keep = (chunk: Buffer) => {
    printed = (printed + chunk.toString()).slice(-8000);
  };
  varnish.stdout?.on('data', keep);
  varnish.stderr?.on('data', keep);
  await until(async () => (await fetch(`${cache}/media/none`).catch(() => undefined)) !== undefined, {
    seconds: 30,
    what: () => `varnishd to answer; it printed:\n${printed}`,
  });
}, 240_000);

afterAll(async () => {
  if (varnish?.exitCode === null) {
    varnish.kill('SIGTERM');
    await new Promise((resolve) => varnish.once('exit', resolve));
  }
  counter?.close();
  await rig?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});
beforeEach(() => rig.openAll());

const get = (pass: string, path: string, headers: Record<string, string> = {}) =>
  rig.media(pass, path, headers, cache);
const statuses = async (path: string, ...passes: string[]) =>
  Promise.all(passes.map(async (pass) => (await get(pass, path)).status));

async function delegate(): Promise<Watcher> {
  const device = (await rig.person(listed)).device('a');
  await device.sit();
  return device;
}
/** Seconds until the cache answers so. */
async function soon(path: string, status: number): Promise<number> {
  const began = performance.now();
  await until(async () => ((await get('public', path)).status === status ? true : undefined), {
    seconds: 30,
    what: `${path} to be ${status} behind the cache`,
  });
  return (performance.now() - began) / 1000;
}

describe('a shared cache before the server', () => {
  it('fault 36b: a warm cache asked with forged, expired, foreign and withdrawn passes answers 403', async () => {
    await rig.venueRules({ live: delegates });
    const good = await delegate();
    const segment = await rig.segmentOf('A');
    // As warm as it gets: everything read with a good pass, twice.
    for (let i = 0; i < 2; i++)
      for (const path of ['now.json', segment, rig.clipOf('A')])
        expect((await get(good.pass, path)).status).toBe(200);
    const withdrawn = await delegate();
    expect((await get(withdrawn.pass, segment)).status).toBe(200);
    const { items } = await withdrawn.get<{ items: { id: string }[] }>('/me/sittings');
    await withdrawn.delete(`/me/sittings/${items[0]?.id}`);
    const forged = good.pass.slice(0, -2) + (good.pass.endsWith('AA') ? 'BB' : 'AA');
    const otherLength = `${good.pass}A`;
    for (const path of ['now.json', segment, rig.clipOf('A')])
      expect(await statuses(path, forged, otherLength, withdrawn.pass)).toEqual([403, 403, 403]);
    expect((await get('public', segment)).status).toBe(404);
  });

  it('fault 36: what is read with a pass is never kept, nor given to another', async () => {
    await rig.venueRules({ live: delegates });
    const good = await delegate();
    const segment = await rig.segmentOf('A');
    for (let i = 0; i < 3; i++) {
      const answer = await get(good.pass, segment);
      expect([answer.status, answer.headers.get('age')]).toEqual([
        200,
        answer.headers.get('age') === '0' ? '0' : null,
      ]);
      expect(answer.headers.get('cache-control')).toBe('private, no-store');
      await answer.arrayBuffer();
    }
    expect(counter.of(`/${good.pass}/${rig.venue.id}/${segment}`)).toEqual([200, 200, 200]);
  });

  it('fault 77: a talk whose replay is closed is closed behind the cache within 10 s, another stays open', async () => {
    const [a, b] = [await rig.segmentOf('A'), await rig.segmentOf('B')];
    // What was refused to the test before may be kept for a moment.
    for (const path of [a, b, rig.clipOf('A'), rig.clipOf('B')])
      expect(await soon(path, 200)).toBeLessThan(10);
    await rig.talkRules('B', { live: delegates, replay: 'closed' });
    expect(await soon(b, 404)).toBeLessThan(10);
    expect(await soon(rig.clipOf('B'), 404)).toBeLessThan(10);
    expect((await get('public', a)).status).toBe(200);
    expect((await get('public', rig.clipOf('A'))).status).toBe(200);
  });

  it('fault 77: a whole venue that closes is closed behind the cache within 10 s', async () => {
    const segment = await rig.segmentOf('A');
    for (const path of ['now.json', segment]) expect(await soon(path, 200)).toBeLessThan(10);
    await rig.venueRules({ live: delegates });
    expect(await soon('now.json', 404)).toBeLessThan(10);
    expect(await soon(segment, 404)).toBeLessThan(10);
  });

  it('what was kept is asked for again without its bytes', async () => {
    const segment = await rig.segmentOf('A');
    // What was refused in the test before is kept for a second.
    await soon(segment, 200);
    const first = await get('public', segment);
    const bytes = (await first.arrayBuffer()).byteLength;
    await until(
      async () => {
        await (await get('public', segment)).arrayBuffer();
        return counter.of(segment).includes(304) ? true : undefined;
      },
      { seconds: 30, everyMs: 300, what: 'the cache to ask again' },
    );
    const again = await get('public', segment);
    expect([again.status, (await again.arrayBuffer()).byteLength]).toEqual([200, bytes]);
  });

  it('held playlists and parts of many viewers are one request at the origin, and the same bytes for all', async () => {
    const playlist = await (await rig.media('public', rig.source('live.m3u8'))).text();
    const first = Number(/EXT-X-MEDIA-SEQUENCE:(\d+)/.exec(playlist)?.[1]);
    const msn = first + (playlist.match(/#EXTINF/g)?.length ?? 0) + 1;
    const path = rig.source(`live.m3u8?_HLS_msn=${msn}&_HLS_part=0`);
    const viewers = 60;
    const bodies = await Promise.all(
      Array.from({ length: viewers }, async () => {
        const answer = await get('public', path);
        return `${answer.status} ${await answer.text()}`;
      }),
    );
    expect(new Set(bodies).size).toBe(1);
    expect(bodies[0]).toMatch(/^200 #EXTM3U/);
    expect(counter.of(path)).toHaveLength(1);
    const part = rig.source(`${msn}.0.m4s`);
    const parts = await Promise.all(
      Array.from({ length: viewers }, async () => (await get('public', part)).status),
    );
    expect(new Set(parts)).toEqual(new Set([200]));
    expect(counter.of(part)).toHaveLength(1);
  });
});
