/** The programme's grid in a real browser against the real server: mouse, keys, undo, clashes, changes of others. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ProgrammeChange, ProgrammeMark, Session } from '#contracts/conference.ts';
import type { Talk } from '#contracts/talk.ts';
import { type Api, logIn } from '#tests/harness/api.ts';
import { launchBrowser, pc, phone } from '#tests/harness/browser.ts';
import { type DemoProcess, startDemo } from '#tests/harness/demo-process.ts';
import { checkPage, settled } from './page-checks.ts';

const shots = process.env.TEST_SHOTS;
const minute = 60_000;
/** 08:00 of the first day in Shanghai; every test has a conference of its own. */
const morning = Date.parse('2027-04-16T08:00:00+08:00');
const at = (minutes: number) => morning + minutes * minute;

let folder: string;
let demo: DemoProcess;
let browser: Browser;
let api: Api;
let origin: string;
let context: BrowserContext;
let n = 0;

type Made = { id: string; a: string; b: string; c: string; session: string; talks: Record<string, string> };
type Programme = { talks: Talk[]; sessions: Session[]; marks: ProgrammeMark[] };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rostrum-editor-'));
  demo = await startDemo(folder, ['--no-source'], { seconds: 180 });
  api = await logIn(demo.info);
  origin = new URL(demo.info.apiBase).origin;
  browser = await launchBrowser();
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await demo?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** Three venues; in the first a session 08:30–10:00 with three talks, in the second one talk at 08:30, one talk without a time. */
async function make(): Promise<Made> {
  const { id } = await api.request<{ id: string }>('POST', '/conferences', {
    slug: `grid-${++n}`,
    ...{
      titleZh: '东方心脏病学会议',
      startDate: '2027-04-16',
      endDate: '2027-04-18',
      timeZone: 'Asia/Shanghai',
    },
  });
  const venue = async (title: string) =>
    (await api.request<{ id: string }>('POST', '/venues', { title, conferenceId: id })).id;
  const [a, b, c] = [await venue('第一会场'), await venue('第二会场'), await venue('第三会场')];
  const person = (name: string) => ({ name, unit: '示例大学附属医院', title: '主任医师' });
  const session = await api.request<Session>('POST', `/conferences/${id}/sessions`, {
    ...{ venueId: a, title: '冠心病介入专场', chairs: [person('赵主持'), person('钱主持')] },
    ...{ plannedStart: at(30), plannedMinutes: 90 },
  });
  const talks: Record<string, string> = {};
  const talk = async (
    name: string,
    venueId: string,
    title: string,
    start: number | null,
    speaker: string,
  ) => {
    const made = await api.request<Talk>('POST', `/venues/${venueId}/talks`, {
      ...{ title, plannedStart: start === null ? null : at(start), plannedMinutes: 20 },
      speakers: [person(speaker)],
    });
    talks[name] = made.id;
  };
  await talk('one', a, '急性冠脉综合征抗栓治疗新进展', 30, '王建国');
  await talk('two', a, '左主干病变的介入策略', 50, '李明');
  await talk('three', a, '药物球囊的循证证据', 70, '孙丽');
  await talk('other', b, '心力衰竭药物治疗更新', 30, '周强');
  await talk('loose', b, '待定：青年医师论坛', null, '吴敏');
  return { id, a, b, c, session: session.id, talks };
}

