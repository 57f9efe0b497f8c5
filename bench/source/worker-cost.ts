/**
 * What the media workers cost, as JSON: cores of the preview process per venue, and of a 480 rung, at 720p25 from the lecture
 * picture. `node bench/source/worker-cost.ts [seconds]`; needs ffmpeg to make its media.
 */
import { pino } from 'pino';
import { parseVideoConfig, type VideoConfig } from '#media/formats/codec-config.ts';
import type { MediaTag } from '#media/formats/media-tag.ts';
import type { RenditionSink } from '#media/packager/segment.ts';
import { Segmenter } from '#media/packager/segmenter.ts';
import { createLadder } from '#media/transcode/ladder.ts';
import { createPreviewPool } from '#media/transcode/preview-pool.ts';
import { makeMedia } from '#media/transcode/test-media.ts';

const venues = 4;
const log = pino({ level: 'silent' });
const seconds = Number(process.argv[2] ?? 20);
const nothing: RenditionSink = {
  init: () => undefined,
  startSegment: () => undefined,
  part: () => undefined,
  endSegment: () => undefined,
  gap: () => undefined,
};

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));

/** Calls `each` for every tag at its time. */
async function inRealTime(tags: readonly MediaTag[], each: (tag: MediaTag) => void): Promise<number> {
  const start = performance.now();
  for (const tag of tags) {
    if ('dts' in tag) {
      const ahead = tag.dts - (performance.now() - start);
      if (ahead > 2) await wait(ahead);
    }
    each(tag);
  }
  return (performance.now() - start) / 1000;
}

async function previewCores(tags: readonly MediaTag[]): Promise<number> {
  const pool = createPreviewPool({ log, cpuBudget: 4, onUpdate: () => undefined });
  const taps = Array.from({ length: venues }, (_, i) => pool.open(`${i}`, { picture: 'must-move' }).tap);
  const samples: number[] = [];
  const sampling = setInterval(() => samples.push(pool.cpu()), 5000);
  await inRealTime(tags, (tag) => {
    const at = Date.now();
    for (const tap of taps) {
      if (tag.kind === 'videoConfig') tap.videoConfig(tag.codec, tag.record);
      if (tag.kind === 'audioConfig') tap.audioConfig(tag.asc);
      if (tag.kind === 'audio') tap.audio(tag.data, at);
      if (tag.kind === 'video' && tag.keyframe) tap.keyframe(tag.data, at, at, 0);
    }
  });
  clearInterval(sampling);
  await pool.close();
  // The first sample has the start of the process in it.
  const steady = samples.slice(2);
  return steady.reduce((sum, cores) => sum + cores, 0) / Math.max(1, steady.length) / venues;
}

async function rungCores(tags: readonly MediaTag[]): Promise<{ cores: number; lagSeconds: number }> {
  let worst = 0;
  const ladder = createLadder({
    rungs: ['480'],
    log,
    openRung: () => nothing,
    onGivenUp: () => undefined,
    onLag: (lag) => {
      worst = Math.max(worst, lag['480'] ?? 0);
    },
  });
  const segmenter = new Segmenter({
    output: { fixTarget: () => undefined, openVideo: () => ladder.source, openAudio: () => nothing },
    position: {
      msn: 0,
      videoInit: 0,
      audioInit: 0,
      targetDuration: 4,
      lastProgramDateTime: 0,
      mediaTime: 0,
    },
    frameRate: () => 25,
    log,
  });
  const now = Date.now();
  segmenter.axis = (time) => now + time;
  let config: VideoConfig | undefined;
  const took = await inRealTime(tags, (tag) => {
    if (tag.kind === 'videoConfig') config = parseVideoConfig(tag.codec, tag.record);
    if (tag.kind !== 'video' || !config) return;
    const { dts, cts, keyframe, data } = tag;
    const arrival = performance.now();
    segmenter.frame({ kind: 'video', time: dts, cts, keyframe, disposable: false, data, arrival, config });
  });
  const cores = ladder.cpu() / took;
  await ladder.close();
  return { cores, lagSeconds: worst };
}

const round = (value: number): number => Math.round(value * 1000) / 1000;
const tags = makeMedia({ seconds, width: 1280, height: 720, kbps: 2500 });
const previewPerVenue = round(await previewCores(tags));
const { cores, lagSeconds } = await rungCores(tags);
const result = {
  seconds,
  venues,
  previewPerVenue,
  rung480: round(cores),
  rung480WorstLag: round(lagSeconds),
};
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(0);
