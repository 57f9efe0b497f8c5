/**
 * From opening the watch page to its first frame, in fresh browser contexts, beside a bare hls.js page on the same
 * playlist: alternating, so that whatever the machine does meets both.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { launchBrowser, openPage, pc } from '#tests/harness/browser.ts';
import { startBarePage } from './bare-page.ts';
import { busyCores, openLiveVenue } from './live-venue.ts';
import type { BenchOptions } from './main.ts';
import { type BenchResult, median, quantile, round } from './report.ts';

const openings = 20;
const quickOpenings = 6;
const firstFrameMs = 30_000;
/** Media there must be before the first opening: a live playlist in its usual state. */
const warmUpMs = 12_000;
/** Openings begin at random moments of the source's GOP of 2 s. */
const mostPauseMs = 2000;

type Opening = {
  /** Ms from the start of the navigation to the first frame presented. */
  readonly firstFrame: number;
  /** When each thing on the way had arrived, ms from the start of the navigation. */
  readonly steps: Readonly<Record<string, number>>;
};

export async function join({ quick, say }: BenchOptions): Promise<BenchResult> {
  const count = quick ? quickOpenings : openings;
  const venue = await openLiveVenue(['source', 'audio']);
  const bare = await startBarePage(`${venue.info.mediaBase}/${venue.now.tracks.program?.playlist}`);
  const pages = { watch: [] as Opening[], bare: [] as Opening[] };
  try {
    await wait(warmUpMs);
    const browser = await launchBrowser();
    const busy = busyCores();
    try {
      // Once each without counting: the browser's own code comes from the disk the first time.
      for (const url of [venue.info.watchUrl, bare.url]) await openOnce(browser, url);
      for (let i = 0; i < count; i++) {
        await wait(Math.random() * mostPauseMs);
        const turns: [keyof typeof pages, string][] = [
          ['watch', venue.info.watchUrl],
          ['bare', bare.url],
        ];
        if (i % 2 === 1) turns.reverse();
        for (const [name, url] of turns) pages[name].push(await openOnce(browser, url));
        say(`join: ${i + 1} of ${count}: ${lastOf(pages.watch)} ms, bare page ${lastOf(pages.bare)} ms`);
      }
    } finally {
      await browser.close();
    }
    const watch = summarise(pages.watch);
    const plain = summarise(pages.bare);
    return {
      name: 'join',
      repetitions: `${count} fresh contexts each, alternating`,
      figures: {
        watchPage: watch,
        barePage: plain,
        ratioOfMedians: round(watch.p50 / plain.p50, 2),
        ratioOfP95: round(watch.p95 / plain.p95, 2),
        busyCores: round(busy(), 2),
      },
      goals: [
        { what: 'first frame, median', value: watch.p50, goal: 800, rule: '<=', unit: 'ms' },
        { what: 'first frame, p95', value: watch.p95, goal: 1200, rule: '<=', unit: 'ms' },
      ],
      notes: [
        'ms from the start of the navigation to the first requestVideoFrameCallback; loopback, nothing cached, with sound',
        'the bare page is given the playlist: it asks for no now.json, has no interface, and keeps to no distance from live',
        'steps: median ms from the start of the navigation until each had arrived',
      ],
    };
  } finally {
    await bare.close();
    await venue.close();
  }
}

const lastOf = (list: readonly Opening[]): number => round(list.at(-1)?.firstFrame ?? Number.NaN, 0);

function summarise(list: readonly Opening[]) {
  const times = list.map((opening) => opening.firstFrame);
  const names = [...new Set(list.flatMap((opening) => Object.keys(opening.steps)))];
  const steps = names.map((name): [string, number] => [
    name,
    round(median(list.flatMap((opening) => opening.steps[name] ?? [])), 0),
  ]);
  return {
    p50: round(median(times), 0),
    p95: round(quantile(times, 0.95), 0),
    max: round(quantile(times, 1), 0),
    steps: Object.fromEntries(steps.sort((a, b) => a[1] - b[1])),
  };
}

async function openOnce(browser: Browser, url: string): Promise<Opening> {
  const { context, page } = await openPage(browser, 'about:blank', pc);
  try {
    await page.goto(url, { waitUntil: 'commit' });
    await page.waitForFunction(
      () => (window.rostrumPlayer ?? window.barePlayer)?.firstFrame() !== undefined,
      undefined,
      { timeout: firstFrameMs, polling: 100 },
    );
    return await page.evaluate(readOpening);
  } finally {
    await context.close();
  }
}

/** Runs in the page. */
function readOpening(): Opening {
  const firstFrame = (window.rostrumPlayer ?? window.barePlayer)?.firstFrame() ?? Number.NaN;
  const steps: Record<string, number> = { firstFrame };
  const kinds: [string, RegExp][] = [
    ['now.json', /\/now\.json/],
    ['multivariant', /\/index\.m3u8/],
    ['pictures: playlist', /\/source\/live\.m3u8/],
    ['pictures: init', /\/source\/init/],
    ['pictures: first media', /\/source\/\d.*\.m4s/],
    ['sound: playlist', /\/audio\/live\.m3u8/],
    ['sound: init', /\/audio\/init/],
    ['sound: first media', /\/audio\/\d.*\.m4s/],
    ['hls.js', /\/hls[^/]*\.js$/],
    ['interface', /\/app[^/]*\.js$/],
    ['first script', /\/watch[^/]*\.js$/],
  ];
  const entries = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
  for (const [name, pattern] of kinds) {
    const first = entries
      .filter((entry) => pattern.test(entry.name) && entry.responseEnd > 0)
      .sort((a, b) => a.responseEnd - b.responseEnd)[0];
    if (first && first.responseEnd <= firstFrame) steps[name] = first.responseEnd;
  }
  const [page] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  if (page) steps.page = page.responseEnd;
  return { firstFrame, steps };
}