async function open({ id }: Made, viewport = pc, lang = 'zh-CN'): Promise<Page> {
  context = await browser.newContext({ viewport, locale: lang, timezoneId: 'Europe/Berlin' });
  await context.request.post(`${origin}/api/v1/auth/sign-in/email`, {
    data: { email: demo.info.adminEmail, password: demo.info.adminPassword },
    headers: { origin },
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  await page.goto(`${origin}/console/c/${id}/programme`);
  return page;
}
const programmeOf = ({ id }: Made) => api.request<Programme>('GET', `/conferences/${id}/programme`);
const talkOf = async (made: Made, id: string | undefined) => {
  const found = (await programmeOf(made)).talks.find((talk) => talk.id === id);
  if (!found) throw new Error('the talk is gone');
  return found;
};
/** Venue and minutes after 08:00. */
const placeOf = async (made: Made, id: string | undefined) => {
  const { venueId, plannedStart, plannedMinutes } = await talkOf(made, id);
  const start = plannedStart === null ? null : (plannedStart - morning) / minute;
  return [[made.a, made.b, made.c].indexOf(venueId), start, plannedMinutes];
};
const becomes = (made: Made, id: string | undefined, place: readonly (number | null)[]) =>
  expect.poll(() => placeOf(made, id), { timeout: 10_000 }).toEqual(place);
const label = async (page: Page, id: string | undefined) =>
  ((await block(page, id).textContent()) ?? '').replace(/\s+/g, ' ').trim();
const block = (page: Page, id: string | undefined) => page.locator(`[data-block="${id}"]`);
const boxOf = async (page: Page, id: string | undefined) => {
  const box = await block(page, id).boundingBox();
  if (!box) throw new Error('the block is not drawn');
  return box;
};
/** Pixels of 5 minutes, and of a column, read off what is drawn: blocks of 20 minutes leave 2 px of air. */
async function measures(page: Page, made: Made) {
  const [one, two] = [await boxOf(page, made.talks.one), await boxOf(page, made.talks.two)];
  const [first, second] = await Promise.all(
    [made.a, made.b].map((id) => page.locator(`[data-venue="${id}"]`).boundingBox()),
  );
  return { step: (two.y - one.y) / 4, column: (second?.x ?? 0) - (first?.x ?? 0) };
}
async function drag(page: Page, from: { x: number; y: number }, dx: number, dy: number, drop = true) {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x + dx / 2, from.y + dy / 2, { steps: 4 });
  await page.mouse.move(from.x + dx, from.y + dy, { steps: 4 });
  if (drop) await page.mouse.up();
}
const middle = ({ x, y, width, height }: { x: number; y: number; width: number; height: number }) => ({
  x: x + width / 2,
  y: y + height / 2,
});
const said = (page: Page, text: string | RegExp) =>
  expect.poll(() => page.locator('[data-said]').textContent(), { timeout: 10_000 }).toMatch(text);
const focused = (page: Page) =>
  page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset.block);

let made: Made;
let page: Page;
beforeEach(async () => {
  made = await make();
  page = await open(made);
  await block(page, made.talks.one).waitFor();
});
afterEach(() => context?.close());

