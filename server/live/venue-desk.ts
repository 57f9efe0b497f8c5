/**
 * One venue as long as the server runs: its timeline's owner. What encoders and operators do comes in as inputs of the state machine
 * (timeline/venue-state.ts), one after the other; records are appended before effects are shown; effects open and end runs.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { VenueRecord } from '#conference/venue/venue.ts';
import { CodedError } from '#contracts/errors.ts';
import type { Warning } from '#contracts/health.ts';
import { mediaPath, type Tier, type TrackName, trackNames } from '#contracts/media-urls.ts';
import type { Now, TrackNow } from '#contracts/now.ts';
import type { SystemStatus, VenueStatus } from '#contracts/venue.ts';
import type { PublishAnswer, PublishRequest, PublishSession } from '#media/ingest/publish.ts';
import type { PublishedTrack } from '#media/packager/published-track.ts';
import type { DiskRoom } from '#media/recording/file-recording.ts';
import type { Clock } from '#media/track/frame.ts';
import type { Preview } from '#media/transcode/preview-pool.ts';
import { openClock, type TimelineClock } from '#timeline/clock.ts';
import type { ReplayedRun, RunRecord } from '#timeline/run-log.ts';
import type { TimelineStore } from '#timeline/store.ts';
import {
  deadline,
  newVenue,
  restore,
  step,
  type Venue,
  type VenueEffect,
  type VenueInput,
  type VenueStep,
} from '#timeline/venue-state.ts';
import { OpenRun } from './open-run.ts';
import type { PastRuns } from './past-runs.ts';
import { RunJournal } from './run-journal.ts';
import { TrackDesk } from './track-desk.ts';
import { VenueClips } from './venue-clips.ts';
import { VenueEvents } from './venue-events.ts';
import { Viewers } from './viewers.ts';

export type VenueDeskOptions = {
  readonly store: TimelineStore;
  /** Recordings of this venue: `<data>/recordings/<venue>`. */
  readonly folder: string;
  readonly transcode: boolean;
  /** Threads all rungs of a track together may use. */
  readonly transcodeThreads: number;
  readonly disk: DiskRoom & { readonly status: SystemStatus['disk'] };
  readonly past: PastRuns;
  readonly preview: (track: TrackName) => Preview | undefined;
  /** A run began; must not throw. */
  readonly onRunStarted: (run: string) => void;
  /** The run is over, at this moment on the timeline; must not throw. */
  readonly onRunEnded: (run: string, at: number) => void;
  readonly log: Logger;
};

/** What is opened with the venue and closed with it. */
type Owned = {
  readonly journal: RunJournal;
  readonly clock: TimelineClock;
  readonly viewers: Viewers;
  readonly events: VenueEvents;
};

/** Ids of runs stand in addresses: short, and in the order of time when sorted. */
const newRunId = (): string => `${Date.now().toString(36)}${randomBytes(4).toString('hex')}`;
/** TARGETDURATION of a run whose record of it was lost. */
const usualTarget = 4;

export class VenueDesk {
  readonly id: string;
  readonly viewers: Viewers;
  /** The venue's data stream. */
  readonly events: VenueEvents;
  /** Replays. */
  readonly clips: VenueClips = new VenueClips(this);
  readonly #options: VenueDeskOptions;
  readonly #journal: RunJournal;
  readonly #clock: TimelineClock;
  readonly #tracks: Readonly<Record<TrackName, TrackDesk>>;
  #record: VenueRecord;
  #venue: Venue;
  #run: OpenRun | undefined;
  /** The track whose encoder makes the run live or away: the speaker's, unless only slides have come. */
  #lead: TrackName = 'program';
  #tier: Tier = 'low-latency';
  #turn: Promise<unknown> = Promise.resolve();
  #deadline: NodeJS.Timeout | undefined;
  #closed = false;

