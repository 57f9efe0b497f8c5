import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PlayerHandle } from '../../apps/watch/player/debug-handle.ts';
import { HlsFixture } from './hls-fixture.ts';
import { checkPage, collectConsoleErrors } from './page-checks.ts';

const apps = fileURLToPath(new URL('../../apps', import.meta.url));
let dist: string;
let browser: Browser;
let venue: HlsFixture;
let contexts: BrowserContext[];

beforeAll(async () => {
  dist = await mkdtemp(join(tmpdir(), 'rostrum-dist-'));
  const configFile = join(apps, 'vite.config.ts');
  // The test runner's NODE_ENV would build React's development code, twice as large.
  process.env.NODE_ENV = 'production';
  await build({ root: apps, configFile, logLevel: 'error', build: { outDir: dist, emptyOutDir: true } });
  // Sound needs a gesture, as in people's browsers.
  const args = ['--no-sandbox', '--autoplay-policy=document-user-activation-required'];
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args });
});
afterAll(async () => {
  await browser?.close();
  await rm(dist, { recursive: true, force: true });
});
beforeEach(async () => {
  venue = await HlsFixture.start({ dist });
  contexts = [];
});
afterEach(async () => {
  for (const context of contexts) await context.close();
  await venue.close();
});

const player = (): PlayerHandle => {
  const handle = window.rostrumPlayer;
  if (!handle) throw new Error('no player');
  return handle;
};

async function open(size: 'desk' | 'phone', path = venue.watchUrl): Promise<Page> {
  const desk = { viewport: { width: 1440, height: 900 } };
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  const context = await browser.newContext({ locale: 'zh-CN', ...(size === 'desk' ? desk : phone) });
  contexts.push(context);
  await context.addInitScript(`globalThis.player = ${player.toString()}`);
  const page = await context.newPage();
  await page.goto(path);
  return page;
}

const see = (page: Page, screen: string) =>
  page.waitForSelector(`[data-screen=${screen}]`, { timeout: 40_000 });

/** The player's code is fetched after the page is there. */
const hasPlayer = (page: Page) =>
  page.waitForFunction(() => window.rostrumPlayer !== undefined, undefined, { timeout: 40_000 });

/** Waits until half a second more was played than now. */
async function plays(page: Page): Promise<void> {
  await hasPlayer(page);
  const from = await page.evaluate(() => player().video.currentTime);
  await page.waitForFunction(
    (before) => player().video.currentTime > before + 0.5 && !player().video.paused,
    from,
    { timeout: 40_000 },
  );
}

