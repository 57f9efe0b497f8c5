import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBarePage } from '#bench/bare-page.ts';
import type { Clip, ClipEvents, ClipInfo } from '#contracts/clip.ts';
import { mediaPath } from '#contracts/media-urls.ts';
import type { Now } from '#contracts/now.ts';
import type { Talk } from '#contracts/talk.ts';
import { partTarget } from '#media/formats/m3u8.ts';
import { type Api, logIn } from '#tests/harness/api.ts';
import { launchBrowser, openPage, played, plays } from '#tests/harness/browser.ts';
import { type DemoProcess, startDemo } from '#tests/harness/demo-process.ts';
import { type Encoder, startEncoder } from '#tests/harness/encoder.ts';
import { secondsHere } from '#tests/harness/seconds-here.ts';
import { until } from '#tests/harness/until.ts';
import { checkMediaPlaylist, readMediaPlaylist } from '#tests/interop/playlist-check.ts';

const run = promisify(execFile);
/** Seconds: PART-TARGET of the packager. */
const part = 0.34;

let folder: string;
let demo: DemoProcess;
let browser: Browser;
let api: Api;
let encoder: Encoder;

const venue = () => demo.info.venueId;
const media = (path: string) => `${demo.info.mediaBase}/${path}`;
const get = (path: string) => fetch(media(path));
const text = async (path: string) => (await get(path)).text();
const now = async () => (await (await get('now.json')).json()) as Now;
const talks = async () => (await api.request<{ talks: Talk[] }>('GET', `/venues/${venue()}/talks`)).talks;
const cut = async (act: 'next-talk' | 'end-talk' | 'undo-cut') =>
  (await api.request<{ talks: Talk[] }>('POST', `/venues/${venue()}/${act}`, {})).talks;
const replayOf = async (title: string) => {
  const talk = (await talks()).find((one) => one.title === title);
  if (!talk?.replay) throw new Error(`${title} has no replay`);
  return { talk, ...talk.replay, folder: `clips/${talk.replay.clip}/${talk.replay.version}` };
};
const live = () =>
  until(async () => (await now()).tracks.program?.renditions.includes('source'), {
    seconds: 40,
    what: 'a published source',
  });
