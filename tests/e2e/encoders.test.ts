import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Now } from '#contracts/now.ts';
import { type Api, logIn } from '#tests/harness/api.ts';
import { launchBrowser, openPage, plays } from '#tests/harness/browser.ts';
import { type DemoProcess, startDemo } from '#tests/harness/demo-process.ts';
import { type Encoder, type EncoderOptions, startEncoder } from '#tests/harness/encoder.ts';
import { followPlaylist } from '#tests/harness/follow-playlist.ts';
import { until } from '#tests/harness/until.ts';

let folder: string;
let demo: DemoProcess;
let browser: Browser;
let api: Api;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rostrum-e2e-'));
  demo = await startDemo(folder, ['--no-source']);
  browser = await launchBrowser();
  api = await logIn(demo.info);
});
afterAll(async () => {
  await browser?.close();
  await demo?.stop();
  await rm(folder, { recursive: true, force: true });
});

const sources: [string, EncoderOptions][] = [
  [
    '25 fps, B-frames, 2 s GOP, 48 kHz stereo',
    { fps: 25, bFrames: 2, gopSeconds: 2, sampleRate: 48_000, channels: 2 },
  ],
  [
    '30 fps, B-frames, 8 s GOP, 44.1 kHz mono',
    { fps: 30, bFrames: 3, gopSeconds: 8, sampleRate: 44_100, channels: 1 },
  ],
  [
    '60 fps, B-frames, 2 s GOP, 44.1 kHz stereo',
    { fps: 60, bFrames: 2, gopSeconds: 2, sampleRate: 44_100, channels: 2 },
  ],
  [
    '25 fps, zerolatency, 8 s GOP, 48 kHz mono',
    { fps: 25, bFrames: 0, gopSeconds: 8, sampleRate: 48_000, channels: 1 },
  ],
];

describe('what encoders send plays in Chromium, and its playlists keep to the rules', () => {
  it.each(sources)('%s', async (title, options) => {
    const venue = await api.createVenue({ title, autoLive: true });
    const key = venue.keys.find(({ track }) => track === 'program')?.key;
    const encoder: Encoder = startEncoder(`${demo.info.rtmpUrl}/${key}`, options);
    try {
      const now = await until(
        async () => {
          const answer = (await (await fetch(`${venue.mediaBase}/now.json`)).json()) as Now;
          return answer.tracks.program?.renditions.length === 2 ? answer : undefined;
        },
        {
          seconds: 40,
          what: () => `picture and sound to be published; the encoder said: ${encoder.output()}`,
        },
      );
      const run = `${venue.mediaBase}/runs/${now.run}/program`;
      const { page, context } = await openPage(browser, venue.watchUrl);
      const [source, audio] = await Promise.all([
        followPlaylist(`${run}/source/live.m3u8`, 5),
        followPlaylist(`${run}/audio/live.m3u8`, 5),
        plays(page, 4, 40),
      ]);
      expect(source).toEqual([]);
      expect(audio).toEqual([]);
      await until(() => page.evaluate(() => (window.rostrumPlayer?.latency() ?? 99) < 4), {
        seconds: 20,
        what: 'the live edge',
      });
      await context.close();
    } finally {
      await encoder.stop();
    }
  });
});
