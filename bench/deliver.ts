/**
 * Held playlists and parts to many keep-alive clients of one venue, beside nginx giving equal files at the same rate to the
 * same clients: what an answer costs, and how late a part is.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Now } from '#contracts/now.ts';
import { type DemoProcess, startDemo } from '#tests/harness/demo-process.ts';
import { until } from '#tests/harness/until.ts';
import { readMediaPlaylist } from '#tests/interop/playlist-check.ts';
import { type Audience, startAudience } from './audience/audience.ts';
import type { AudienceOrder } from './audience/main.ts';
import { benchFolder, removeFolder } from './folder.ts';
import type { BenchOptions } from './main.ts';
import { cpuSeconds } from './process-cpu.ts';
import { type BenchResult, type Goal, median, quantile, round } from './report.ts';
import { type Pusher, startPusher } from './tape/pusher.ts';
import { recordTape } from './tape/recorder.ts';

const renditions = ['source', 'audio'] as const;
/** Lectures are often of this size; what is measured is requests, not memory bandwidth. */
const kbps = 1000;
/** Files of each rendition that nginx serves in turn. */
const staticFiles = 16;
const warmUpMs = 4000;

type Crowd = {
  readonly requestsPerSecond: number;
  readonly megabytesPerSecond: number;
  readonly cores: number;
  readonly audienceCores: number;
  readonly requestsPerCoreSecond: number;
  readonly delayP50: number;
  readonly delayP99: number;
  readonly ageP50: number;
  readonly ageP99: number;
  readonly errors: number;
  /** Times a client was left so far behind that it missed parts. */
  readonly skips: number;
};

export async function deliver({ quick, say }: BenchOptions): Promise<BenchResult> {
  const crowds = [100, 500, 1000];
  const repetitions = quick ? 1 : 3;
  const seconds = quick ? 6 : 15;
  const stage = new Stage(await benchFolder('deliver'), seconds);
  try {
    await stage.open();
    const ours = new Map<number, Crowd[]>(crowds.map((n) => [n, []]));
    const nginx = new Map<number, Crowd[]>(crowds.map((n) => [n, []]));
    for (let repetition = 1; repetition <= repetitions; repetition++) {
      for (const clients of crowds) {
        const [live, still] = [await stage.live(clients), await stage.beside(clients)];
        ours.get(clients)?.push(live);
        if (still) nginx.get(clients)?.push(still);
        for (const [who, crowd] of [['ours', live] as const, ['nginx', still] as const])
          if (crowd)
            say(
              `${repetition}/${repetitions}, ${clients} clients, ${who}: ${Math.round(crowd.requestsPerSecond)} requests/s, p99 ${Math.round(crowd.delayP99)} ms, ${round(crowd.cores, 2)} cores`,
            );
      }
    }
    return result(ours, nginx, repetitions, seconds);
  } finally {
    await stage.close();
  }
}

/** Owns everything that runs. */
class Stage {
  readonly #folder: string;
  readonly #seconds: number;
  #demo: DemoProcess | undefined;
  #pusher: Pusher | undefined;
  #audience: Audience | undefined;
  #nginx: { readonly child: ChildProcess; readonly port: number } | undefined;
  #folders: readonly string[] = [];
  #everyMs = 0;

  constructor(folder: string, seconds: number) {
    this.#folder = folder;
    this.#seconds = seconds;
  }

