/** A whole demo server of its own with the synthetic encoder on its venue: what the benches seen from the viewer share. */
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Now } from '#contracts/now.ts';
import type { Venue, VenueSettings } from '#contracts/venue.ts';
import { logIn } from '#tests/harness/api.ts';
import { type DemoInfo, type DemoProcess, startDemo } from '#tests/harness/demo-process.ts';
import { until } from '#tests/harness/until.ts';
import { type Source, type SourceOptions, startSource } from './source/source.ts';

export type LiveVenue = {
  readonly info: DemoInfo;
  readonly now: Now;
  /** How often the encoder lost its connection so far. */
  lost(): number;
  /** Ends encoder and server, removes the folder. */
  close(): Promise<void>;
};

/** The first start may build the pages. */
const startSeconds = 180;
const publishSeconds = 60;

/** Resolves when every rendition asked for is offered to viewers. */
export async function openLiveVenue(
  renditions: VenueSettings['renditions'],
  encoder: Omit<SourceOptions, 'url' | 'onState'> = {},
  /** The port to push to in place of the server's. */
  lineTo: (rtmpPort: number) => Promise<number> = async (port) => port,
): Promise<LiveVenue> {
  const folder = await mkdtemp(join(tmpdir(), 'rostrum-bench-'));
  let demo: DemoProcess | undefined;
  let source: Source | undefined;
  let losses = 0;
  const close = async (): Promise<void> => {
    await source?.close();
    await demo?.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    demo = await startDemo(folder, ['--no-source'], { seconds: startSeconds });
    const { info } = demo;
    const api = await logIn(info);
    await api.request<Venue>('PATCH', `/venues/${info.venueId}`, { renditions });
    const push = new URL(info.rtmpUrl);
    push.port = String(await lineTo(Number(push.port)));
    source = startSource({
      ...encoder,
      url: `${push}/${info.streamKey}`,
      onState: ({ state }) => {
        if (state === 'lost') losses++;
      },
    });
    const now = await until(() => offered(info, renditions), {
      seconds: publishSeconds,
      what: () => `${renditions.join(', ')} to be offered; the server printed:\n${demo?.output()}`,
    });
    return { info, now, lost: () => losses, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function offered(info: DemoInfo, renditions: readonly string[]): Promise<Now | undefined> {
  const answer = await fetch(`${info.mediaBase}/now.json`).catch(() => undefined);
  if (!answer?.ok) return undefined;
  const now = (await answer.json()) as Now;
  const listed = now.tracks.program?.renditions ?? [];
  return now.state === 'live' && renditions.every((name) => listed.includes(name)) ? now : undefined;
}

/** Share of all cores in use, by everything on the machine, from this call to that of the function it returns; 0…1. */
export function busyCores(): () => number {
  const read = () => {
    let idle = 0;
    let all = 0;
    for (const { times } of cpus()) {
      idle += times.idle;
      all += times.user + times.nice + times.sys + times.irq + times.idle;
    }
    return { idle, all };
  };
  const before = read();
  return () => {
    const after = read();
    return 1 - (after.idle - before.idle) / Math.max(1, after.all - before.all);
  };
}
