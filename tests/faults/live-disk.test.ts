/** FAULTS 88 and 93 on the whole server: a disk that is full, and one that is slow. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, expect, it } from 'vitest';
import type { SystemStatus, VenueStatus } from '#contracts/venue.ts';
import { secondsHere } from '#tests/harness/seconds-here.ts';
import { until } from '#tests/harness/until.ts';
import { type CheckedPlaylist, checkMediaPlaylist } from '#tests/interop/playlist-check.ts';
import { bytesAt, edgeOf, follow, LiveRig, newFolder, playlistAt } from './live-rig.ts';

/** A small disk of its own: needs Linux and the right to mount. */
const disk = await newFolder();
const whyNot = ((): string | undefined => {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=200m,mode=0711', 'tmpfs', disk], { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n').at(1) ?? error.message) : String(error);
  }
})();
const megabyte = 2 ** 20;

let rig: LiveRig | undefined;
afterEach(async () => {
  await rig?.close();
  rig = undefined;
}, 30_000);
afterAll(async () => {
  if (whyNot === undefined) execFileSync('umount', [disk]);
  await rm(disk, { recursive: true, force: true });
});

const status = async (of: LiveRig): Promise<VenueStatus> =>
  (await of.api()).request('GET', `/venues/${of.demo.info.venueId}/status`);
const system = async (of: LiveRig): Promise<SystemStatus> => (await of.api()).request('GET', '/system');
const alarms = async (of: LiveRig): Promise<unknown[]> =>
  (await status(of)).tracks.program.warnings
    .filter(({ kind }) => kind === 'recordingStopped')
    .map(({ values }) => values.code);
const source = (of: LiveRig, run: string) => `${of.mediaBase}/runs/${run}/program/source/live.m3u8`;
const whole = ({ segments }: CheckedPlaylist) => segments.filter(({ uri, gap }) => uri !== undefined && !gap);

/** A viewer at the edge gets so many new parts, and everything the playlist lists. */
async function plays(url: string, parts: number): Promise<void> {
  const { playlist, text } = await playlistAt(url);
  const after = await follow(url, (one) => edgeOf(one) >= edgeOf(playlist) + parts);
  for (const { uri, parts: listed, gap } of after.segments) {
    if (gap) continue;
    for (const name of [...(uri ? [uri] : []), ...listed.map((part) => part.uri)])
      expect((await bytesAt(new URL(name, url).href)).length, name).toBeGreaterThan(100);
  }
  expect(checkMediaPlaylist((await playlistAt(url)).text, text)).toEqual([]);
}

it('fault 88: with the reserve reached from the start viewers are served all the same, and the desk is told', async () => {
  // More than any disk has: full at once.
  rig = await LiveRig.start({ env: { ROSTRUM_DISK_RESERVE: '1024T' } });
  rig.push();
  const { run } = await rig.published();
  await plays(source(rig, run), 6);
  await plays(source(rig, run).replace('/source/', '/audio/'), 2);
  expect((await system(rig)).disk).toMatchObject({ state: 'full' });
  expect(await alarms(rig)).toEqual(['full', 'full']);
  const clip = await playlistAt(`${rig.mediaBase}/clips/${run}/1/program-source.m3u8`);
  for (const { uri } of whole(clip.playlist))
    await bytesAt(new URL(uri ?? '', `${rig.mediaBase}/clips/${run}/1/`).href);
});

