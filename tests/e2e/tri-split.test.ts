/** Slides beside the speaker, live and in replay: a real deck, a real encoder, a real browser. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PresenterCommand } from '#contracts/presenter.ts';
import type { Talk } from '#contracts/talk.ts';
import { type Api, logIn } from '#tests/harness/api.ts';
import { launchBrowser, openPage, phone, plays } from '#tests/harness/browser.ts';
import { type DemoProcess, startDemo } from '#tests/harness/demo-process.ts';
import { type Encoder, startEncoder } from '#tests/harness/encoder.ts';
import { PresenterDevice, plainPdf } from '#tests/harness/presenter.ts';
import { until } from '#tests/harness/until.ts';
import { checkPage, collectConsoleErrors } from './page-checks.ts';

let folder: string;
let demo: DemoProcess;
let browser: Browser;
let api: Api;
let encoder: Encoder;
let speaker: PresenterDevice;
let images: string[];
/** Page turns as sent: [epoch ms, page]. */
const turns: [number, number][] = [];

const venue = () => demo.info.venueId;
const talks = async () => (await api.request<{ talks: Talk[] }>('GET', `/venues/${venue()}/talks`)).talks;
const goTo = async (page: number) => {
  turns.push([Date.now(), page]);
  await speaker.send({ type: 'goto', page, step: 0 });
};
const shows = (page: Page, number: number, seconds = 20) =>
  page.waitForSelector(`.slide[data-page="${number}"] .slide-image img`, { timeout: seconds * 1000 });
/** Follows the link of a page with the keyboard; it opens beside the player, which is not told of. */
async function follows(page: Page, number: number): Promise<void> {
  const href = `https://example.org/${number + 1}`;
  await page.context().route('https://example.org/**', (route) => route.fulfill({ body: 'elsewhere' }));
  const link = page.locator(`.slide-link[href="${href}"]`);
  await link.focus();
  const opened = page.context().waitForEvent('page');
  await page.keyboard.press('Enter');
  const other = await opened;
  await other.waitForURL(href);
  expect(await other.evaluate(() => [window.opener, document.referrer])).toEqual([null, '']);
  await other.close();
}
/** Lets media play for so long. */
const goesOn = (page: Page, seconds: number) => plays(page, seconds, seconds + 30);

