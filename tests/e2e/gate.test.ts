/** The watch page's gate: who may watch, every way in, previews, closed talks, frames; against a mocked API and real media. */
import { mkdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Sitting } from '#contracts/access.ts';
import { CodedError } from '#contracts/errors.ts';
import type { PlannedTalk } from '#contracts/events.ts';
import type { PlayerHandle } from '../../apps/watch/player/debug-handle.ts';
import {
  ConferenceMock,
  conferenceOf,
  labelOf,
  programmeOf,
  refused,
  sittingOf,
  slug,
  yes,
} from './conference-mock.ts';
import { EventFixture } from './event-fixture.ts';
import { HlsFixture } from './hls-fixture.ts';
import { checkPage, collectConsoleErrors } from './page-checks.ts';
import { type PageServer, servePages } from './page-server.ts';

/** Pictures of every state are left here when asked for. */
const pictures = process.env.ROSTRUM_SCREENSHOTS;
let pages: PageServer;
let browser: Browser;
let venue: HlsFixture;
let events: EventFixture;
let mock: ConferenceMock;
let contexts: BrowserContext[] = [];

beforeAll(async () => {
  pages = await servePages(['watch']);
  const args = ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'];
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args });
  if (pictures) await mkdir(pictures, { recursive: true });
});
afterAll(async () => {
  await browser?.close();
  await pages?.close();
});
beforeEach(async () => {
  events = new EventFixture();
  venue = await HlsFixture.start({ dist: pages.folder, events });
  mock = new ConferenceMock(conferenceOf(Date.now()), programmeOf({ first: Date.now(), phase: 'during' }));
});
afterEach(async () => {
  for (const context of contexts) await context.close();
  contexts = [];
  await venue.close();
});

const player = (): PlayerHandle => {
  const handle = window.rostrumPlayer;
  if (!handle) throw new Error('no player');
  return handle;
};
type Size = 'desk' | 'phone';

async function open(size: Size, path = '/watch/hall-1'): Promise<Page> {
  const desk = { viewport: { width: 1440, height: 900 } };
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  const context = await browser.newContext({
    ...{ locale: 'zh-CN', timezoneId: 'Asia/Shanghai' },
    ...(size === 'desk' ? desk : phone),
  });
  contexts.push(context);
  await context.addInitScript(`globalThis.player = ${player.toString()}`);
  const page = await context.newPage();
  await mock.install(page);
  await page.goto(path.startsWith('http') ? path : `${venue.origin}${path}`);
  return page;
}
const picture = async (page: Page, name: string, size: Size): Promise<void> => {
  if (pictures) await page.screenshot({ path: join(pictures, `${name}-${size}.png`), fullPage: true });
};
const sitting = (more: Partial<Sitting> = {}) => sittingOf(venue.venueId, more);
const gate = (page: Page, reason: string) =>
  page.locator(`[data-screen=gate][data-reason=${reason}]`).waitFor({ timeout: 40_000 });
async function plays(page: Page): Promise<void> {
  await page.waitForFunction(() => window.rostrumPlayer !== undefined);
  const from = await page.evaluate(() => player().video.currentTime);
  await page.waitForFunction(
    (before) => player().video.currentTime > before + 0.5 && !player().video.paused,
    from,
    { timeout: 40_000 },
  );
}
const talk = (id: string, state: PlannedTalk['state']): PlannedTalk => ({
  ...{ id, title: `报告 ${id}`, speakers: [], plannedStart: null, plannedMinutes: null },
  ...{ actualStart: null, actualEnd: null, state, replay: null, courseware: [] },
});

