/** FAULTS 95 and 96 on the whole server, and what a stop or a kill leaves running: nothing. */
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Agent, get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DemoInfo } from '#tests/harness/demo-process.ts';
import { secondsHere } from '#tests/harness/seconds-here.ts';
import { until } from '#tests/harness/until.ts';
import { checkMediaPlaylist } from '#tests/interop/playlist-check.ts';
import {
  bytesAt,
  commandOf,
  descendants,
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

describe('a stop while live', () => {
  let rig: LiveRig;
  beforeAll(async () => {
    rig = await LiveRig.start();
  }, 60_000);
  afterAll(async () => rig?.close(), 30_000);

  it('fault 96: a second process on the same data is refused in words, and the first does not notice', async () => {
    const encoder = rig.push();
    const { run } = await rig.published();
    const url = `${rig.mediaBase}/runs/${run}/program/source/live.m3u8`;
    const { playlist: before } = await playlistAt(url);
    const infoFile = readFileSync(join(rig.folder, 'demo.json'), 'utf8');
    const demo = spawnRostrum([
      'demo',
      '--no-source',
      '--port',
      '0',
      '--rtmp-port',
      '0',
      '--data-dir',
      rig.folder,
    ]);
    const serve = spawnRostrum(['serve'], {
      ROSTRUM_DATA_DIR: rig.folder,
      ROSTRUM_HTTP_PORT: '0',
      ROSTRUM_RTMP_PORT: '0',
    });
    expect(await demo.exit).toBe(1);
    expect(demo.output()).toContain(`is in use by process ${rig.demo.child.pid}`);
    expect([1, 2]).toContain(await serve.exit);
    expect(serve.output()).toMatch(/demo|in use by process/);
    for (const { output } of [demo, serve]) expect(output().trim().split('\n').length).toBeLessThan(4);
    expect(readFileSync(join(rig.folder, 'demo.json'), 'utf8')).toBe(infoFile);
    expect(isAlive(postmasterOf(rig.folder) ?? 0)).toBe(true);
    const after = await follow(url, (one) => edgeOf(one) > edgeOf(before) + 2);
    expect(after.segments.some(({ discontinuity }) => discontinuity)).toBe(false);
    expect(await (await fetch(new URL('/healthz', rig.demo.info.apiBase))).json()).toMatchObject({
      database: 'up',
    });
    expect(encoder.running()).toBe(true);
  });

  it('fault 95: SIGTERM with held requests, an encoder and open connections: gone in 10 s, the run goes on later', async () => {
    const { run } = await rig.published();
    const url = `${rig.mediaBase}/runs/${run}/program/source/live.m3u8`;
    const { playlist, text } = await playlistAt(url);
    const last = playlist.segments.at(-1)?.msn ?? 0;
    const firstSegment = digest(await bytesAt(new URL('0.m4s', url).href));
    // The whole next segment, which nobody can have before the stop.
    const held = Array.from({ length: 20 }, () => answerOf(`${url}?_HLS_msn=${last + 1}`));
    const agent = new Agent({ keepAlive: true });
    await answerOf(new URL('/healthz', url).href, agent);
    const children = descendants(rig.demo.child.pid ?? 0);
    expect(children.length).toBeGreaterThan(1);

    const started = performance.now();
    const restarted = rig.restart('SIGTERM');
    const answers = await Promise.all(held);
    const seconds = await restarted;
    expect((performance.now() - started) / 1000 - seconds).toBeLessThan(10);
    agent.destroy();
    for (const answer of answers) expect([200, 503]).toContain(answer.status);
    for (const pid of children) expect(isAlive(pid), commandOf(pid)).toBe(false);

    expect(await rig.now()).toMatchObject({ state: 'away', run });
    expect(digest(await bytesAt(new URL('0.m4s', url).href))).toBe(firstSegment);
    expect(checkMediaPlaylist((await playlistAt(url)).text, text)).toEqual([]);
    rig.push();
    expect((await rig.published()).run).toBe(run);
    const { segments } = await follow(url, (one) =>
      one.segments.some(({ msn, gap }) => msn > last + 1 && !gap),
    );
    expect(segments.filter(({ discontinuity }) => discontinuity)).toHaveLength(1);
    // An orderly stop closes the open segment: nothing is lost, so nothing is missing.
    expect(segments.filter(({ gap }) => gap)).toEqual([]);
  });
});

describe('processes left behind', () => {
  let folder: string;
  let running: Started | undefined;
  beforeAll(async () => {
    folder = await newFolder();
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('fault 86: after kill -9 the lecture and the workers end by themselves, and the next start ends the database', async () => {
    // Only the process itself dies, as by kill -9.
    const demo = await started(folder);
    const left = descendants(demo.pid);
    expect(names(left)).toEqual(expect.arrayContaining(['source', 'preview', 'postgres']));
    process.kill(demo.pid, 'SIGKILL');
    await demo.exit;
    await gone(left.filter((pid) => !commandOf(pid).includes('postgres')));
    running = await started(folder);
    expect(left.filter(isAlive)).toEqual([]);
    expect(running.info.venueId).toBe(demo.info.venueId);
  });

  it('fault 95: a second Ctrl-C ends it at once, and still nothing is left running', async () => {
    const demo = running ?? (await started(folder));
    const all = [demo.pid, ...descendants(demo.pid)];
    // Its database stands still, so the stop is still going on when the second one comes.
    const postmaster = postmasterOf(folder) ?? 0;
    process.kill(postmaster, 'SIGSTOP');
    let asked = 0;
    try {
      process.kill(-demo.pid, 'SIGINT');
      // Not in the same moment, for the kernel would make one of two: when the first was heard.
      const heard = () =>
        fetch(`${demo.info.mediaBase}/now.json`).then(
          () => false,
          () => true,
        );
      await until(heard, { seconds: secondsHere(5), what: 'the server to take no more requests' });
      asked = performance.now();
      process.kill(-demo.pid, 'SIGINT');
      expect(await demo.exit).toBe(1);
    } finally {
      if (isAlive(postmaster)) process.kill(postmaster, 'SIGCONT');
    }
    expect((performance.now() - asked) / 1000).toBeLessThan(secondsHere(2));
    await gone(all);
  });

  it('fault 95: Ctrl-C at a terminal ends it and all it started, quietly', async () => {
    const demo = await started(folder);
    const all = [demo.pid, ...descendants(demo.pid)];
    expect(names(all)).toEqual(expect.arrayContaining(['source', 'preview', 'postgres']));
    const said = demo.output().length;
    process.kill(-demo.pid, 'SIGINT');
    expect(await demo.exit).toBe(0);
    expect(all.filter(isAlive).map(commandOf)).toEqual([]);
    expect(demo.output().slice(said)).toBe('');
  });

  it('fault 95: a stop in the middle of the start ends it, and leaves nothing running', async () => {
    const demo = spawnRostrum(['demo', '--port', '0', '--rtmp-port', '0', '--data-dir', folder]);
    const postmaster = await until(() => postmasterOf(folder), { seconds: 30, everyMs: 2 });
    process.kill(-(demo.child.pid ?? 0), 'SIGINT');
    let ended = false;
    void demo.exit.then(() => {
      ended = true;
    });
    await until(() => ended, { seconds: 10, what: () => `its end; it said ${demo.output()}` });
    await until(() => !isAlive(postmaster), { seconds: 10, what: 'the end of its database' });
  });
});

async function gone(pids: readonly number[]): Promise<void> {
  await until(() => !pids.some(isAlive), {
    seconds: secondsHere(4),
    what: () => `the end of ${names(pids.filter(isAlive))}`,
  });
}

type Started = {
  readonly pid: number;
  readonly info: DemoInfo;
  readonly exit: Promise<number | NodeJS.Signals | null>;
  output(): string;
};

/** A demo with its lecture and preview, live and published. */
async function started(folder: string): Promise<Started> {
  const demo = spawnRostrum(['demo', '--port', '0', '--rtmp-port', '0', '--data-dir', folder], {
    ROSTRUM_DISK_RESERVE: '0',
  });
  const pid = demo.child.pid ?? 0;
  const info = await until(
    () => {
      if (demo.child.exitCode !== null) throw new Error(`demo ended; it printed:\n${demo.output()}`);
      const text = readInfo(folder);
      return text?.pid === pid ? text : undefined;
    },
    { seconds: 60, what: () => `demo to be ready; it printed:\n${demo.output()}` },
  );
  await until(
    async () => {
      const now = (await (await fetch(`${info.mediaBase}/now.json`)).json()) as { state: string };
      return now.state === 'live' && names(descendants(pid)).includes('preview');
    },
    { seconds: 40, what: 'the lecture to be live' },
  );
  return { pid, info, exit: demo.exit, output: demo.output };
}

function readInfo(folder: string): DemoInfo | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'demo.json'), 'utf8')) as DemoInfo;
  } catch {
    return undefined;
  }
}

const names = (pids: readonly number[]): string[] =>
  pids.map(
    (pid) =>
      /bench\/(source)|(preview)-worker|(ladder)-worker|(postgres)/
        .exec(commandOf(pid))
        ?.slice(1)
        .find(Boolean) ?? commandOf(pid),
  );

function answerOf(url: string, agent?: Agent): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    get(url, agent ? { agent } : {}, (answer: IncomingMessage) => {
      let body = '';
      answer.setEncoding('utf8');
      answer.on('data', (text: string) => {
        body += text;
      });
      answer.once('end', () => resolve({ status: answer.statusCode, body }));
      answer.once('error', reject);
    }).once('error', reject);
  });
}