it('fault 88: a disk that fills up while live: alarm, viewers go on, recording resumes when there is room', async ({
  skip,
}) => {
  skip(whyNot !== undefined, `no tmpfs can be mounted here: ${whyNot}`);
  const folder = join(disk, 'data');
  await mkdir(folder);
  await chmod(folder, 0o711);
  rig = await LiveRig.start({ folder, env: { ROSTRUM_DISK_RESERVE: '8M' } });
  rig.push();
  const { run } = await rig.published();
  const url = source(rig, run);
  await follow(url, (one) => whole(one).length >= 1);
  expect(await alarms(rig)).toEqual([]);

  // Down to the reserve: recording stops by itself.
  const ballast = join(disk, 'ballast');
  await fill(ballast, 4 * megabyte);
  await until(async () => (await system(rig!)).disk.state === 'full', { what: 'the disk to be full' });
  await until(async () => (await alarms(rig!)).length === 2, { what: 'the alarms of picture and sound' });
  await plays(url, 5);

  // And to the last byte, which takes the database's and the timeline's room as well.
  await fill(join(disk, 'ballast-2'), 0);
  expect((await statfs(disk)).bavail).toBe(0);
  await plays(url, 5);
  expect(await rig.now()).toMatchObject({ state: 'live', run });
  expect((await fetch(new URL('/healthz', rig.demo.info.apiBase))).status).toBe(200);

  await rm(join(disk, 'ballast-2'));
  await rm(ballast);
  // The database may have died of it; it comes back with the room (fault 89).
  await until(async () => (await system(rig!).catch(() => undefined))?.database === 'up', {
    seconds: 30,
    what: 'the database to be up',
  });
  await until(async () => (await alarms(rig!)).length === 0, { seconds: 20, what: 'recording to resume' });
  expect((await system(rig)).disk.state).not.toBe('full');
  const { segments } = (await playlistAt(url)).playlist;
  const next = (segments.at(-1)?.msn ?? 0) + 1;
  await follow(url, (one) => whole(one).some(({ msn }) => msn >= next));
  const file = join(folder, 'recordings', rig.demo.info.venueId, run, 'program/source', `${next}.m4s`);
  await until(() => existsSync(file), { what: `segment ${next} on the disk` });
  await plays(url, 2);

  // What was recorded outlives the process; what was not is a gap, and the numbers go on.
  await rig.restart();
  const { playlist } = await playlistAt(url);
  expect(playlist.segments.some(({ gap }) => gap)).toBe(true);
  for (const { uri } of whole(playlist)) await bytesAt(new URL(uri ?? '', url).href);
  expect((await rig.now())?.run).toBe(run);
  await (await rig.api()).request('POST', `/venues/${rig.demo.info.venueId}/end`);
  expect((await rig.inState('ended')).run).toBe(run);
});

it('fault 93: writes that take 500 ms delay no part, and the event loop stays free', async () => {
  const folder = await newFolder();
  const switchFile = `${folder}.slow`;
  rig = await LiveRig.start({
    folder,
    env: {
      NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, 'slow-disk.ts')).href}`,
      SLOW_DISK_MS: '500',
      SLOW_DISK_SWITCH: switchFile,
    },
  });
  try {
    rig.push();
    const { run } = await rig.published();
    const url = source(rig, run);
    const usual = await longestWait(url, 6);
    await writeFile(switchFile, '');
    await lag(rig);
    const slowed = await longestWait(url, 18);
    expect(slowed).toBeLessThan(Math.max(usual, secondsHere(0.334)) + secondsHere(0.15));
    expect(await lag(rig)).toBeLessThan(secondsHere(0.1));
    await plays(url, 2);
    expect(await alarms(rig)).toEqual([]);
    // Changes of state are records on the same disk: they take their time, viewers do not notice.
    const venue = rig.demo.info.venueId;
    const api = await rig.api();
    const asked = performance.now();
    const changed = api.request('PUT', `/venues/${venue}/tracks/program/delay`, { ms: 120 });
    expect(await longestWait(url, 4)).toBeLessThan(Math.max(usual, secondsHere(0.334)) + secondsHere(0.15));
    await changed;
    expect(performance.now() - asked).toBeGreaterThan(490);
  } finally {
    await rm(switchFile, { force: true });
  }
});

/** Leaves `free` bytes of the small disk. */
async function fill(file: string, free: number): Promise<void> {
  const { bavail, bsize } = await statfs(disk);
  await writeFile(file, Buffer.alloc(Math.max(0, bavail * bsize - free))).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOSPC') throw error;
    },
  );
}

/** Seconds between two parts at most, over so many, for a viewer who asks for each in advance. */
async function longestWait(url: string, parts: number): Promise<number> {
  let [worst, last, edge] = [0, performance.now(), 0];
  const { playlist } = await playlistAt(url);
  await follow(url, (one) => {
    const [now, newest] = [performance.now(), edgeOf(one)];
    if (edge > 0 && newest > edge) worst = Math.max(worst, now - last);
    if (newest > edge) [last, edge] = [now, newest];
    parts -= 1;
    return parts < 0 && newest > edgeOf(playlist);
  });
  return worst / 1000;
}

/** The event loop's delay since the last call, 99 of 100, in seconds. */
async function lag(of: LiveRig): Promise<number> {
  const text = await (await fetch(new URL('/metrics', of.demo.info.apiBase))).text();
  const value = /^rostrum_nodejs_eventloop_lag_p99_seconds (\S+)/m.exec(text)?.[1];
  if (value === undefined) throw new Error('/metrics does not tell the delay of the event loop');
  return Number(value);
}
