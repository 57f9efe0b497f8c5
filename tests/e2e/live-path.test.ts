import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Now } from '#contracts/now.ts';
import { launchBrowser, openPage, phone, plays } from '#tests/harness/browser.ts';
import { type DemoProcess, startDemo } from '#tests/harness/demo-process.ts';
import { type Encoder, type EncoderOptions, startEncoder } from '#tests/harness/encoder.ts';
import { followPlaylist } from '#tests/harness/follow-playlist.ts';
import { until } from '#tests/harness/until.ts';
import { checkPage, collectConsoleErrors } from './page-checks.ts';

let folder: string;
let demo: DemoProcess;
let browser: Browser;
const encoders: Encoder[] = [];

const push = (options?: EncoderOptions): Encoder => {
  const encoder = startEncoder(`${demo.info.rtmpUrl}/${demo.info.streamKey}`, options);
  encoders.push(encoder);
  return encoder;
};
const now = async (): Promise<Now | undefined> => {
  const answer = await fetch(`${demo.info.mediaBase}/now.json`).catch(() => undefined);
  return answer?.ok ? ((await answer.json()) as Now) : undefined;
};
const inState = (state: Now['state'], seconds = 30) =>
  until(async () => ((await now())?.state === state ? await now() : undefined), {
    seconds,
    what: `the venue to be ${state}`,
  });
const published = () =>
  until(
    async () => ((await now())?.tracks.program?.renditions.includes('source') ? await now() : undefined),
    {
      seconds: 40,
      what: 'a published source',
    },
  );

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rostrum-e2e-'));
  demo = await startDemo(folder, ['--no-source']);
  browser = await launchBrowser();
});
afterAll(async () => {
  for (const encoder of encoders) await encoder.stop();
  await browser?.close();
  await demo?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('the live path, from a real encoder to a real browser', () => {
  it('shows a lecture a moment after the encoder starts, and tells each state in words', async () => {
    const { page, context } = await openPage(browser, demo.info.watchUrl);
    const errors = collectConsoleErrors(page, [/503|404/]);
    await page.getByText('直播尚未开始').first().waitFor({ timeout: 15_000 });
    const encoder = push({ bFrames: 2, fps: 30 });
    await plays(page, 3, 40);
    await until(() => page.evaluate(() => (window.rostrumPlayer?.latency() ?? 99) < 2.5), {
      seconds: 20,
      what: 'the live edge',
    });
    expect(await checkPage(page)).toEqual([]);

    await encoder.stop();
    await inState('away');
    await page.getByText('信号中断').first().waitFor({ timeout: 15_000 });
    const before = await now();
    push();
    await inState('live');
    await plays(page, 3, 40);
    expect((await now())?.run).toBe(before?.run);
    expect(errors).toEqual([]);
    await context.close();
  });

  it('keeps its playlists to the rules while viewers follow them', async () => {
    const { run } = await published();
    const base = `${demo.info.mediaBase}/runs/${run}/program`;
    expect(await followPlaylist(`${base}/source/live.m3u8`, 5)).toEqual([]);
    expect(await followPlaylist(`${base}/audio/live.m3u8`, 5)).toEqual([]);
  });

  it('goes on in the same page after the server was killed and started again', async () => {
    const { page, context } = await openPage(browser, demo.info.watchUrl, phone);
    await plays(page, 2, 40);
    const before = await now();
    const ports = [
      '--port',
      new URL(demo.info.apiBase).port,
      '--rtmp-port',
      new URL(demo.info.rtmpUrl.replace('rtmp', 'http')).port,
    ];
    await demo.stop('SIGKILL');
    for (const encoder of encoders) await encoder.stop();
    demo = await startDemo(folder, ['--no-source', ...ports]);
    expect((await now())?.run).toBe(before?.run);
    push();
    await inState('live');
    await plays(page, 3, 60);
    expect(await checkPage(page)).toEqual([]);
    await context.close();
  });

  it('ends by the console, and the whole run can be watched at once', async () => {
    const before = await published();
    const { page, context } = await openPage(browser, demo.info.consoleUrl);
    await page.getByLabel('邮箱').fill(demo.info.adminEmail);
    await page.getByLabel('密码', { exact: true }).fill(demo.info.adminPassword);
    await page.getByRole('button', { name: '登录' }).click();
    await page.getByRole('link', { name: '会场总览' }).click();
    await page.getByText('主会场').first().click();
    await page.getByRole('button', { name: /结束/ }).first().click();
    await page.getByRole('dialog').getByRole('button', { name: /结束/ }).click();
    const ended = await inState('ended');
    expect(ended.run).toBe(before.run);
    const clip = await (await fetch(`${demo.info.mediaBase}/${ended.tracks.program?.clip}`)).text();
    expect(clip).toContain('#EXT-X-STREAM-INF');
    const watch = await context.newPage();
    await watch.goto(demo.info.watchUrl);
    await watch
      .getByRole('button', { name: /回放|重播|观看/ })
      .first()
      .click();
    await plays(watch, 2, 40);
    await context.close();
  });
});