describe('gate', () => {
  it('lets everybody into an open venue at once, without a step between link and picture', async () => {
    await venue.goLive();
    mock.sitting = sitting();
    const page = await open('phone');
    // The fixture has no socket: held files carry the events.
    const errors = collectConsoleErrors(page, [/WebSocket/]);
    await plays(page);
    expect(await page.locator('[data-screen=gate]').count()).toBe(0);
    await page.getByRole('link', { name: /长江心血管病学大会/ }).waitFor();
    await page.getByRole('link', { name: /冠心病介入分会场/ }).waitFor();
    await picture(page, 'watch-open', 'phone');
    expect(await checkPage(page)).toEqual([]);
    expect(mock.sittings[0]).toMatchObject({ takeOver: false });
    expect(errors).toEqual([]);
  });

  it('says why not and offers every way in, then plays by itself once one of them was gone', async () => {
    await venue.goLive();
    venue.pass = 'mine';
    for (const size of ['desk', 'phone'] as const) {
      mock.sitting = sitting({
        pass: null,
        live: refused({
          ways: [
            { kind: 'logIn' },
            { kind: 'register', state: 'none' },
            { kind: 'delegate' },
            { kind: 'code' },
            { kind: 'password', thing: { kind: 'venue', id: 'hall-1' } },
            { kind: 'pay', fen: 9900, thing: { kind: 'venue', id: 'hall-1' } },
          ],
        }),
        labels: { live: labelOf(['registered', 'delegate', 'paid'], { fen: 9900 }), replay: labelOf() },
      });
      const page = await open(size);
      await gate(page, 'rules');
      await page.getByText('满足以下任意一项即可观看').waitFor();
      expect(await page.locator('.gate').getByRole('link', { name: '登录' }).getAttribute('href')).toBe(
        '/login?next=%2Fwatch%2Fhall-1',
      );
      await page.getByText('购买本会场 ¥99').waitFor();
      await page.getByText('027-8572 6000').waitFor();
      // The forms of an account come with the account; a password needs none.
      expect(await page.getByLabel('邀请码').count()).toBe(0);
      await picture(page, 'gate-ways', size);
      expect(await checkPage(page)).toEqual([]);
      mock.refusal = new CodedError('request.tooMany');
      await page.getByLabel('观看密码').fill('rose-2026');
      await page.getByRole('button', { name: '确定' }).click();
      await page.getByText('操作过于频繁').waitFor();
      mock.sitting = sitting({ pass: 'mine' });
      await page.getByRole('button', { name: '确定' }).click();
      await plays(page);
      expect(mock.acts.at(-1)).toMatchObject({
        what: 'POST /public/access/password',
        body: { thing: { kind: 'venue', id: 'hall-1' }, password: 'rose-2026' },
      });
      expect(await page.evaluate(() => player().state().link)).toBe('ok');
      await page.context().close();
    }
  });

  it('takes a delegate by name and ID, and a code, from who is logged in', async () => {
    await venue.goLive();
    venue.pass = 'mine';
    mock.sitting = sitting({
      pass: null,
      person: { name: '王芳' },
      live: refused({ join: 'all', ways: [{ kind: 'delegate' }, { kind: 'code' }] }),
      labels: { live: labelOf(['delegate', 'code'], { join: 'all' }), replay: labelOf() },
    });
    const page = await open('phone');
    await page.getByText('需要同时满足以下各项').waitFor();
    await page.getByLabel('姓名').fill('王芳');
    await page.getByLabel('身份证号后四位').fill('123x');
    await picture(page, 'gate-delegate', 'phone');
    expect(await checkPage(page)).toEqual([]);
    await page.getByRole('button', { name: '核对身份' }).click();
    await page.getByText('已核对').waitFor();
    mock.sitting = sitting({ pass: 'mine' });
    await page.getByLabel('邀请码').fill('ABCD-EFGH');
    await page.getByRole('button', { name: '使用邀请码' }).click();
    await plays(page);
    expect(mock.acts).toEqual([
      { what: `POST /public/conferences/${slug}/delegate`, body: { name: '王芳', idTail: '123X' } },
      { what: `POST /public/conferences/${slug}/code`, body: { code: 'ABCD-EFGH' } },
    ]);
  });

  it('counts a preview down and closes when it is over', async () => {
    await venue.goLive();
    const label = labelOf(['paid'], { fen: 9900, previewMinutes: 5 });
    const labels = { live: label, replay: label };
    mock.sitting = sitting({ live: { allowed: true, by: 'preview', until: Date.now() + 12_000 }, labels });
    const page = await open('phone');
    await plays(page);
    await page.getByText(/试看中，剩余 0:\d\d/).waitFor();
    await picture(page, 'preview', 'phone');
    expect(await checkPage(page)).toEqual([]);
    mock.sitting = sitting({
      labels,
      live: refused({
        reason: 'previewOver',
        ways: [{ kind: 'pay', fen: 9900, thing: { kind: 'venue', id: 'hall-1' } }],
      }),
    });
    await gate(page, 'previewOver');
    await page.waitForFunction(() => player().video.paused);
    await picture(page, 'preview-over', 'phone');
    expect(await checkPage(page)).toEqual([]);
  });

  it('shows a calm panel for a closed talk in an open venue, and goes on by itself with the next', async () => {
    await venue.goLive();
    const closed = refused({ reason: 'closed' });
    mock.sitting = sitting({ talks: [{ id: 't1', live: closed, replay: closed }] });
    const page = await open('desk');
    await plays(page);
    events.append('hall', [{ type: 'programme', talks: [talk('t1', 'now'), talk('t2', 'planned')] }]);
    await gate(page, 'closed');
    await page.getByText('下一场可以观看的报告开始时会自动播放').waitFor();
    await page.waitForFunction(() => player().video.paused);
    await picture(page, 'talk-closed', 'desk');
    expect(await checkPage(page)).toEqual([]);
    events.append('hall', [{ type: 'programme', talks: [talk('t1', 'done'), talk('t2', 'now')] }]);
    await page.locator('[data-screen=gate]').waitFor({ state: 'detached' });
    await plays(page);
    expect(await page.evaluate(() => player().state().mode)).toBe('live');
  });

  it('asks again when the media are refused, before it says anything else', async () => {
    await venue.goLive();
    mock.sitting = sitting();
    const page = await open('phone');
    await plays(page);
    mock.sitting = sitting({ pass: null, live: refused({ reason: 'banned' }) });
    venue.pass = 'nobody';
    await gate(page, 'banned');
    await page.getByText('您的账号已被限制观看').waitFor();
    expect(await page.locator('[data-screen=unknown]').count()).toBe(0);
    await picture(page, 'gate-banned', 'phone');
    expect(await checkPage(page)).toEqual([]);
  });

  it('takes the place of another device when told to', async () => {
    await venue.goLive();
    venue.pass = 'mine';
    mock.sitting = sitting({ pass: null, person: { name: '王芳' }, live: refused({ reason: 'devices' }) });
    const page = await open('phone');
    await gate(page, 'devices');
    await picture(page, 'gate-devices', 'phone');
    expect(await checkPage(page)).toEqual([]);
    mock.sitting = sitting({ pass: 'mine' });
    await page.getByRole('button', { name: '在此设备上观看' }).tap();
    await plays(page);
    expect(mock.sittings.at(-1)).toMatchObject({ takeOver: true });
  });

  it('tells of a replay when it comes out, and that of a talk by the talk it belongs to', async () => {
    const later = Date.now() + 86_400_000;
    mock.sitting = sitting({
      replay: yes,
      talks: [{ id: 't9', live: yes, replay: refused({ reason: 'embargo', from: later }) }],
      pass: 'mine',
    });
    const page = await open('phone', '/replay/hall-1/clip-1?talk=t9');
    await gate(page, 'embargo');
    await page.getByText(/起可以观看，届时自动开放/).waitFor();
    expect(mock.sittings[0]).toMatchObject({ talkId: 't9' });
    await picture(page, 'gate-embargo', 'phone');
    expect(await checkPage(page)).toEqual([]);
  });

  it('shows the warm-up picture before, the slate in breaks and thanks at the end', async () => {
    mock.conference = {
      ...mock.conference,
      warmUp: '/files/warm-up-picture.webp',
      slate: '/files/slate-picture-1.webp',
    };
    mock.sitting = sitting();
    const page = await open('desk');
    await page.locator('[data-screen=off] .backdrop img[src*=warm-up]').waitFor();
    await picture(page, 'watch-warm-up', 'desk');
    expect(await checkPage(page)).toEqual([]);
    await venue.goLive();
    await plays(page);
    venue.setState('break');
    await page.locator('[data-screen=break] .backdrop img[src*=slate]').waitFor();
    expect(await checkPage(page)).toEqual([]);
    await venue.end();
    await page.getByText('明年武汉再见').waitFor({ timeout: 40_000 });
    await page.getByRole('link', { name: '看全部回放' }).waitFor();
    await picture(page, 'watch-thanks', 'desk');
    expect(await checkPage(page)).toEqual([]);
  });
});

