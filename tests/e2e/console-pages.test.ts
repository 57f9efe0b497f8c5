/** The console in a real browser over a mocked API: every page and state, at a desk's and at a phone's width. */
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CodedError } from '#contracts/errors.ts';
import { warningKinds } from '#contracts/health.ts';
import { venueStates } from '#contracts/now.ts';
import { ConsoleMock, statusOf, venueId, warning } from './console-mock.ts';
import { checkPage } from './page-checks.ts';
import { type PageServer, servePages } from './page-server.ts';

const widths = [1440, 390] as const;
const deskPath = `/console/venues/${venueId}`;
/** What Chromium itself writes for a request that failed; the page says it in its own words. */
const failedRequest = /^Failed to load resource/;

let server: PageServer;
let browser: Browser;
let context: BrowserContext | undefined;
let consoleErrors: string[] = [];

beforeAll(async () => {
  server = await servePages();
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  });
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});
afterEach(async () => {
  await context?.close();
  context = undefined;
});

type Options = { width?: number; lang?: 'zh-CN' | 'en'; setUp?(mock: ConsoleMock): void };

async function open(path: string, { width = 1440, lang = 'zh-CN', setUp }: Options = {}) {
  consoleErrors = [];
  context = await browser.newContext({
    viewport: { width, height: width === 390 ? 844 : 900 },
    hasTouch: width === 390,
    locale: lang,
  });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.origin });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') consoleErrors.push(message.text());
  });
  page.on('pageerror', (error) => consoleErrors.push(String(error)));
  const mock = new ConsoleMock();
  setUp?.(mock);
  await mock.install(page);
  await page.goto(server.origin + path);
  return { page, mock };
}

async function expectGood(page: Page): Promise<void> {
  expect(await checkPage(page)).toEqual([]);
  expect(consoleErrors).toEqual([]);
}

const favicon = (page: Page) => page.locator('link[rel="icon"]').getAttribute('href');