/** [moment of the picture, page shown] at every frame of the page from now on. */
async function record(page: Page): Promise<() => Promise<[number, number][]>> {
  await page.evaluate(() => {
    const seen: [number, number][] = [];
    const look = () => {
      const date = window.rostrumPlayer?.date();
      const shown = document.querySelector<HTMLElement>('.slide')?.dataset.page;
      if (date !== undefined && shown) seen.push([date, Number(shown)]);
      requestAnimationFrame(look);
    };
    look();
    Object.assign(window, { seenPages: seen });
  });
  return () => page.evaluate(() => (window as unknown as { seenPages: [number, number][] }).seenPages);
}
/** Frames that show another page than the one of their moment, except within so many ms of a turn. */
function wrong(seen: readonly [number, number][], tolerance: number): [number, number][] {
  return seen.filter(([date, shown]) => {
    if (turns.some(([t]) => Math.abs(t - date) < tolerance)) return false;
    const turn = turns.findLast(([t]) => t <= date);
    return turn !== undefined && turn[1] !== shown;
  });
}
/** A stroke drawn in 0.6 s across a page. */
const line = (page: number): PresenterCommand['do'] => ({
  type: 'ink',
  stroke: `stroke-${page}`,
  image: images[page] ?? '',
  tool: 'pen',
  colour: '#d92d3a',
  size: 0.01,
  points: Array.from({ length: 30 }, (_, k) => [k * 20, 0.1 + k * 0.02, 0.5, 0.5]),
  end: true,
});
/** Pixels with ink on the page shown. */
const inked = (page: Page) =>
  page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('.slide-ink');
    const data = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data;
    let count = 0;
    for (let k = 3; data && k < data.length; k += 4) if ((data[k] ?? 0) > 0) count++;
    return count;
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rostrum-tri-'));
  demo = await startDemo(folder, ['--no-source']);
  api = await logIn(demo.info);
  browser = await launchBrowser();
  await api.request('PATCH', `/venues/${venue()}`, { renditions: ['source', 'audio'] });
  for (const { id } of await talks()) await api.request('DELETE', `/talks/${id}`);
  for (const title of ['冠状动脉影像', '圆桌讨论'])
    await api.request('POST', `/venues/${venue()}/talks`, { title });
  const [first] = await talks();
  speaker = await PresenterDevice.open(demo.info.apiBase, api, first?.id ?? '');
  const { id } = await speaker.upload('lecture.pdf', plainPdf(6));
  const deck = await until(
    async () => {
      const now = await speaker.deck(id);
      if (now.state === 'failed') throw new Error(JSON.stringify(now.error));
      return now.state === 'ready' ? now : undefined;
    },
    { seconds: 60, what: 'a converted deck' },
  );
  images = deck.pages.map((page) => page.steps[0]?.image.id ?? '');
  encoder = startEncoder(`${demo.info.rtmpUrl}/${demo.info.streamKey}`);
});
afterAll(async () => {
  await encoder?.stop();
  await browser?.close();
  await demo?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('slides beside the speaker', () => {
  let pc: Page;
  let errors: string[];

  it('may come as captured video, kept within 100 ms of the speaker', async () => {
    const capture = startEncoder(`${demo.info.rtmpUrl}/${demo.info.slidesKey}`, { audio: false });
    const { page, context } = await openPage(browser, demo.info.watchUrl);
    await page.locator('.stage-slides video').waitFor({ timeout: 60_000 });
    await plays(page, 1, 40);
    const apart = () =>
      page.evaluate(() => {
        const video = document.querySelector<HTMLVideoElement>('.stage-slides video');
        const moving = video && !video.paused && video.videoWidth > 0;
        return moving && video.dataset.ahead ? Math.abs(Number(video.dataset.ahead)) : 1e9;
      });
    let steady = 0;
    const settled = async () => {
      steady = (await apart()) < 100 ? steady + 1 : 0;
      return steady > 10;
    };
    await until(settled, { seconds: 40, what: 'two pictures in step' });
    const seen: number[] = [];
    for (let k = 0; k < 8; k++) {
      await plays(page, 0.4);
      seen.push(await apart());
    }
    expect(seen.sort((a, b) => a - b)[5]).toBeLessThan(100);
    expect(await checkPage(page)).toEqual([]);
    await context.close();
    await capture.stop();
  });

  it('appear as soon as the speaker shows one, and turn when the picture on screen is there', async () => {
    ({ page: pc } = await openPage(browser, demo.info.watchUrl));
    errors = collectConsoleErrors(pc, [/503|404/]);
    await plays(pc, 2, 60);
    await api.request('POST', `/venues/${venue()}/next-talk`, {});
    await goTo(0);
    await shows(pc, 0);
    await pc.getByText('正在进行').first().waitFor();
    const recorded = await record(pc);
    for (const page of [1, 2, 3, 1]) {
      await goesOn(pc, 1.2);
      await goTo(page);
    }
    await goesOn(pc, 2.5);
    const seen = await recorded();
    expect(new Set(seen.map(([, page]) => page))).toEqual(new Set([0, 1, 2, 3]));
    expect(wrong(seen, 100)).toEqual([]);
    // The next page had been fetched before it was asked for.
    const loaded = await pc.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
    expect(loaded.some((name) => name.includes(images[2] ?? '-'))).toBe(true);
    expect(await checkPage(pc)).toEqual([]);
  });

  it('let a viewer look back without leaving live, and return', async () => {
    await pc.getByRole('tab', { name: '页面' }).click();
    await pc.locator(`[data-thumb="${images[0]}"]`).click();
    await shows(pc, 0);
    await goTo(2);
    await goesOn(pc, 2);
    await shows(pc, 0);
    expect(await checkPage(pc)).toEqual([]);
    await pc.getByRole('button', { name: '回到讲者页' }).click();
    await shows(pc, 2);
    await follows(pc, 2);
    await pc.getByRole('searchbox').fill('number 4');
    await pc.getByText('找到 1 页').waitFor();
    await pc.locator(`[data-thumb="${images[3]}"]`).click();
    await shows(pc, 3);
    await pc.getByRole('button', { name: '回到讲者页' }).click();
    await pc.getByRole('searchbox').fill('');
    await pc.getByRole('searchbox').blur();
  });

  it('never name a page that was not shown but the next one', async () => {
    const { rev, next } = (
      (await (await fetch(`${demo.info.mediaBase}/now.json`)).json()) as {
        events: { stage: { rev: number; next: number } };
      }
    ).events.stage;
    let told = '';
    for (let n = 0; n < next; n++)
      told += await (await fetch(`${demo.info.mediaBase}/events/stage/${rev}/${n}.json`)).text();
    expect(told).toContain(images[3]);
    expect(told).not.toContain(images[5]);
  });

  it('restore page and ink of the moment when the viewer goes back in time', async () => {
    const before = Date.now();
    await speaker.send(line(2));
    await until(async () => (await inked(pc)) > 100, { seconds: 30, what: 'ink on the page' });
    await goesOn(pc, 8);
    const recorded = await record(pc);
    await pc.keyboard.press('ArrowLeft');
    await pc.waitForFunction((t) => (window.rostrumPlayer?.date() ?? t) < t, before, { timeout: 20_000 });
    await until(async () => (await inked(pc)) === 0, { seconds: 30, what: 'the page before the ink' });
    await until(async () => (await inked(pc)) > 100, { seconds: 30, what: 'the ink again' });
    for (let k = 0; k < 2; k++) await pc.keyboard.press('ArrowLeft');
    await goesOn(pc, 2);
    expect(wrong(await recorded(), 100)).toEqual([]);
    await pc.getByRole('button', { name: '回到直播' }).click();
    await shows(pc, 2);
    expect(errors).toEqual([]);
  });

  it('fault 101: have lost nothing after 20 s without a network', async () => {
    await pc.context().setOffline(true);
    await pc.getByText('网络已断开').waitFor();
    const away = Date.now();
    await goTo(4);
    await goTo(3);
    await speaker.send(line(3));
    await goTo(2);
    await until(() => Date.now() - away > 20_000, { seconds: 25, what: '20 s to pass' });
    await pc.context().setOffline(false);
    await plays(pc, 1, 40);
    await until(async () => (await pc.locator('.thumb').count()) === 5, {
      seconds: 20,
      what: 'the page that was shown meanwhile',
    });
    await shows(pc, 2);
    await pc.locator(`[data-thumb="${images[3]}"]`).click();
    await shows(pc, 3);
    await until(async () => (await inked(pc)) > 100, { seconds: 30, what: 'the ink drawn meanwhile' });
    await pc.getByRole('button', { name: '回到讲者页' }).click();
    await shows(pc, 2);
  });

  it('shows who came late to it what was before', async () => {
    const { page, context } = await openPage(browser, demo.info.watchUrl);
    await shows(page, 2);
    await plays(page, 1, 40);
    const recorded = await record(page);
    for (let k = 0; k < 2; k++) await page.keyboard.press('ArrowLeft');
    await page.waitForFunction(() => window.rostrumPlayer?.state().mode === 'shift');
    await goesOn(page, 2);
    // The events of the whole run are fetched only now: what was shown until they came does not count.
    const seen = await recorded();
    expect(wrong(seen.slice(-30), 100)).toEqual([]);
    await context.close();
  });

  it('lay themselves out as the viewer likes, and remember it', async () => {
    const layout = async (name: string) => {
      await pc.getByRole('button', { name: '选择布局' }).click();
      await pc.getByRole('dialog', { name: '选择布局' }).getByRole('button', { name }).click();
    };
    const width = (selector: string) =>
      pc.locator(selector).evaluate((element) => element.getBoundingClientRect().width);
    expect(await width('.stage-slides')).toBeGreaterThan((await width('.stage-picture')) * 2);
    await pc.getByRole('button', { name: '主副屏切换' }).click();
    expect(await width('.stage-picture')).toBeGreaterThan((await width('.stage-slides')) * 2);
    for (const name of ['左右并排', '讲者小窗', '三分屏']) {
      await layout(name);
      await plays(pc, 0.5);
      expect(await checkPage(pc)).toEqual([]);
    }
    await layout('讲者小窗');
    const left = () =>
      pc.locator('.stage-picture').evaluate((element) => element.getBoundingClientRect().left);
    const from = await left();
    await pc.getByRole('button', { name: '移动小窗' }).focus();
    await pc.keyboard.press('ArrowLeft');
    await until(async () => (await left()) < from - 20, { seconds: 30, what: 'the small picture to move' });
    await layout('仅幻灯和声音');
    await pc.waitForFunction(
      () => window.rostrumPlayer?.state().soundOnly && window.rostrumPlayer.video.videoWidth === 0,
      undefined,
      { timeout: 20_000 },
    );
    await plays(pc, 1);
    await pc.reload();
    await pc.locator('.layout-slides').waitFor({ timeout: 20_000 });
    await layout('三分屏');
    await pc.context().close();
  });

  it('stand below the picture on a phone, and fill it when held across', async () => {
    const { page, context } = await openPage(browser, demo.info.watchUrl, phone);
    await shows(page, 2);
    await plays(page, 1, 40);
    expect(await checkPage(page)).toEqual([]);
    for (const tab of ['议程', '资料', '页面']) {
      await page.getByRole('tab', { name: tab }).tap();
      expect(await checkPage(page)).toEqual([]);
    }
    await page.getByRole('button', { name: '放大看这一页' }).tap();
    await page.setViewportSize({ width: 844, height: 390 });
    await page.locator('dialog .slide[data-page="2"] img').waitFor();
    const wide = await page.locator('dialog .slide-page').evaluate((e) => e.getBoundingClientRect().width);
    expect(wide).toBeGreaterThan(650);
    await page.locator('dialog .slide').evaluate((slide) => {
      const at = { clientX: 400, clientY: 200, pointerId: 7, pointerType: 'touch', bubbles: true };
      for (const type of ['pointerdown', 'pointerup', 'pointerdown', 'pointerup'])
        slide.dispatchEvent(new PointerEvent(type, at));
    });
    await page.waitForFunction(
      () => (document.querySelector('dialog .slide-page')?.getBoundingClientRect().width ?? 0) > 1500,
    );
    await page.getByRole('button', { name: '关闭' }).tap();
    await page.locator('.stage-slides .slide[data-page="2"]').waitFor();
    await context.close();
  });

  it('go with the replay of the talk: same pages and ink, at any speed, with chapters and search', async () => {
    await api.request('POST', `/venues/${venue()}/next-talk`, {});
    const replay = await until(async () => (await talks())[0]?.replay, { seconds: 30, what: 'a replay' });
    const address = `${new URL(demo.info.watchUrl).origin}/replay/${venue()}/${replay.clip}`;
    const { page, context } = await openPage(browser, address);
    const problems = collectConsoleErrors(page, [/503/]);
    await plays(page, 1, 40);
    await shows(page, 0);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('冠状动脉影像');
    const begun = await page.evaluate(() => window.rostrumPlayer?.date() ?? 0);
    expect(begun).toBeGreaterThan((await talks())[0]?.actualStart ?? Number.NaN);
    const recorded = await record(page);
    expect(await checkPage(page)).toEqual([]);
    await page.getByRole('button', { name: '设置' }).click();
    await page.getByRole('button', { name: '2×' }).click();
    await page.keyboard.press('Escape');
    await goesOn(page, 6);
    expect(wrong(await recorded(), 150)).toEqual([]);
    expect((await recorded()).length).toBeGreaterThan(30);
    const chapters = page.locator('.chapter');
    expect(await chapters.count()).toBeGreaterThanOrEqual(5);
    await chapters.last().click();
    await shows(page, 2);
    await until(async () => (await inked(page)) > 100, { seconds: 30, what: 'the ink in the replay' });
    await follows(page, 2);
    await page.getByRole('tab', { name: '页面' }).click();
    await page.getByRole('searchbox').fill('number 4');
    await page.getByText('找到 1 页').waitFor();
    await page.locator(`[data-thumb="${images[3]}"]`).click();
    await shows(page, 3);
    expect(problems).toEqual([]);

    const small = await openPage(browser, address, phone);
    await shows(small.page, 0);
    await plays(small.page, 1, 40);
    expect(await checkPage(small.page)).toEqual([]);

    await api.request('PATCH', `/clips/${replay.clip}`, { state: 'hidden' });
    // Who was watching it is told that it is closed now; an address that never was is not known.
    await page.locator('[data-screen="gate"][data-reason="closed"]').waitFor({ timeout: 15_000 });
    await small.page.goto(address.replace(replay.clip, 'nothing'));
    await small.page.getByText('没有这段回放').waitFor();
    expect(await checkPage(small.page)).toEqual([]);
    await small.context.close();
    await context.close();
  });
});