describe('the grid', () => {
  it('shows sessions with chairs and talks with speakers, is labelled and passes the page checks', async () => {
    expect(await label(page, made.talks.one)).toBe(
      '08:30–08:50 急性冠脉综合征抗栓治疗新进展 王建国、计划、第一会场',
    );
    expect(await label(page, made.session)).toBe(
      '冠心病介入专场 主持：赵主持、钱主持、专场、08:30–10:00、第一会场',
    );
    if (shots) await page.screenshot({ path: `${shots}/grid.png` });
    expect(await checkPage(page)).toEqual([]);
  });

  it('a talk is dragged to another venue and time, on 5 minutes, and keeps the focus', async () => {
    const { step, column } = await measures(page, made);
    await drag(page, middle(await boxOf(page, made.talks.two)), column * 2, step * 6.3);
    await becomes(made, made.talks.two, [2, 80, 20]);
    await said(page, '“左主干病变的介入策略”移到 第三会场 09:20–09:40');
    expect(await focused(page)).toBe(made.talks.two);
    expect(await label(page, made.talks.two)).toMatch(/^09:20–09:40.*第三会场/);
  });

  it('the lower edge is dragged for the length', async () => {
    const { step } = await measures(page, made);
    const { x, y, width, height } = await boxOf(page, made.talks.three);
    await drag(page, { x: x + width / 2, y: y + height - 3 }, 0, step * 3);
    await becomes(made, made.talks.three, [0, 70, 35]);
  });

  it('a session takes its talks along', async () => {
    const { step, column } = await measures(page, made);
    await drag(page, middle(await boxOf(page, made.session)), column * 2, step * 12);
    await becomes(made, made.talks.one, [2, 90, 20]);
    await becomes(made, made.talks.three, [2, 130, 20]);
    const { sessions } = await programmeOf(made);
    expect(sessions[0]).toMatchObject({ venueId: made.c, plannedStart: at(90) });
  });

  it('talks chosen with shift are moved together, as one change', async () => {
    const { column } = await measures(page, made);
    await block(page, made.talks.one).click();
    await block(page, made.talks.three).click({ modifiers: ['Shift'] });
    await page.getByText('已选 2 项').waitFor();
    await drag(page, middle(await boxOf(page, made.talks.one)), column * 2, 0);
    await becomes(made, made.talks.one, [2, 30, 20]);
    await becomes(made, made.talks.three, [2, 70, 20]);
    const { items } = await api.request<{ items: ProgrammeChange[] }>(
      'GET',
      `/conferences/${made.id}/programme/history`,
    );
    expect(items.filter(({ kind }) => kind === 'talk.move')).toHaveLength(1);
  });

  it('Escape gives a drag up', async () => {
    await drag(page, middle(await boxOf(page, made.talks.two)), 0, 120, false);
    await page.locator('[data-ghost]').waitFor();
    await page.keyboard.press('Escape');
    expect(await page.locator('[data-ghost]').count()).toBe(0);
    await page.mouse.up();
    expect(await placeOf(made, made.talks.two)).toEqual([0, 50, 20]);
  });

  it('a clash is shown while dragging, marked after the drop, and its line in the list leads to the block', async () => {
    const { column } = await measures(page, made);
    await drag(page, middle(await boxOf(page, made.talks.one)), column, 0, false);
    await page.locator(`[data-clash="${made.talks.other}"]`).waitFor();
    expect(await page.locator(`[data-ghost="${made.talks.one}"]`).textContent()).toContain(
      '时间重叠：心力衰竭药物治疗更新',
    );
    if (shots) await page.screenshot({ path: `${shots}/grid-drag.png` });
    await page.mouse.up();
    await becomes(made, made.talks.one, [1, 30, 20]);
    await expect.poll(() => label(page, made.talks.other), { timeout: 10_000 }).toContain('注意：时间重叠');
    expect((await programmeOf(made)).marks.map(({ kind }) => kind)).toContain('overlap');
    await page.getByText(/冲突与缺漏/).click();
    await page.getByRole('button', { name: /^时间重叠/ }).click();
    await expect
      .poll(() => focused(page), { timeout: 5000 })
      .toMatch(new RegExp(`^(${made.talks.one}|${made.talks.other})$`));
    if (shots) await page.screenshot({ path: `${shots}/grid-clash.png` });
    expect(await checkPage(page)).toEqual([]);
  });

  it('a talk without a time is dropped into the grid', async () => {
    const { step, column } = await measures(page, made);
    const chip = await page.locator(`[data-tray="${made.talks.loose}"]`).boundingBox();
    const target = await boxOf(page, made.talks.one);
    if (!chip) throw new Error('the tray is not drawn');
    const from = middle(chip);
    await drag(page, from, target.x + column * 2 + 20 - from.x, target.y + step * 4 - from.y);
    await becomes(made, made.talks.loose, [2, 50, 20]);
    await expect.poll(() => page.locator('[data-tray]').count()).toBe(0);
  });
});