describe('frame of another site', () => {
  let host: Server;
  afterEach(() => new Promise((resolve) => host.close(resolve)));

  /** A page of another origin with the venue in a frame; it hands over this pass when the frame is ready. */
  async function embedding(pass: string): Promise<string> {
    host = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html><title>host</title>
        <iframe id="rostrum" width="800" height="450" allow="autoplay; fullscreen" src="${venue.origin}/embed/hall-1"></iframe>
        <script>
          addEventListener('message', (event) => {
            if (event.origin !== '${venue.origin}') return;
            document.title = event.data.type;
            if (event.data.type === 'rostrum.ready')
              document.getElementById('rostrum').contentWindow.postMessage({ type: 'rostrum.pass', pass: '${pass}' }, '${venue.origin}');
          });
        </script>`);
    });
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
  }

  it('plays with a pass from a page the conference names, and takes none from others', async () => {
    await venue.goLive();
    venue.pass = 'theirs';
    mock.sitting = sitting({ pass: null, live: refused({ ways: [{ kind: 'logIn' }] }) });
    const origin = await embedding('theirs');
    const foreign = await open('desk', origin);
    const frame = foreign.frameLocator('#rostrum');
    await frame.locator('[data-screen=gate]').waitFor({ timeout: 40_000 });
    expect(await foreign.title()).toBe('host');
    venue.embedOrigins = [origin];
    const named = await open('desk', origin);
    const inside = named.frames().find((one) => one.url().includes('/embed/'));
    await inside?.waitForFunction(() => (window.rostrumPlayer?.video.currentTime ?? 0) > 0.5, undefined, {
      timeout: 40_000,
    });
    const played = named.frameLocator('#rostrum');
    expect(await played.getByRole('banner').count()).toBe(0);
    // What the gate says of the frame itself does not stop it.
    await inside?.waitForFunction(() => (window.rostrumPlayer?.video.currentTime ?? 0) > 2);
    expect(await played.locator('[data-screen=gate]').count()).toBe(0);
    await picture(named, 'embed', 'desk');
  });
});
