/**
 * What each further venue costs: our server beside as many `ffmpeg -c copy -f hls`, fed with the same bytes at the
 * same moments by one pusher, so whatever else the machine does hits both.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Now } from '#contracts/now.ts';
import type { Venue } from '#contracts/venue.ts';
import { type DemoProcess, startDemo } from '#tests/harness/demo-process.ts';
import { until } from '#tests/harness/until.ts';
import { logIn } from './admin.ts';
import { benchFolder, removeFolder } from './folder.ts';
import type { BenchOptions } from './main.ts';
import { cpuOfAll, cpuSeconds, descendants } from './process-cpu.ts';
import { type BenchResult, median, quantile, round } from './report.ts';
import { type Pusher, startPusher } from './tape/pusher.ts';
import { recordTape } from './tape/recorder.ts';

const counts = [1, 4, 16] as const;
type Count = (typeof counts)[number];
const mostVenues = 16;
/** Encoders are not in step: keyframes are spread over a GOP. */
const gopMs = 2000;
/** Venues of the preview measurement. */
const previewVenues: Count = 4;

/** Cores used during one window. */
type Window = {
  readonly ours: number;
  readonly children: number;
  readonly theirs: number;
  readonly pusher: number;
};

export async function ingest({ quick, say }: BenchOptions): Promise<BenchResult> {
  const repetitions = quick ? 2 : 5;
  const seconds = quick ? 8 : 20;
  const folder = await benchFolder('ingest');
  const tape = join(folder, 'tape.flv');
  const stage = new Stage(folder, tape, seconds);
  try {
    await recordTape(tape, { kbps: 4000, size: '1280x720' });
    await stage.startServer('plain', false);
    const windows = new Map<Count, Window[]>(counts.map((n) => [n, []]));
    for (let repetition = 1; repetition <= repetitions; repetition++) {
      for (const n of counts) {
        const window = await stage.measure(n, true);
        windows.get(n)?.push(window);
        say(
          `${repetition}/${repetitions}, ${n} venues: ours ${round(window.ours)}, ffmpeg ${round(window.theirs)} cores`,
        );
      }
    }
    await stage.stopServer();
    await stage.startServer('preview', true);
    const preview: Window[] = [];
    for (let repetition = 0; repetition < Math.min(3, repetitions); repetition++)
      preview.push(await stage.measure(previewVenues, false));
    say(
      `preview on, ${previewVenues} venues: ${round(median(preview.map((w) => w.children)))} cores of its processes`,
    );
    return result(windows, preview, repetitions, seconds);
  } finally {
    await stage.close();
    await removeFolder(folder);
  }
}

/** Owns everything that runs. */
class Stage {
  readonly #folder: string;
  readonly #tape: string;
  readonly #seconds: number;
  #demo: DemoProcess | undefined;
  #pusher: Pusher | undefined;
  #venues: readonly Venue[] = [];
  #others: ChildProcess[] = [];
  #rounds = 0;

  constructor(folder: string, tape: string, seconds: number) {
    this.#folder = folder;
    this.#tape = tape;
    this.#seconds = seconds;
  }

