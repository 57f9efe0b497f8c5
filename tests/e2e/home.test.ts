/** The front page, against answers as the contract gives them. */
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type PublicConferenceCard, publicConferenceCardSchema } from '#contracts/conference.ts';
import { conferenceOf } from './conference-mock.ts';
import { checkPage, collectConsoleErrors } from './page-checks.ts';
import { type PageServer, servePages } from './page-server.ts';

/** Pictures of every state are left here when asked for. */
const pictures = process.env.ROSTRUM_SCREENSHOTS;
const day = 86_400_000;
const sizes = ['desk', 'phone'] as const;
type Size = (typeof sizes)[number];

let server: PageServer;
let browser: Browser;
let contexts: BrowserContext[] = [];

beforeAll(async () => {
  server = await servePages(['home']);
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  if (pictures) await mkdir(pictures, { recursive: true });
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});
afterEach(async () => {
  for (const context of contexts) await context.close();
  contexts = [];
});

const cardOf = (days: number, more: Partial<PublicConferenceCard>): PublicConferenceCard =>
  publicConferenceCardSchema.parse({ ...conferenceOf(Date.now() + days * day), live: 0, ...more });
const several = [
  cardOf(0, { id: 'a', slug: 'now', state: 'running', live: 3, cover: '/files/cover-picture.webp' }),
  cardOf(0, {
    id: 'b',
    slug: 'quiet',
    state: 'running',
    titleZh: '急诊影像周',
    titleEn: '',
    colour: '#7a1f5c',
  }),
  cardOf(40, { id: 'c', slug: 'later', titleZh: '2027 全国心脏磁共振继续教育班（第一期）', place: '' }),
  cardOf(12, { id: 'd', slug: 'soon', titleZh: '冠脉功能学论坛', titleEn: 'Coronary Physiology Forum' }),
  cardOf(-200, { id: 'e', slug: 'past', state: 'over', titleZh: '第十一届江城论坛' }),
];

type Answers = { items: PublicConferenceCard[]; more?: PublicConferenceCard[]; me?: string; down?: boolean };

async function open(answers: Answers, size: Size, locale = 'zh-CN'): Promise<Page> {
  const context = await browser.newContext({
    locale,
    ...(size === 'desk'
      ? { viewport: { width: 1440, height: 900 } }
      : { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }),
  });
  contexts.push(context);
  const page = await context.newPage();
  await page.route(/\/(api\/v1|files)\//, (route) => {
    const url = new URL(route.request().url());
    if (url.pathname.startsWith('/files/')) {
      const body =
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 5 2"><rect width="5" height="2" fill="#358"/></svg>';
      return route.fulfill({ contentType: 'image/svg+xml', body });
    }
    if (url.pathname.endsWith('/get-session'))
      return route.fulfill({ json: answers.me === undefined ? null : { user: { name: answers.me } } });
    if (answers.down) return route.abort('connectionrefused');
    const { items, more = [] } = answers;
    const total = items.length + more.length;
    return url.searchParams.has('cursor')
      ? route.fulfill({ json: { items: more, next: null, total } })
      : route.fulfill({ json: { items, next: more.length > 0 ? '2' : null, total } });
  });
  await page.goto(`${server.origin}/`);
  return page;
}

const picture = async (page: Page, name: string, size: Size): Promise<void> => {
  if (pictures) await page.screenshot({ path: join(pictures, `${name}-${size}.png`), fullPage: true });
};
const addresses = (page: Page) =>
  page.locator('a.card').evaluateAll((cards) => cards.map((card) => card.getAttribute('href')));

describe('front page', () => {
  it('shows what is on, what comes soonest and what was, in both languages; all page checks pass at both widths', async () => {
    for (const size of sizes) {
      const page = await open({ items: several }, size);
      const errors = collectConsoleErrors(page);
      await page.getByRole('heading', { name: '正在进行' }).waitFor();
      expect(await addresses(page)).toEqual(['/c/now', '/c/quiet', '/c/soon', '/c/later', '/c/past']);
      expect(await page.getByText('3 个会场直播中').count()).toBe(1);
      expect(await page.getByText('直播中').count()).toBe(1);
      await picture(page, 'home', size);
      expect(await checkPage(page)).toEqual([]);
      await page.getByRole('button', { name: 'English' }).click();
      await page.getByRole('heading', { name: 'Coming up' }).waitFor();
      await page.getByText('Coronary Physiology Forum').waitFor();
      await page.getByText('Live in 3 venues').waitFor();
      await picture(page, 'home-en', size);
      expect(await checkPage(page)).toEqual([]);
      expect(errors).toEqual([]);
    }
  });

  it('says that there is nothing yet, and where staff go', async () => {
    for (const size of sizes) {
      const page = await open({ items: [] }, size);
      await page.getByText('还没有公开的会议').waitFor();
      expect(await page.getByRole('link', { name: '会务控制台' }).first().getAttribute('href')).toBe(
        '/console',
      );
      expect(await page.getByRole('link', { name: '登录' }).getAttribute('href')).toBe('/login?next=%2F');
      await picture(page, 'home-empty', size);
      expect(await checkPage(page)).toEqual([]);
    }
  });

  it('leads who is logged in to the account, and loads further conferences when asked', async () => {
    const page = await open({ items: several.slice(0, 4), more: several.slice(4), me: '王芳' }, 'phone');
    expect(await page.getByRole('link', { name: /王芳/ }).getAttribute('href')).toBe('/account');
    await page.getByRole('button', { name: '更多会议' }).click();
    await page.getByText('第十一届江城论坛').waitFor();
    expect(await page.getByRole('button', { name: '更多会议' }).count()).toBe(0);
  });

  it('says what is wrong when the server does not answer, and tries again', async () => {
    const answers: Answers = { items: several, down: true };
    const page = await open(answers, 'phone');
    await page.getByText('会议列表没有载入成功').waitFor();
    expect(await checkPage(page)).toEqual([]);
    answers.down = false;
    await page.getByRole('button', { name: '重试' }).click();
    await page.getByRole('heading', { name: '正在进行' }).waitFor();
  });

  it('loads at most 80 KB of script', async () => {
    const assets = join(server.folder, 'assets');
    let bytes = 0;
    for (const name of await readdir(assets))
      if (name.endsWith('.js')) bytes += gzipSync(await readFile(join(assets, name))).length;
    expect(bytes).toBeLessThan(80_000);
  });
});
