/** A demo on a folder of its own with its encoders, for tests that do harm to it: kill it, cut its line, fill its disk. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Now } from '#contracts/now.ts';
import type { Venue, VenueSettings, VenueStatus } from '#contracts/venue.ts';
import { type Api, logIn } from '#tests/harness/api.ts';
import { type DemoProcess, startDemo } from '#tests/harness/demo-process.ts';
import { type Encoder, type EncoderOptions, startEncoder } from '#tests/harness/encoder.ts';
import { until } from '#tests/harness/until.ts';
import { type CheckedPlaylist, readMediaPlaylist } from '#tests/interop/playlist-check.ts';

/** Small and quick to publish: the second IDR comes after 0.4 s. */
const lightEncoder: EncoderOptions = { size: '320x180', gopSeconds: 0.4, kbps: 250 };

export const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export type RigOptions = {
  readonly env?: Readonly<Record<string, string>>;
  /** Undefined: a new temporary folder. */
  readonly folder?: string;
};

export class LiveRig {
  readonly folder: string;
  demo: DemoProcess;
  readonly #env: Readonly<Record<string, string>>;
  readonly #encoders: Encoder[] = [];
  #api: Promise<Api> | undefined;

  static async start({ env = {}, folder }: RigOptions = {}): Promise<LiveRig> {
    const where = folder ?? (await newFolder());
    const full = { ROSTRUM_PREVIEW: 'off', ROSTRUM_DISK_RESERVE: '0', ...env };
    const demo = await startDemo(where, ['--no-source'], { env: full }).catch(async (error: unknown) => {
      await rm(where, { recursive: true, force: true });
      throw error;
    });
    return new LiveRig(where, full, demo);
  }

  private constructor(folder: string, env: Readonly<Record<string, string>>, demo: DemoProcess) {
    this.folder = folder;
    this.#env = env;
    this.demo = demo;
  }

  get mediaBase(): string {
    return this.demo.info.mediaBase;
  }

  /** Logged in once; the session outlives restarts. */
  api(): Promise<Api> {
    this.#api ??= logIn(this.demo.info);
    return this.#api;
  }

