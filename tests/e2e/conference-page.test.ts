/** The conference's page, registration, an invitation and a consent, against answers as the contracts give them. */

import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PublicTalk } from '#contracts/conference.ts';
import { CodedError } from '#contracts/errors.ts';
import { secondsHere } from '#tests/harness/seconds-here.ts';
import {
  ConferenceMock,
  conferenceOf,
  consentOf,
  type ProgrammeWish,
  programmeOf,
  registrationOf,
  slug,
} from './conference-mock.ts';
import { checkPage, collectConsoleErrors } from './page-checks.ts';
import { type PageServer, servePages } from './page-server.ts';

/** Pictures of every page and state are left here when asked for. */
const pictures = process.env.ROSTRUM_SCREENSHOTS;
const day = 86_400_000;
const today = () => Date.now();

let server: PageServer;
let browser: Browser;
let contexts: BrowserContext[] = [];

beforeAll(async () => {
  server = await servePages(['watch', 'conference', 'join', 'consent']);
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

type Size = 'desk' | 'phone';
const sizes = ['desk', 'phone'] as const;

async function open(
  mock: ConferenceMock,
  path: string,
  size: Size,
  more: { timezoneId?: string; locale?: string } = {},
): Promise<Page> {
  const desk = { viewport: { width: 1440, height: 900 } };
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  const context = await browser.newContext({
    ...{ locale: 'zh-CN', timezoneId: 'Asia/Shanghai', ...more },
    ...(size === 'desk' ? desk : phone),
  });
  contexts.push(context);
  const page = await context.newPage();
  await mock.install(page);
  await page.goto(`${server.origin}${path}`);
  return page;
}

const picture = async (page: Page, name: string, size: Size): Promise<void> => {
  if (pictures) await page.screenshot({ path: join(pictures, `${name}-${size}.png`), fullPage: true });
};

const mockOf = (phase: ProgrammeWish['phase'], more: Partial<ProgrammeWish> = {}): ConferenceMock => {
  const first = phase === 'before' ? today() + 9 * day : phase === 'after' ? today() - 9 * day : today();
  const state = phase === 'during' ? 'running' : phase === 'after' ? 'over' : 'published';
  return new ConferenceMock(conferenceOf(first, { state }), programmeOf({ first, phase, ...more }));
};
const page = `/c/${slug}`;

describe('conference page', () => {
  it('counts down before, shows live cards during, thanks and replays after; all page checks pass at both widths', async () => {
    for (const phase of ['before', 'during', 'after'] as const) {
      for (const size of sizes) {
        const mock = mockOf(phase);
        if (phase === 'during') mock.conference = { ...mock.conference, cover: '/files/cover-picture.webp' };
        const shown = await open(mock, page, size);
        const errors = collectConsoleErrors(shown);
        await shown.getByRole('tabpanel').locator('.talk').first().waitFor();
        if (phase === 'before') await shown.getByRole('timer').waitFor();
        if (phase === 'during') {
          expect(await shown.locator('.card-on').count()).toBe(3);
          await shown.getByText('12345 人在看').waitFor();
          await shown.getByRole('link', { name: /进入直播：主会场/ }).waitFor();
          expect(await shown.locator('.mark-now').count()).toBeGreaterThan(0);
        }
        if (phase === 'after') await shown.getByText('明年武汉再见').waitFor();
        await picture(shown, `conference-${phase}`, size);
        expect(await checkPage(shown)).toEqual([]);
        expect(errors).toEqual([]);
        await shown.context().close();
      }
    }
  });

  it('shows programme, speakers, replays and introduction as tabs that an address can name', async () => {
    for (const size of sizes) {
      const shown = await open(mockOf('during'), `${page}#speakers`, size);
      await shown.getByRole('heading', { name: '欧阳慧敏' }).waitFor();
      await shown.getByRole('searchbox').fill('bergström');
      await shown.getByText('1 位讲者').waitFor();
      await picture(shown, 'conference-speakers', size);
      expect(await checkPage(shown)).toEqual([]);
      await shown.getByRole('tab', { name: '回放' }).click();
      await shown.getByText(/\d+ 段回放/).waitFor();
      await picture(shown, 'conference-replays', size);
      expect(await checkPage(shown)).toEqual([]);
      await shown.getByRole('searchbox').fill('没有这样的题目');
      await shown.getByText('没有找到').waitFor();
      await shown.getByRole('tab', { name: '会议介绍' }).click();
      await shown.getByText('长江心血管病学会', { exact: true }).waitFor();
      await picture(shown, 'conference-about', size);
      expect(await checkPage(shown)).toEqual([]);
      expect(new URL(shown.url()).hash).toBe('#about');
    }
  });

  it('puts a change of the programme on the screen within two seconds, with its mark', async () => {
    const mock = mockOf('during');
    const shown = await open(mock, page, 'desk');
    const card = shown.locator('[data-talk="t0-0-5"]');
    await card.waitFor();
    const before = await card.locator('.talk-time').textContent();
    const started = Date.now();
    mock.change((programme) => ({
      talks: programme.talks
        .filter((talk) => talk.id === 't0-0-5')
        .map(
          (talk): PublicTalk => ({
            ...talk,
            plannedStart: (talk.plannedStart ?? 0) + 15 * 60_000,
            changed: { at: Date.now(), what: ['time'] },
          }),
        ),
    }));
    await card.getByText('时间已调整').waitFor();
    expect((Date.now() - started) / 1000).toBeLessThan(secondsHere(2));
    expect(await card.locator('.talk-time').textContent()).not.toBe(before);
  });

  it('reads on after the network was away, and says so meanwhile', async () => {
    const mock = mockOf('during');
    const shown = await open(mock, page, 'phone');
    await shown.locator('.talk').first().waitFor();
    mock.offline = true;
    mock.change(() => ({}));
    await shown.getByText('与服务器的连接中断').waitFor({ timeout: 20_000 });
    mock.offline = false;
    mock.change((programme) => ({
      talks: programme.talks.slice(0, 1).map((talk) => ({ ...talk, title: '新的题目' })),
    }));
    await shown.evaluate(() => window.dispatchEvent(new Event('online')));
    await shown.getByRole('heading', { name: '新的题目' }).waitFor();
    await shown.getByText('与服务器的连接中断').waitFor({ state: 'detached' });
  });

  it('shows the times of the conference, and those of the viewer where they differ', async () => {
    const shown = await open(mockOf('before'), page, 'phone', { timezoneId: 'Europe/Stockholm' });
    await shown.getByText('时间为会议当地时间').waitFor();
    const first = shown.locator('.talk-list .talk-time').first();
    expect(await first.textContent()).toMatch(/^08:30–09:00（您当地 0[12]:30）$/);
    await picture(shown, 'conference-abroad', 'phone');
    expect(await checkPage(shown)).toEqual([]);
  });

  it('speaks English where the viewer does, in every part', async () => {
    const shown = await open(mockOf('during'), page, 'phone', { locale: 'en-GB' });
    await shown.getByRole('heading', { name: 'Yangtze Cardiology Congress 2026' }).waitFor();
    await shown.getByRole('tab', { name: 'Programme' }).waitFor();
    await picture(shown, 'conference-english', 'phone');
    expect(await checkPage(shown)).toEqual([]);
  });

  it('draws only what is near the window of a congress of 2,000 talks', async () => {
    const mock = mockOf('during', { venues: 40, days: 5, talksEach: 10 });
    expect(mock.programme.talks).toHaveLength(2000);
    for (const size of sizes) {
      const shown = await open(mock, page, size);
      await shown.locator('.days').scrollIntoViewIfNeeded();
      await shown.locator('.talk').first().waitFor();
      expect(await shown.locator('.talk').count()).toBeLessThan(160);
      await shown
        .getByRole('button', { name: /^第|月.*日/ })
        .nth(2)
        .click();
      await shown.locator('.talk').first().waitFor();
      await picture(shown, 'conference-large', size);
      expect(await checkPage(shown)).toEqual([]);
      await shown.context().close();
    }
  });

  it('says plainly when nothing is there yet, when there is no such conference, and when loading failed', async () => {
    const mock = mockOf('before', { venues: 0 });
    const empty = await open(mock, page, 'phone');
    await empty.getByText('日程即将公布').waitFor();
    await picture(empty, 'conference-empty', 'phone');
    expect(await checkPage(empty)).toEqual([]);
    const none = await open(mock, '/c/nothing-here', 'phone');
    await none.getByText('没有这个会议').waitFor();
    expect(await none.getByRole('link', { name: '查看其他会议' }).getAttribute('href')).toBe('/');
    mock.offline = true;
    const failed = await open(mock, page, 'phone');
    await failed.getByText('网络连接失败').waitFor();
    mock.offline = false;
    await failed.getByRole('button', { name: '重试' }).click();
    await failed.getByText('日程即将公布').waitFor();
  });

  it('is shared by a QR code and a link, and reminds by calendar and text message', async () => {
    for (const size of sizes) {
      const mock = mockOf('before');
      mock.me = '王芳';
      const shown = await open(mock, page, size);
      await shown.getByRole('button', { name: '分享' }).click();
      await shown.getByRole('img', { name: '会议页面二维码' }).waitFor();
      await picture(shown, 'conference-share', size);
      expect(await checkPage(shown)).toEqual([]);
      await shown.keyboard.press('Escape');
      await shown.getByRole('button', { name: '预约', exact: true }).click();
      expect(await shown.getByRole('link', { name: /加入手机日历/ }).getAttribute('href')).toBe(
        `/api/v1/public/conferences/${slug}/programme.ics`,
      );
      await shown.getByRole('button', { name: '开始前短信提醒我' }).click();
      await shown.getByText('已预约短信提醒，发送到 138****1234').waitFor();
      await picture(shown, 'conference-remind', size);
      expect(await checkPage(shown)).toEqual([]);
      expect(mock.acts).toEqual([
        { what: `POST /public/conferences/${slug}/reminder`, body: { talkId: null } },
      ]);
    }
  });

  it('promises no message before a conference that has begun, and leads to its talks', async () => {
    const mock = mockOf('during');
    mock.me = '王芳';
    const shown = await open(mock, page, 'phone');
    await shown.getByRole('button', { name: '预约', exact: true }).click();
    const dialog = shown.getByRole('dialog');
    await dialog.getByText('会议已经开始').waitFor();
    expect(await dialog.getByRole('button', { name: /短信/ }).count()).toBe(0);
    expect(await checkPage(shown)).toEqual([]);
  });

  it('reminds of one talk too, by calendar and text message, and marks it', async () => {
    for (const size of sizes) {
      const mock = mockOf('before');
      mock.me = '王芳';
      const shown = await open(mock, page, size);
      const card = shown.locator('.talk', { has: shown.locator('.talk-remind') }).first();
      const id = await card.getAttribute('data-talk');
      await card.getByRole('button', { name: /^预约提醒/ }).click();
      const dialog = shown.getByRole('dialog');
      expect(await dialog.getByRole('link', { name: /加入手机日历/ }).getAttribute('href')).toBe(
        `/api/v1/public/conferences/${slug}/talks/${id}.ics`,
      );
      await dialog.getByRole('button', { name: '开始前短信提醒我' }).click();
      await dialog.getByText('已预约短信提醒，发送到 138****1234').waitFor();
      await picture(shown, 'conference-remind-talk', size);
      expect(await checkPage(shown)).toEqual([]);
      expect(mock.acts).toEqual([
        { what: `POST /public/conferences/${slug}/reminder`, body: { talkId: id } },
      ]);
      await shown.keyboard.press('Escape');
      await card.getByRole('button', { name: /^已预约提醒/ }).waitFor();
      expect(await checkPage(shown)).toEqual([]);
    }
  });

  it('loads at most 90 KB of script', async () => {
    const shown = await open(mockOf('during'), page, 'phone');
    await shown.locator('.talk').first().waitFor();
    const loaded = await shown.evaluate(() =>
      performance.getEntriesByType('resource').map((entry) => entry.name.split('/').at(-1) ?? ''),
    );
    let bytes = 0;
    const assets = join(server.folder, 'assets');
    for (const name of await readdir(assets))
      if (name.endsWith('.js') && loaded.includes(name))
        bytes += gzipSync(await readFile(join(assets, name))).length;
    expect(bytes).toBeGreaterThan(20_000);
    expect(bytes).toBeLessThan(90_000);
  });
});

describe('registration', () => {
  it('asks for the log-in first and comes back to the form', async () => {
    const shown = await open(mockOf('before'), `${page}/register`, 'phone');
    const link = shown.locator('.register').getByRole('link', { name: '登录' });
    expect(await link.getAttribute('href')).toBe(`/login?next=${encodeURIComponent(`${page}/register`)}`);
    expect(await checkPage(shown)).toEqual([]);
  });

  it('asks what the conference asks, says what is missing, and shows where it stands', async () => {
    for (const size of sizes) {
      const mock = mockOf('before');
      mock.me = '王芳';
      const shown = await open(mock, `${page}/register`, size);
      await shown.getByLabel('单位').waitFor();
      await picture(shown, 'register-form', size);
      expect(await checkPage(shown)).toEqual([]);
      await shown.getByRole('button', { name: '提交报名' }).click();
      await shown.getByText('请填写“单位”').waitFor();
      await shown.getByLabel('单位').fill('临江市人民医院');
      await shown.getByLabel('地区 必填').selectOption('42');
      await shown.getByLabel('地区（第二级）').selectOption('4201');
      mock.refusal = new CodedError('request.tooMany');
      await shown.getByRole('button', { name: '提交报名' }).click();
      await shown.getByText('操作过于频繁').waitFor();
      mock.registration = registrationOf({ state: 'waiting', ahead: 3, form: 'full' });
      await shown.getByRole('button', { name: '提交报名' }).click();
      await shown.getByText('前面还有 3 位').waitFor();
      await picture(shown, 'register-waiting', size);
      expect(await checkPage(shown)).toEqual([]);
      expect(mock.acts.at(-1)?.body).toMatchObject({
        answers: {
          name: '王芳',
          hospital: '临江市人民医院',
          region: { code: '4201', label: '湖北省 武汉市' },
        },
      });
      await shown.getByRole('button', { name: '取消报名' }).click();
      await shown.getByText('确定取消报名吗').waitFor();
      expect(await checkPage(shown)).toEqual([]);
      mock.registration = registrationOf({ state: 'cancelled' });
      await shown.getByRole('button', { name: '确定取消' }).click();
      await shown.getByText('报名已取消').waitFor();
    }
  });

  it('is told on the conference page', async () => {
    const mock = mockOf('before');
    mock.me = '王芳';
    mock.registration = registrationOf({ state: 'approved' });
    const shown = await open(mock, page, 'phone');
    await shown.locator('[data-registration=approved]').getByText('报名成功').waitFor();
  });
});

describe('invitation', () => {
  const token = 'invitation-token-1234567890';
  it('says who invites to what, keeps its secret out of the address, and is accepted after the log-in', async () => {
    const mock = mockOf('before');
    const shown = await open(mock, `/join#${token}`, 'phone');
    await shown.getByText('导播/场控、主持人/主席').waitFor();
    expect(shown.url()).not.toContain(token);
    const logIn = shown.getByRole('link', { name: '登录并接受邀请' });
    expect(await logIn.getAttribute('href')).toBe('/login?next=%2Fjoin');
    await picture(shown, 'join', 'phone');
    expect(await checkPage(shown)).toEqual([]);
    mock.me = '张工';
    await shown.goto(`${server.origin}/join`);
    await shown.getByRole('button', { name: '以“张工”的身份接受' }).click();
    await shown.getByRole('heading', { name: '已接受邀请' }).waitFor();
    expect(mock.acts).toEqual([{ what: 'POST /invitations/accept', body: { token } }]);
    await picture(shown, 'join-done', 'phone');
    expect(await checkPage(shown)).toEqual([]);
  });
  it('fits a PC, and says when the link is not complete', async () => {
    const shown = await open(mockOf('before'), `/join#${token}`, 'desk');
    await shown.getByRole('link', { name: '登录并接受邀请' }).waitFor();
    await picture(shown, 'join', 'desk');
    expect(await checkPage(shown)).toEqual([]);
    const bare = await open(mockOf('before'), '/join', 'phone');
    await bare.getByText('链接不完整').waitFor();
  });
});

describe('consent', () => {
  const token = 'consent-token-123456789012';
  it('asks four plain questions and takes the answer with a code to the phone on file', async () => {
    for (const size of sizes) {
      const mock = mockOf('after');
      const shown = await open(mock, `/consent#${token}`, size);
      await shown.getByText('周明远 教授，您好').waitFor();
      expect(shown.url()).not.toContain(token);
      await shown.getByText('所有人').click();
      await shown.getByText('到这一天再公开').click();
      await shown.getByLabel('公开日期').fill('2027-03-01');
      await picture(shown, 'consent-questions', size);
      expect(await checkPage(shown)).toEqual([]);
      await shown.getByRole('button', { name: '提交' }).click();
      await shown.getByText('请输入 6 位验证码').waitFor();
      await shown.getByRole('button', { name: '发送验证码到手机 •••1234' }).click();
      await shown.getByLabel('6 位验证码').fill('１２３ 456');
      expect(await checkPage(shown)).toEqual([]);
      await shown.getByRole('button', { name: '提交' }).click();
      await shown.getByText('已收到您的选择').waitFor();
      await picture(shown, 'consent-done', size);
      expect(await checkPage(shown)).toEqual([]);
      expect(mock.acts.at(-1)).toEqual({
        what: 'POST /consent/answer',
        body: {
          token,
          code: '123456',
          answer: {
            replay: 'all',
            download: false,
            embargo: Date.parse('2027-03-01T00:00:00+08:00'),
            reviewFirst: false,
            reviewed: false,
          },
        },
      });
    }
  });

  it('sends the code by e-mail where no phone is known, and says so where neither is', async () => {
    const mock = mockOf('after');
    mock.consent = consentOf({ phoneTail: null, email: 'z…@hospital.example' });
    const shown = await open(mock, `/consent#${token}`, 'phone');
    await shown.getByText('不提供回放').click();
    await shown.getByRole('button', { name: '发送验证码到邮箱 z…@hospital.example' }).click();
    await shown.getByText('验证码已发送到邮箱').waitFor();
    await shown.getByLabel('6 位验证码').fill('123456');
    await picture(shown, 'consent-mail', 'phone');
    expect(await checkPage(shown)).toEqual([]);
    await shown.getByRole('button', { name: '提交' }).click();
    await shown.getByText('已收到您的选择').waitFor();
    const unreachable = mockOf('after');
    unreachable.consent = consentOf({ phoneTail: null });
    const stuck = await open(unreachable, `/consent#${token}`, 'phone');
    await stuck.getByText('不提供回放').click();
    await stuck.getByText('还没有登记您的手机或邮箱').waitFor();
    expect(await stuck.getByRole('button', { name: '提交' }).isDisabled()).toBe(true);
  });

  it('can be changed, agreed to after a look at the replay, and withdrawn', async () => {
    const mock = mockOf('after');
    const answer = {
      replay: 'all',
      download: true,
      embargo: null,
      reviewFirst: true,
      reviewed: false,
    } as const;
    mock.consent = consentOf({ answer, answeredAt: Date.now(), confirmed: true });
    const shown = await open(mock, `/consent#${token}`, 'phone');
    await shown.getByRole('button', { name: '观看我的回放' }).waitFor();
    await picture(shown, 'consent-review', 'phone');
    expect(await checkPage(shown)).toEqual([]);
    const right = shown.waitForRequest('**/api/v1/consent/review');
    await shown.getByRole('button', { name: '观看我的回放' }).click();
    expect((await right).postDataJSON()).toMatchObject({ token });
    await shown.waitForURL('**/replay/v1/clip-1?talk=t1');
    await shown.goBack();
    await shown.getByRole('button', { name: '我看过了，同意公开' }).click();
    await shown.getByText('已看过并同意公开').waitFor();
    await shown.getByRole('button', { name: '撤回授权，不再公开' }).click();
    await shown.getByRole('button', { name: '确定撤回' }).click();
    await shown.getByText('不公开', { exact: true }).waitFor();
    const answers = mock.acts.map(({ body }) => (body as { answer?: { replay: string } }).answer?.replay);
    expect(answers.filter((replay) => replay !== undefined)).toEqual(['all', 'nobody']);
  });
});