/** The live edge has gone on so many seconds. */
const goesOn = async (seconds: number) => {
  const from = Date.now();
  await until(() => Date.now() - from > seconds * 1000, { seconds: seconds + 5 });
};
/** Seconds of media in a playlist from its start offset on. */
const playable = (playlist: string) => {
  const read = readMediaPlaylist(playlist);
  return read.segments.reduce((sum, { duration }) => sum + (duration ?? 0), 0) - (read.start ?? 0);
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rostrum-replay-'));
  demo = await startDemo(folder, ['--no-source']);
  api = await logIn(demo.info);
  browser = await launchBrowser();
  await api.request('PATCH', `/venues/${venue()}`, { renditions: ['source', 'audio'] });
  for (const { id } of await talks()) await api.request('DELETE', `/talks/${id}`);
  for (const title of ['First', 'Second', 'Third'])
    await api.request('POST', `/venues/${venue()}/talks`, { title });
  encoder = startEncoder(`${demo.info.rtmpUrl}/${demo.info.streamKey}`);
  await live();
});
afterAll(async () => {
  await encoder?.stop();
  await browser?.close();
  await demo?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('a talk is its own replay', () => {
  it('ready within 2 s of the cut, while the next talk is live', async () => {
    await cut('next-talk');
    await goesOn(7);
    const pressed = performance.now();
    const [first, second] = await cut('next-talk');
    const { folder: clip } = await replayOf('First');
    const files = ['program-source.m3u8', 'program-audio.m3u8'];
    await until(
      async () => {
        const lists = await Promise.all(files.map((file) => text(`${clip}/${file}`)));
        return lists.every((list) => list.includes('#EXT-X-ENDLIST'));
      },
      { seconds: 20, what: 'a complete replay' },
    );
    expect((performance.now() - pressed) / 1000).toBeLessThan(secondsHere(2));
    expect(second).toMatchObject({ title: 'Second', state: 'now', actualStart: first?.actualEnd });

    const seconds = ((first?.actualEnd ?? 0) - (first?.actualStart ?? 0)) / 1000;
    expect(seconds).toBeGreaterThan(6);
    for (const file of files) {
      const playlist = await text(`${clip}/${file}`);
      expect(checkMediaPlaylist(playlist)).toEqual([]);
      expect(Math.abs(playable(playlist) - seconds)).toBeLessThan(file.includes('audio') ? part : 0.045);
    }
    expect((await now()).state).toBe('live');
  });

  it('plays from the exact frame in Chromium, to its end', async () => {
    const { folder: clip, talk } = await replayOf('First');
    const bare = await startBarePage(media(`${clip}/index.m3u8`));
    const page = await (await browser.newContext()).newPage();
    await page.goto(bare.url);
    const begins = talk.actualStart ?? 0;
    const frame = await until(() => page.evaluate((from) => window.barePlayer?.frameFrom(from), begins), {
      seconds: 20,
      what: 'the first frame',
    });
    // Two frames of 25 a second: seeking may land beside one.
    expect(Math.abs(frame.date - begins)).toBeLessThan(85);
    await page.waitForFunction(() => document.querySelector('video')?.ended, undefined, { timeout: 20_000 });
    await page.context().close();
    await bare.close();
  });

  it('other programs read the range: ffprobe finds its frames', async () => {
    const { folder: clip, talk } = await replayOf('First');
    const { stdout } = await run('ffprobe', [
      ...['-v', 'error', '-select_streams', 'v', '-count_packets'],
      ...['-show_entries', 'stream=nb_read_packets', '-of', 'csv=p=0', media(`${clip}/program-source.m3u8`)],
    ]);
    const lead = readMediaPlaylist(await text(`${clip}/program-source.m3u8`)).start ?? 0;
    const seconds = ((talk.actualEnd ?? 0) - (talk.actualStart ?? 0)) / 1000 + lead;
    expect(Math.abs(Number.parseInt(stdout, 10) - seconds * 25)).toBeLessThanOrEqual(1);
  });

  it('says what it is, and how the stage stood', async () => {
    const { folder: clip, talk, version } = await replayOf('First');
    const info = (await (await get(`${clip}/clip.json`)).json()) as ClipInfo;
    expect(info).toMatchObject({
      id: talk.replay?.clip,
      version,
      title: 'First',
      open: false,
      ranges: [{ from: talk.actualStart, to: talk.actualEnd }],
      tracks: { program: mediaPath.clip(talk.replay?.clip ?? '', version, 'program') },
      chapters: [{ kind: 'talk', title: 'First', t: talk.actualStart }],
    });
    const events = (await (await get(`${clip}/events.json`)).json()) as ClipEvents;
    expect(events.ranges).toMatchObject([
      { from: talk.actualStart, state: { talk: { id: talk.id } }, events: [] },
    ]);
    const run = (await now()).run;
    const whole = (await (await get(`clips/${run}/1/clip.json`)).json()) as ClipInfo;
    expect(whole.open).toBe(true);
    expect(whole.chapters.map(({ title }) => title)).toEqual(['First', 'Second']);
  });

  it('the last cut is taken back: the replay is gone at once, and comes as a new version with the next cut', async () => {
    await goesOn(3);
    await cut('next-talk');
    const before = await replayOf('Second');
    expect((await get(`${before.folder}/index.m3u8`)).status).toBe(200);
    const [, second, third] = await cut('undo-cut');
    expect(second).toMatchObject({ title: 'Second', state: 'now', replay: { state: 'hidden' } });
    expect(third).toMatchObject({ state: 'planned', actualStart: null });
    expect((await get(`${before.folder}/index.m3u8`)).status).toBe(404);
    const run = (await now()).run;
    const chapters = await until(async () => {
      const info = (await (await get(`clips/${run}/1/clip.json`)).json()) as ClipInfo;
      const titles = info.chapters.map(({ title }) => title);
      return titles.includes('Third') ? undefined : titles;
    });
    expect(chapters).toEqual(['First', 'Second']);
    await goesOn(2);
    await cut('next-talk');
    const after = await replayOf('Second');
    expect(after).toMatchObject({ clip: before.clip, version: before.version + 2 });
    expect((await get(`${after.folder}/index.m3u8`)).status).toBe(200);
  });

  it('fault 86: killed right after a cut, the server comes back with the talk on, its cut and its replay', async () => {
    const killed = await talks();
    const first = await replayOf('First');
    const playlist = await text(`${first.folder}/program-source.m3u8`);
    await demo.stop('SIGKILL');
    await encoder.stop();
    const ports = ['--port', new URL(demo.info.apiBase).port];
    demo = await startDemo(folder, ['--no-source', ...ports]);
    api = await logIn(demo.info);
    encoder = startEncoder(`${demo.info.rtmpUrl}/${demo.info.streamKey}`);
    expect(await talks()).toEqual(killed);
    expect(await text(`${first.folder}/program-source.m3u8`)).toBe(playlist);
    await until(async () => (await now()).state === 'live', { seconds: 40, what: 'the venue to be live' });
  });

  it('cut anew, hidden, joined, across the encoder coming back: only the current version answers', async () => {
    const first = await replayOf('First');
    const second = await replayOf('Second');
    const from = (first.talk.actualStart ?? 0) + 1500;
    const ranges = [{ from, to: first.talk.actualEnd }];
    const next = await api.request<Clip>('PATCH', `/clips/${first.clip}`, { ranges });
    expect((await get(`${first.folder}/index.m3u8`)).status).toBe(404);
    const moved = `clips/${next.id}/${next.version}/program-source.m3u8`;
    const seconds = ((first.talk.actualEnd ?? 0) - from) / 1000;
    expect(Math.abs(playable(await text(moved)) - seconds)).toBeLessThan(0.045);
    const joined = await api.request<Clip>('POST', '/clips/join', {
      ids: [second.clip, first.clip],
      title: 'Both',
    });
    const both = await text(`clips/${joined.id}/1/program-source.m3u8`);
    expect(checkMediaPlaylist(both)).toEqual([]);
    expect(readMediaPlaylist(both).segments.filter(({ discontinuity }) => discontinuity)).not.toHaveLength(0);
    await api.request('PATCH', `/clips/${joined.id}`, { state: 'hidden' });
    for (const version of [1, 2])
      expect((await get(`clips/${joined.id}/${version}/index.m3u8`)).status).toBe(404);
  });

  it('a range of events that is deleted is in no replay any more, with a line in the audit log', async () => {
    const { talk, folder: clip } = await replayOf('Second');
    const titles = async () =>
      ((await (await get(`${clip}/clip.json`)).json()) as ClipInfo).chapters.map(({ title }) => title);
    expect(await titles()).toEqual(['Second']);
    const from = (talk.actualStart ?? 0) - 1;
    const { events } = await api.request<{ events: number }>('DELETE', `/venues/${venue()}/events`, {
      stream: 'stage',
      from,
      to: from + 2,
    });
    expect(events).toBe(1);
    expect(await titles()).toEqual(['First']);
    const { items } = await api.request<{ items: { action: string }[] }>('GET', `/audit?venueId=${venue()}`);
    expect(items[0]?.action).toBe('events.delete');
  });

  it('the end of the run ends the talk; deleting the run leaves nothing of its replays', async () => {
    await goesOn(3);
    const { run } = await now();
    await api.request('POST', `/venues/${venue()}/end`, {});
    const third = await until(async () => {
      const found = (await talks()).find(({ title }) => title === 'Third');
      return found?.replay && found;
    });
    expect(third.state).toBe('done');
    const clip = `clips/${third.replay?.clip}/${third.replay?.version}`;
    await until(async () => (await text(`${clip}/program-source.m3u8`)).includes('ENDLIST'));
    await api.request('DELETE', `/venues/${venue()}/runs/${run}`);
    for (const file of ['index.m3u8', 'program-source.m3u8', 'clip.json', 'events.json'])
      expect((await get(`${clip}/${file}`)).status).toBe(404);
    expect((await get(`runs/${run}/program/source/1.m4s`)).status).toBe(404);
    await until(async () => {
      const { clips } = await api.request<{ clips: Clip[] }>('GET', `/venues/${venue()}/clips`);
      return clips.every(({ empty }) => empty);
    });
    expect((await talks()).every(({ state }) => state === 'done')).toBe(true);
    const open = await fetch(`${demo.info.apiBase}/public/venues/${venue()}/talks`);
    const told = (await open.json()) as { talks: { replay: unknown }[] };
    expect(told.talks.every(({ replay }) => replay === null)).toBe(true);
  });
});

describe('in the replay page', () => {
  let capture: Encoder;
  const clips: string[] = [];
  beforeAll(() => {
    capture = startEncoder(`${demo.info.rtmpUrl}/${demo.info.slidesKey}`, { audio: false });
  });
  afterAll(() => capture?.stop());

  /** Seconds of each run's clip. */
  const length = 4;
  const address = (clip: string) => `${new URL(demo.info.watchUrl).origin}/replay/${venue()}/${clip}`;
  const make = (title: string, ranges: { from: number; to: number }[]) =>
    api.request<Clip>('POST', `/venues/${venue()}/clips`, { title, ranges });

  it('two runs of a venue with a slide output give a clip each', async () => {
    for (const title of ['Morning', 'Afternoon']) {
      await api.request('POST', `/venues/${venue()}/live`, {});
      const both = async () => {
        const { tracks } = await now();
        return tracks.program?.renditions.includes('source') && tracks.slides?.renditions.includes('source');
      };
      await until(both, { seconds: 40, what: 'picture and slide output' });
      await goesOn(1);
      const from = Date.now();
      await goesOn(length + 1);
      clips.push((await make(title, [{ from, to: from + length * 1000 }])).id);
      await api.request('POST', `/venues/${venue()}/end`, {});
    }
    expect(new Set(clips).size).toBe(2);
  });

  it('the slide output plays beside the speaker', async () => {
    const { page, context } = await openPage(browser, address(clips[0] ?? ''));
    await page.locator('.stage-slides video').waitFor({ timeout: 20_000 });
    await plays(page, 2, 40);
    const slides = () =>
      page.evaluate(() => {
        const video = document.querySelector<HTMLVideoElement>('.stage-slides video');
        return video !== null && video.videoWidth > 0 && video.currentTime > 0 && video.played.length > 0;
      });
    await until(slides, { seconds: 20, what: 'the slide output to play' });
    await context.close();
  });

  it('a clip joined of two runs plays through the seam to its end, slide output and all', async () => {
    const joined = await api.request<Clip>('POST', '/clips/join', { ids: clips, title: 'Whole day' });
    const playlist = await text(`clips/${joined.id}/1/program-source.m3u8`);
    expect(checkMediaPlaylist(playlist)).toEqual([]);
    // Only the first range can begin between two keyframes (EXT-X-START): the second is up to a group of pictures (2 s)
    // longer, and the end of each up to a part.
    expect(playable(playlist)).toBeGreaterThan(2 * length - 0.1);
    expect(playable(playlist)).toBeLessThan(2 * length + 2 + 2 * partTarget);
    const { page, context } = await openPage(browser, address(joined.id));
    await page.locator('.stage-slides video').waitFor({ timeout: 20_000 });
    await plays(page, 1, 40);
    await page.waitForFunction(() => document.querySelector('video')?.ended, undefined, { timeout: 60_000 });
    expect(await played(page)).toBeGreaterThan(2 * length - 1);
    await context.close();
  });
});
