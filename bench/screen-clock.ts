/**
 * Reads the clock burnt into the picture off the screen of a page: which moment is shown, and when. The page samples
 * the frames it presents (requestVideoFrameCallback) and reads the strip's rows through a canvas.
 */
import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import type { Page } from 'playwright-core';
import { median, quantile, round } from './report.ts';
import type { readStrip, stripRows } from './source/clock-strip.ts';

/** All times epoch ms, on the one clock of this machine. */
export type ScreenSample = {
  /** When the frame is on the screen. */
  readonly shown: number;
  /** What the source wrote into it when it was drawn. */
  readonly drawn: number;
  /** Its PROGRAM-DATE-TIME: its arrival at the server, on the lower envelope of arrivals. */
  readonly axis: number;
  /** Lines of the picture. */
  readonly height: number;
};
export type ScreenLog = {
  readonly samples: readonly ScreenSample[];
  /** Frames whose strip could not be read. */
  readonly unreadable: number;
};

declare global {
  interface Window {
    clockStrip?: { readonly readStrip: typeof readStrip; readonly stripRows: typeof stripRows };
    screenLog?: { samples: ScreenSample[]; unreadable: number };
  }
}

/** One frame in five is read, 5 a second at 25 fps: reading all would load the page it measures. */
const everyFrames = 5;

/** Must be called before the page is opened. */
export async function teachClock(page: Page): Promise<void> {
  const file = new URL('source/clock-strip.ts', import.meta.url);
  const script = stripTypeScriptTypes(await readFile(file, 'utf8')).replaceAll(/^export /gm, '');
  await page.addInitScript({
    content: `(() => { ${script}\nwindow.clockStrip = { readStrip, stripRows }; })();`,
  });
}

/** Starts sampling in a page of the watch player that shows pictures. */
export const startReading = (page: Page): Promise<void> => page.evaluate(readScreen, everyFrames);

export const readings = (page: Page): Promise<ScreenLog> =>
  page.evaluate(() => window.screenLog ?? { samples: [], unreadable: 0 });

/** Runs in the page. */
function readScreen(every: number): void {
  const player = window.rostrumPlayer;
  const strip = window.clockStrip;
  const canvas = document.createElement('canvas');
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  if (!player || !strip || !pen) throw new Error('no player, clock or canvas');
  const { video } = player;
  const log = { samples: [] as ScreenSample[], unreadable: 0 };
  window.screenLog = log;
  let frames = 0;
  const look = (_: number, frame: VideoFrameCallbackMetadata): void => {
    video.requestVideoFrameCallback(look);
    if (++frames % every !== 0) return;
    const { videoWidth: width, videoHeight: height } = video;
    const rows = strip.stripRows(height);
    if (canvas.width !== width || canvas.height !== rows) {
      canvas.width = width;
      canvas.height = rows;
    }
    pen.drawImage(video, 0, 0, width, rows, 0, 0, width, rows);
    const now = performance.now();
    const drawn = strip.readStrip(pen.getImageData(0, 0, width, rows).data, width, rows);
    const date = player.date();
    if (drawn === undefined || date === undefined) {
      log.unreadable++;
      return;
    }
    // Called so late that the canvas may hold the next frame: then the moment of drawing, never an earlier one.
    const shown = now > frame.expectedDisplayTime + 40 ? now : frame.expectedDisplayTime;
    log.samples.push({
      shown: Date.now() + shown - performance.now(),
      drawn,
      axis: date + (frame.mediaTime - video.currentTime) * 1000,
      height,
    });
  };
  video.requestVideoFrameCallback(look);
}

/** Milliseconds. `encoderAndPush` is axis − drawn, `serverToScreen` is shown − axis; they add up to glass to glass frame by frame. */
export type LatencySummary = {
  readonly samples: number;
  readonly unreadable: number;
  readonly glassToGlass: { p50: number; p95: number; max: number };
  readonly encoderAndPush: { p50: number; p95: number };
  readonly serverToScreen: { p50: number; p95: number };
  readonly medianFirstThird: number;
  readonly medianLastThird: number;
  /** Lines of picture → share of samples. */
  readonly heights: Readonly<Record<string, number>>;
};

export function summarise({ samples, unreadable }: ScreenLog): LatencySummary {
  const of = (values: number[], p: number) => round(quantile(values, p), 0);
  const total = samples.map((s) => s.shown - s.drawn);
  const before = samples.map((s) => s.axis - s.drawn);
  const after = samples.map((s) => s.shown - s.axis);
  const third = Math.floor(total.length / 3);
  const heights: Record<string, number> = {};
  for (const { height } of samples) heights[height] = (heights[height] ?? 0) + 1;
  for (const height of Object.keys(heights))
    heights[height] = round((heights[height] ?? 0) / samples.length, 2);
  return {
    samples: samples.length,
    unreadable,
    glassToGlass: { p50: of(total, 0.5), p95: of(total, 0.95), max: of(total, 1) },
    encoderAndPush: { p50: of(before, 0.5), p95: of(before, 0.95) },
    serverToScreen: { p50: of(after, 0.5), p95: of(after, 0.95) },
    medianFirstThird: round(median(total.slice(0, third)), 0),
    medianLastThird: round(median(total.slice(total.length - third)), 0),
    heights,
  };
}