  /** Ends the process by the signal and starts it again on the same ports. Resolves with the seconds the start took. */
  async restart(signal: NodeJS.Signals = 'SIGKILL'): Promise<number> {
    const { apiBase, rtmpUrl } = this.demo.info;
    await this.demo.stop(signal);
    const started = performance.now();
    this.demo = await startDemo(
      this.folder,
      [
        '--no-source',
        '--port',
        new URL(apiBase).port,
        '--rtmp-port',
        new URL(rtmpUrl.replace('rtmp', 'http')).port,
      ],
      { env: this.#env },
    );
    return (performance.now() - started) / 1000;
  }

  /** Pushes to `url`; the demo's own venue unless given. */
  push(options: EncoderOptions = {}, url = `${this.demo.info.rtmpUrl}/${this.demo.info.streamKey}`): Encoder {
    const encoder = startEncoder(url, { ...lightEncoder, ...options });
    this.#encoders.push(encoder);
    return encoder;
  }

  async now(base = this.mediaBase): Promise<Now | undefined> {
    const answer = await fetch(`${base}/now.json`).catch(() => undefined);
    return answer?.ok ? ((await answer.json()) as Now) : undefined;
  }

  inState(state: Now['state'], base = this.mediaBase, seconds = 30): Promise<Now> {
    return until(
      async () => {
        const now = await this.now(base);
        return now?.state === state ? now : undefined;
      },
      { seconds, what: `${base} to be ${state}` },
    );
  }

  /** Live, with picture and sound to play. */
  published(base = this.mediaBase, seconds = 40): Promise<Now & { readonly run: string }> {
    return until(
      async () => {
        const now = await this.now(base);
        const listed = now?.tracks.program?.renditions ?? [];
        return now?.state === 'live' &&
          now.run !== null &&
          listed.includes('source') &&
          listed.includes('audio')
          ? { ...now, run: now.run }
          : undefined;
      },
      { seconds, what: `${base} to publish picture and sound` },
    );
  }

  async makeVenue(settings: Partial<VenueSettings> & { title: string }): Promise<RigVenue> {
    const api = await this.api();
    const venue = await api.createVenue(settings);
    return new RigVenue(api, venue, new URL(venue.mediaBase, this.demo.info.apiBase).href.replace(/\/$/, ''));
  }

  async close(): Promise<void> {
    for (const encoder of this.#encoders) await encoder.stop();
    await this.demo.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

export class RigVenue {
  readonly api: Api;
  readonly id: string;
  readonly base: string;
  readonly venue: Venue;

  constructor(api: Api, venue: Venue, base: string) {
    this.api = api;
    this.id = venue.id;
    this.base = base;
    this.venue = venue;
  }

  url(track: 'program' | 'slides' = 'program'): string {
    return this.venue.keys.find((key) => key.track === track)?.url ?? '';
  }
  status(): Promise<VenueStatus> {
    return this.api.request('GET', `/venues/${this.id}/status`);
  }
  act(name: 'live' | 'break' | 'resume' | 'end'): Promise<VenueStatus> {
    return this.api.request('POST', `/venues/${this.id}/${name}`);
  }
  key(name: 'rotate' | 'block' | 'unblock'): Promise<unknown> {
    return this.api.request('POST', `/venues/${this.id}/tracks/program/${name}`);
  }
}

export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rostrum-live-'));
  // The database runs as another user and has to reach its cluster in here.
  await chmod(folder, 0o711);
  return folder;
}

/** A live playlist as text and read; throws unless 200. */
export async function playlistAt(url: string): Promise<{ text: string; playlist: CheckedPlaylist }> {
  const answer = await fetch(url);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${text.slice(0, 200)}`);
  return { text, playlist: readMediaPlaylist(text) };
}

/** The newest part listed, as a number that grows: msn × 1000 + part. */
export const edgeOf = ({ segments }: CheckedPlaylist): number => {
  const last = segments.at(-1);
  return last ? last.msn * 1000 + last.parts.length : 0;
};

/** Asks for the part after the newest one, as a player does, until `enough` says so. Every answer must be 200. */
export async function follow(
  url: string,
  enough: (playlist: CheckedPlaylist, text: string) => boolean,
  seconds = 30,
): Promise<CheckedPlaylist> {
  const end = performance.now() + seconds * 1000;
  let { text, playlist } = await playlistAt(url);
  while (!enough(playlist, text)) {
    if (performance.now() > end) throw new Error(`waited ${seconds} s at ${url}; it says\n${text}`);
    const hint = /^(\d+)\.(\d+)\.m4s$/.exec(playlist.hint ?? '');
    ({ text, playlist } = await playlistAt(
      `${url}${hint ? `?_HLS_msn=${hint[1]}&_HLS_part=${hint[2]}` : ''}`,
    ));
  }
  return playlist;
}

export async function bytesAt(url: string): Promise<Buffer> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return Buffer.from(await answer.arrayBuffer());
}

const mainFile = fileURLToPath(new URL('../../server/main.ts', import.meta.url));

/** A command of ours that is not waited for, in a process group of its own like a terminal's. */
export function spawnRostrum(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): {
  readonly child: ChildProcess;
  output(): string;
  readonly exit: Promise<number | NodeJS.Signals | null>;
} {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', mainFile, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    detached: true,
  });
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-100_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const exit = new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.once('close', (code, signal) => resolve(code ?? signal)),
  );
  return { child, output: () => output, exit };
}

/** Process ids of all that descend from `pid`, itself left out; zombies count as gone. */
export function descendants(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const id = Number(name);
    const parent = Number.isInteger(id) ? parentOf(id) : undefined;
    if (parent !== undefined) parents.set(id, parent);
  }
  const below = (of: number): number[] =>
    [...parents].flatMap(([id, parent]) => (parent === of ? [id, ...below(id)] : []));
  return below(pid);
}

function parentOf(pid: number): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return /^State:\s+Z/m.test(status) ? undefined : Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]);
  } catch {
    return undefined;
  }
}

export const isAlive = (pid: number): boolean => parentOf(pid) !== undefined;

/** The command line of a process; empty when it is gone. */
export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** The database server of a data folder, if one runs. */
export function postmasterOf(folder: string): number | undefined {
  try {
    const data = join(folder, 'postgres/data');
    const pid = Number.parseInt(readFileSync(join(data, 'postmaster.pid'), 'utf8'), 10);
    return readlinkSync(`/proc/${pid}/cwd`) === data && isAlive(pid) ? pid : undefined;
  } catch {
    return undefined;
  }
}
