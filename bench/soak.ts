/**
 * A lecture for minutes: one live venue with a 480 rung and preview, viewers that follow, ask for old segments and leave,
 * and an encoder that breaks off and comes back. Compares memory, handles and lag at the end with those after a warm-up.
 */
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Now } from '#contracts/now.ts';
import { type DemoProcess, startDemo } from '#tests/harness/demo-process.ts';
import { until } from '#tests/harness/until.ts';
import { logIn } from './admin.ts';
import { type Audience, startAudience } from './audience/audience.ts';
import { benchFolder, removeFolder } from './folder.ts';
import type { BenchOptions } from './main.ts';
import { descendants, residentBytes } from './process-cpu.ts';
import { type BenchResult, median, quantile, round } from './report.ts';
import { type Health, readHealth } from './scrape.ts';
import { type Pusher, startPusher } from './tape/pusher.ts';
import { recordTape } from './tape/recorder.ts';

const clients = 20;
/** A crowd leaves and another comes. */
const crowdEveryMs = 25_000;
/** The encoder breaks off and connects again. */
const breakEveryMs = 40_000;
const breakMs = 3000;
const readEveryMs = 2000;
/** Share of the time before memory is compared: caches, compiled code and the live playlist fill first. */
const warmUp = 0.4;
/** What the process may hold more at the end than after the warm-up. */
const mayGrow = { share: 0.15, bytes: 48 * 2 ** 20 };

type Reading = Health & { readonly at: number; readonly children: number };

export async function soak({ minutes = 5, say }: BenchOptions): Promise<BenchResult> {
  const folder = await benchFolder('soak');
  const lengthMs = minutes * 60_000;
  let demo: DemoProcess | undefined;
  let pusher: Pusher | undefined;
  let audience: Audience | undefined;
  try {
    const tape = join(folder, 'tape.flv');
    await recordTape(tape, { kbps: 1500, size: '1280x720' });
    demo = await startDemo(join(folder, 'data'));
    const { info } = demo;
    const url = `${info.rtmpUrl}/${info.streamKey}`;
    await (await logIn(info)).updateVenue(info.venueId, { renditions: ['source', '480', 'audio'] });
    pusher = await startPusher(tape);
    await pusher.push(url);
    const now = await until(() => withRung(info.mediaBase), { seconds: 60, what: 'a 480 rendition' });
    const base = new URL(`${info.mediaBase}/runs/${now.run}/program`).pathname;
    const port = Number(new URL(info.apiBase).port);
    const folders = ['source', '480', 'audio'].map((name) => `${base}/${name}/`);
    const crowd = async () => {
      const fresh = await startAudience();
      fresh.watch({ do: 'live', port, clients, folders });
      return fresh;
    };
    audience = await crowd();

    const readings: Reading[] = [];
    const started = performance.now();
    let breaks = 0;
    let [nextCrowd, nextBreak, nextWord] = [crowdEveryMs, breakEveryMs, 0];
    await readHealth(info.apiBase, info.pid);
    for (let at = 0; at < lengthMs; at = performance.now() - started) {
      await wait(readEveryMs);
      const health = await readHealth(info.apiBase, info.pid);
      const children = descendants(info.pid).reduce((sum, pid) => sum + residentOf(pid), 0);
      readings.push({ ...health, at, children });
      if (at >= nextCrowd) {
        nextCrowd += crowdEveryMs;
        await audience.close();
        audience = await crowd();
        // The start of the run again and again: old segments come from their files.
        await (await fetch(`${info.mediaBase}/${now.tracks.program?.clip}`)).arrayBuffer();
        for (let msn = 0; msn < 20; msn++)
          await (await fetch(`${new URL(info.apiBase).origin}${folders[0]}${msn}.m4s`)).arrayBuffer();
      }
      if (at >= nextBreak) {
        nextBreak += breakEveryMs;
        breaks++;
        await pusher.close();
        await wait(breakMs);
        pusher = await startPusher(tape);
        await pusher.push(url);
      }
      if (at >= nextWord) {
        nextWord += 30_000;
        say(`${Math.round(at / 1000)} s: ${line(health)}`);
      }
    }
    const after = await readNow(info.mediaBase);
    const rung = after.tracks.program?.renditions.includes('480') ?? false;
    return result(readings, minutes, {
      breaks,
      rung,
      oneRun: after.run === now.run && after.state === 'live',
    });
  } finally {
    await audience?.close();
    await pusher?.close();
    await demo?.stop();
    await removeFolder(folder);
  }
}

