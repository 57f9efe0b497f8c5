/** FAULTS 10, 11, 97 and 98 on the whole server: encoders that may not push, bad lines, and those that come back late or never. */
import { createHmac } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PushKey, VenueSettings } from '#contracts/venue.ts';
import { followPlaylist } from '#tests/harness/follow-playlist.ts';
import { secondsHere } from '#tests/harness/seconds-here.ts';
import { until } from '#tests/harness/until.ts';
import { checkMediaPlaylist } from '#tests/interop/playlist-check.ts';
import { bytesAt, digest, edgeOf, follow, LiveRig, playlistAt, type RigVenue } from './live-rig.ts';
import { LossyLine } from './lossy-line.ts';

let rig: LiveRig;
beforeAll(async () => {
  rig = await LiveRig.start();
  await rig.api();
}, 60_000);
afterAll(async () => rig?.close(), 30_000);

const venue = (settings: Partial<VenueSettings> = {}): Promise<RigVenue> =>
  rig.makeVenue({ title: '分会场', autoLive: true, ...settings });
const source = (base: string, run: string) => `${base}/runs/${run}/program/source/live.m3u8`;

// Each has a venue of its own and waits most of the time: all at once.
describe.concurrent('encoders', () => {
  it('fault 97: 5 % loss and 200 ms of jitter: the stream goes on, playlists stay valid, nothing begins anew', async () => {
    const hall = await venue();
    const url = new URL(hall.url().replace('rtmp:', 'http:'));
    const line = await LossyLine.open(Number(url.port), { seed: 97, loss: 0.05, jitter: 200 });
    try {
      url.port = String(line.port);
      const encoder = rig.push({ kbps: 600, gopSeconds: 2 }, url.href.replace('http:', 'rtmp:'));
      const { run } = await rig.published(hall.base);
      const [picture, sound] = await Promise.all(
        ['source', 'audio'].map((name) =>
          followPlaylist(`${hall.base}/runs/${run}/program/${name}/live.m3u8`, 15),
        ),
      );
      expect(picture).toEqual([]);
      expect(sound).toEqual([]);
      const { playlist } = await playlistAt(source(hall.base, run));
      expect(playlist.segments.filter(({ discontinuity, gap }) => discontinuity || gap)).toEqual([]);
      expect(await rig.now(hall.base)).toMatchObject({ state: 'live', run });
      expect(encoder.running()).toBe(true);
      expect(line.lost).toBeGreaterThan(20);
      const { publisher } = (await hall.status()).tracks.program;
      expect(publisher?.video?.codec).toContain('avc1');
    } finally {
      await line.close();
    }
  });

  // No clock of ours ends between the two; the ends at 290 and 300 s are told in venue-state.test.ts.
  it.each([1, 8])(
    'fault 98: an encoder gone for %i s comes back to the same run and the same recording',
    async (seconds) => {
      const hall = await venue();
      const first = rig.push({}, hall.url());
      const { run } = await rig.published(hall.base);
      const url = source(hall.base, run);
      const before = await follow(url, ({ segments }) => segments[0]?.uri !== undefined);
      const kept = digest(await bytesAt(new URL('0.m4s', url).href));
      const { text } = await playlistAt(url);
      await first.stop();
      await rig.inState('away', hall.base);
      await wait(seconds * 1000);
      expect((await hall.status()).tracks.program.warnings.map(({ kind }) => kind)).toContain('encoderAway');
      expect(checkMediaPlaylist((await playlistAt(url)).text, text)).toEqual([]);
      rig.push({}, hall.url());
      expect((await rig.published(hall.base)).run).toBe(run);
      const last = before.segments.at(-1)?.msn ?? 0;
      const after = await follow(url, ({ segments }) => segments.some((one) => one.discontinuity && one.uri));
      expect(after.segments.filter(({ discontinuity }) => discontinuity)).toHaveLength(1);
      expect(after.segments.find(({ discontinuity }) => discontinuity)?.msn).toBeGreaterThanOrEqual(last);
      expect(checkMediaPlaylist((await playlistAt(url)).text, text)).toEqual([]);
      expect(digest(await bytesAt(new URL('0.m4s', url).href))).toBe(kept);
      const clip = await playlistAt(`${hall.base}/clips/${run}/1/program-source.m3u8`);
      expect(clip.playlist.segments.map(({ msn }) => msn)).toEqual(clip.playlist.segments.map((_, i) => i));
      const { runs } = await hall.api.request<{ runs: { id: string }[] }>('GET', `/venues/${hall.id}/runs`);
      expect(runs.map(({ id }) => id)).toEqual([run]);
    },
  );

  it('fault 98: after the time set for the venue the run ends; the next push begins another', async () => {
    const hall = await venue({ awayMinutes: 0.05 });
    const first = rig.push({}, hall.url());
    const { run } = await rig.published(hall.base);
    await first.stop();
    const away = await rig.inState('away', hall.base);
    const ended = await rig.inState('ended', hall.base);
    expect(ended.run).toBe(run);
    expect(ended.since - away.since).toBeGreaterThan(2900);
    const clip = await playlistAt(`${hall.base}/clips/${run}/1/program-source.m3u8`);
    expect(clip.playlist.ended).toBe(true);
    expect(checkMediaPlaylist(clip.text)).toEqual([]);
    rig.push({}, hall.url());
    expect((await rig.published(hall.base)).run).not.toBe(run);
  });

  it('fault 11: a second publisher is refused and the first does not notice; with takeover it takes over', async () => {
    const hall = await venue();
    const first = rig.push({}, hall.url());
    const { run } = await rig.published(hall.base);
    const url = source(hall.base, run);
    const { playlist: before } = await playlistAt(url);
    const second = rig.push({}, hall.url());
    await until(() => !second.running(), { what: 'the second encoder to be refused' });
    expect(second.output()).toMatch(/already publishing|Input\/output error|Operation not permitted/);
    await follow(url, (one) => edgeOf(one) > edgeOf(before) + 2);
    expect(first.running()).toBe(true);
    expect((await playlistAt(url)).playlist.segments.some(({ discontinuity }) => discontinuity)).toBe(false);

    await hall.api.request('PATCH', `/venues/${hall.id}`, { takeover: true });
    const third = rig.push({}, hall.url());
    await until(() => !first.running(), { what: 'the first encoder to be superseded' });
    const after = await follow(url, ({ segments }) => segments.some(({ discontinuity }) => discontinuity));
    expect(after.segments.filter(({ discontinuity }) => discontinuity)).toHaveLength(1);
    expect(third.running()).toBe(true);
    expect(await rig.now(hall.base)).toMatchObject({ state: 'live', run });
  });

  it('fault 10: keys that are wrong, blocked, or lack their signature get nothing through', async () => {
    const hall = await venue();
    const refused = async (url: string) => {
      const encoder = rig.push({}, url);
      await until(() => !encoder.running(), { what: `an encoder to be refused at ${url}` });
      expect((await hall.status()).tracks.program.publisher).toBeNull();
      expect(await rig.now(hall.base)).toMatchObject({ state: 'off', run: null });
    };
    await refused(hall.url().slice(0, -1));
    await refused(`${hall.url().slice(0, hall.url().lastIndexOf('/'))}/..%2f..%2fsecret`);
    await hall.key('block');
    await refused(hall.url());

    await hall.key('unblock');
    await hall.api.request('PATCH', `/venues/${hall.id}`, { signedPush: true });
    await refused(hall.url());
    const expired = Math.floor(Date.now() / 1000) - 10;
    await refused(
      `${hall.url()}?expires=${expired}&sign=${createHmac('sha256', 'guess').update('x').digest('hex')}`,
    );
    const signed = await hall.api.request<PushKey>('POST', `/venues/${hall.id}/tracks/program/signed-url`, {
      hours: 1,
    });
    await refused(signed.url.replace(/expires=(\d+)/, (_, at) => `expires=${Number(at) + 3600}`));
    const good = rig.push({}, signed.url);
    const { run } = await rig.published(hall.base);

    // The kill switch: cut at once, refused until unblocked, and the run waits meanwhile.
    await hall.key('block');
    await until(() => !good.running(), { what: 'the blocked encoder to be cut' });
    await rig.inState('away', hall.base);
    const again = rig.push({}, signed.url);
    await until(() => !again.running(), { what: 'the blocked encoder to be refused' });
    expect((await hall.status()).tracks.program.blocked).toBe(true);
    await hall.key('unblock');
    rig.push({}, signed.url);
    expect((await rig.published(hall.base)).run).toBe(run);
  });

  it('an armed venue shows nothing; going live publishes at once; a break shows nothing new; a deleted run is gone', async () => {
    const hall = await venue({ autoLive: false });
    await expect(hall.act('live')).rejects.toThrow(/409.*venue.noSignal/);
    const encoder = rig.push({}, hall.url());
    await until(async () => (await hall.status()).state === 'armed', { what: 'the venue to be armed' });
    await until(async () => (await hall.status()).tracks.program.publisher?.video, { what: 'health' });
    const hidden = async () => {
      expect(await rig.now(hall.base)).toMatchObject({ state: 'off', run: null, runStart: null, tracks: {} });
      expect((await fetch(`${hall.base}/preview/program.jpg`)).status).toBe(404);
    };
    await hidden();
    expect(existsSync(join(rig.folder, 'recordings', hall.id))).toBe(false);

    const { run } = await hall.act('live');
    expect(run).not.toBeNull();
    const started = performance.now();
    await rig.published(hall.base);
    // The armed encoder's last group of pictures is there already: no waiting for two more.
    expect((performance.now() - started) / 1000).toBeLessThan(secondsHere(3));
    const url = source(hall.base, String(run));
    await follow(url, ({ segments }) => segments[0]?.uri !== undefined);

    await hall.act('break');
    await rig.inState('break', hall.base);
    const paused = await playlistAt(url);
    const held = fetch(`${url}?_HLS_msn=${(paused.playlist.segments.at(-1)?.msn ?? 0) + 1}&_HLS_part=0`);
    // The encoder stays connected; three parts' time later nothing new has come out.
    expect((await hall.status()).tracks.program.publisher).not.toBeNull();
    await wait(1000);
    expect((await playlistAt(url)).text).toBe(paused.text);
    expect((await fetch(`${hall.base}/preview/program.jpg`)).status).toBe(404);
    await expect(hall.act('live')).rejects.toThrow(/409/);
    await hall.act('resume');
    expect((await held).status).toBe(200);
    await rig.inState('live', hall.base);
    await follow(url, ({ segments }) => segments.some(({ discontinuity }) => discontinuity));

    await expect(hall.api.request('DELETE', `/venues/${hall.id}/runs/${run}`)).rejects.toThrow(
      /409.*venue.busy/,
    );
    await expect(hall.api.request('DELETE', `/venues/${hall.id}`)).rejects.toThrow(/409.*venue.busy/);
    await hall.act('end');
    await rig.inState('ended', hall.base);
    const clip = `${hall.base}/clips/${run}/1/program-source.m3u8`;
    expect((await playlistAt(clip)).playlist.ended).toBe(true);
    expect(encoder.running()).toBe(true);
    const files = join(rig.folder, 'recordings', hall.id, String(run));
    expect(existsSync(files)).toBe(true);
    await hall.api.request('DELETE', `/venues/${hall.id}/runs/${run}`);
    expect(existsSync(files)).toBe(false);
    for (const gone of [clip, url, new URL('0.m4s', url).href, `${hall.base}/runs/${run}/program/index.m3u8`])
      expect((await fetch(gone)).status, gone).toBe(404);
    expect((await rig.now(hall.base))?.tracks).toEqual({});
    const { runs } = await hall.api.request<{ runs: unknown[] }>('GET', `/venues/${hall.id}/runs`);
    expect(runs).toEqual([]);
  });
});
