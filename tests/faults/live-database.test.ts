/** FAULTS 89 on the whole server: the database hangs, then dies, while viewers play and encoders come and go. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { secondsHere } from '#tests/harness/seconds-here.ts';
import { until } from '#tests/harness/until.ts';
import { checkMediaPlaylist } from '#tests/interop/playlist-check.ts';
import { bytesAt, edgeOf, follow, isAlive, LiveRig, playlistAt, postmasterOf } from './live-rig.ts';

let rig: LiveRig;
beforeAll(async () => {
  rig = await LiveRig.start();
}, 60_000);
afterAll(async () => rig?.close(), 30_000);

/** A viewer as long as `during` takes, and so many parts more: playlists and parts, each request answered with 200. */
async function playing<T>(url: string, during: () => Promise<T>): Promise<T> {
  let done = false;
  const { text } = await playlistAt(url);
  let after = 3;
  let edge = 0;
  const viewer = follow(
    url,
    (one) => {
      const newer = edgeOf(one) > edge;
      edge = edgeOf(one);
      if (done && newer) after -= 1;
      return after <= 0;
    },
    60,
  );
  const reader = (async () => {
    let read = '';
    while (!done) {
      const { playlist } = await playlistAt(url);
      const name = playlist.segments.at(-1)?.parts.at(-1)?.uri ?? '';
      if (name !== read) await bytesAt(new URL(name, url).href);
      read = name;
      await rig.now();
    }
  })();
  try {
    const [value] = await Promise.all([
      during().finally(() => {
        done = true;
      }),
      viewer,
      reader,
    ]);
    expect(checkMediaPlaylist((await playlistAt(url)).text, text)).toEqual([]);
    return value;
  } finally {
    done = true;
  }
}

const health = async () =>
  (await (await fetch(new URL('/healthz', rig.demo.info.apiBase))).json()) as {
    ok: boolean;
    database: string;
  };
const works = async () => {
  const { venues } = await (await rig.api()).request<{ venues: unknown[] }>('GET', '/venues');
  return venues.length === 1 && (await health()).database === 'up';
};

it('fault 89: a database that hangs for seconds: no media request fails, the API says 503, then all is well', async () => {
  rig.push();
  const { run } = await rig.published();
  const url = `${rig.mediaBase}/runs/${run}/program/source/live.m3u8`;
  const api = await rig.api();
  expect(await works()).toBe(true);
  const postmaster = postmasterOf(rig.folder) ?? 0;
  const all = [postmaster, ...childrenOf(postmaster)];
  try {
    await playing(url, async () => {
      for (const pid of all) process.kill(pid, 'SIGSTOP');
      const asked = performance.now();
      await expect(api.request('GET', '/venues')).rejects.toThrow(/503.*server\.unavailable/);
      expect((performance.now() - asked) / 1000).toBeLessThan(secondsHere(6));
      expect(await health()).toEqual({ ok: true, database: 'down' });
    });
  } finally {
    for (const pid of all) process.kill(pid, 'SIGCONT');
  }
  await until(() => works().catch(() => false), { seconds: 20, what: 'the database to answer again' });
  expect(postmasterOf(rig.folder)).toBe(postmaster);
  expect(await rig.now()).toMatchObject({ state: 'live', run });
});

it('fault 89: a database that dies is started again; meanwhile encoders come and go and runs are written', async () => {
  const { run } = await rig.published();
  const url = `${rig.mediaBase}/runs/${run}/program/source/live.m3u8`;
  const postmaster = postmasterOf(rig.folder) ?? 0;
  const api = await rig.api();
  await playing(url, async () => {
    process.kill(postmaster, 'SIGKILL');
    await until(() => !isAlive(postmaster));
    // Who is right meanwhile is known without it: a second encoder is refused, a wrong key too.
    const second = rig.push();
    const wrong = rig.push({}, `${rig.demo.info.rtmpUrl}/nobodys-key`);
    await until(() => !second.running() && !wrong.running(), { what: 'the encoders to be refused' });
    await until(() => works().catch(() => false), { seconds: 30, what: 'the database to be back' });
  });
  expect(postmasterOf(rig.folder)).not.toBe(postmaster);
  // What an operator does next works, and is there at the next start.
  await api.request('PATCH', `/venues/${rig.demo.info.venueId}`, { title: '修改后' });
  const files = await bytesAt(new URL('0.m4s', url).href);
  await rig.restart('SIGTERM');
  expect(await api.request('GET', `/venues/${rig.demo.info.venueId}`)).toMatchObject({ title: '修改后' });
  expect(await bytesAt(new URL('0.m4s', url).href)).toEqual(files);
});

const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
