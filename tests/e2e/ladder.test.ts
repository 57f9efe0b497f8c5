import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Now } from '#contracts/now.ts';
import type { VenueStatus } from '#contracts/venue.ts';
import { type Api, logIn } from '#tests/harness/api.ts';
import { type DemoProcess, startDemo } from '#tests/harness/demo-process.ts';
import { startEncoder } from '#tests/harness/encoder.ts';
import { followPlaylist } from '#tests/harness/follow-playlist.ts';
import { until } from '#tests/harness/until.ts';
import { readMediaPlaylist } from '#tests/interop/playlist-check.ts';

let folder: string;
let demo: DemoProcess;
let api: Api;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rostrum-e2e-'));
  demo = await startDemo(folder, ['--no-source']);
  api = await logIn(demo.info);
});
afterAll(async () => {
  await demo?.stop();
  await rm(folder, { recursive: true, force: true });
});

it('a transcoded rung is listed beside the source with the same numbers, times and rules', async () => {
  const venue = await api.createVenue({
    title: '多档清晰度',
    autoLive: true,
    renditions: ['source', '360', 'audio'],
  });
  const key = venue.keys.find(({ track }) => track === 'program')?.key;
  const encoder = startEncoder(`${demo.info.rtmpUrl}/${key}`, { size: '960x540', bFrames: 2 });
  try {
    const now = await until(
      async () => {
        const answer = (await (await fetch(`${venue.mediaBase}/now.json`)).json()) as Now;
        return answer.tracks.program?.renditions.includes('360') ? answer : undefined;
      },
      { seconds: 30, what: 'the 360 rung' },
    );
    expect(now.tracks.program?.renditions).toEqual(['source', '360', 'audio']);
    const playlist = (name: string) => `${venue.mediaBase}/runs/${now.run}/program/${name}/live.m3u8`;
    expect(await followPlaylist(playlist('360'), 5)).toEqual([]);

    const segments = async (name: string) =>
      readMediaPlaylist(await (await fetch(playlist(name))).text()).segments;
    const source = await segments('source');
    const rung = (await segments('360')).filter(({ duration }) => duration !== undefined);
    expect(rung.length).toBeGreaterThan(1);
    for (const segment of rung) {
      const same = source.find(({ msn }) => msn === segment.msn);
      expect(same?.dateTime).toBe(segment.dateTime);
      expect(Math.abs((same?.duration ?? 0) - (segment.duration ?? 0))).toBeLessThan(0.05);
    }
    const status = await api.request<VenueStatus>('GET', `/venues/${venue.id}/status`);
    expect(status.tracks.program.renditions.map(({ name, height }) => [name, height])).toEqual([
      ['source', 540],
      ['360', 360],
      ['audio', 0],
    ]);
  } finally {
    await encoder.stop();
  }
});