  /** Takes the venue's timeline over and goes on where the last process ended. */
  static async open(record: VenueRecord, options: VenueDeskOptions): Promise<VenueDesk> {
    const journal = await RunJournal.open(options.store, record.id, `server ${process.pid}`, options.log);
    const clock = await openClock(options.store, journal.lease, {
      log: options.log,
      floor: journal.replayed.lastAt,
    });
    const viewers = new Viewers();
    const events = await VenueEvents.open({
      store: options.store,
      lease: journal.lease,
      now: () => clock.now(),
      watching: () => viewers.count(),
      log: options.log,
    });
    const desk = new VenueDesk(record, options, { journal, clock, viewers, events });
    await desk.#restore();
    return desk;
  }

  private constructor(
    record: VenueRecord,
    options: VenueDeskOptions,
    { journal, clock, viewers, events }: Owned,
  ) {
    this.id = record.id;
    this.viewers = viewers;
    this.events = events;
    this.#record = record;
    this.#options = options;
    this.#journal = journal;
    this.#clock = clock;
    this.#venue = newVenue(clock.now());
    const mediaClock: Clock = { now: () => performance.now(), epoch: () => clock.now() };
    const trackDesk = (name: TrackName) =>
      new TrackDesk({
        name,
        clock: mediaClock,
        preview: options.preview(name),
        log: options.log.child({ track: name }),
        onSignal: () => this.#signal(name),
        onGone: () => this.#gone(name),
        onDelayEnds: (correction) => {
          void this.events
            .append('stage', [{ body: { type: 'delay', track: name, ...correction } }])
            .catch((error: unknown) =>
              options.log.error({ err: error }, 'end of a delay correction not written'),
            );
        },
      });
    this.#tracks = { program: trackDesk('program'), slides: trackDesk('slides') };
  }

  // Encoders.

  connect(name: TrackName, request: PublishRequest, session: PublishSession): PublishAnswer {
    const answer = this.#tracks[name].connect(request, session, this.#record.settings.takeover);
    if (answer.accepted) this.#input({ kind: 'publisherConnected' });
    return answer;
  }

  cut(name: TrackName, code: 'publish.blocked' | 'publish.badKey'): void {
    this.#tracks[name].cut(code);
  }

  get publishers(): number {
    return trackNames.filter((name) => this.#tracks[name].publishing).length;
  }

  // Operators. Each is refused with a CodedError when the state does not allow it.

  goLive = (): Promise<void> => this.#wish({ kind: 'goLive' });
  takeBreak = (): Promise<void> => this.#wish({ kind: 'takeBreak' });
  resume = (): Promise<void> => this.#wish({ kind: 'resume' });
  end = (): Promise<void> => this.#wish({ kind: 'end' });

  async setDelay(name: TrackName, ms: number): Promise<void> {
    const correction = this.#tracks[name].setDelay(ms);
    const run = this.#run;
    if (correction)
      await this.events.append('stage', [{ body: { type: 'delay', track: name, ...correction } }]);
    if (run)
      await this.#journal.append([
        { kind: 'track.delay', run: run.id, at: this.#clock.now(), track: name, ms },
      ]);
  }

  startCalibration(name: TrackName): void {
    this.#tracks[name].startCalibration();
  }
  stopCalibration(name: TrackName): void {
    this.#tracks[name].stopCalibration();
  }
  /** Takes the delay that was read. */
  async applyCalibration(name: TrackName): Promise<void> {
    const result = this.#tracks[name].calibration();
    if (result?.delayMs === null || result?.delayMs === undefined)
      throw new CodedError('venue.state', 'the calibration clock has not been read');
    this.#tracks[name].stopCalibration();
    await this.setDelay(name, result.delayMs);
  }

  confirmDelay(name: TrackName): void {
    this.#tracks[name].confirmDelay();
  }

  /** Settings or keys changed. Renditions to transcode change with the next run; what is offered at once. */
  changed(record: VenueRecord): void {
    this.#record = record;
    this.#run?.offer(record.settings.renditions);
    this.#options.past.forget(this.#options.folder);
    this.clips.clear();
    this.#arm();
  }