const readNow = async (mediaBase: string): Promise<Now> =>
  (await (await fetch(`${mediaBase}/now.json`)).json()) as Now;

async function withRung(mediaBase: string): Promise<Now | undefined> {
  const now = await readNow(mediaBase);
  return now.tracks.program?.renditions.includes('480') ? now : undefined;
}

function residentOf(pid: number): number {
  try {
    return residentBytes(pid);
  } catch {
    return 0;
  }
}

const mib = (bytes: number): number => round(bytes / 2 ** 20, 1);
const line = (h: Health): string =>
  `rss ${mib(h.rss)} MiB, heap ${mib(h.heapUsed)}, buffers ${mib(h.external)}, ${h.handles} handles, ${h.descriptors} descriptors, lag p99 ${round(h.lagP99, 1)} ms`;

type Course = { readonly breaks: number; readonly rung: boolean; readonly oneRun: boolean };

function result(
  readings: readonly Reading[],
  minutes: number,
  { breaks, rung, oneRun }: Course,
): BenchResult {
  const lengthMs = minutes * 60_000;
  const share = (from: number, to: number) =>
    readings.filter(({ at }) => at >= from * lengthMs && at < to * lengthMs);
  // A stretch is as long as several garbage collections and one break of the encoder.
  const [start, end] = [share(warmUp, warmUp + 0.3), share(0.7, 2)];
  const of = (stretch: readonly Reading[], key: keyof Reading, p = 0.5) =>
    quantile(
      stretch.map((one) => one[key]),
      p,
    );
  const summary = (stretch: readonly Reading[]) => ({
    rssMiB: mib(of(stretch, 'rss')),
    heapMiB: mib(of(stretch, 'heapUsed')),
    heapLeastMiB: mib(of(stretch, 'heapUsed', 0)),
    buffersMiB: mib(of(stretch, 'external')),
    childrenRssMiB: mib(of(stretch, 'children')),
    handles: of(stretch, 'handles'),
    descriptors: of(stretch, 'descriptors'),
    lagP50Ms: round(of(stretch, 'lagP50'), 1),
    lagP99Ms: round(of(stretch, 'lagP99'), 1),
  });
  const grown = (key: 'rss' | 'children'): number => {
    const before = of(start, key);
    return (of(end, key) - before) / Math.max(before * mayGrow.share, mayGrow.bytes);
  };
  const least = of(start, 'heapUsed', 0);
  return {
    name: 'soak',
    repetitions: `${minutes} min, ${readings.length} readings`,
    figures: {
      first: readings[0] ? summary([readings[0]]) : {},
      afterWarmUp: summary(start),
      end: summary(end),
      encoderBreaks: breaks,
      rung480AtTheEnd: rung ? 'offered' : 'given up: the machine could not keep up',
    },
    goals: [
      { what: 'memory of the server: growth ÷ allowed', value: grown('rss'), goal: 1, rule: '<=', unit: '×' },
      {
        what: 'memory of its processes: growth ÷ allowed',
        value: grown('children'),
        goal: 1,
        rule: '<=',
        unit: '×',
      },
      {
        what: 'smallest heap, end ÷ after warm-up',
        value: of(end, 'heapUsed', 0) / Math.max(1, least),
        goal: 1.2,
        rule: '<=',
        unit: '×',
      },
      {
        what: 'open descriptors more than after warm-up',
        value: of(end, 'descriptors') - of(start, 'descriptors'),
        goal: 16,
        rule: '<=',
        unit: '',
      },
      {
        what: 'event loop lag, median of p99',
        value: median(end.map(({ lagP99 }) => lagP99)),
        goal: 100,
        rule: '<=',
        unit: 'ms',
      },
      { what: 'still live in the same run', value: oneRun ? 1 : 0, goal: 1, rule: '>=', unit: '' },
    ],
    notes: [
      `one venue with source, 480 and sound, preview on; ${clients} clients follow all three, replaced every ${crowdEveryMs / 1000} s; the encoder breaks off every ${breakEveryMs / 1000} s for ${breakMs / 1000} s`,
      `after warm-up: from ${warmUp * 100} to 70 % of the time; end: the rest; allowed growth: the larger of 15 % and 48 MiB. Before the live playlist is full (30 min) its list still grows`,
      'descriptors include the sockets of those who watch at that moment; lag is what the server measures itself, in steps of 2 s',
    ],
  };
}
