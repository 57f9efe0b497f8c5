/** What is on the screen of a watch or replay page: the clock of each frame presented, and when pages and ink change. Runs in the page. */
import type { Page } from 'playwright-core';
import { median, quantile, round } from './report.ts';

/** Times on the page's performance clock, ms. */
export type FlipLog = {
  /** A frame presented: what the source wrote into it (epoch ms), when it is on the screen, and where it lies on the axis. */
  readonly frames: readonly { readonly drawn: number; readonly shown: number; readonly axis: number }[];
  /** The page with this image is on the screen from then on. */
  readonly pages: readonly { readonly image: string; readonly at: number }[];
  /** The middle of the page is painted, or not any more. */
  readonly ink: readonly { readonly on: boolean; readonly at: number }[];
};

declare global {
  interface Window {
    flipLog?: FlipLog;
  }
}

export const startFlipReading = (page: Page): Promise<void> => page.evaluate(read);
export const flipReadings = (page: Page): Promise<FlipLog> =>
  page.evaluate(() => window.flipLog ?? { frames: [], pages: [], ink: [] });

function read(): void {
  const player = window.rostrumPlayer;
  const strip = window.clockStrip;
  const canvas = document.createElement('canvas');
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  if (!player || !strip || !pen) throw new Error('no player, clock or canvas');
  const { video } = player;
  const frames: { drawn: number; shown: number; axis: number }[] = [];
  const pages: { image: string; at: number }[] = [];
  const ink: { on: boolean; at: number }[] = [];
  window.flipLog = { frames, pages, ink };
  const onFrame = (_: number, frame: VideoFrameCallbackMetadata): void => {
    video.requestVideoFrameCallback(onFrame);
    const { videoWidth: width, videoHeight: height } = video;
    const rows = strip.stripRows(height);
    if (canvas.width !== width || canvas.height !== rows) {
      canvas.width = width;
      canvas.height = rows;
    }
    pen.drawImage(video, 0, 0, width, rows, 0, 0, width, rows);
    const drawn = strip.readStrip(pen.getImageData(0, 0, width, rows).data, width, rows);
    const date = player.date();
    if (drawn === undefined || date === undefined) return;
    const shown = Math.max(frame.expectedDisplayTime, performance.now());
    frames.push({ drawn, shown, axis: date + (frame.mediaTime - video.currentTime) * 1000 });
  };
  video.requestVideoFrameCallback(onFrame);
  const onPaint = (): void => {
    requestAnimationFrame(onPaint);
    const now = performance.now();
    const source = document.querySelector<HTMLImageElement>('.slide-image img')?.src ?? '';
    const image = /([A-Za-z0-9_-]+)\.\d+\.\w+$/.exec(source)?.[1];
    if (image !== undefined && image !== pages.at(-1)?.image) pages.push({ image, at: now });
    const layer = document.querySelector<HTMLCanvasElement>('.slide-ink');
    const [, , , alpha = 0] =
      layer?.getContext('2d')?.getImageData(Math.floor(layer.width / 2), Math.floor(layer.height / 2), 1, 1)
        .data ?? [];
    const on = alpha > 100;
    if (on !== (ink.at(-1)?.on ?? false)) ink.push({ on, at: now });
  };
  requestAnimationFrame(onPaint);
}

export type Turn = { readonly t: number; readonly image: string };
export type Offsets = {
  readonly samples: number;
  readonly missed: number;
  p50: number;
  p95: number;
  max: number;
};

/** Ms from the first frame of a moment to what belongs to the moment (negative: it came before the frame), for each that was played. */
export function pageOffsets(turns: readonly Turn[], log: FlipLog): number[] {
  return offsets(turns, log, (turn) => log.pages.filter(({ image }) => image === turn.image));
}
export function inkOffsets(dots: readonly number[], log: FlipLog): number[] {
  const shown = log.ink.filter(({ on }) => on);
  return offsets(
    dots.map((t) => ({ t, image: '' })),
    log,
    () => shown,
  );
}

/** Further away than half of the time between two turns it belongs to another; NaN: it was not shown at all. */
const mostOff = 750;

function offsets(
  turns: readonly Turn[],
  { frames }: FlipLog,
  candidates: (turn: Turn) => readonly { readonly at: number }[],
): number[] {
  return turns.flatMap((turn) => {
    const k = frames.findIndex(({ drawn }) => drawn >= turn.t);
    const frame = frames[k];
    // The frame before must have been seen, too: else this is not the first of the moment.
    if (!frame || k === 0 || frame.drawn - (frames[k - 1]?.drawn ?? 0) > 200) return [];
    const off = candidates(turn).map(({ at }) => at - frame.shown);
    const least = off.reduce((best, one) => (Math.abs(one) < Math.abs(best) ? one : best), Infinity);
    return [Math.abs(least) <= mostOff ? least : Number.NaN];
  });
}

/** `p95` and `max` of the size of the offset; `p50` with its sign. */
export function summariseOffsets(values: readonly number[]): Offsets {
  const good = values.filter((value) => !Number.isNaN(value));
  const sizes = good.map(Math.abs);
  return {
    samples: good.length,
    missed: values.length - good.length,
    p50: round(median(good), 0),
    p95: round(quantile(sizes, 0.95), 0),
    max: round(quantile(sizes, 1), 0),
  };
}