  /** A run is open: the venue cannot be removed. */
  get busy(): boolean {
    return this.#run !== undefined;
  }

  // What viewers and the desk see.

  now(): Now {
    const { state, since, run } = this.#publicState();
    this.#chooseTier();
    const tracks: Now['tracks'] = {};
    if (run !== undefined) {
      for (const name of trackNames) {
        const track = this.#run?.id === run ? this.#run.tracks[name].published : undefined;
        const about = track ? trackNow(run, name, track, this.#tier) : this.#endedTracks.get(name);
        if (about) tracks[name] = about;
      }
    }
    const startedAt = this.#journal.replayed.runs.findLast((one) => one.id === run)?.startedAt ?? null;
    return {
      state,
      run: run ?? null,
      since,
      runStart: startedAt,
      tier: this.#tier,
      tracks,
      events: { stage: this.events.position('stage'), hall: this.events.position('hall') },
      at: this.#clock.now(),
    };
  }

  status(): VenueStatus {
    const { state, since } = this.#venue;
    const { settings, keys } = this.#record;
    const of = (name: TrackName) => {
      const status = this.#tracks[name].status(keys[name].blocked, this.#run?.tracks[name]);
      if (state === 'away' && name === this.#lead)
        status.warnings.push({ kind: 'encoderAway', since, values: {} });
      const room = name === 'program' && this.#run ? this.#diskLow() : undefined;
      if (room) status.warnings.push(room);
      return status;
    };
    this.#chooseTier();
    return {
      id: this.id,
      title: settings.title,
      state,
      since,
      run: this.#venue.run ?? null,
      runStart: this.#run?.startedAt ?? null,
      viewers: this.viewers.count(),
      tier: this.#tier,
      tracks: { program: of('program'), slides: of('slides') },
    };
  }

  preview(name: TrackName): { readonly jpeg: Buffer; readonly at: number } | undefined {
    return this.#tracks[name].preview();
  }

  /** The same rule as the video: nothing before going live, nothing in a break. */
  publicPreview(name: TrackName): Buffer | undefined {
    return this.#venue.state === 'live' ? this.preview(name)?.jpeg : undefined;
  }

  async publishedTrack(run: string, name: TrackName): Promise<PublishedTrack | undefined> {
    if (this.#run?.id === run) {
      const { published } = this.#run.tracks[name];
      return published.listed.length > 0 ? published : undefined;
    }
    const known = this.#journal.replayed.runs.find(({ id }) => id === run);
    return known && this.#pastTrack(known, name);
  }

  /**
   * The moment on the timeline, whole epoch ms as events have them, of a cut so many seconds ago: on a border of the picture's parts where there is one.
   * Undefined without an open run.
   */
  cutPoint(secondsAgo: number): number | undefined {
    const run = this.#run;
    if (!run) return undefined;
    return run.border(this.#clock.now() - secondsAgo * 1000, this.events.state().delays);
  }

  /** The run is open and nothing is published: a break, or the encoder is gone. */
  quiet(run: string): boolean {
    return this.#run?.id === run && this.#venue.state !== 'live';
  }

  get title(): string {
    return this.#record.settings.title;
  }

  /** All runs, oldest first; those deleted since are among them. */
  get runs(): readonly ReplayedRun[] {
    return this.#journal.replayed.runs;
  }
  get openRunId(): string | undefined {
    return this.#run?.id;
  }
  /** Where the runs' recordings lie. */
  get folder(): string {
    return this.#options.folder;
  }
  runFolder(run: string): string {
    return join(this.folder, run);
  }

  /** A run's files are about to go. */
  forgetRun(run: string): void {
    this.#options.past.forget(this.runFolder(run));
    this.clips.clear();
    if (this.#venue.run === run) this.#endedTracks.clear();
  }

  /** The process is about to stop and no encoder is left: nothing new will come for whoever is held. */
  dismiss(): void {
    this.#run?.dismiss();
  }

  /** The process stops: publishers are told, what came is kept, an open run stays open. May be called twice. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#deadline);
    for (const name of trackNames) this.#tracks[name].close();
    await this.#turn.catch(() => undefined);
    await this.#run?.close();
    await this.events.close();
    await this.#clock.close();
    await this.#journal.close();
  }

  // Within.

  #diskLowSince: number | undefined;
  /** The disk that this run is recorded on is nearly full. */
  #diskLow(): Warning | undefined {
    const { state, secondsLeft } = this.#options.disk.status;
    if (state === 'ok') {
      this.#diskLowSince = undefined;
      return undefined;
    }
    this.#diskLowSince ??= this.#clock.now();
    const minutes = state === 'full' ? 0 : secondsLeft === null ? undefined : Math.floor(secondsLeft / 60);
    return { kind: 'diskLow', since: this.#diskLowSince, values: minutes === undefined ? {} : { minutes } };
  }

  /** What the public is told of the last run once it has ended. */
  readonly #endedTracks = new Map<TrackName, TrackNow>();

  /** An armed venue is to the public what it was before. */
  #publicState(): { state: Now['state']; since: number; run: string | undefined } {
    const { state, since, run } = this.#venue;
    if (state !== 'armed') return { state, since, run };
    const last = this.#journal.replayed;
    return last.run === undefined
      ? { state: 'off', since: 0, run: undefined }
      : { state: 'ended', since: last.since, run: last.run };
  }

  /** `auto`: standard above the set number, back below four fifths of it, so that it does not flicker. */
  #chooseTier(): void {
    const { tier, standardAbove } = this.#record.settings;
    if (tier !== 'auto') this.#tier = tier;
    else if (this.viewers.count() > standardAbove) this.#tier = 'standard';
    else if (this.viewers.count() < standardAbove * 0.8) this.#tier = 'low-latency';
  }

  #signal(name: TrackName): void {
    if (name === 'program') this.#lead = 'program';
    else if (!this.#tracks.program.publishing) this.#lead = 'slides';
    if (name === this.#lead) this.#input({ kind: 'firstMedia' });
  }

  #gone(name: TrackName): void {
    if (this.#tracks[name].publishing) return;
    const other = name === 'program' ? 'slides' : 'program';
    // Before the run the other track's encoder keeps the venue armed; in a run the lead decides.
    if (!this.#run && this.#tracks[other].publishing) {
      this.#lead = other;
      return;
    }
    if (name === this.#lead || !this.#tracks[other].publishing) this.#input({ kind: 'publisherGone' });
  }

  async #wish(input: VenueInput): Promise<void> {
    const refused = await this.#input(input);
    if (refused) throw new CodedError(refused, `the venue is ${this.#venue.state}`);
  }

  /** One after the other: an effect may have to open files. */
  #input(input: VenueInput): Promise<VenueStep['refused']> {
    const done = this.#turn.then(async () => {
      if (this.#closed) return undefined;
      const { autoLive, awayMinutes } = this.#record.settings;
      const occasion = { rules: { autoLive, awayMinutes }, now: this.#clock.now(), newRun: newRunId() };
      const result = step(this.#venue, input, occasion);
      if (!result.refused) await this.#carryOut(result);
      return result.refused;
    });
    this.#turn = done.catch((error: unknown) =>
      this.#options.log.error({ err: error, input: input.kind }, 'venue input failed'),
    );
    return done;
  }

  async #carryOut({ venue, effects, records }: VenueStep): Promise<void> {
    const before = this.#venue.state;
    await this.#journal.append(records);
    for (const effect of effects) await this.#effect(effect, records);
    this.#venue = venue;
    if (before !== venue.state)
      this.#options.log.info({ from: before, to: venue.state, run: venue.run }, 'venue state');
    this.#arm();
  }

  async #effect(effect: VenueEffect, records: readonly RunRecord[]): Promise<void> {
    switch (effect.kind) {
      case 'startRun': {
        const startedAt = records.find(({ kind }) => kind === 'run.started')?.at ?? this.#clock.now();
        this.#endedTracks.clear();
        this.#run = await this.#openRun({ id: effect.run, startedAt, targets: {} });
        this.#run.publish();
        this.#options.onRunStarted(effect.run);
        return;
      }
      case 'breakRun':
        this.#run?.pause();
        return;
      case 'resumeRun':
        this.#run?.publish();
        return;
      case 'endRun':
        await this.#endRun();
        return;
      case 'awayRun':
      case 'returnRun':
        // The track itself flushes when its encoder goes, and starts a discontinuity when one comes.
        return;
    }
  }

