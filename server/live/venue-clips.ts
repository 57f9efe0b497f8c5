/**
 * The clips of one venue as viewers get them: playlists over its runs, `clip.json` and `events.json` over its stage stream. Made when
 * first asked for, made anew when a run, a track, a delay or a redaction changes what they are made of.
 */
import type { ClipRecord, Range } from '#conference/clip/clip.ts';
import { clipInfo, type StagePiece } from '#conference/clip/clip-info.ts';
import type { ClipEvents } from '#contracts/clip.ts';
import { type TrackName, trackNames } from '#contracts/media-urls.ts';
import { shiftAt } from '#contracts/stage-state.ts';
import type { Rendered } from '#media/packager/catalog.ts';
import { Clip, type ClipRange, type ClipRun } from '#media/packager/clip.ts';
import type { PublishedTrack } from '#media/packager/published-track.ts';
import type { ReplayedRun } from '#timeline/run-log.ts';
import type { EventsPort } from '../live-port.ts';
import { stateWithin } from './event-view.ts';

/** What clips are made of. */
export type ClipSource = {
  readonly title: string;
  /** Oldest first. */
  readonly runs: readonly ReplayedRun[];
  readonly events: Pick<EventsPort, 'state' | 'stageAt' | 'between' | 'position' | 'now'>;
  publishedTrack(run: string, name: TrackName): Promise<PublishedTrack | undefined>;
  /** The run is open, and nothing is being published: a break, the encoder gone. */
  quiet(run: string): boolean;
};
/** A clip as the directory has it, or a whole run, which is the clip that carries the run's id, in version 1. */
export type ClipTarget = Pick<ClipRecord, 'id' | 'version' | 'title' | 'speakers'> & {
  readonly ranges: readonly Range[];
  /** Set for a whole run: everything of it, and nothing of others. */
  readonly run?: string;
  /** Set when the ranges are not all of it, but what a kind of viewer may watch: names them. */
  readonly only?: string;
  /** Set when of what was before the ranges only this may be seen: the page a closed talk left behind is none of theirs. */
  readonly before?: readonly Range[];
};

/** Ms a run's media may lie before or after its records: delays of encoders, and corrections of them. */
const margin = 11 * 60_000;
/** Clips kept made. */
const mostKept = 64;
/** Ms for which events made into a file stand when more have come since. */
const eventsStand = 2000;

type Made = { readonly key: string; readonly clip: Clip };
type Files = {
  readonly rev: number;
  readonly next: number;
  readonly at: number;
  readonly rendered: Record<'clip.json' | 'events.json', Rendered>;
};

export class VenueClips {
  readonly #source: ClipSource;
  readonly #made = new Map<string, Made>();
  readonly #files = new Map<string, Promise<Files>>();

  constructor(source: ClipSource) {
    this.#source = source;
  }

  /** Runs, settings or recordings changed. */
  clear(): void {
    this.#made.clear();
    this.#files.clear();
  }

