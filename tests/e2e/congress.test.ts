/**
 * From an empty installation to a congress of two days and three venues: set up in the console from a sloppy workbook, people
 * invited, one venue open, one for delegates, one with a price; live by ffmpeg, a delay and a swap, and every kind of viewer.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OutCell, writeWorkbook } from '#conference/sheet/workbook-writer.ts';
import type { Rule, Sitting, ThingRules } from '#contracts/access.ts';
import type { Conference, ConferenceProgramme } from '#contracts/conference.ts';
import type { Talk } from '#contracts/talk.ts';
import type { Venue } from '#contracts/venue.ts';
import { lastCode, logInByPhone } from '#tests/harness/account-client.ts';
import { type Api, logIn } from '#tests/harness/api.ts';
import { launchBrowser, openPage, pc, phone, plays } from '#tests/harness/browser.ts';
import { type Encoder, startEncoder } from '#tests/harness/encoder.ts';
import { secondsHere } from '#tests/harness/seconds-here.ts';
import { type ServeProcess, startServe } from '#tests/harness/serve-process.ts';
import { until } from '#tests/harness/until.ts';
import { checkPage } from './page-checks.ts';

const slug = 'lakeside-2027';
const title = '第三届湖畔心血管病学术会议';
const names = ['主会场', '第一分会场', '第二分会场'] as const;
const numbers = {
  director: '13900000001',
  delegate: '13900000002',
  buyer: '13900000003',
  guest: '13900000004',
};
const fen = 19_900;

let folder: string;
let serve: ServeProcess;
let browser: Browser;
let api: Api;
let conference: Conference;
let venues: Venue[];
const encoders: Encoder[] = [];
const contexts: BrowserContext[] = [];

const zone = 8 * 3600_000;
const day = (ahead: number) => new Date(Date.now() + zone + ahead * 86_400_000);
const dateOf = (ahead: number) => day(ahead).toISOString().slice(0, 10);
/** As people write it. */
const dateWords = (ahead: number) => `${day(ahead).getUTCMonth() + 1}月${day(ahead).getUTCDate()}日`;

/** Title rows, full-width digits, several ways to write a time, several speakers in a cell, a break, a total. */
function workbook(): Buffer {
  const rows: OutCell[][] = [];
  for (const [ahead, half] of [
    [0, '上午'],
    [1, '下午'],
  ] as const)
    for (const [v, venue] of names.entries()) {
      const key = `${ahead + 1}${v + 1}`;
      const hour = half === '上午' ? 8 : 14;
      rows.push(
        [
          dateWords(ahead),
          `${hour}:30-${hour}:50`,
          venue,
          `${venue}专场`,
          '许安澜（江城大学附属第一医院）',
          `报告${key}a：胸痛分诊`,
          '林若溪 主任医师/江城大学附属第一医院',
        ],
        [
          dateWords(ahead),
          `０${hour % 10}：５０～０${(hour + 1) % 10}：１０`
            .replace(/^０(\d)/, hour < 10 ? '０$1' : '１$1')
            .replace('～０', hour + 1 < 10 ? '～０' : '～１'),
          venue,
          `${venue}专场`,
          '',
          `报告${key}b：功能学评估`,
          '周启明、沈知远',
        ],
        [dateWords(ahead), `${hour + 1}.10—${hour + 1}.30`, venue, `${venue}专场`, '', '茶歇', ''],
        [
          dateWords(ahead),
          `${hour + 1}:30-${hour + 1}:50`,
          venue,
          `${venue}专场`,
          '',
          `报告${key}c：影像与决策`,
          '孟怀瑾（滨海市心血管病医院）',
        ],
      );
    }
  rows.push(['合计', '', '', '', '', '18 个报告', '']);
  return writeWorkbook([
    {
      name: '日程',
      notes: ['第三届湖畔心血管病学术会议 日程（征求意见稿）'],
      header: ['日期', '时间', '会场', '专场', '主持', '报告题目', '讲者'],
      rows,
    },
  ]);
}

const open = async (path: string, viewport = pc): Promise<Page> => {
  const { context, page } = await openPage(browser, serve.origin + path, viewport);
  contexts.push(context);
  return page;
};
const closePages = async () => {
  for (const context of contexts.splice(0)) await context.close();
};
/** Logs in on the page that asks for it. */
async function logInHere(page: Page, number: string): Promise<void> {
  await page.getByLabel('手机号').fill(number);
  await page.getByRole('button', { name: '获取验证码' }).click();
  await page.getByText('验证码已发送至').waitFor();
  await page.getByLabel('验证码', { exact: true }).fill(await lastCode(folder, `+86${number}`));
  await page.getByRole('button', { name: '登录 / 注册' }).click();
}
const venueOf = (index: number): Venue => {
  const venue = venues[index];
  if (!venue) throw new Error(`no venue ${index}`);
  return venue;
};
const talksOf = async (index: number) =>
  (await api.request<{ talks: Talk[] }>('GET', `/venues/${venueOf(index).id}/talks`)).talks;