  #openRun(run: Pick<ReplayedRun, 'id' | 'startedAt' | 'targets'>): Promise<OpenRun> {
    const { folder, transcode, transcodeThreads, disk, log } = this.#options;
    return OpenRun.open(run, {
      ...{ folder, transcode, transcodeThreads, disk, log },
      renditions: this.#record.settings.renditions,
      desks: this.#tracks,
      onTarget: (track, seconds) => {
        void this.#journal.append([
          { kind: 'track.target', run: run.id, at: this.#clock.now(), track, seconds },
        ]);
      },
    });
  }

  async #endRun(): Promise<void> {
    const run = this.#run;
    if (!run) return;
    await run.end();
    for (const name of trackNames) {
      const about = trackNow(run.id, name, run.tracks[name].published, this.#tier);
      if (about) this.#endedTracks.set(name, about);
    }
    this.#run = undefined;
    this.clips.clear();
    this.#options.onRunEnded(run.id, Math.round(this.#clock.now()));
  }

  async #restore(): Promise<void> {
    const last = this.#journal.replayed;
    const run = last.runs.at(-1);
    const occasion = { rules: this.#record.settings, now: this.#clock.now(), newRun: newRunId() };
    if (!run) return;
    if (run.endedAt === undefined) {
      for (const name of trackNames) {
        const ms = run.delays[name];
        if (ms !== undefined) this.#tracks[name].setDelay(ms);
      }
      this.#run = await this.#openRun(run);
    }
    await this.#carryOut(restore(last, this.#run?.heard() ?? 0, occasion));
    // Encoders come back to a run that waits for them; a break publishes nothing.
    if (this.#run && this.#venue.state !== 'break') this.#run.publish();
    if (!this.#run) await this.#rememberEnded(run);
  }

  async #rememberEnded(run: ReplayedRun): Promise<void> {
    for (const name of trackNames) {
      const track = await this.#pastTrack(run, name);
      const about = track && trackNow(run.id, name, track, this.#tier);
      if (about) this.#endedTracks.set(name, about);
    }
  }

  #pastTrack(run: ReplayedRun, track: TrackName): Promise<PublishedTrack | undefined> {
    return this.#options.past.track(join(this.runFolder(run.id), track), {
      run: run.id,
      track,
      offered: this.#record.settings.renditions,
      targetDuration: run.targets[track] ?? usualTarget,
    });
  }

  /** One timer, at the moment an absent encoder ends the run. */
  #arm(): void {
    clearTimeout(this.#deadline);
    const due = deadline(this.#venue, this.#record.settings);
    if (due === undefined || this.#closed) return;
    const wait = Math.min(Math.max(0, due - this.#clock.now()), 2 ** 31 - 1);
    this.#deadline = setTimeout(() => void this.#input({ kind: 'tick' }), wait);
  }
}

/** What now.json says of a track that has something to play. */
function trackNow(run: string, name: TrackName, track: PublishedTrack, tier: Tier): TrackNow | undefined {
  const renditions = [...track.listed];
  if (renditions.length === 0) return undefined;
  const audio = renditions.includes('audio');
  return {
    renditions,
    playlist: mediaPath.multivariant(run, name, tier),
    ...(audio ? { audioPlaylist: mediaPath.audioOnly(run, name, tier) } : {}),
    clip: mediaPath.clip(run, 1, name),
  };
}