  /** The whole run; undefined when there is no such run. */
  ofRun(runId: string): ClipTarget | undefined {
    const run = this.#source.runs.find(({ id }) => id === runId);
    if (!run) return undefined;
    const ranges = [{ from: run.startedAt, to: run.endedAt ?? null }];
    return { id: runId, version: 1, title: this.#source.title, speakers: [], ranges, run: runId };
  }

  /** Undefined when there is nothing to play. */
  async clip(target: ClipTarget): Promise<Clip | undefined> {
    const runs = await this.#runsOf(target);
    if (runs.length === 0) return undefined;
    const { delays } = this.#source.events.state();
    const parts = runs.map(({ run, tracks }) => `${run}:${Object.keys(tracks)}`);
    const shifts = delays.map(({ track, from, shift }) => `${track}@${from}${shift}`);
    const key = [target.version, ...parts, ...shifts].join(' ');
    const name = `${target.id} ${target.only ?? ''}`;
    const known = this.#made.get(name);
    if (known?.key === key) return known.clip;
    const ranges: ClipRange[] =
      target.run === undefined
        ? target.ranges.map(({ from, to }) => ({ from, ...(to === null ? {} : { to }) }))
        : [{}];
    const clip = new Clip(runs, ranges, (track, at) => shiftAt({ delays }, track, at));
    keep(this.#made, name, { key, clip });
    return clip;
  }

  async hasMedia(ranges: readonly Range[]): Promise<boolean> {
    const target = { id: '', version: 0, title: '', speakers: [], ranges };
    const runs = await this.#runsOf(target);
    const { delays } = this.#source.events.state();
    const borders = ranges.map(({ from, to }) => ({ from, ...(to === null ? {} : { to }) }));
    return new Clip(runs, borders, (track, at) => shiftAt({ delays }, track, at)).playable;
  }

  async data(
    target: ClipTarget,
    file: 'clip.json' | 'events.json',
  ): Promise<{ readonly rendered: Rendered; readonly ended: boolean } | undefined> {
    const clip = await this.clip(target);
    if (!clip) return undefined;
    const tracks = trackNames.filter((name) => clip.multivariant(name));
    if (tracks.length === 0) return undefined;
    const before = target.before?.map(({ from, to }) => `${from}-${to}`).join() ?? '';
    const key = `${target.id} ${target.version} ${tracks} ${target.only ?? ''} ${before}`;
    const { rev, next } = this.#source.events.position('stage');
    const known = await this.#files.get(key)?.catch(() => undefined);
    const fresh = known?.rev === rev && (known.next === next || performance.now() - known.at < eventsStand);
    const making = known && fresh ? Promise.resolve(known) : this.#write(target, tracks, known);
    if (!fresh) keep(this.#files, key, making);
    const { rendered } = await making;
    return { rendered: rendered[file], ended: target.ranges.at(-1)?.to !== null };
  }

  async #write(target: ClipTarget, tracks: readonly TrackName[], before: Files | undefined): Promise<Files> {
    const { events } = this.#source;
    const { rev, next } = events.position('stage');
    const pieces: StagePiece[] = [];
    for (const { from, to } of target.ranges) {
      const end = to ?? events.now();
      const whole = await events.stageAt(from);
      const { before } = target;
      const seen = (t: number) =>
        t >= from ||
        (before?.some((one) => one.from <= t && t < (one.to ?? Number.POSITIVE_INFINITY)) ?? true);
      const state = before ? stateWithin(whole, seen) : whole;
      // What happens at the very end belongs to what follows: the next talk's beginning.
      const within = (await events.between(from, end)).filter(({ t }) => t < end);
      pieces.push({ from, state, events: within });
    }
    const of = (file: 'clip.json' | 'events.json', data: unknown): Rendered => {
      const body = Buffer.from(JSON.stringify(data));
      const known = before?.rendered[file];
      return known?.body.equals(body) ? known : { body };
    };
    const rendered = {
      'clip.json': of('clip.json', clipInfo({ ...target, speakers: [...target.speakers], tracks }, pieces)),
      'events.json': of('events.json', { ranges: pieces } satisfies ClipEvents),
    };
    return { rev, next, at: performance.now(), rendered };
  }

  /** Runs that may have media of it, with the tracks they have. */
  async #runsOf({ run, ranges }: ClipTarget): Promise<ClipRun[]> {
    const found: ClipRun[] = [];
    for (const { id, startedAt, endedAt } of this.#source.runs) {
      const near = ({ from, to }: Range) =>
        startedAt - margin < (to ?? Number.POSITIVE_INFINITY) &&
        (endedAt ?? Number.POSITIVE_INFINITY) + margin > from;
      if (run === undefined ? !ranges.some(near) : id !== run) continue;
      const tracks: Partial<Record<TrackName, PublishedTrack>> = {};
      for (const name of trackNames) {
        const track = await this.#source.publishedTrack(id, name);
        if (track) tracks[name] = track;
      }
      if (Object.keys(tracks).length > 0)
        found.push({ run: id, tracks, quiet: () => this.#source.quiet(id) });
    }
    return found;
  }
}

function keep<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > mostKept && oldest !== undefined) map.delete(oldest);
}
