/** FAULTS 86 on the whole server: `kill -9` at the moments that matter, with an encoder and viewers where there are any. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logIn } from '#tests/harness/api.ts';
import { startDemo } from '#tests/harness/demo-process.ts';
import { secondsHere } from '#tests/harness/seconds-here.ts';
import { until } from '#tests/harness/until.ts';
import {
  type CheckedPlaylist,
  checkMediaPlaylist,
  readMediaPlaylist,
} from '#tests/interop/playlist-check.ts';
import {
  bytesAt,
  digest,
  edgeOf,
  follow,
  isAlive,
  LiveRig,
  newFolder,
  playlistAt,
  postmasterOf,
  spawnRostrum,
} from './live-rig.ts';

const backWithin = 5;

describe('fault 86: kill -9 and the next start', () => {
  let rig: LiveRig;
  beforeAll(async () => {
    rig = await LiveRig.start();
  }, 60_000);
  afterAll(async () => rig?.close(), 30_000);

  const live = (run: string, rendition = 'source') =>
    `${rig.mediaBase}/runs/${run}/program/${rendition}/live.m3u8`;

  it('fault 86: idle: it is back within 5 s with its venue and its log-in', async () => {
    const before = rig.demo.info;
    const seconds = await rig.restart();
    expect(seconds).toBeLessThan(secondsHere(backWithin));
    expect(rig.demo.info.venueId).toBe(before.venueId);
    expect(rig.demo.info.streamKey).toBe(before.streamKey);
    expect(rig.demo.info.adminPassword).toBe(before.adminPassword);
    await logIn(rig.demo.info);
    expect(await rig.now()).toMatchObject({ state: 'off', run: null });
  });

  it('fault 86: during an RTMP handshake: the encoder is cut and gets in at the next start', async () => {
    const url = new URL(rig.demo.info.rtmpUrl.replace('rtmp', 'http'));
    const half = await opened(Number(url.port));
    const whole = await opened(Number(url.port));
    // C0 and half of C1; and C0 C1 with the answer read, but no C2.
    half.write(Buffer.concat([Buffer.of(3), Buffer.alloc(700)]));
    whole.write(Buffer.concat([Buffer.of(3), Buffer.alloc(1536)]));
    await new Promise((resolve) => whole.once('data', resolve));
    const cut = Promise.all([half, whole].map((socket) => new Promise((done) => socket.once('close', done))));
    const seconds = await rig.restart();
    await cut;
    expect(seconds).toBeLessThan(secondsHere(backWithin));
    const encoder = rig.push();
    await rig.published();
    await encoder.stop();
    await rig.inState('away');
    const api = await rig.api();
    await api.request('POST', `/venues/${rig.demo.info.venueId}/end`);
    await rig.inState('ended');
  });

  it('fault 86: before the first segment: the run begun goes on when the encoder is back', async () => {
    // Nothing is published before the second IDR, which is 8 s away.
    const encoder = rig.push({ gopSeconds: 8 });
    const { run, tracks } = await rig.inState('live');
    expect(tracks).toEqual({});
    const seconds = await rig.restart();
    await encoder.stop();
    expect(seconds).toBeLessThan(secondsHere(backWithin));
    expect((await rig.now())?.run).toBe(run);
    const again = rig.push();
    expect((await rig.published()).run).toBe(run);
    const { playlist } = await playlistAt(live(String(run)));
    expect(playlist.mediaSequence).toBe(0);
    await again.stop();
    await rig.inState('away');
  });

  it('fault 86: mid-part while live: at most one part is lost, earlier bytes stand, the run goes on', async () => {
    const encoder = rig.push();
    const { run } = await rig.published();
    const before: Record<string, { text: string; playlist: CheckedPlaylist; bytes: Map<string, Buffer> }> =
      {};
    await follow(live(run), ({ segments }) => segments.filter(({ uri }) => uri !== undefined).length >= 2);
    for (const rendition of ['audio', 'source']) {
      const { text, playlist } = await playlistAt(live(run, rendition));
      const names = playlist.segments.flatMap(({ uri, parts }) =>
        uri === undefined ? parts.map((part) => part.uri) : [uri],
      );
      const bytes = new Map<string, Buffer>();
      for (const name of names) bytes.set(name, await bytesAt(new URL(name, live(run, rendition)).href));
      before[rendition] = { text, playlist, bytes };
    }
    // The next part has just been shown, the one after it is being filled: that is when the process dies.
    const newest = await follow(live(run), (one) => edgeOf(one) > edgeOf(before.source!.playlist));
    const seconds = await rig.restart();
    expect(seconds).toBeLessThan(secondsHere(backWithin));
    await encoder.stop();

    for (const [rendition, was] of Object.entries(before)) {
      const { text, playlist } = await playlistAt(live(run, rendition));
      // One part at the end may be gone: it is no witness of what must be the same.
      expect(checkMediaPlaylist(text, withoutLastPart(was.text))).toEqual([]);
      for (const [name, bytes] of was.bytes) {
        const [msn, part] = name.split('.').map(Number);
        const same = playlist.segments.find((segment) => segment.msn === msn);
        if (name.split('.').length === 2)
          expect(digest(await bytesAt(new URL(name, live(run, rendition)).href)), name).toBe(digest(bytes));
        else expect(same?.parts.length, `${rendition} ${name}`).toBeGreaterThanOrEqual(part ?? 0);
      }
    }
    const { msn = 0, parts = [] } = newest.segments.at(-1) ?? {};
    const kept = (await playlistAt(live(run))).playlist.segments.find((one) => one.msn === msn && !one.gap);
    expect(parts.length - (kept?.parts.length ?? 0)).toBeLessThanOrEqual(1);

    rig.push();
    expect((await rig.published()).run).toBe(run);
    const after = await follow(live(run), ({ segments }) =>
      segments.some((one) => one.msn > msn && !one.gap),
    );
    expect(after.segments.find((one) => one.msn > msn && !one.gap)?.discontinuity).toBe(true);
  });

  it('fault 86: while a clip is being read: the same address gives the same bytes afterwards', async () => {
    const { run } = await rig.published();
    await follow(live(run), ({ segments }) => segments.length >= 4);
    const base = `${rig.mediaBase}/clips/${run}/1`;
    const url = `${base}/program-source.m3u8`;
    const { text, playlist } = await playlistAt(url);
    const address = (uri: string | undefined) => new URL(uri ?? '', url).href;
    const bytes = new Map<string, string>();
    for (const { uri, gap } of playlist.segments)
      if (!gap) bytes.set(address(uri), digest(await bytesAt(address(uri))));
    let reading = true;
    const reader = (async () => {
      while (reading) for (const one of bytes.keys()) await bytesAt(one).catch(() => undefined);
    })();
    const seconds = await rig.restart();
    reading = false;
    await reader;
    expect(seconds).toBeLessThan(secondsHere(backWithin));
    const after = await playlistAt(url);
    expect(checkMediaPlaylist(after.text, text)).toEqual([]);
    for (const [one, hash] of bytes) expect(digest(await bytesAt(one)), one).toBe(hash);
  });
});

describe('fault 86: kill -9 during the first start', () => {
  const moments: [string, (folder: string) => boolean][] = [
    ['while the database is created', (folder) => existsSync(join(folder, 'postgres/data.new'))],
    ['while the tables are made', (folder) => postmasterOf(folder) !== undefined],
    ['while the administrator is made', (folder) => existsSync(join(folder, 'secrets/admin-password'))],
  ];
  it.each(moments)('fault 86: %s: the next start does it whole', async (_title, reached) => {
    const folder = await newFolder();
    try {
      const first = spawnRostrum([
        'demo',
        '--no-source',
        '--port',
        '0',
        '--rtmp-port',
        '0',
        '--data-dir',
        folder,
      ]);
      await until(() => reached(folder), {
        seconds: 60,
        everyMs: 1,
        what: () => `the moment; it said ${first.output()}`,
      });
      first.child.kill('SIGKILL');
      await first.exit;
      const orphan = postmasterOf(folder);
      const started = performance.now();
      const demo = await startDemo(folder);
      const seconds = (performance.now() - started) / 1000;
      try {
        expect(seconds).toBeLessThan(secondsHere(backWithin));
        if (orphan !== undefined) expect(isAlive(orphan)).toBe(false);
        const api = await logIn(demo.info);
        const { venues } = await api.request<{ venues: { id: string }[] }>('GET', '/venues');
        expect(venues.map(({ id }) => id)).toEqual([demo.info.venueId]);
        expect((await fetch(`${demo.info.mediaBase}/now.json`)).status).toBe(200);
      } finally {
        await demo.stop();
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

function opened(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.on('error', reject);
  });
}

/** The playlist without its newest part and without the hint. */
function withoutLastPart(text: string): string {
  const lines = text.split('\n').filter((line) => !line.startsWith('#EXT-X-PRELOAD-HINT'));
  const last = lines.findLastIndex((line) => line.startsWith('#EXT-X-PART:'));
  const open = readMediaPlaylist(text).segments.at(-1)?.uri === undefined;
  return lines.filter((_, i) => !open || i !== last).join('\n');
}
