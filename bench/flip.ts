/**
 * The step between picture and slide: a speaker's picture carries the clock, pages are turned and dots drawn at known moments of it.
 * Measured in the real watch page live, and in the real replay page at 1× and 2×, with delay inserted between encoder and server.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import type { Deck } from '#contracts/deck.ts';
import type { PresenterCommand } from '#contracts/presenter.ts';
import type { Talk } from '#contracts/talk.ts';
import { type Api, logIn } from '#tests/harness/api.ts';
import { launchBrowser, openPage, pc } from '#tests/harness/browser.ts';
import { PresenterDevice, plainPdf } from '#tests/harness/presenter.ts';
import { until } from '#tests/harness/until.ts';
import { type DelayLine, startDelayLine } from './delay-line.ts';
import {
  flipReadings,
  inkOffsets,
  type Offsets,
  pageOffsets,
  startFlipReading,
  summariseOffsets,
  type Turn,
} from './flip-reading.ts';
import { busyCores, type LiveVenue, openLiveVenue } from './live-venue.ts';
import type { BenchOptions } from './main.ts';
import { type BenchResult, type Goal, median, round } from './report.ts';
import { teachClock } from './screen-clock.ts';

const delays = [0, 1500, 4000] as const;
const turnsWanted = 200;
const quickTurns = 20;
const turnMs = 1500;
/** After the turn: a dot is drawn, and taken away again. */
const dotAfter = 600;
const undoAfter = 1150;
const pages = 8;
const settleMs = 4000;
const calibrationMs = 4000;
const firstFrameMs = 60_000;
/** The picture is this late at most when the last page was turned. */
const tailMs = 12_000;

type Spoken = { readonly turns: readonly Turn[]; readonly dots: readonly number[] };
type Measured = { readonly page: Offsets; readonly ink: Offsets };

export async function flip({ quick, say }: BenchOptions): Promise<BenchResult> {
  const count = quick ? quickTurns : turnsWanted;
  const figures: Record<string, unknown> = {};
  const goals: Goal[] = [];
  for (const delayMs of delays) {
    say(`flip: ${delayMs} ms before the server, ${count} turns`);
    const measured = await measure(delayMs, count, say);
    figures[`delay${delayMs}`] = measured;
    for (const [where, limit] of [
      ['live', 100],
      ['replay', 100],
      ['replay2x', 150],
    ] as const) {
      for (const what of ['page', 'ink'] as const) {
        const name = `${delayMs} ms: ${where}, ${what}`;
        const { p95, missed } = measured[where][what];
        goals.push({ what: `${name}, p95`, value: p95, goal: limit, rule: '<=', unit: 'ms' });
        goals.push({ what: `${name}, not seen`, value: missed, goal: 0, rule: '<=', unit: '' });
      }
    }
  }
  return {
    name: 'flip',
    repetitions: `${delays.length} × ${count} turns and dots, live, replay, replay at 2×`,
    figures,
    goals,
    notes: [
      'offset: from the screen time of the first frame drawn at or after the moment (requestVideoFrameCallback, the clock read from its pixels) to the animation frame in which the page or the dot is there; p95 and max of its size, p50 with sign (negative: the slide came first)',
      'frames are 40 ms apart: a slide at the right moment is 0 to 40 ms before its frame',
      'calibration: the delay set by the API is the median of PROGRAM-DATE-TIME minus clock over some seconds',
    ],
  };
}

async function measure(delayMs: number, count: number, say: (text: string) => void) {
  let line: DelayLine | undefined;
  const venue = await openLiveVenue(
    ['source', 'audio'],
    { width: 640, height: 360, kbps: 800 },
    async (port) => {
      line = await startDelayLine(port, delayMs);
      return line.port;
    },
  );
  const browser = await launchBrowser();
  try {
    const api = await logIn(venue.info);
    const { device, talkId, images } = await prepare(api, venue);
    const page = await open(browser, venue.info.watchUrl);
    const offset = await calibrate(api, venue, page);
    say(`flip: calibrated to ${round(offset, 0)} ms`);
    await api.request('POST', `/venues/${venue.info.venueId}/next-talk`, {});
    const busy = busyCores();
    const spoken = await speak(device, talkId, images, count);
    await wait(tailMs);
    const live = judge(spoken, await flipReadings(page));
    say(`flip: live: page p95 ${live.page.p95} ms, ink p95 ${live.ink.p95} ms`);
    await page.context().close();
    const { talks } = await api.request<{ talks: Talk[] }>(
      'POST',
      `/venues/${venue.info.venueId}/end-talk`,
      {},
    );
    const clip = talks.find(({ id }) => id === talkId)?.replay?.clip;
    const url = `${new URL(venue.info.watchUrl).origin}/replay/${venue.info.venueId}/${clip}`;
    const replay = await replayed(browser, url, 1, spoken);
    say(`flip: replay: page p95 ${replay.page.p95} ms, ink p95 ${replay.ink.p95} ms`);
    const replay2x = await replayed(browser, url, 2, spoken);
    say(`flip: 2×: page p95 ${replay2x.page.p95} ms, ink p95 ${replay2x.ink.p95} ms`);
    return { calibratedMs: round(offset, 0), live, replay, replay2x, busyCores: round(busy(), 2) };
  } finally {
    await browser.close();
    await venue.close();
    await line?.close();
  }
}

