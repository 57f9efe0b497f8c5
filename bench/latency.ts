/**
 * Glass to glass: from the moment the source drew a frame to the moment Chromium shows it in the real watch page,
 * read from the picture. One length for each condition, one after the other, each on a server of its own.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import type { VenueSettings } from '#contracts/venue.ts';
import { launchBrowser, openPage, pc } from '#tests/harness/browser.ts';
import { type DelayProxy, startDelayProxy } from './delay-proxy.ts';
import { busyCores, type LiveVenue, openLiveVenue } from './live-venue.ts';
import type { BenchOptions } from './main.ts';
import { type BenchResult, type Goal, round } from './report.ts';
import { type LatencySummary, readings, startReading, summarise, teachClock } from './screen-clock.ts';

type Condition = {
  readonly name: string;
  readonly renditions: VenueSettings['renditions'];
  readonly zerolatency: boolean;
  /** Added to every HTTP answer. */
  readonly delayMs: number;
};

const base: Condition = { name: 'base', renditions: ['source', 'audio'], zerolatency: true, delayMs: 0 };
const variants: readonly Condition[] = [
  { ...base, name: 'rung480', renditions: ['source', '480', 'audio'] },
  { ...base, name: 'plainX264', zerolatency: false },
  { ...base, name: 'answers80msLater', delayMs: 80 },
];

const minutes = 3;
const quickMinutes = 40 / 60;
/** From the first frame: the jump to the edge and the control's settling are the join, not the latency. */
const settleMs = 5_000;
const firstFrameMs = 60_000;
const mostDriftMs = 50;

type Measured = LatencySummary & {
  readonly seconds: number;
  readonly firstFrameMs: number;
  readonly stalls: number;
  /** Stalls before the measured stretch began. */
  readonly stallsAtStart: number;
  readonly droppedFrames: number;
  readonly encoderReconnects: number;
  /** Seconds the player's control aimed at in the end. */
  readonly target: number;
  /** Of all cores, with encoder, server, browser and whatever else ran. */
  readonly busyCores: number;
  /** What the player did besides playing, in order. */
  readonly playerEvents: readonly string[];
};

export async function latency({ minutes: asked, quick, say }: BenchOptions): Promise<BenchResult> {
  const length = asked ?? (quick ? quickMinutes : minutes);
  const figures: Record<string, Measured> = {};
  const goals: Goal[] = [];
  for (const condition of quick ? [base] : [base, ...variants]) {
    say(`latency: ${condition.name}, ${round(length * 60, 0)} s`);
    const measured = await measure(condition, length * 60);
    figures[condition.name] = measured;
    const { glassToGlass, stalls } = measured;
    say(`latency: ${condition.name}: ${glassToGlass.p50} ms, p95 ${glassToGlass.p95} ms, ${stalls} stalls`);
    goals.push(...goalsOf(condition, measured));
  }
  return {
    name: 'latency',
    repetitions: `${Object.keys(figures).length} × ${round(length * 60, 0)} s, one frame in five`,
    figures,
    goals,
    notes: [
      'drawn: the wall clock in the picture when the source drew it; axis: PROGRAM-DATE-TIME of the frame shown, its arrival at the server on the lower envelope; shown: expectedDisplayTime of the frame',
      'encoderAndPush = axis − drawn, serverToScreen = shown − axis; ms; all processes on one machine and one clock',
    ],
  };
}

function goalsOf({ name }: Condition, measured: Measured): Goal[] {
  const ms = (what: string, value: number, goal: number): Goal => ({
    what: `${name}: ${what}`,
    value,
    goal,
    rule: '<=',
    unit: 'ms',
  });
  const { glassToGlass, medianFirstThird, medianLastThird } = measured;
  return [
    ...(name === base.name
      ? [
          ms('glass to glass, median', glassToGlass.p50, 1100),
          ms('glass to glass, p95', glassToGlass.p95, 1300),
        ]
      : []),
    ms('last third later than the first', medianLastThird - medianFirstThird, mostDriftMs),
    { what: `${name}: stalls`, value: measured.stalls, goal: 0, rule: '<=', unit: 'stalls' },
  ];
}

async function measure(condition: Condition, seconds: number): Promise<Measured> {
  const venue = await openLiveVenue(condition.renditions, { zerolatency: condition.zerolatency });
  let proxy: DelayProxy | undefined;
  try {
    const { origin, pathname } = new URL(venue.info.watchUrl);
    if (condition.delayMs > 0) proxy = await startDelayProxy(origin, condition.delayMs);
    return await look(`${proxy?.origin ?? origin}${pathname}`, seconds, venue);
  } finally {
    await proxy?.close();
    await venue.close();
  }
}

async function look(url: string, seconds: number, venue: LiveVenue): Promise<Measured> {
  const browser = await launchBrowser();
  try {
    const { page } = await openPage(browser, 'about:blank', pc);
    await teachClock(page);
    await page.goto(url);
    await page.waitForFunction(() => window.rostrumPlayer?.firstFrame() !== undefined, undefined, {
      timeout: firstFrameMs,
      polling: 100,
    });
    await wait(settleMs);
    const before = await counters(page);
    const busy = busyCores();
    await startReading(page);
    await wait(seconds * 1000);
    const log = await readings(page);
    const after = await counters(page);
    return {
      ...summarise(log),
      seconds: round(seconds, 0),
      firstFrameMs: round(after.firstFrame, 0),
      stalls: after.stalls - before.stalls,
      stallsAtStart: before.stalls,
      droppedFrames: after.dropped - before.dropped,
      encoderReconnects: venue.lost(),
      target: round(after.target),
      busyCores: round(busy(), 2),
      playerEvents: after.events,
    };
  } finally {
    await browser.close();
  }
}

const counters = (page: Page) =>
  page.evaluate(() => {
    const player = window.rostrumPlayer;
    if (!player) throw new Error('the page has no player');
    return {
      stalls: player.stalls(),
      dropped: player.video.getVideoPlaybackQuality().droppedVideoFrames,
      target: player.target(),
      firstFrame: player.firstFrame() ?? Number.NaN,
      events: player.events.map(({ at, kind, detail }) => `${at} ${kind} ${detail ?? ''}`.trim()),
    };
  });