  async open(): Promise<void> {
    const tape = join(this.#folder, 'tape.flv');
    await recordTape(tape, { kbps, size: '1280x720' });
    const env = { ROSTRUM_PREVIEW: 'off', ROSTRUM_TRANSCODE: 'off' };
    this.#demo = await startDemo(join(this.#folder, 'data'), ['--no-source'], { env });
    const { info } = this.#demo;
    this.#pusher = await startPusher(tape);
    await this.#pusher.push(`${info.rtmpUrl}/${info.streamKey}`);
    const now = await until(() => published(info.mediaBase), { seconds: 30, what: 'a published source' });
    const base = `${info.mediaBase}/runs/${now.run}/program`;
    this.#folders = renditions.map((name) => `${new URL(base).pathname}/${name}/`);
    // Delta updates are only given once the playlist is longer than six target durations.
    await until(async () => (await text(`${base}/source/live.m3u8?_HLS_skip=YES`)).includes('#EXT-X-SKIP'), {
      seconds: 60,
      everyMs: 500,
      what: 'a delta update',
    });
    await this.#keepFiles(base);
    this.#nginx = await startNginx(this.#folder);
  }

  /** The newest parts and a playlist as clients get them, for nginx to serve. */
  async #keepFiles(base: string): Promise<void> {
    for (const name of renditions) {
      const playlist = await text(`${base}/${name}/live.m3u8?_HLS_skip=YES`);
      const parts = readMediaPlaylist(playlist)
        .segments.flatMap((segment) => segment.parts)
        .slice(-staticFiles);
      this.#everyMs = (1000 * parts.reduce((sum, part) => sum + part.duration, 0)) / parts.length;
      await mkdir(join(this.#folder, 'www', name), { recursive: true });
      for (let i = 0; i < staticFiles; i++) {
        const part = parts[i % parts.length];
        const answer = await fetch(`${base}/${name}/${part?.uri}`);
        if (!answer.ok) throw new Error(`${part?.uri}: ${answer.status}`);
        await writeFile(join(this.#folder, 'www', name, `${i}.m4s`), Buffer.from(await answer.arrayBuffer()));
        await writeFile(join(this.#folder, 'www', name, `${i}.m3u8`), playlist);
      }
    }
  }

  async live(clients: number): Promise<Crowd> {
    const { info } = this.#demo ?? missing();
    const port = Number(new URL(info.apiBase).port);
    return this.#measure(info.pid, { do: 'live', port, clients, folders: this.#folders });
  }

  /** Undefined without nginx. */
  async beside(clients: number): Promise<Crowd | undefined> {
    const nginx = this.#nginx;
    if (!nginx) return undefined;
    const files = renditions.map((name) => ({ name, files: staticFiles }));
    const order = {
      do: 'static',
      port: nginx.port,
      clients,
      renditions: files,
      everyMs: this.#everyMs,
    } as const;
    return this.#measure(nginx.child.pid ?? 0, order);
  }

  async #measure(server: number, order: AudienceOrder & { do: 'live' | 'static' }): Promise<Crowd> {
    const audience = await startAudience();
    this.#audience = audience;
    try {
      audience.watch(order);
      await wait(warmUpMs);
      audience.count();
      const before = [cpuSeconds(server), cpuSeconds(audience.pid)] as const;
      const started = performance.now();
      await wait(this.#seconds * 1000);
      const after = [cpuSeconds(server), cpuSeconds(audience.pid)] as const;
      const passed = (performance.now() - started) / 1000;
      const counted = await audience.report();
      return {
        requestsPerSecond: counted.requests / passed,
        megabytesPerSecond: counted.bytes / passed / 1e6,
        cores: (after[0] - before[0]) / passed,
        audienceCores: (after[1] - before[1]) / passed,
        requestsPerCoreSecond: counted.requests / (after[0] - before[0]),
        delayP50: median(counted.delays),
        delayP99: quantile(counted.delays, 0.99),
        ageP50: median(counted.ages),
        ageP99: quantile(counted.ages, 0.99),
        errors: counted.errors,
        skips: counted.skips,
      };
    } finally {
      await audience.close();
    }
  }

  async close(): Promise<void> {
    await this.#audience?.close();
    await this.#pusher?.close();
    const nginx = this.#nginx?.child;
    if (nginx && nginx.exitCode === null && nginx.signalCode === null) {
      nginx.kill('SIGTERM');
      await once(nginx, 'exit');
    }
    await this.#demo?.stop();
    await removeFolder(this.#folder);
  }
}

function missing(): never {
  throw new Error('no server');
}

const text = async (url: string): Promise<string> => (await fetch(url)).text();

async function published(mediaBase: string): Promise<Now | undefined> {
  const answer = await fetch(`${mediaBase}/now.json`);
  const now = (await answer.json()) as Now;
  return now.tracks.program?.renditions.includes('source') ? now : undefined;
}

/** One process, as ours is one; with everything that makes static files cheap. Undefined when it is not installed. */
async function startNginx(folder: string): Promise<{ child: ChildProcess; port: number } | undefined> {
  try {
    execFileSync('nginx', ['-v'], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') return undefined;
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/tmp-${name};`)
    .join(' ');
  const file = join(folder, 'nginx.conf');
  await writeFile(
    file,
    `daemon off; master_process off; pid ${folder}/nginx.pid; error_log stderr crit;
worker_rlimit_nofile 8192;
events { worker_connections 4096; }
http {
  access_log off; sendfile on; tcp_nopush on; tcp_nodelay on; keepalive_requests 1000000; keepalive_timeout 60s;
  open_file_cache max=1000 inactive=60s; open_file_cache_valid 60s;
  types { application/vnd.apple.mpegurl m3u8; video/mp4 m4s; }
  ${temporary}
  server { listen 127.0.0.1:${address.port} backlog=4096; root ${folder}/www; }
}
`,
  );
  const child = spawn('nginx', ['-e', 'stderr', '-p', folder, '-c', file], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const { port } = address;
  await until(
    async () => (await fetch(`http://127.0.0.1:${port}/source/0.m3u8`).catch(() => undefined))?.ok,
    { seconds: 10, what: 'nginx' },
  );
  return { child, port };
}

function result(
  ours: ReadonlyMap<number, readonly Crowd[]>,
  nginx: ReadonlyMap<number, readonly Crowd[]>,
  repetitions: number,
  seconds: number,
): BenchResult {
  const mid = (crowds: readonly Crowd[] | undefined, key: keyof Crowd) =>
    median((crowds ?? []).map((one) => one[key]));
  const row = (crowds: readonly Crowd[]) => ({
    requestsPerSecond: Math.round(mid(crowds, 'requestsPerSecond')),
    megabytesPerSecond: round(mid(crowds, 'megabytesPerSecond'), 1),
    partDelayMs: { p50: round(mid(crowds, 'delayP50'), 1), p99: round(mid(crowds, 'delayP99'), 1) },
    ...(Number.isNaN(mid(crowds, 'ageP50'))
      ? {}
      : { sinceEndOfPartMs: { p50: round(mid(crowds, 'ageP50'), 1), p99: round(mid(crowds, 'ageP99'), 1) } }),
    cores: round(mid(crowds, 'cores')),
    audienceCores: round(mid(crowds, 'audienceCores')),
    requestsPerCoreSecond: Math.round(mid(crowds, 'requestsPerCoreSecond')),
    errors: crowds.reduce((sum, one) => sum + one.errors, 0),
    missedParts: crowds.reduce((sum, one) => sum + one.skips, 0),
  });
  const figures: Record<string, unknown> = {};
  const goals: Goal[] = [];
  for (const [clients, crowds] of ours) {
    const beside = nginx.get(clients) ?? [];
    figures[`ours${clients}`] = row(crowds);
    figures[`nginx${clients}`] =
      beside.length > 0 ? row(beside) : 'not measured: nginx is not installed (apt-get install nginx-light)';
    if (beside.length > 0) {
      figures[`ratio${clients}`] = {
        requestsPerCoreSecond: round(
          mid(crowds, 'requestsPerCoreSecond') / mid(beside, 'requestsPerCoreSecond'),
        ),
        partDelayP99: round(mid(crowds, 'delayP99') / mid(beside, 'delayP99'), 2),
      };
    }
    const errors = crowds.reduce((sum, one) => sum + one.errors, 0);
    goals.push({ what: `failed requests, ${clients} clients`, value: errors, goal: 0, rule: '<=', unit: '' });
  }
  for (const [clients, crowds] of ours) {
    goals.push({
      what: `p99 delay of a part, ${clients} clients`,
      value: mid(crowds, 'delayP99'),
      goal: 334,
      rule: '<=',
      unit: 'ms',
    });
  }
  return {
    name: 'deliver',
    repetitions: `${repetitions} × ${seconds} s each, medians`,
    figures,
    goals,
    notes: [
      `one venue, 720p25 of ${kbps} kbit/s + AAC 128 kbit/s; each client has two keep-alive connections, one following the source and one the sound: held playlist with _HLS_msn, _HLS_part and _HLS_skip, then the part it announces, and again`,
      'partDelayMs: from the moment any client of the crowd knew of the part (first answer of its playlist) to its last byte at each client; the goal is the length of a part, beyond which a viewer at the edge would stall',
      'sinceEndOfPartMs: from the end of the part on the wall-clock axis (its last frame has arrived) to its last byte at the client: packaging, writing to disk, waking, sending',
      'nginx: one process like ours, sendfile and open_file_cache, files of the same sizes, all clients told at once by a clock as often as parts are made; it holds nothing and makes nothing',
      'server, audience and encoder share the machine: at 1000 clients the audience alone takes much of one core',
    ],
  };
}