async function prepare(api: Api, venue: LiveVenue) {
  const { info } = venue;
  const talk = await api.request<Talk>('POST', `/venues/${info.venueId}/talks`, { title: 'Flip' });
  const device = await PresenterDevice.open(info.apiBase, api, talk.id);
  const { id } = await device.upload('flip.pdf', plainPdf(pages));
  const deck = await until(
    async (): Promise<Deck | undefined> => {
      const read = await device.deck(id);
      if (read.state === 'failed') throw new Error(`the deck: ${read.error?.code} ${read.error?.detail}`);
      return read.state === 'ready' ? read : undefined;
    },
    { seconds: 120, everyMs: 300, what: 'the deck' },
  );
  return { device, talkId: talk.id, images: deck.pages.map(({ steps }) => steps[0]?.image.id ?? '') };
}

async function open(browser: Browser, url: string): Promise<Page> {
  const { page } = await openPage(browser, 'about:blank', pc);
  await teachClock(page);
  await page.goto(url);
  await page.waitForFunction(() => window.rostrumPlayer?.firstFrame() !== undefined, undefined, {
    timeout: firstFrameMs,
    polling: 100,
  });
  await startFlipReading(page);
  return page;
}

/** Sets the delay from what the picture says of its own time. */
async function calibrate(api: Api, venue: LiveVenue, page: Page): Promise<number> {
  await wait(settleMs);
  const before = (await flipReadings(page)).frames.length;
  await wait(calibrationMs);
  const { frames } = await flipReadings(page);
  const offset = median(frames.slice(before).map(({ axis, drawn }) => axis - drawn));
  const ms = Math.max(0, Math.round(offset));
  await api.request('PUT', `/venues/${venue.info.venueId}/tracks/program/delay`, { ms });
  return offset;
}

/** Turns pages and draws dots at whole multiples of `turnMs` of the clock. */
async function speak(
  device: PresenterDevice,
  talkId: string,
  images: readonly string[],
  count: number,
): Promise<Spoken> {
  const turns: Turn[] = [];
  const dots: number[] = [];
  const send = async (t: number, what: PresenterCommand['do']): Promise<void> => {
    await wait(t - Date.now());
    const commands = [{ id: randomUUID(), t, do: what }];
    const { refused } = await device.ask<{ refused?: { error: { code: string; detail?: string } } }>(
      'POST',
      `/presenter/commands?talk=${talkId}`,
      { commands },
    );
    if (refused) throw new Error(`refused: ${refused.error.code} ${refused.error.detail ?? ''}`);
  };
  const first = Math.ceil(Date.now() / turnMs) * turnMs + 2 * turnMs;
  for (let k = 0; k < count; k++) {
    const t = first + k * turnMs;
    const page = k % images.length;
    const image = images[page] ?? '';
    await send(t, { type: 'goto', page, step: 0 });
    const stroke = randomUUID();
    const points = [0, 1, 2, 3].map((i): [number, number, number, number] => [i, 0.49 + i * 0.007, 0.5, 0.5]);
    const pen = { tool: 'pen', colour: '#e02b2b', size: 0.08, end: true } as const;
    await send(t + dotAfter, { type: 'ink', stroke, image, points, ...pen });
    await send(t + undoAfter, { type: 'undo', strokes: [stroke] });
    turns.push({ t, image });
    dots.push(t + dotAfter);
  }
  return { turns, dots };
}

async function replayed(browser: Browser, url: string, rate: number, spoken: Spoken): Promise<Measured> {
  const page = await open(browser, url);
  try {
    await page.evaluate(() => {
      const video = window.rostrumPlayer?.video;
      if (video?.paused) void video.play();
    });
    // The page's own choice of speed: a rate set on the element is taken back by the player.
    if (rate !== 1) {
      await page.getByRole('button', { name: '设置' }).click();
      await page.getByRole('button', { name: `${rate}×`, exact: true }).click();
      await page.keyboard.press('Escape');
      await page.waitForFunction((to) => window.rostrumPlayer?.video.playbackRate === to, rate);
    }
    const last = spoken.dots.at(-1) ?? 0;
    await until(async () => ((await flipReadings(page)).frames.at(-1)?.drawn ?? 0) > last + 300, {
      seconds: 60 + (spoken.turns.length * turnMs) / 1000 / rate,
      everyMs: 2000,
      what: 'the end of the replay',
    });
    return judge(spoken, await flipReadings(page));
  } finally {
    await page.context().close();
  }
}

const judge = ({ turns, dots }: Spoken, log: Parameters<typeof pageOffsets>[1]): Measured => ({
  page: summariseOffsets(pageOffsets(turns, log)),
  ink: summariseOffsets(inkOffsets(dots, log)),
});
