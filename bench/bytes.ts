/**
 * What a viewer loads of a 30-minute talk with 30 pages: slides as data against the same pages captured as 1080p H.264
 * (x264 veryfast, crf 23, 25 fps), and how near each comes to the original, by SSIM over 1920 × 1080.
 */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { type ConvertedDeck, convertDeck } from '../slides/convert.ts';
import { Pdf } from '../slides/pdfium.ts';
import type { BenchOptions } from './main.ts';
import { type BenchResult, round } from './report.ts';
import { talkDeck } from './talk-deck.ts';

const screen = { width: 1920, height: 1080 } as const;
const pages = 30;
const minutes = 30;
const fps = 25;
/** Seconds between keyframes: what live streams use (and this product asks for), and x264's own default. */
const gops = { live: 2, x264Default: 10 } as const;

export async function bytes({ quick, say }: BenchOptions): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'rostrum-bytes-'));
  try {
    const { deck, pdf, source, outDir } = await talk(folder);
    const shown = deck.pages.slice(0, pages);
    say(`${source}: ${shown.length} pages`);
    const originals = await picturesOf(pdf, shown.length, folder);
    const asData = await slidesAsData(deck, shown.length, outDir, folder);
    const secondsPerPage = (minutes * 60) / pages;
    /** A still page repeats from one keyframe to the next, so that a quick run encodes two periods and counts the second again. */
    const encoded = quick ? 2 : undefined;
    const captures: Record<string, { bytes: number; ssim: number }> = {};
    for (const [name, gop] of Object.entries(quick ? { live: gops.live } : gops)) {
      say(`x264, a keyframe every ${gop} s`);
      captures[name] = await capture({
        folder,
        name,
        gop,
        secondsPerPage,
        periods: encoded,
        count: shown.length,
      });
    }
    const ssimOfData = await ssim(asData.pattern, originals, folder);
    // A deck of fewer pages counts as 30 on both sides alike.
    const whole = pages / shown.length;
    const dataBytes = (asData.imageBytes + asData.eventBytes) * whole;
    const live = captures.live ?? { bytes: Number.NaN, ssim: Number.NaN };
    return {
      name: 'bytes',
      repetitions: `one talk of ${minutes} minutes, ${shown.length} pages of ${source}`,
      figures: {
        slidesAsData: {
          bytes: Math.round(dataBytes),
          images: asData.imageBytes,
          events: asData.eventBytes,
          ssim: round(ssimOfData, 5),
        },
        captured: Object.fromEntries(
          Object.entries(captures).map(([name, one]) => [
            name,
            {
              keyframeSeconds: gops[name as keyof typeof gops],
              bytes: Math.round(one.bytes * whole),
              ssim: round(one.ssim, 5),
              timesTheData: round((one.bytes * whole) / dataBytes, 1),
            },
          ]),
        ),
      },
      goals: [
        {
          what: 'slides as data to the live capture',
          value: dataBytes / (live.bytes * whole),
          goal: 1 / 50,
          rule: '<=',
          unit: 'of its bytes',
        },
        {
          what: 'SSIM over that of the capture',
          value: ssimOfData - live.ssim,
          goal: 0,
          rule: '>=',
          unit: '',
        },
      ],
      notes: [
        'Data: every page once at 1920, and its page event as JSON; neither side counts HTTP headers or sound.',
        ...(quick
          ? [
              'Quick: two keyframe periods of each page were encoded; the second is counted for the rest of its minute.',
            ]
          : []),
      ],
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Talk = {
  readonly deck: ConvertedDeck;
  readonly pdf: string;
  readonly source: string;
  readonly outDir: string;
};

/** 16:9, so that a page is the whole picture on both sides. */
async function talk(folder: string): Promise<Talk> {
  const outDir = join(folder, 'pages');
  const path = join(folder, 'talk.pptx');
  await writeFile(path, talkDeck(pages));
  const deck = await convertDeck([{ path, name: 'talk.pptx' }], { outDir });
  return { deck, pdf: deck.pdf ?? '', source: 'a congress talk, 16:9', outDir };
}

/** The page as large as the screen lets it be, the rest black. */
const onScreen = (picture: Sharp): Promise<Buffer> =>
  picture
    .resize({ ...screen, fit: 'contain', background: '#000000', kernel: 'lanczos3' })
    .png({ compressionLevel: 1 })
    .toBuffer();

const numbered = (index: number): string => String(index + 1).padStart(3, '0');

/** Drawn by PDFium at the size it is shown in. */
async function picturesOf(path: string, count: number, folder: string): Promise<string> {
  const pdf = await Pdf.open(await readFile(path), path);
  await mkdir(join(folder, 'original'));
  for (let i = 0; i < count; i++) {
    const page = pdf.page(i);
    const scale = Math.min(screen.width / page.width, screen.height / page.height);
    const width = Math.round(page.width * scale);
    const height = Math.round(page.height * scale);
    const picture = sharp(page.render(width, height), { raw: { width, height, channels: 4 } }).removeAlpha();
    page.close();
    await writeFile(join(folder, 'original', `${numbered(i)}.png`), await onScreen(picture));
  }
  return join(folder, 'original', '%03d.png');
}

async function slidesAsData(deck: ConvertedDeck, count: number, outDir: string, folder: string) {
  await mkdir(join(folder, 'data'));
  let imageBytes = 0;
  let eventBytes = 0;
  for (const [i, page] of deck.pages.slice(0, count).entries()) {
    const image = page.steps[0]?.image;
    if (!image) continue;
    const file = join(outDir, `${image.id}.${image.width}.webp`);
    imageBytes += (await stat(file)).size;
    const next = deck.pages[i + 1]?.steps[0]?.image ?? null;
    const body = {
      type: 'page',
      deck: 'd'.repeat(22),
      page: i,
      step: 0,
      pages: count,
      image,
      next,
      title: page.title,
      source: 'presenter',
      by: 'Speaker',
    };
    eventBytes += Buffer.byteLength(
      JSON.stringify({ rev: 1, from: i, events: [{ n: i, t: Date.now(), body }] }),
    );
    await writeFile(join(folder, 'data', `${numbered(i)}.png`), await onScreen(sharp(file)));
  }
  return { pattern: join(folder, 'data', '%03d.png'), imageBytes, eventBytes };
}

type Capture = {
  readonly folder: string;
  readonly name: string;
  readonly gop: number;
  readonly secondsPerPage: number;
  /** Keyframe periods of each page to encode; all when undefined. */
  readonly periods: number | undefined;
  readonly count: number;
};

async function capture({
  folder,
  name,
  gop,
  secondsPerPage,
  periods,
  count,
}: Capture): Promise<{ bytes: number; ssim: number }> {
  const seconds = periods === undefined ? secondsPerPage : periods * gop;
  const out = join(folder, name);
  await mkdir(out);
  let total = 0;
  for (let i = 0; i < count; i++) {
    const original = join(folder, 'original', `${numbered(i)}.png`);
    const encode = (length: number, file: string) =>
      ffmpeg([
        ...['-loop', '1', '-framerate', `${fps}`, '-t', `${length}`, '-i', original],
        ...['-vf', 'format=yuv420p', '-c:v', 'libx264', '-preset', 'veryfast', '-crf', '23'],
        ...['-g', `${gop * fps}`, '-keyint_min', `${gop * fps}`, '-f', 'h264', file],
      ]);
    const file = join(out, `${numbered(i)}.h264`);
    await encode(seconds, file);
    const size = (await stat(file)).size;
    if (periods === undefined) total += size;
    else {
      const first = await firstPeriod(file, gop * fps);
      total += first + (size - first) * ((secondsPerPage / gop - 1) / (periods - 1));
    }
    // The last picture: the encoder has had all the time there is to make it better.
    await ffmpeg([
      '-f',
      'h264',
      '-i',
      file,
      '-update',
      '1',
      '-pix_fmt',
      'rgb24',
      join(out, `${numbered(i)}.png`),
    ]);
    await rm(file);
  }
  return {
    bytes: total,
    ssim: await ssim(join(out, '%03d.png'), join(folder, 'original', '%03d.png'), folder),
  };
}

/** Bytes up to the second keyframe: where the second sequence parameter set begins (NAL type 7, or the delimiter before it). */
async function firstPeriod(file: string, frames: number): Promise<number> {
  const stream = await readFile(file);
  let at = stream.indexOf(Buffer.from([0, 0, 0, 1, 0x67]));
  if (at >= 0) at = stream.indexOf(Buffer.from([0, 0, 0, 1, 0x67]), at + 5);
  if (at < 0) throw new Error(`no second keyframe after ${frames} frames in ${file}`);
  return at;
}

/** FFmpeg's `ssim` over RGB, mean of all pages. */
async function ssim(pattern: string, reference: string, folder: string): Promise<number> {
  const said = await ffmpeg([
    ...['-framerate', '1', '-i', pattern, '-framerate', '1', '-i', reference],
    ...['-lavfi', '[0:v]format=gbrp[a];[1:v]format=gbrp[b];[a][b]ssim', '-f', 'null', '-'],
  ]);
  const all = /SSIM .*All:([0-9.]+)/.exec(said)?.[1];
  if (all === undefined) throw new Error(`ffmpeg gave no SSIM for ${pattern} in ${folder}`);
  return Number(all);
}

function ffmpeg(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('ffmpeg', ['-hide_banner', '-nostdin', '-y', ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('utf8')).slice(-20_000);
    });
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve(said) : reject(new Error(`ffmpeg ${args.join(' ')}: ${said.slice(-500)}`)),
    );
  });
}
