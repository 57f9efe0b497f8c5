/** The run that goes on in a venue: a recording and a publication for each track, from going live to its end. */
import { join } from 'node:path';
import type { Logger } from 'pino';
import { type RenditionName, type TrackName, trackNames } from '#contracts/media-urls.ts';
import { type StageState, shiftAt } from '#contracts/stage-state.ts';
import type { VenueSettings } from '#contracts/venue.ts';
import { partBorder } from '#media/packager/clip-range.ts';
import type { DiskRoom } from '#media/recording/file-recording.ts';
import type { ReplayedRun } from '#timeline/run-log.ts';
import { RunTrack, type TranscodedRung } from './run-track.ts';
import type { TrackDesk } from './track-desk.ts';

export type OpenRunOptions = {
  /** Recordings of the venue: the run's own folder lies in it. */
  readonly folder: string;
  /** Offered to viewers; those that are not the source or its sound are transcoded, if `transcode`. */
  readonly renditions: VenueSettings['renditions'];
  readonly transcode: boolean;
  /** Threads all rungs of a track together may use. */
  readonly transcodeThreads: number;
  readonly disk: DiskRoom;
  readonly desks: Readonly<Record<TrackName, TrackDesk>>;
  /** A track's TARGETDURATION is known, seconds. */
  readonly onTarget: (track: TrackName, seconds: number) => void;
  readonly log: Logger;
};

/** Ms since the newest part's end within which a cut falls on it: the next part is being made. */
const cutWithin = 600;
const rungsOf = (renditions: readonly RenditionName[]): TranscodedRung[] =>
  renditions.filter((name): name is TranscodedRung => name !== 'source' && name !== 'audio');

export class OpenRun {
  readonly id: string;
  readonly startedAt: number;
  readonly tracks: Readonly<Record<TrackName, RunTrack>>;
  readonly #desks: OpenRunOptions['desks'];

  /** Opens its files, new ones or those a process before left. */
  static async open(
    { id, startedAt, targets }: Pick<ReplayedRun, 'id' | 'startedAt' | 'targets'>,
    { folder, renditions, transcode, transcodeThreads, disk, desks, onTarget, log }: OpenRunOptions,
  ): Promise<OpenRun> {
    const open = (name: TrackName) =>
      RunTrack.open({
        folder: join(folder, id, name),
        run: id,
        name,
        offered: renditions,
        rungs: transcode ? rungsOf(renditions) : [],
        threads: transcodeThreads,
        targetDuration: targets[name],
        disk,
        log: log.child({ run: id, track: name }),
        onTarget: (seconds) => onTarget(name, seconds),
        onAlarm: (rendition, alarm) => desks[name].recordingAlarm(rendition, alarm),
        onGivenUp: (rung) => desks[name].rungGivenUp(rung),
      });
    for (const name of trackNames) desks[name].runStarted();
    const tracks = { program: await open('program'), slides: await open('slides') };
    return new OpenRun(id, startedAt, tracks, desks);
  }

  private constructor(
    id: string,
    startedAt: number,
    tracks: OpenRun['tracks'],
    desks: OpenRunOptions['desks'],
  ) {
    this.id = id;
    this.startedAt = startedAt;
    this.tracks = tracks;
    this.#desks = desks;
  }

  /** What encoders send from now on is recorded and shown. */
  publish(): void {
    for (const name of trackNames) {
      const { track } = this.#desks[name];
      if (!track.running) track.startRun(this.tracks[name], this.tracks[name].position());
    }
  }

  /** What encoders send from now on is neither recorded nor shown; those who wait for it go on waiting. */
  pause(): void {
    for (const name of trackNames) this.#desks[name].track.stopRun();
  }

  /** Renditions offered to viewers changed; what is transcoded stays. */
  offer(renditions: VenueSettings['renditions']): void {
    for (const name of trackNames) this.tracks[name].offer(renditions);
  }

  /** Whoever waits for a part is answered: no more will come. */
  dismiss(): void {
    for (const name of trackNames) this.tracks[name].published.dismiss();
  }

  /** The newest moment recorded, epoch ms on the venue's axis; 0 when nothing is. */
  heard(): number {
    return Math.max(...trackNames.map((name) => this.tracks[name].position().lastProgramDateTime ?? 0));
  }

  /** The border of the picture's parts nearest to a moment, whole epoch ms as events have them; the moment itself where there is no picture. */
  border(t: number, delays: StageState['delays']): number {
    for (const name of trackNames) {
      const source = this.tracks[name].published.rendition('source');
      if (source?.visible)
        return Math.round(partBorder(source.segments, t, (at) => shiftAt({ delays }, name, at), cutWithin));
    }
    return Math.round(t);
  }

  /** The run is over: its playlists end. */
  async end(): Promise<void> {
    this.pause();
    for (const name of trackNames) await this.tracks[name].end();
  }

  /** The process stops: what came is kept, and the run can be opened again. */
  async close(): Promise<void> {
    this.pause();
    for (const name of trackNames) await this.tracks[name].close();
  }
}
