/**
 * From the press of "next talk" to the first frame of the talk's replay in Chromium, while the next talk is live: fresh browser
 * contexts, a bare hls.js page on the replay's playlist, as often as the goal says.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { mediaPath } from '#contracts/media-urls.ts';
import type { Now } from '#contracts/now.ts';
import type { Talk } from '#contracts/talk.ts';
import { type Api, logIn } from '#tests/harness/api.ts';
import { launchBrowser } from '#tests/harness/browser.ts';
import { until } from '#tests/harness/until.ts';
import { startBarePage } from './bare-page.ts';
import { busyCores, type LiveVenue, openLiveVenue } from './live-venue.ts';
import type { BenchOptions } from './main.ts';
import { type BenchResult, median, quantile, round } from './report.ts';

const cuts = 20;
const quickCuts = 5;
/** Least ms of a talk; cuts come at random moments of the source's GOP of 2 s. */
const talkMs = 5000;
const mostPauseMs = 2000;
const firstFrameSeconds = 20;

type Cut = {
  /** Ms from the press of the button. */
  readonly answered: number;
  readonly firstFrame: number;
  /** Until every rendition's playlist had its end. */
  readonly complete: number;
  /** Ms the first frame lies from the talk's beginning. */
  readonly offset: number;
};

export async function replayReady({ quick, say }: BenchOptions): Promise<BenchResult> {
  const count = quick ? quickCuts : cuts;
  const venue = await openLiveVenue(['source', 'audio']);
  try {
    const api = await logIn(venue.info);
    const { talks } = await api.request<{ talks: Talk[] }>('GET', `/venues/${venue.info.venueId}/talks`);
    for (const { id, state } of talks) if (state === 'planned') await api.request('DELETE', `/talks/${id}`);
    for (let i = 0; i <= count; i++)
      await api.request('POST', `/venues/${venue.info.venueId}/talks`, { title: `Talk ${i}` });
    const browser = await launchBrowser();
    const busy = busyCores();
    const done: Cut[] = [];
    try {
      await nextTalk(api, venue);
      for (let i = 0; i < count; i++) {
        await wait(talkMs + Math.random() * mostPauseMs);
        done.push(await cutOnce(api, venue, browser));
        say(`replay-ready: ${i + 1} of ${count}: ${round(done.at(-1)?.firstFrame ?? Number.NaN, 0)} ms`);
      }
    } finally {
      await browser.close();
    }
    const now = (await (await fetch(`${venue.info.mediaBase}/now.json`)).json()) as Now;
    const of = (name: keyof Cut) => {
      const values = done.map((cut) => cut[name]);
      return {
        p50: round(median(values), 0),
        p95: round(quantile(values, 0.95), 0),
        max: round(quantile(values, 1), 0),
      };
    };
    return {
      name: 'replay-ready',
      repetitions: `${count} cuts, a fresh browser context each`,
      figures: {
        firstFrame: of('firstFrame'),
        answered: of('answered'),
        complete: of('complete'),
        firstFrameFromCut: of('offset'),
        encoderLost: venue.lost(),
        busyCores: round(busy(), 2),
      },
      goals: [
        {
          what: 'cut to first frame of the replay, slowest',
          value: of('firstFrame').max,
          goal: 2000,
          rule: '<=',
          unit: 'ms',
        },
        {
          what: 'venue still live after it all',
          value: now.state === 'live' ? 1 : 0,
          goal: 1,
          rule: '>=',
          unit: '',
        },
      ],
      notes: [
        'ms from sending POST next-talk to the first frame of the talk that a bare hls.js page presents (requestVideoFrameCallback), opening the page included; frames of the lead-in do not count',
        'complete: every rendition of the replay has its ENDLIST; answered: the API has',
        "firstFrameFromCut: how far the first frame shown lies from the talk's beginning, by PROGRAM-DATE-TIME (one frame is 40 ms)",
      ],
    };
  } finally {
    await venue.close();
  }
}

async function nextTalk(api: Api, venue: LiveVenue): Promise<readonly Talk[]> {
  const path = `/venues/${venue.info.venueId}/next-talk`;
  return (await api.request<{ talks: Talk[] }>('POST', path, { secondsAgo: 0 })).talks;
}

async function cutOnce(api: Api, venue: LiveVenue, browser: Browser): Promise<Cut> {
  const { mediaBase } = venue.info;
  const context = await browser.newContext();
  const page = await context.newPage();
  const pressed = performance.now();
  const since = () => performance.now() - pressed;
  const talks = await nextTalk(api, venue);
  const answered = since();
  const ended = talks.findLast(({ state }) => state === 'done');
  if (!ended?.replay) throw new Error('the talk that ended has no replay');
  const { clip, version } = ended.replay;
  const bare = await startBarePage(`${mediaBase}/${mediaPath.clip(clip, version, 'program')}`);
  try {
    const complete = until(async () => ((await isComplete(mediaBase, clip, version)) ? since() : undefined), {
      seconds: 20,
      what: 'every rendition to have its end',
    });
    await page.goto(bare.url, { waitUntil: 'commit' });
    const begins = ended.actualStart ?? Number.NaN;
    const frame = await until(() => page.evaluate((from) => window.barePlayer?.frameFrom(from), begins), {
      seconds: firstFrameSeconds,
      what: 'the first frame of the replay',
    });
    const firstFrame = frame.at - performance.timeOrigin - pressed;
    const offset = frame.date - begins;
    return { answered, firstFrame, complete: await complete, offset };
  } finally {
    await context.close();
    await bare.close();
  }
}

async function isComplete(mediaBase: string, clip: string, version: number): Promise<boolean> {
  for (const rendition of ['source', 'audio'] as const) {
    const answer = await fetch(`${mediaBase}/${mediaPath.clipPlaylist(clip, version, 'program', rendition)}`);
    if (!answer.ok || !(await answer.text()).includes('#EXT-X-ENDLIST')) return false;
  }
  return true;
}