describe.each(widths)('at %i px', (width) => {
  it('log-in says what is missing and fits', async () => {
    const { page } = await open('/console', { width, setUp: (mock) => (mock.signedIn = false) });
    await page.getByRole('button', { name: '登录', exact: true }).click();
    await page.getByText('请填写邮箱').waitFor();
    expect(await page.getByLabel('邮箱').evaluate((field) => field === document.activeElement)).toBe(true);
    await expectGood(page);
  });

  it('an empty list of venues says what to do', async () => {
    const { page } = await open('/console/venues', { width, setUp: (mock) => (mock.statuses = []) });
    await page.getByText('在会议里新建会场后').waitFor();
    await expectGood(page);
  });

  it('the list shows every state, long titles and the banners without overflow', async () => {
    const { page } = await open('/console/venues', {
      width,
      setUp: (mock) => {
        mock.statuses = venueStates.map((state, index) =>
          statusOf(state, `v${index}`, index === 3 ? 'Supercalifragilistic'.repeat(5) : `第 ${index} 会场`),
        );
        mock.system.database = 'down';
        mock.system.disk = { ...mock.system.disk, state: 'low', secondsLeft: 9000 };
      },
    });
    await page.getByText('数据库连不上').waitFor();
    await page.getByText('还能录 2 小时').waitFor();
    expect(await page.locator('.venue-card').count()).toBe(venueStates.length);
    expect(await page.locator('video').count()).toBe(0);
    await expectGood(page);
  });

  it('a dialog of the desk fits and keeps the focus', async () => {
    const { page } = await open(deskPath, { width });
    await page.locator('.state-bar-live').waitFor();
    await page.keyboard.press('Shift+E');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    expect(await dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true);
    for (let press = 0; press < 12; press += 1) {
      await page.keyboard.press('Tab');
      // The browser's own bar may have its turn; nothing behind the dialog may.
      const behind = await page.evaluate(() => {
        const focused = document.activeElement;
        return focused !== null && focused !== document.body && !focused.closest('dialog');
      });
      expect(behind).toBe(false);
    }
    await expectGood(page);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  it.each(venueStates)('the desk in state %s says so in bar, title and icon', async (state) => {
    const { page } = await open(deskPath, { width, setUp: (mock) => (mock.statuses = [statusOf(state)]) });
    await page.locator(`.state-bar[data-state="${state}"]`).waitFor();
    await page.getByRole('heading', { name: '会场设置' }).waitFor();
    const word = (await page.locator('.state-words strong').textContent()) ?? '';
    expect(await page.title()).toContain(word);
    expect(await favicon(page)).toMatch(/^data:image\/svg/);
    await expectGood(page);
  });

  it.each(['zh-CN', 'en'] as const)('the desk with every warning at once, in %s', async (lang) => {
    const { page } = await open(deskPath, {
      width,
      lang,
      setUp: (mock) => {
        const status = statusOf('live');
        const now = Date.now();
        status.tracks.program.warnings = warningKinds.map((kind, index) =>
          warning(kind, { seconds: 12, side: 'right', rendition: '720', ms: 420 }, now - index * 1000),
        );
        status.tracks.program.delay.checked = false;
        status.tracks.slides = { ...structuredClone(status.tracks.program), warnings: [], blocked: true };
        mock.statuses = [status];
        mock.venue = { ...mock.venue, signedPush: true, tier: 'auto' };
      },
    });
    const rows = page.locator('.warning');
    await page.getByRole('heading', { name: lang === 'en' ? 'Venue settings' : '会场设置' }).waitFor();
    expect(await rows.count()).toBe(warningKinds.length);
    const first = rows.first().locator('button');
    await first.click();
    await rows.first().locator('.acked-mark').waitFor();
    await expectGood(page);
  });

  it('a lost connection is said in bar, title and icon, and ends by itself', async () => {
    const { page, mock } = await open(deskPath, { width });
    await page.locator('.state-bar-live').waitFor();
    const icon = await favicon(page);
    mock.offline = true;
    await page.locator('.state-bar-lost').waitFor();
    expect(await page.title()).toContain('控制台断线');
    expect(await favicon(page)).not.toBe(icon);
    await page.getByText('现在的告警未知').waitFor();
    expect(await page.locator('.meter').first().getAttribute('aria-valuetext')).toBe('没有声音数据');
    expect(await checkPage(page)).toEqual([]);
    expect(consoleErrors.filter((text) => !failedRequest.test(text))).toEqual([]);
    mock.offline = false;
    await page.locator('.state-bar-live').waitFor();
  });
});

describe('log-in', () => {
  it('leads back to the page one was on, and out again', async () => {
    const { page } = await open(deskPath, { setUp: (mock) => (mock.signedIn = false) });
    await page.waitForURL('**/console/login?next=*');
    await page.getByLabel('邮箱').fill('desk@example.org');
    await page.getByLabel('密码', { exact: true }).fill('secret');
    await page.getByRole('button', { name: '显示密码' }).click();
    expect(await page.getByLabel('密码', { exact: true }).getAttribute('type')).toBe('text');
    await page.keyboard.press('Tab');
    await page.getByRole('button', { name: '登录', exact: true }).click();
    await page.waitForURL(`**${deskPath}`);
    await page.getByRole('button', { name: '退出登录' }).click();
    await page.waitForURL('**/console/login?next=*');
  });
  it('goes on at the page of the second step, and there for other ways', async () => {
    const { page } = await open(deskPath, {
      setUp: (mock) => {
        mock.signedIn = false;
        mock.secondStep = true;
      },
    });
    const other = page.getByRole('link', { name: '手机号或其他方式登录' });
    expect(await other.getAttribute('href')).toBe(`/login?${new URLSearchParams({ next: deskPath })}`);
    await page.getByLabel('邮箱').fill('desk@example.org');
    await page.getByLabel('密码', { exact: true }).fill('secret');
    const asked = page.waitForRequest(`**/login?${new URLSearchParams({ step: 'second', next: deskPath })}`);
    await page.keyboard.press('Enter');
    await asked;
  });
  it('says plainly that the password is wrong', async () => {
    const { page } = await open('/console', {
      setUp: (mock) => {
        mock.signedIn = false;
        mock.refusal = new CodedError('auth.required');
      },
    });
    await page.getByLabel('邮箱').fill('desk@example.org');
    await page.getByLabel('密码', { exact: true }).fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('邮箱或密码不对').waitFor();
  });
  it('fault 73: never leaves for another origin afterwards', async () => {
    const { page } = await open('/console/login?next=https%3A%2F%2Fevil.example%2Fconsole');
    await page.waitForURL(`${server.origin}/console`);
  });
  it('is asked for again when the session ends, and returns', async () => {
    const { page, mock } = await open(deskPath);
    await page.locator('.state-bar-live').waitFor();
    mock.signedIn = false;
    await page.getByText('登录已失效').waitFor();
    expect(page.url()).toContain(encodeURIComponent(deskPath));
  });
});

describe('the desk', () => {
  it('goes live, takes a break, resumes by key, and ends only after being asked', async () => {
    const { page, mock } = await open(deskPath, { setUp: (m) => (m.statuses = [statusOf('armed')]) });
    await page.locator('.state-bar-armed').waitFor();
    await page.getByRole('button', { name: /^开播/ }).click();
    await page.locator('.state-bar-live').waitFor();
    await page.keyboard.press('Shift+B');
    await page.locator('.state-bar-break').waitFor();
    await page.keyboard.press('Shift+R');
    await page.locator('.state-bar-live').waitFor();
    await page.keyboard.press('Shift+E');
    await page.getByRole('dialog').waitFor();
    expect(mock.acts.some((act) => act.what.endsWith('/end'))).toBe(false);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('Shift+E');
    await page.getByRole('button', { name: '结束直播' }).click();
    await page.locator('.state-bar-ended').waitFor();
  });
  it('types capitals into fields without acting', async () => {
    const { page, mock } = await open(deskPath);
    await page.getByLabel('会场名称').fill('');
    await page.getByLabel('会场名称').press('Shift+B');
    expect(mock.acts).toEqual([]);
  });
  it('does nothing for an action that is not possible, and shows the reason', async () => {
    const { page, mock } = await open(deskPath, { setUp: (m) => (m.statuses = [statusOf('off')]) });
    const live = page.getByRole('button', { name: /^开播/ });
    await live.getByText('还没有推流').waitFor();
    await live.click({ force: true });
    expect(mock.acts).toEqual([]);
  });
  it('shows why the server refused', async () => {
    const { page } = await open(deskPath, { setUp: (m) => (m.refusal = new CodedError('venue.state')) });
    await page.getByRole('button', { name: '休息' }).click();
    await page.getByRole('alert').getByText('会场当前状态不允许此操作').waitFor();
  });
  it('hides the stream key until asked, copies it, and rotates it after asking once', async () => {
    const { page, mock } = await open(deskPath);
    const key = mock.venue.keys[0]?.key ?? '';
    await page.getByRole('heading', { name: '推流地址' }).waitFor();
    expect(await page.locator('body').innerText()).not.toContain(key);
    await page.getByRole('button', { name: /复制密钥 · 主画面/ }).click();
    await page.getByText('已复制').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(key);
    await page.getByRole('button', { name: /复制加密服务器地址 · 主画面/ }).click();
    await page.waitForFunction(() =>
      navigator.clipboard.readText().then((text) => text === 'rtmps://live.example.org:1936/live'),
    );
    await page.getByRole('button', { name: /显示密钥 · 主画面/ }).click();
    expect(await page.locator('body').innerText()).toContain(key);
    await page.getByRole('button', { name: /更换密钥 · 主画面/ }).click();
    await page.getByRole('button', { name: '更换', exact: true }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(mock.acts.at(-1)?.what).toBe(`POST /venues/${venueId}/tracks/program/rotate`);
  });
  it('cuts and blocks a publisher after asking, and unblocks', async () => {
    const { page, mock } = await open(deskPath);
    await page.getByRole('button', { name: /断流并禁播 · 主画面/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: '断流并禁播' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(mock.acts.at(-1)?.what).toMatch(/program\/block$/);
    const [status] = mock.statuses;
    if (status) status.tracks.program.blocked = true;
    await page.getByRole('button', { name: /解除禁播 · 主画面/ }).click();
    await expect.poll(() => mock.acts.at(-1)?.what).toMatch(/program\/unblock$/);
  });
  it('signs a push address for the hours asked', async () => {
    const { page, mock } = await open(deskPath, {
      width: 390,
      setUp: (m) => (m.venue = { ...m.venue, signedPush: true }),
    });
    await page.getByLabel('有效小时数').first().fill('0');
    await page.getByRole('button', { name: '生成签名地址' }).first().click();
    await page.getByText('请填 1 到 8760').waitFor();
    await page.getByLabel('有效小时数').first().fill('72');
    await page.getByRole('button', { name: '生成签名地址' }).first().click();
    await page.getByText(/sign=4f1c/).waitFor();
    expect(mock.acts.at(-1)?.body).toEqual({ hours: 72 });
    await expectGood(page);
  });
  it('confirms an unchanged delay, sets a changed one, refuses nonsense', async () => {
    const { page, mock } = await open(deskPath, {
      setUp: (m) => {
        const [status] = m.statuses;
        if (status) status.tracks.program.delay = { ms: 850, checked: false };
      },
    });
    await page.getByRole('button', { name: '确认 850 毫秒' }).click();
    await expect.poll(() => mock.acts.at(-1)?.what).toMatch(/program\/delay\/confirm$/);
    await page.getByLabel(/主画面延迟/).fill('-5');
    await page.keyboard.press('Enter');
    await page.getByText('请填 0 到 120000').waitFor();
    await page.getByLabel(/主画面延迟/).fill('900');
    await page.keyboard.press('Enter');
    await expect
      .poll(() => mock.acts.at(-1))
      .toEqual({
        what: `PUT /venues/${venueId}/tracks/program/delay`,
        body: { ms: 900 },
      });
  });
  it('saves only the settings that changed and says when some are not saved', async () => {
    const { page, mock } = await open(deskPath);
    const save = page.getByRole('button', { name: '保存' });
    await save.waitFor();
    expect(await save.isDisabled()).toBe(true);
    await page.getByLabel('编码器断开多少分钟后结束本场').fill('500');
    await page.getByText('请填 0.05 到 240').waitFor();
    expect(await save.isDisabled()).toBe(true);
    await page.getByLabel('编码器断开多少分钟后结束本场').fill('10');
    await page.getByText('有未保存的修改').waitFor();
    await save.click();
    await page.getByText('已保存').waitFor();
    expect(mock.acts.at(-1)?.body).toEqual({ awayMinutes: 10 });
  });
  it('asks before unsaved settings are left behind', async () => {
    const { page } = await open(deskPath);
    await page.getByLabel('会场名称').fill('新名称');
    page.once('dialog', (dialog) => void dialog.dismiss());
    await page.getByRole('link', { name: '会场列表' }).click();
    expect(page.url()).toContain(deskPath);
    page.once('dialog', (dialog) => void dialog.accept());
    await page.getByRole('link', { name: '会场列表' }).click();
    await page.waitForURL(`${server.origin}/console/c/c1/venues`);
  });
  it('lists recordings with their replay and deletes an ended one after asking', async () => {
    const { page, mock } = await open(deskPath);
    const rows = page.locator('.run-list li');
    await rows.first().waitFor();
    expect(await rows.nth(1).getByRole('link').getAttribute('href')).toBe(`/watch/${venueId}?run=r1`);
    expect(await rows.first().getByRole('button').count()).toBe(0);
    await rows.nth(1).getByRole('button', { name: /删除/ }).click();
    await page.getByRole('button', { name: '删除录像' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(mock.acts.at(-1)?.what).toBe(`DELETE /venues/${venueId}/runs/r1`);
  });
  it('switches the language and remembers it', async () => {
    const { page } = await open(deskPath);
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'What viewers see' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
    await page.reload();
    await page.getByRole('heading', { name: 'What viewers see' }).waitFor();
  });
  it('says that a venue does not exist', async () => {
    const { page } = await open('/console/venues/none');
    await page.getByRole('heading', { name: '没有这个会场' }).waitFor();
  });
});