  async startServer(name: string, preview: boolean): Promise<void> {
    const env = { ROSTRUM_PREVIEW: preview ? 'on' : 'off', ROSTRUM_TRANSCODE: 'off' };
    this.#demo = await startDemo(join(this.#folder, name), ['--no-source'], { env });
    const admin = await logIn(this.#demo.info);
    const venues: Venue[] = [];
    for (let i = 0; i < mostVenues; i++)
      venues.push(await admin.createVenue(`Hall ${i}`, { renditions: ['source', 'audio'] }));
    this.#venues = venues;
  }
  async stopServer(): Promise<void> {
    await this.#demo?.stop();
    this.#demo = undefined;
  }
  async close(): Promise<void> {
    await this.#endRound();
    await this.#demo?.stop();
  }

  async measure(n: Count, beside: boolean): Promise<Window> {
    const demo = this.#demo;
    if (!demo) throw new Error('no server');
    const pusher = await startPusher(this.#tape);
    this.#pusher = pusher;
    try {
      const { rtmpUrl, apiBase } = demo.info;
      const pushes: Promise<void>[] = [];
      const outputs: string[] = [];
      for (const [i, venue] of this.#venues.slice(0, n).entries()) {
        const phaseMs = (i * gopMs) / n;
        pushes.push(pusher.push(`${rtmpUrl}/${venue.keys[0]?.key}`, { phaseMs }));
        if (!beside) continue;
        const output = join(this.#folder, `hls-${this.#rounds++}`);
        await mkdir(output);
        outputs.push(output);
        pushes.push(this.#startFfmpeg(output).then((url) => pusher.push(url, { phaseMs })));
      }
      await Promise.all(pushes);
      for (const venue of this.#venues.slice(0, n)) await untilListed(new URL(apiBase).origin, venue);
      for (const output of outputs)
        await until(async () => (await readdir(output)).some((file) => file.endsWith('.m3u8')), {
          seconds: 30,
          what: 'a playlist of ffmpeg',
        });
      const window = await this.#window(demo, pusher);
      const lost = pusher.reports.filter(({ state }) => state === 'lost');
      if (lost.length > 0)
        throw new Error(
          `pushes ended while measuring: ${lost.map(({ url }) => url).join(', ')}; the server said: ${demo.output()}`,
        );
      return window;
    } finally {
      await this.#endRound();
    }
  }

  async #window(demo: DemoProcess, pusher: Pusher): Promise<Window> {
    const { pid } = demo.info;
    const children = descendants(pid);
    const others = this.#others.map((child) => child.pid ?? 0);
    const read = () =>
      [cpuSeconds(pid), cpuOfAll(children), cpuOfAll(others), cpuSeconds(pusher.pid)] as const;
    const before = read();
    const started = performance.now();
    await wait(this.#seconds * 1000);
    const after = read();
    const passed = (performance.now() - started) / 1000;
    const cores = (i: 0 | 1 | 2 | 3) => (after[i] - before[i]) / passed;
    return { ours: cores(0), children: cores(1), theirs: cores(2), pusher: cores(3) };
  }

  /** Listens for one push and packages it; resolves with its address once it listens. */
  async #startFfmpeg(output: string): Promise<string> {
    const port = await freePort();
    const url = `rtmp://127.0.0.1:${port}/live/bench`;
    const child = spawn(
      'ffmpeg',
      [
        ...[
          '-hide_banner',
          '-loglevel',
          'error',
          '-nostdin',
          '-listen',
          '1',
          '-i',
          url,
          '-c',
          'copy',
          '-f',
          'hls',
        ],
        ...[
          '-hls_time',
          '2',
          '-hls_segment_type',
          'fmp4',
          '-hls_list_size',
          '10',
          '-hls_flags',
          'delete_segments',
        ],
        join(output, 'index.m3u8'),
      ],
      { stdio: 'ignore' },
    );
    this.#others.push(child);
    await until(() => listens(port), { seconds: 20, what: 'ffmpeg to listen' });
    return url;
  }

  async #endRound(): Promise<void> {
    await this.#pusher?.close();
    this.#pusher = undefined;
    const running = this.#others.filter((child) => child.exitCode === null && child.signalCode === null);
    this.#others = [];
    for (const child of running) child.kill('SIGKILL');
    await Promise.all(running.map((child) => once(child, 'exit')));
  }
}

async function untilListed(origin: string, venue: Venue): Promise<void> {
  const base = new URL(venue.mediaBase, origin).pathname;
  await until(
    async () => {
      const answer = await fetch(`${origin}${base}/now.json`);
      const now = (await answer.json()) as Now;
      return now.state === 'live' && now.tracks.program?.renditions.includes('source');
    },
    { seconds: 30, what: `${venue.title} to be live` },
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

/** Looked up in the kernel's table: a connection made to ask would be taken for the encoder. */
async function listens(port: number): Promise<boolean> {
  const table = await readFile('/proc/net/tcp', 'latin1');
  return table.includes(`:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 0A`);
}

const mid = (windows: readonly Window[] | undefined, key: keyof Window): number =>
  median((windows ?? []).map((window) => window[key]));

function result(
  windows: ReadonlyMap<Count, readonly Window[]>,
  preview: readonly Window[],
  repetitions: number,
  seconds: number,
): BenchResult {
  const slopes = (key: 'ours' | 'theirs') =>
    Array.from({ length: repetitions }, (_, i) => {
      const [one, many] = [windows.get(1)?.[i], windows.get(mostVenues)?.[i]];
      return one && many ? (many[key] - one[key]) / (mostVenues - 1) : Number.NaN;
    });
  const [ours, theirs] = [slopes('ours'), slopes('theirs')];
  const ratios = ours.map((slope, i) => slope / (theirs[i] ?? Number.NaN));
  const plain = windows.get(previewVenues);
  return {
    name: 'ingest',
    repetitions: `${repetitions} × ${seconds} s at 1, 4 and 16 venues, medians`,
    figures: {
      coresOurs: Object.fromEntries(counts.map((n) => [n, round(mid(windows.get(n), 'ours'), 4)])),
      coresFfmpeg: Object.fromEntries(counts.map((n) => [n, round(mid(windows.get(n), 'theirs'), 4)])),
      coresOfOurChildren: Object.fromEntries(
        counts.map((n) => [n, round(mid(windows.get(n), 'children'), 4)]),
      ),
      coresOfPusher: Object.fromEntries(counts.map((n) => [n, round(mid(windows.get(n), 'pusher'), 4)])),
      slopeOurs: round(median(ours), 5),
      slopeFfmpeg: round(median(theirs), 5),
      baseOurs: round(mid(windows.get(1), 'ours') - median(ours), 4),
      slopeRatioMinMax: [round(quantile(ratios, 0)), round(quantile(ratios, 1))],
      previewVenues,
      previewProcessesPerVenue: round((mid(preview, 'children') - mid(plain, 'children')) / previewVenues, 4),
      previewInServerPerVenue: round((mid(preview, 'ours') - mid(plain, 'ours')) / previewVenues, 4),
    },
    goals: [
      {
        what: 'slope per further venue, ours ÷ ffmpeg',
        value: median(ratios),
        goal: 1,
        rule: '<=',
        unit: '×',
      },
    ],
    notes: [
      'cores: user and system time of the process per second of wall time; H.264 720p25 4 Mbit/s + AAC 128 kbit/s',
      'both sides take the same RTMP bytes from one pusher at the same time; ffmpeg listens, writes 2 s fMP4 segments and deletes old ones; ours makes 0.334 s parts of video and sound apart, keeps the recording with checksums and measures health',
      'slope: (cores at 16 − cores at 1) ÷ 15 of each repetition; base: our cores at 1 less one slope; preview and transcoding off, then preview on for its cost',
    ],
  };
}