describe('keys', () => {
  it('arrows go from block to block; Alt moves by 5 minutes or a venue; with Shift the length changes', async () => {
    await block(page, made.session).focus();
    for (const [key, name] of [
      ['ArrowDown', 'one'],
      ['ArrowDown', 'two'],
      ['ArrowUp', 'one'],
      ['ArrowRight', 'other'],
      ['ArrowLeft', 'one'],
      ['End', 'three'],
    ] as const) {
      await page.keyboard.press(key);
      await expect.poll(() => focused(page)).toBe(made.talks[name]);
    }
    await page.keyboard.press('Alt+ArrowDown');
    await page.keyboard.press('Alt+ArrowDown');
    await becomes(made, made.talks.three, [0, 80, 20]);
    await page.keyboard.press('Alt+ArrowRight');
    await becomes(made, made.talks.three, [1, 80, 20]);
    await page.keyboard.press('Alt+Shift+ArrowDown');
    await becomes(made, made.talks.three, [1, 80, 25]);
    await said(page, '“药物球囊的循证证据”09:20–09:45，25 分钟');
    expect(await focused(page)).toBe(made.talks.three);
    await page.keyboard.press('Alt+ArrowRight');
    await becomes(made, made.talks.three, [2, 80, 25]);
    await page.keyboard.press('Alt+ArrowRight');
    await said(page, '到边了');
  });

  it('Delete cancels; Ctrl+Z takes back one change after the other, Ctrl+Shift+Z does them again', async () => {
    await block(page, made.talks.two).focus();
    await page.keyboard.press('Alt+ArrowRight');
    await becomes(made, made.talks.two, [1, 50, 20]);
    await page.keyboard.press('Delete');
    await expect
      .poll(async () => (await talkOf(made, made.talks.two)).state, { timeout: 10_000 })
      .toBe('cancelled');
    await said(page, '已取消 1 个报告');
    await page.keyboard.press('Control+z');
    await expect
      .poll(async () => (await talkOf(made, made.talks.two)).state, { timeout: 10_000 })
      .toBe('planned');
    await page.keyboard.press('Control+z');
    await becomes(made, made.talks.two, [0, 50, 20]);
    await said(page, '已撤销');
    await page.keyboard.press('Control+Shift+z');
    await becomes(made, made.talks.two, [1, 50, 20]);
    await said(page, '已重做');
    await page.getByRole('button', { name: '撤销', exact: true }).click();
    await becomes(made, made.talks.two, [0, 50, 20]);
  });

  it('Enter opens the drawer, ? the help', async () => {
    await block(page, made.talks.two).focus();
    await page.keyboard.press('Enter');
    const drawer = page.getByRole('dialog');
    await drawer.waitFor();
    expect(await drawer.getByLabel('题目').inputValue()).toBe('左主干病变的介入策略');
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'hidden' });
    await block(page, made.talks.two).focus();
    await page.keyboard.press('?');
    await page.getByText('网格怎么用').waitFor();
    await settled(page);
    if (shots) await page.screenshot({ path: `${shots}/grid-help.png` });
    await page.keyboard.press('Escape');
    await page.getByText('网格怎么用').waitFor({ state: 'hidden' });
  });

  it('a right click opens a menu with delay and swap; a delay is taken back like any change of one’s own', async () => {
    await block(page, made.talks.two).click({ button: 'right' });
    await page.getByRole('menuitem', { name: '对调…' }).waitFor();
    await settled(page);
    if (shots) await page.screenshot({ path: `${shots}/grid-menu.png` });
    await page.getByRole('menuitem', { name: '从此顺延…' }).click();
    await page.getByLabel('分钟（负数为提前）').fill('15');
    await page.getByRole('button', { name: '调整', exact: true }).click();
    await becomes(made, made.talks.three, [0, 85, 20]);
    // A delay can be taken back from here like any change of one's own.
    await expect
      .poll(() => page.getByRole('button', { name: '撤销', exact: true }).isEnabled(), { timeout: 10_000 })
      .toBe(true);
    await page.getByRole('button', { name: '撤销', exact: true }).click();
    await becomes(made, made.talks.three, [0, 70, 20]);
  });
});

describe('with others', () => {
  it('what someone else moves is moved here too, and what is held is not lost by it', async () => {
    const { column } = await measures(page, made);
    await drag(page, middle(await boxOf(page, made.talks.one)), column * 2, 0, false);
    await api.request('PATCH', `/talks/${made.talks.other}`, { plannedStart: at(120) });
    await expect.poll(() => label(page, made.talks.other), { timeout: 10_000 }).toContain('10:00–10:20');
    await page.locator(`[data-ghost="${made.talks.one}"]`).waitFor();
    await page.mouse.up();
    await becomes(made, made.talks.one, [2, 30, 20]);
  });

  it('what the server refuses goes back to its place, with the reason', async () => {
    await page.route('**/programme/arrange', (route) =>
      route.fulfill({
        status: 409,
        contentType: 'application/json',
        body: JSON.stringify({
          error: {
            code: 'talk.begun',
            message: { zh: '报告已经开始或结束，不能再移动。', en: 'It has begun.' },
          },
        }),
      }),
    );
    await block(page, made.talks.two).focus();
    await page.keyboard.press('Alt+ArrowRight');
    await said(page, '没有成功，已恢复原状');
    await expect.poll(() => label(page, made.talks.two)).toMatch(/^08:50–09:10.*第一会场/);
    expect(await placeOf(made, made.talks.two)).toEqual([0, 50, 20]);
  });
});

it('on a phone the programme is the table, with a hint', async () => {
  await context.close();
  page = await open(made, phone);
  await page.getByText('手机上以列表编辑').waitFor();
  expect(await page.locator('.pe').count()).toBe(0);
});

it('in English', async () => {
  await context.close();
  page = await open(made, pc, 'en');
  await block(page, made.talks.one).waitFor();
  expect(await label(page, made.talks.two)).toBe('08:50–09:10 左主干病变的介入策略 李明, Planned, 第一会场');
  expect(await checkPage(page)).toEqual([]);
});