const programme = async () =>
  (await (
    await fetch(`${serve.apiBase}/public/conferences/${slug}/programme`)
  ).json()) as ConferenceProgramme;
/** The reason shown at the gate, once it is there. */
const gate = (page: Page) => page.locator('[data-screen="gate"]').waitFor({ timeout: 20_000 });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rostrum-congress-'));
  serve = await startServe(folder, { ROSTRUM_SMS_SPACING: '0' });
  api = await logIn(serve);
  browser = await launchBrowser();
});
afterAll(async () => {
  await closePages();
  for (const encoder of encoders) await encoder.stop();
  await browser?.close();
  await serve?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

describe('a congress from nothing', () => {
  it('is made in the console, its programme taken from a workbook after a preview', async () => {
    const page = await open('/console');
    await page.getByLabel('邮箱').fill(serve.adminEmail);
    await page.getByLabel('密码', { exact: true }).fill(serve.adminPassword);
    await page.getByRole('button', { name: '登录', exact: true }).click();
    await page.getByRole('button', { name: '新建会议' }).first().click();
    await page.getByLabel('会议名称').fill(title);
    const [from, to] = [page.getByLabel('起止日期'), page.locator('.ant-picker-range input').last()];
    await from.click();
    await from.fill(dateOf(0));
    await from.press('Enter');
    await to.fill(dateOf(1));
    await to.press('Enter');
    await page.getByLabel('网址').fill(slug);
    await page.getByRole('button', { name: '新建', exact: true }).click();
    await page.waitForURL('**/console/c/**');

    const { items } = await api.request<{ items: Conference[] }>('GET', '/conferences?limit=50');
    const made = items.find((one) => one.slug === slug);
    expect(made).toMatchObject({ titleZh: title, state: 'draft' });
    conference = made as Conference;

    const file = join(folder, 'programme.xlsx');
    await writeFile(file, workbook());
    await page.goto(`${serve.origin}/console/c/${conference.id}/programme`);
    await page.getByRole('button', { name: '导入', exact: true }).first().click();
    await page.locator('.ant-modal input[type=file]').setInputFiles(file);
    await page.getByText(names.join('、')).waitFor({ timeout: 20_000 });
    await page.getByRole('button', { name: /写入/ }).click();
    await page.getByRole('dialog').getByRole('alert').filter({ hasText: '24' }).waitFor({ timeout: 20_000 });
    expect(await checkPage(page)).toEqual([]);
    await closePages();

    ({ items: venues } = await api.request<{ items: Venue[] }>(
      'GET',
      `/conferences/${conference.id}/venues`,
    ));
    expect(venues.map((one) => one.title)).toEqual([...names]);
    for (const index of [0, 1, 2]) {
      const talks = await talksOf(index);
      expect(talks.map(({ type }) => type)).toEqual([
        'talk',
        'talk',
        'break',
        'talk',
        'talk',
        'talk',
        'break',
        'talk',
      ]);
      expect(talks[0]).toMatchObject({
        plannedStart: Date.parse(`${dateOf(0)}T08:30:00+08:00`),
        plannedMinutes: 20,
        speakers: [{ name: '林若溪', title: '主任医师', unit: '江城大学附属第一医院' }],
      });
      expect(talks[1]).toMatchObject({
        plannedStart: Date.parse(`${dateOf(0)}T08:50:00+08:00`),
        speakers: [{ name: '周启明' }, { name: '沈知远' }],
      });
    }
  });

  it('invites a director by a link, who logs in by phone and may run venues but not the people', async () => {
    const { url } = await api.request<{ url: string }>('POST', `/conferences/${conference.id}/invitations`, {
      roles: ['director'],
    });
    const page = await open(new URL(url, serve.origin).href.slice(serve.origin.length), phone);
    await page.getByRole('link', { name: /登录/ }).first().click();
    await logInHere(page, numbers.director);
    await page.getByRole('button', { name: /接受/ }).click();
    await page.getByText('导播').first().waitFor();
    expect(await checkPage(page)).toEqual([]);
    await page.goto(`${serve.origin}/console/c/${conference.id}`);
    await page.getByText(title).first().waitFor();
    const cookies = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
    const status = async (path: string) =>
      (await fetch(`${serve.apiBase}/conferences/${conference.id}${path}`, { headers: { cookie: cookies } }))
        .status;
    expect([await status('/programme'), await status('/members'), await status('/registrations')]).toEqual([
      200, 200, 403,
    ]);
    await closePages();
  });

  it('opens one venue to all, one to delegates, one with a price, and is published', async () => {
    const base = `/conferences/${conference.id}`;
    const list = await api.request<{ id: string }>('POST', `${base}/delegate-lists`, { name: '正式代表' });
    await api.request('POST', `${base}/delegate-lists/${list.id}/delegates`, {
      ...{ name: '王晓川', phone: numbers.delegate, unit: '江城大学附属第一医院' },
    });
    const delegates: Rule = {
      join: 'any',
      conditions: [{ kind: 'delegate', lists: [list.id] }],
      previewMinutes: 0,
    };
    const paid: Rule = { join: 'any', conditions: [{ kind: 'paid', fen }], previewMinutes: 0 };
    await api.request('PUT', `/access/venue/${venueOf(1).id}`, {
      live: delegates,
      replay: delegates,
    } satisfies ThingRules);
    await api.request('PUT', `/access/venue/${venueOf(2).id}`, {
      live: paid,
      replay: paid,
    } satisfies ThingRules);
    await api.request('POST', `${base}/grants`, {
      ...{ phones: [numbers.buyer], thing: { kind: 'venue', id: venueOf(2).id }, fen, note: '现场缴费' },
    });
    for (const venue of venues) await api.request('PATCH', `/venues/${venue.id}`, { autoLive: true });
    await api.request('PATCH', base, { state: 'published' });
    await api.request('PATCH', base, { state: 'running' });
    const seen = await programme();
    expect(seen.venues.map(({ access }) => access.live.kinds)).toEqual([['open'], ['delegate'], ['paid']]);
    expect(seen.venues[2]?.access.live.fen).toBe(fen);
  });

  it('goes live by ffmpeg, and each kind of viewer sees exactly what they may, on PC and phone', async () => {
    for (const index of [0, 1, 2]) {
      const { key } = venueOf(index).keys.find(({ track }) => track === 'program') ?? { key: '' };
      encoders.push(startEncoder(`${serve.rtmpUrl}/${key}`, { size: '320x180', fps: 15, kbps: 250 }));
    }
    await until(async () => (await programme()).venues.every(({ state }) => state === 'live'), {
      seconds: 60,
      everyMs: 300,
      what: 'all venues to be live',
    });
    for (const { id } of venues) await api.request('POST', `/venues/${id}/next-talk`, {});

    // Nobody in particular: the open venue plays in two taps from the conference's page; the others tell why not.
    const anyone = await open(`/c/${slug}`, phone);
    await anyone.getByText(names[0]).first().waitFor();
    expect(await checkPage(anyone)).toEqual([]);
    await anyone.goto(`${serve.origin}/watch/${venueOf(0).id}`);
    await plays(anyone, 1, 60);
    await anyone.goto(`${serve.origin}/watch/${venueOf(1).id}`);
    await gate(anyone);
    expect(await anyone.locator('video').count()).toBe(0);
    expect(await checkPage(anyone)).toEqual([]);
    await anyone.goto(`${serve.origin}/watch/${venueOf(2).id}`);
    await gate(anyone);
    await anyone.getByText('199').first().waitFor();

    // A delegate logs in at the gate and lands in the picture; the paid venue stays closed.
    const delegate = await open(`/watch/${venueOf(1).id}`);
    await gate(delegate);
    await delegate.getByRole('link', { name: /登录/ }).first().click();
    await logInHere(delegate, numbers.delegate);
    await delegate.waitForURL(`**/watch/${venueOf(1).id}`);
    await plays(delegate, 1, 60);
    await delegate.goto(`${serve.origin}/watch/${venueOf(2).id}`);
    await gate(delegate);

    // Who paid sees the paid venue, on the phone.
    const buyer = await open(`/login?next=${encodeURIComponent(`/watch/${venueOf(2).id}`)}`, phone);
    await logInHere(buyer, numbers.buyer);
    await buyer.waitForURL(`**/watch/${venueOf(2).id}`);
    await plays(buyer, 1, 60);
    await closePages();
  });

  it('refuses the media itself to the passes of others', async () => {
    const device = 'device-of-this-test';
    const sit = async (number: string, index: number): Promise<Sitting> => {
      const person = await logInByPhone(serve.origin, folder, `+86${number}`);
      const answer = await person.post(`/api/v1/public/venues/${venueOf(index).id}/sitting`, { device });
      return answer.body as Sitting;
    };
    const now = async (pass: string, index: number) =>
      (await fetch(`${serve.origin}/media/${pass}/${venueOf(index).id}/now.json`)).status;
    const delegate = await sit(numbers.delegate, 1);
    expect(delegate).toMatchObject({ live: { allowed: true, by: 'rules' } });
    const guest = await sit(numbers.guest, 1);
    expect(guest).toMatchObject({ pass: null, live: { allowed: false, reason: 'rules' } });
    const pass = delegate.pass ?? '';
    expect(pass).not.toBe('public');
    expect(await now(pass, 1)).toBe(200);
    expect(await now(`${pass.slice(0, -2)}xx`, 1)).toBe(403);
    expect(
      [await now(pass, 2), await now('public', 1), await now('public', 2)].every(
        (one) => one === 403 || one === 404,
      ),
    ).toBe(true);
    expect(await now('public', 0)).toBe(200);
  });

  it('moves through talks with a delay and a swap that open pages show at once', async () => {
    const wide = await open(`/c/${slug}`);
    const small = await open(`/c/${slug}`, phone);
    const [, second, , fourth] = await talksOf(0);
    if (!second || !fourth) throw new Error('no talks');
    for (const page of [wide, small]) await page.getByText(fourth.title).first().waitFor();
    const base = `/conferences/${conference.id}/programme`;
    const shows = async (page: Page, text: string, asked: number) => {
      await page
        .locator('li, article, section, tr, div')
        .filter({ hasText: text })
        .first()
        .waitFor({ timeout: 20_000 });
      expect((performance.now() - asked) / 1000).toBeLessThan(secondsHere(2));
    };
    let asked = performance.now();
    await api.request('POST', `${base}/delay`, { talkId: second.id, minutes: 10, scope: 'session' });
    await Promise.all([wide, small].map((page) => shows(page, '09:00', asked)));
    expect((await talksOf(0)).map(({ plannedStart }) => plannedStart)).toContain(
      Date.parse(`${dateOf(0)}T09:40:00+08:00`),
    );
    asked = performance.now();
    await api.request('POST', `${base}/swap`, { a: second.id, b: fourth.id });
    await until(
      async () => {
        const { talks } = await programme();
        const start = (id: string) => talks.find((one) => one.id === id)?.plannedStart ?? 0;
        return start(fourth.id) < start(second.id);
      },
      { seconds: 20, what: 'the swap in the programme' },
    );
    const order = (page: Page) =>
      page.evaluate(
        ([a = '', b = '']) => document.body.innerText.indexOf(b) < document.body.innerText.indexOf(a),
        [second.title, fourth.title],
      );
    for (const page of [wide, small])
      await until(() => order(page), { seconds: secondsHere(2), everyMs: 50, what: 'the swap on the page' });
    expect(await checkPage(wide)).toEqual([]);

    // The director's next talk is the one that now comes first, and viewers see it on.
    await api.request('POST', `/venues/${venueOf(0).id}/next-talk`, {});
    await until(async () => (await programme()).talks.find(({ id }) => id === fourth.id)?.state === 'now', {
      seconds: 20,
      what: 'the next talk to be on',
    });
    await wide.getByText('正在进行').first().waitFor();
    await closePages();
  });

  it('keeps the same borders afterwards: replays, and what the speaker allows', async () => {
    const first = (await talksOf(0))[0];
    for (const index of [1, 2]) await api.request('POST', `/venues/${venueOf(index).id}/next-talk`, {});
    const replayOf = async (index: number) => {
      const talk = await until(async () => (await talksOf(index)).find(({ replay }) => replay !== null), {
        seconds: 20,
        what: 'a replay',
      });
      return { talk, path: `/replay/${venueOf(index).id}/${talk.replay?.clip}` };
    };
    const [all, delegates] = [await replayOf(0), await replayOf(1)];
    expect(all.talk.id).toBe(first?.id);
    const anyone = await open(all.path, phone);
    await plays(anyone, 1, 60);
    await anyone.goto(serve.origin + delegates.path);
    await gate(anyone);

    const delegate = await open(`/login?next=${encodeURIComponent(delegates.path)}`);
    await logInHere(delegate, numbers.delegate);
    await delegate.waitForURL(`**${delegates.path}`);
    // Their third device within the hour: it takes the place of the oldest.
    await delegate.getByRole('button', { name: '在此设备上观看' }).click();
    await plays(delegate, 1, 60);

    // The speaker says no: within 10 s it is gone for everyone, and comes back when they allow it.
    const consent = (answer: object | null) =>
      api.request('PATCH', `/conferences/${conference.id}/consents/${first?.id}`, {
        ...{ name: '林若溪', answer, note: '书面答复' },
      });
    const base = { download: false, embargo: null, reviewFirst: false, reviewed: false };
    await consent({ ...base, replay: 'nobody' });
    const clip = all.talk.replay;
    const media = `${serve.origin}/media/public/${venueOf(0).id}/clips/${clip?.clip}/${clip?.version}/index.m3u8`;
    await until(async () => (await fetch(media)).status >= 400, {
      seconds: 10,
      what: 'the replay to be withdrawn',
    });
    const late = await open(all.path, phone);
    await gate(late);
    await closePages();
  });
});
