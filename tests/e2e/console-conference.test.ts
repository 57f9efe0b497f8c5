/** The office pages in a real browser over a mocked API: each section full and empty, at a desk's and at a phone's width. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '#tests/harness/browser.ts';
import { ConsoleMock, venueId } from './console-mock.ts';
import { conferenceId, conferenceOf } from './office-mock.ts';
import { checkPage, settled } from './page-checks.ts';
import { type PageServer, servePages } from './page-server.ts';

const widths = [1440, 390] as const;
/** A word that each section shows when it is there. */
const sections = {
  '': '还要做的',
  programme: '急性冠脉综合征抗栓治疗新进展',
  venues: '第二会场',
  people: '赵老师',
  access: '名单 正式代表 里的人可以观看',
  registrations: '李医生1',
  delegates: '李明',
  replays: 'ACS 2027.pptx',
  branding: '赞助商',
  audit: 'venue.create',
  settings: '报名表项目',
  integrations: '签到系统',
} as const;
const addressOf = (section: string) => `/console/c/${conferenceId}${section && `/${section}`}`;
const shots = process.env.ROSTRUM_SHOTS;

let server: PageServer;
let browser: Browser;
let context: BrowserContext | undefined;
let errors: string[] = [];

beforeAll(async () => {
  server = await servePages();
  browser = await launchBrowser();
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
  errors = [];
  context = await browser.newContext({
    viewport: { width, height: width === 390 ? 844 : 900 },
    hasTouch: width === 390,
    locale: lang,
    timezoneId: 'Europe/Berlin',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  // The grid has tests of its own.
  await page.addInitScript(() => localStorage.setItem('rostrum.programme-view', 'table'));
  const mock = new ConsoleMock();
  setUp?.(mock);
  await mock.install(page);
  await page.goto(server.origin + path);
  return { page, mock };
}

async function expectGood(page: Page, shot: string): Promise<void> {
  await settled(page);
  if (shots) await page.screenshot({ path: `${shots}/${shot}.png`, fullPage: true });
  expect(await checkPage(page)).toEqual([]);
  expect(await scrolledTables(page)).toEqual([]);
  expect(errors).toEqual([]);
}
/** On a phone rows are cards: nothing has to be pushed aside to be read. */
const scrolledTables = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll('.table-region')].flatMap((region) =>
      innerWidth <= 760 && region.scrollWidth > region.clientWidth
        ? [`${region.getAttribute('aria-label')}: ${region.scrollWidth} in ${region.clientWidth} px`]
        : [],
    ),
  );
const acts = (mock: ConsoleMock) => mock.acts.map(({ what }) => what);

describe.each(widths)('at %i px', (width) => {
  it.each(Object.entries(sections))('section "%s" shows what there is and fits', async (section, word) => {
    const { page } = await open(addressOf(section), { width });
    await page.getByText(word).filter({ visible: true }).first().waitFor();
    await expectGood(page, `${width}-${section || 'overview'}`);
  });
  it('a table is put in order and chosen from, whether it is a table or cards', async () => {
    const { page } = await open(addressOf('registrations'), { width });
    const cards = width === 390;
    const row = page.locator('.ant-table-row').first();
    await row.waitFor();
    expect(await page.getByRole('columnheader').first().isVisible()).toBe(!cards);
    const label = () =>
      row
        .locator('td[data-name]')
        .nth(1)
        .evaluate((cell) => getComputedStyle(cell, '::before').content);
    expect(await label()).toBe(cards ? '"手机"' : 'none');
    const shapes = await page
      .locator('.ant-table-row > td')
      .evaluateAll((cells) => [...new Set(cells.map((cell) => getComputedStyle(cell).display))]);
    if (!cards) expect(shapes).toEqual(['table-cell']);
    const sorted = page.waitForRequest((request) => request.url().includes('sort=hospital'));
    if (cards) {
      await page.getByRole('combobox', { name: '排序' }).click();
      await page.getByTitle(/医院.* ↑|单位.* ↑/).click();
    } else await page.getByRole('columnheader', { name: /单位|医院/ }).click();
    await sorted;
    if (!cards) return;
    await page.getByRole('checkbox', { name: '全选本页' }).check();
    await page.getByRole('toolbar', { name: /^已选 \d+ 条$/ }).waitFor();
    await expectGood(page, `${width}-registrations-chosen`);
  });
  it('the list of conferences, full and empty', async () => {
    const { page, mock } = await open('/console', { width });
    await page.getByText('第 18 届东方').first().waitFor();
    await expectGood(page, `${width}-conferences`);
    mock.office.bare = true;
    await page.reload();
    await page.getByText('新建一个会议：填写名称和日期').waitFor();
    await expectGood(page, `${width}-conferences-empty`);
  });
  it('sections without anything say what to do', async () => {
    const said = {
      programme: '还没有日程',
      venues: '还没有会场',
      registrations: '还没有人报名',
      delegates: '还没有代表名单',
      replays: '还没有报告',
      integrations: '没有密钥',
    };
    for (const [section, words] of Object.entries(said)) {
      const { page } = await open(addressOf(section), { width, setUp: (mock) => (mock.office.bare = true) });
      await page.getByText(words).first().waitFor();
      await expectGood(page, `${width}-${section}-empty`);
      await context?.close();
    }
  });
  it.each(['accounts', 'audit', 'system'])('the platform page %s', async (section) => {
    const { page } = await open(`/console/platform/${section}`, { width });
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page
      .getByText({ accounts: '赵老师', audit: 'venue.create', system: '数据库' }[section] ?? '')
      .first()
      .waitFor();
    await expectGood(page, `${width}-platform-${section}`);
  });
  it('the drawer of a talk has the times of the hall, and fits', async () => {
    const { page } = await open(addressOf('programme'), { width });
    await page.getByRole('button', { name: '编辑 · 急性冠脉综合征抗栓治疗新进展' }).click();
    await page.getByRole('dialog').waitFor();
    expect(await page.getByLabel('开始').inputValue()).toBe('2027-04-16 08:30');
    await expectGood(page, `${width}-talk-drawer`);
  });
  it('the builder of a rule says what it means, and fits', async () => {
    const { page, mock } = await open(addressOf('access'), { width });
    await page.getByRole('button', { name: '修改规则 · 第二会场' }).click();
    const drawer = page.getByRole('dialog');
    await drawer.getByText('报名通过的人可以观看').first().waitFor();
    await drawer.getByText('单独设置').first().click();
    await drawer.getByRole('button', { name: '添加条件' }).first().click();
    await drawer.getByText('报名通过的人，或任一代表名单里的人可以观看').waitFor();
    await expectGood(page, `${width}-rule-builder`);
    await drawer.getByRole('button', { name: '保存' }).click();
    await drawer.waitFor({ state: 'hidden' });
    expect(mock.acts.at(-1)).toMatchObject({
      what: 'PUT /access/venue/v2',
      body: {
        live: { join: 'any', conditions: [{ kind: 'registered' }, { kind: 'delegate', lists: [] }] },
        replay: null,
      },
    });
  });
});

describe('in English', () => {
  it.each(['', 'programme', 'access', 'settings', 'replays'])('section "%s"', async (section) => {
    const { page } = await open(addressOf(section), { lang: 'en' });
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.getByText('Oriental Congress of Cardiology 2027').first().waitFor();
    await expectGood(page, `en-${section || 'overview'}`);
  });
});

describe('what may not be done is not shown', () => {
  it('a speaker sees overview and programme, without buttons that change it', async () => {
    const { page } = await open(addressOf(''), {
      setUp: (mock) => {
        mock.office.platform = null;
        mock.office.conference = conferenceOf(['conference.view']);
      },
    });
    const menu = page.getByRole('navigation', { name: '会议各项' });
    await menu.getByRole('link', { name: '日程' }).click();
    await page.getByText('冠心病专场').first().waitFor();
    expect(await menu.getByRole('link').allInnerTexts()).toEqual(['概览', '日程']);
    expect(await page.getByRole('button', { name: /导入|添加|编辑/ }).count()).toBe(0);
    expect(await page.getByRole('link', { name: '平台' }).count()).toBe(0);
    await page.goto(server.origin + addressOf('settings'));
    await page.getByText('没有此项权限').waitFor();
  });
});

describe('the office', () => {
  it('makes a conference with an address suggested from its title', async () => {
    const { page, mock } = await open('/console', { setUp: (m) => (m.office.bare = true) });
    await page.getByRole('button', { name: '新建会议' }).first().click();
    await page.getByLabel('会议名称').fill('青年论坛');
    await page.getByLabel('英文名称').fill('Young Cardiologists’ Forum');
    await page.getByPlaceholder('开始日期').fill('2027-05-01');
    await page.keyboard.press('Enter');
    await page.getByPlaceholder('结束日期').fill('2027-05-02');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByLabel('网址').inputValue()).toBe('young-cardiologists-forum-2027');
    await page.getByRole('button', { name: '新建', exact: true }).click();
    await page.waitForURL(`**${addressOf('')}`);
    expect(mock.acts.at(-1)?.body).toMatchObject({
      titleZh: '青年论坛',
      startDate: '2027-05-01',
      endDate: '2027-05-02',
      slug: 'young-cardiologists-forum-2027',
    });
  });
  it('imports a programme: file, preview with the rows that are wrong, applied, taken back', async () => {
    const { page, mock } = await open(addressOf('programme'));
    await page.getByRole('button', { name: '导入', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('input[type=file]').setInputFiles({
      name: '日程.xlsx',
      mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      buffer: Buffer.from('PK'),
    });
    await dialog.getByText('时间“8:3O”看不懂').waitFor();
    await dialog.getByText('将新建会场：第三会场').waitFor();
    await expectGood(page, '1440-import');
    await dialog.getByRole('button', { name: '写入其余 1 行' }).click();
    await dialog.getByText('已写入：新增 1').waitFor();
    await dialog.getByRole('button', { name: '撤销' }).click();
    await expect.poll(() => acts(mock).at(-1)).toBe(`POST /conferences/${conferenceId}/programme/undo`);
  });
  it('delays the rest of a session', async () => {
    const { page, mock } = await open(addressOf('programme'));
    await page.getByRole('button', { name: /^更多操作 · 结构性心脏病/ }).click();
    await page.getByRole('menuitem', { name: /延迟/ }).click();
    await page.getByLabel('分钟（负数为提前）').fill('15');
    await page.getByRole('button', { name: '调整', exact: true }).click();
    await expect
      .poll(() => mock.acts.at(-1))
      .toEqual({
        what: `POST /conferences/${conferenceId}/programme/delay`,
        body: { talkId: 't2', minutes: 15, scope: 'session' },
      });
  });
  it('puts venues into another order by keyboard, and leads to the desk and back', async () => {
    const { page, mock } = await open(addressOf('venues'));
    await page.getByRole('button', { name: '上移 第二会场' }).focus();
    await page.keyboard.press('Enter');
    await expect
      .poll(() => mock.acts.at(-1))
      .toEqual({ what: `PUT /conferences/${conferenceId}/venues/order`, body: { ids: ['v2', venueId] } });
    await page.getByRole('link', { name: /导播台 · 主会场/ }).click();
    await page.locator('.state-bar-live').waitFor();
    await page.getByRole('link', { name: '会场列表' }).click();
    await page.waitForURL(`**${addressOf('venues')}`);
  });
  it('makes a venue of the conference', async () => {
    const { page, mock } = await open(addressOf('venues'), { setUp: (m) => (m.office.bare = true) });
    await page.getByRole('button', { name: '新建会场' }).first().click();
    const drawer = page.getByRole('dialog');
    await drawer.getByRole('button', { name: '新建', exact: true }).click();
    await drawer.getByText('请填 1 到 120 个字').waitFor();
    await drawer.getByLabel('会场名称').fill(' 主会场 ');
    await drawer.getByRole('button', { name: '新建', exact: true }).click();
    await drawer.waitFor({ state: 'hidden' });
    expect(mock.acts.at(-1)).toMatchObject({
      what: 'POST /venues',
      body: { title: '主会场', conferenceId, autoLive: false },
    });
  });
  it('makes an invitation whose link is shown once', async () => {
    const { page, mock } = await open(addressOf('people'));
    await page.getByRole('button', { name: '邀请', exact: true }).click();
    const drawer = page.getByRole('dialog');
    await drawer.getByRole('button', { name: '生成邀请' }).click();
    await drawer.getByText('至少选一个角色').waitFor();
    await drawer.getByRole('checkbox', { name: /导播/ }).check();
    await drawer.getByRole('button', { name: '生成邀请' }).click();
    await expect
      .poll(() => drawer.getByLabel('邀请链接', { exact: true }).inputValue())
      .toBe(`${server.origin}/join#tok-1234567890abcdefghij`);
    expect(mock.acts.at(-1)?.body).toMatchObject({ roles: ['director'], to: null, uses: 1, days: 14 });
  });
  it('decides registrations in bulk with a note', async () => {
    const { page, mock } = await open(addressOf('registrations'));
    await page.getByText('李医生1').first().waitFor();
    await page.locator('tbody').getByRole('checkbox').nth(0).check();
    await page.locator('tbody').getByRole('checkbox').nth(1).check();
    await page.getByRole('toolbar').getByRole('button', { name: '审核' }).click();
    await page.getByLabel('附言').fill('欢迎参会');
    await page.getByRole('button', { name: '确定' }).click();
    await page.getByText('通过 2 人').waitFor();
    expect(mock.acts.at(-1)?.body).toEqual({
      ids: ['u10', 'u11'],
      state: 'approved',
      note: '欢迎参会',
      tell: true,
    });
  });
  it('imports delegates: columns checked, then what was left out and why', async () => {
    const { page, mock } = await open(addressOf('delegates'));
    await page.getByRole('button', { name: '导入 · 正式代表' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('input[type=file]').setInputFiles({
      name: '代表.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('姓名,手机号,房间\n'),
    });
    await dialog.getByText('13800001234').waitFor();
    await dialog.getByRole('button', { name: '开始导入' }).click();
    await dialog.getByText('不是手机号').waitFor();
    await expectGood(page, '1440-delegate-import');
    expect(mock.acts.at(-1)?.body).toEqual({ columns: ['name', 'phone', 'none'], replace: false });
  });
  it('reminds the speakers chosen, and shows whom nobody has asked', async () => {
    const { page, mock } = await open(addressOf('replays'));
    await page.getByRole('tab', { name: '回放与授权' }).click();
    await page.getByText('待答复').first().waitFor();
    await expectGood(page, '1440-consents');
    await page.locator('tbody').getByRole('checkbox').nth(0).check();
    await page.getByRole('button', { name: '提醒未答复的讲者' }).click();
    await page.getByText('已提醒 1 人').waitFor();
    expect(mock.acts.at(-1)?.body).toEqual({ talkIds: ['t1'] });
    await page.getByRole('button', { name: /授权 · 结构性/ }).click();
    await page.getByRole('dialog').getByText('还没有询问').waitFor();
    await expectGood(page, '1440-consent-drawer');
  });
  it('saves only when something was changed, and asks before it is left behind', async () => {
    const { page, mock } = await open(addressOf('settings'));
    const save = page.getByRole('button', { name: '保存设置' });
    expect(await save.isDisabled()).toBe(true);
    await page.getByLabel('地点').fill('杭州');
    await page.getByText('有未保存的修改').waitFor();
    page.once('dialog', (dialog) => void dialog.dismiss());
    await page.getByRole('link', { name: '概览' }).click();
    expect(page.url()).toContain('/settings');
    await save.click();
    await page.getByText('已保存').waitFor();
    expect(mock.acts.at(-1)?.body).toMatchObject({
      place: '杭州',
      startDate: '2027-04-16',
      endDate: '2027-04-17',
    });
    expect(mock.acts.at(-1)?.body).not.toHaveProperty('slug');
  });
  it('deletes a conference only after its address was typed', async () => {
    const { page, mock } = await open(addressOf('settings'));
    await page.getByRole('button', { name: '删除会议' }).click();
    const dialog = page.getByRole('dialog');
    const remove = dialog.getByRole('button', { name: '删除', exact: true });
    expect(await remove.isDisabled()).toBe(true);
    await dialog.getByRole('textbox').fill('gwicc-2027');
    await remove.click();
    await page.waitForURL(`${server.origin}/console`);
    expect(mock.acts.at(-1)).toEqual({
      what: `DELETE /conferences/${conferenceId}`,
      body: { slug: 'gwicc-2027' },
    });
  });
});