describe('watch page', () => {
  it('says that it has not started, then plays by itself, passing all page checks at both widths', async () => {
    const pages = [await open('desk'), await open('phone')];
    const errors = pages.map((page) => collectConsoleErrors(page));
    for (const page of pages) {
      await see(page, 'off');
      expect(await checkPage(page)).toEqual([]);
    }
    await venue.goLive();
    for (const page of pages) {
      await plays(page);
      expect(await page.title()).toBe('直播中 · 心血管论坛 主会场');
      expect(await checkPage(page)).toEqual([]);
      await page.keyboard.press('i');
      await page.locator('.info').waitFor();
      expect(await checkPage(page)).toEqual([]);
    }
    expect(errors).toEqual([[], []]);
  });

  it('offers sound with a large button when the browser starts muted', async () => {
    await venue.goLive();
    const page = await open('phone');
    await hasPlayer(page);
    // A browser may begin with sound and take it back when the first sound is there.
    await page.waitForFunction(() => player().video.muted, undefined, { timeout: 40_000 });
    await plays(page);
    await page.getByRole('button', { name: '点击开启声音' }).tap();
    expect(await page.evaluate(() => player().video.muted)).toBe(false);
    await page.getByRole('button', { name: '点击开启声音' }).waitFor({ state: 'detached' });
    await plays(page);
  });

  it('keeps the last picture while the encoder is away and goes on without a tap', async () => {
    await venue.goLive();
    const page = await open('desk');
    await plays(page);
    venue.freeze();
    await see(page, 'away');
    expect(await page.evaluate(() => player().video.videoWidth)).toBe(640);
    venue.resume();
    await page.waitForSelector('[data-screen=away]', { state: 'detached', timeout: 40_000 });
    await plays(page);
  });

  it('goes on without a tap after the server was down, after being offline, and after a phone call', async () => {
    await venue.goLive();
    const page = await open('desk');
    await plays(page);
    venue.down = true;
    await page.getByText('与服务器的连接中断').waitFor({ timeout: 40_000 });
    venue.down = false;
    await page.getByText('与服务器的连接中断').waitFor({ state: 'detached', timeout: 40_000 });
    await plays(page);
    await page.context().setOffline(true);
    await page.getByText('网络已断开').waitFor();
    await page.context().setOffline(false);
    await plays(page);
    await page.evaluate(() => player().video.pause());
    await plays(page);
    expect(await page.evaluate(() => player().state().mode)).toBe('live');
  });

  it('goes back in time with the bar and returns to live', async () => {
    await venue.goLive();
    const page = await open('desk');
    await plays(page);
    // Far enough from the beginning that going there is not "nearly live".
    await page.waitForFunction(
      () => (player().date() ?? 0) > (player().state().now?.runStart ?? 0) + 7000,
      undefined,
      { timeout: 40_000 },
    );
    const live = (await page.evaluate(() => player().date())) ?? 0;
    await page.getByRole('slider', { name: '时间轴' }).fill('0');
    await page.waitForFunction((before) => (player().date() ?? before) < before - 2000, live);
    await plays(page);
    expect(await page.evaluate(() => player().state().mode)).toBe('shift');
    await page.getByRole('button', { name: '回到直播' }).click();
    await page.waitForFunction((before) => (player().date() ?? 0) > before, live);
    expect(await page.evaluate(() => player().state().mode)).toBe('live');
  });

  it('shows the break, then the end, and plays the replay with a choice of speed', async () => {
    await venue.goLive();
    const page = await open('desk');
    await plays(page);
    venue.setState('break');
    await see(page, 'break');
    expect(await checkPage(page)).toEqual([]);
    await venue.end();
    await see(page, 'ended');
    expect(await checkPage(page)).toEqual([]);
    await page.getByRole('button', { name: '观看回放' }).click();
    await plays(page);
    expect(await page.evaluate(() => player().state().mode)).toBe('replay');
    await page.mouse.move(500, 400);
    await page.getByRole('button', { name: '设置' }).click();
    await page.getByRole('button', { name: '1.5×' }).click();
    await page.waitForFunction(() => player().video.playbackRate === 1.5);
  });

  it('plays sound only when asked', async () => {
    await venue.goLive();
    const page = await open('phone');
    await plays(page);
    await page.locator('.stage-picture').tap({ position: { x: 60, y: 60 } });
    await page.getByRole('button', { name: '设置' }).tap();
    expect(await checkPage(page)).toEqual([]);
    await page.getByRole('button', { name: '仅声音' }).tap();
    await page.waitForFunction(() => player().state().soundOnly && player().video.videoWidth === 0);
    await plays(page);
  });

  it.each([false, true])(
    'plays the sound of a picture it cannot decode and says so, until another comes (sound listed: %s)',
    async (withSound) => {
      await venue.goLive();
      // Dolby Vision: no Chromium on Linux decodes it.
      await venue.setCodec('dvh1.05.06', withSound);
      const page = await open('phone');
      await plays(page);
      await page.getByText('当前浏览器放不了这路画面').waitFor();
      expect(await checkPage(page)).toEqual([]);
      venue.freeze();
      await see(page, 'away');
      await venue.setCodec('avc1.4d401f');
      venue.resume();
      await page.waitForFunction(() => player().video.videoWidth > 0, undefined, { timeout: 40_000 });
      await page.getByText('当前浏览器放不了这路画面').waitFor({ state: 'detached' });
    },
  );

  it('says plainly that there is no such venue', async () => {
    const page = await open('phone', `${venue.origin}/watch/nowhere`);
    await see(page, 'unknown');
    expect(await checkPage(page)).toEqual([]);
  });

  it('loads at most 150 KB of script before the player', async () => {
    const names = (await readdir(join(dist, 'assets'))).filter((name) => name.endsWith('.js'));
    const page = await open('desk');
    await see(page, 'off');
    const loaded = await page.evaluate(() =>
      performance.getEntriesByType('resource').map((entry) => entry.name.split('/').at(-1) ?? ''),
    );
    let bytes = 0;
    for (const name of names) {
      if (!loaded.includes(name) || name.startsWith('hls')) continue;
      bytes += gzipSync(await readFile(join(dist, 'assets', name))).length;
    }
    expect(bytes).toBeGreaterThan(20_000);
    expect(bytes).toBeLessThan(150_000);
  });
});
