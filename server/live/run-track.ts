/**
 * One track of the open run: its recordings, the renditions the segmenter and the ladder write, and what viewers are offered.
 * Recordings are opened before media flows, so that nothing on the live path waits for the disk.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { RenditionName, TrackName } from '#contracts/media-urls.ts';
import { PublishedTrack } from '#media/packager/published-track.ts';
import { Rendition } from '#media/packager/rendition.ts';
import type { RenditionSink } from '#media/packager/segment.ts';
import {
  type DiskRoom,
  type OpenedRecording,
  openRecording,
  type RecordingAlarm,
} from '#media/recording/file-recording.ts';
import type { RunPosition, TrackOutput } from '#media/track/publication.ts';
import { createLadder, type Ladder } from '#media/transcode/ladder.ts';
import { alignedTo, fillGaps } from './aligned-sink.ts';

export type TranscodedRung = '720' | '480' | '360';

export type RunTrackOptions = {
  /** `<recordings>/<venue>/<run>/<track>`. */
  readonly folder: string;
  readonly run: string;
  readonly name: TrackName;
  /** What viewers may choose; the source is published all the same. */
  readonly offered: readonly RenditionName[];
  /** Rungs to transcode; empty where transcoding is off. */
  readonly rungs: readonly TranscodedRung[];
  /** Threads all rungs together may use. */
  readonly threads: number;
  /** TARGETDURATION in seconds where the run has one already. */
  readonly targetDuration: number | undefined;
  readonly disk: DiskRoom;
  readonly log: Logger;
  readonly onTarget: (seconds: number) => void;
  /** Undefined: all is recorded again. */
  readonly onAlarm: (rendition: RenditionName, alarm: RecordingAlarm | undefined) => void;
  readonly onGivenUp: (rung: TranscodedRung) => void;
};

/** A crash can come between the first part and the record of its target duration: then the segments tell it. Undefined without any. */
function targetOf(recordings: readonly OpenedRecording[]): number | undefined {
  const durations = recordings.flatMap(({ recorded }) => recorded.segments.map(({ duration }) => duration));
  return durations.length === 0 ? undefined : Math.max(4, ...durations.map(Math.ceil));
}

/** Epoch ms at the end of what is recorded of a rendition; 0 for nothing. */
const endOf = ({ recorded }: OpenedRecording): number => {
  const last = recorded.segments.at(-1);
  return last ? last.programDateTime + last.duration * 1000 : 0;
};

export class RunTrack implements TrackOutput {
  readonly published: PublishedTrack;
  readonly #options: RunTrackOptions;
  readonly #recordings: ReadonlyMap<RenditionName, OpenedRecording>;
  readonly #ladderAlarms = new Set<TranscodedRung>();
  #targetDuration: number | undefined;
  #ladder: Ladder | undefined;
  #untap: (() => void) | undefined;

  static async open(options: RunTrackOptions): Promise<RunTrack> {
    await mkdir(options.folder, { recursive: true });
    const names: RenditionName[] = [
      'source',
      ...(options.name === 'program' ? (['audio'] as const) : []),
      ...options.rungs,
    ];
    const recordings = new Map<RenditionName, OpenedRecording>();
    for (const name of names) {
      const opened = await openRecording(join(options.folder, name), {
        log: options.log,
        disk: options.disk,
        onAlarm: (alarm) => options.onAlarm(name, alarm),
      });
      recordings.set(name, opened);
    }
    return new RunTrack(options, recordings);
  }

  private constructor(options: RunTrackOptions, recordings: ReadonlyMap<RenditionName, OpenedRecording>) {
    this.#options = options;
    this.#recordings = recordings;
    this.#targetDuration = options.targetDuration ?? targetOf([...recordings.values()]);
    this.published = new PublishedTrack({ run: options.run, track: options.name, offered: options.offered });
    for (const [name, { recorded }] of recordings) if (recorded.segments.length > 0) this.#rendition(name);
    this.#level();
  }

  /** A crash may have come between the writes of picture and sound: both go on with the same number. */
  #level(): void {
    const [source, audio] = [this.published.rendition('source'), this.published.rendition('audio')];
    if (!source || !audio) return;
    fillGaps(source, audio.nextMsn ?? 0, audio);
    fillGaps(audio, source.nextMsn ?? 0, source);
  }

  /** Where the segmenter goes on. */
  position(): RunPosition {
    const of = (name: RenditionName) => this.published.rendition(name);
    const recorded = [...this.#recordings.values()];
    const ends = recorded.flatMap(({ recorded: { segments } }) => {
      const last = segments.at(-1);
      const part = last?.parts.at(-1);
      return part ? [part.start + part.duration] : [];
    });
    return {
      msn: Math.max(0, ...[of('source')?.nextMsn, of('audio')?.nextMsn].filter((msn) => msn !== undefined)),
      videoInit: of('source')?.nextInit ?? 0,
      audioInit: of('audio')?.nextInit ?? 0,
      targetDuration: this.#targetDuration,
      lastProgramDateTime: Math.max(0, ...recorded.map(endOf)),
      mediaTime: Math.max(0, ...ends),
    };
  }

  fixTarget(targetDuration: number): void {
    this.#targetDuration = targetDuration;
    this.#options.onTarget(targetDuration);
  }

  openVideo(): RenditionSink {
    const source = this.#rendition('source');
    if (this.#options.rungs.length > 0 && !this.#ladder) this.#startLadder(source);
    return source;
  }

  openAudio(): RenditionSink {
    return this.#rendition('audio');
  }

  offer(names: readonly RenditionName[]): void {
    this.published.offer(names);
  }

  /** Seconds each transcoded rung is behind the source. */
  lag(): Readonly<Partial<Record<RenditionName, number>>> {
    return this.#ladder?.lag() ?? {};
  }

  get givenUp(): readonly TranscodedRung[] {
    return [...this.#ladderAlarms];
  }

  /** The run is over. */
  async end(): Promise<void> {
    await this.#stopLadder();
    await this.published.end();
    await this.#closeRecordings();
  }

  /** The process stops, the run goes on later. */
  async close(): Promise<void> {
    await this.#stopLadder();
    await this.published.close();
    await this.#closeRecordings();
  }

  async #closeRecordings(): Promise<void> {
    for (const [name, { recording }] of this.#recordings)
      if (!this.published.rendition(name)) await recording.close();
  }

  #rendition(name: RenditionName): Rendition {
    const known = this.published.rendition(name);
    if (known) return known;
    const opened = this.#recordings.get(name);
    if (!opened || this.#targetDuration === undefined) {
      throw new Error(`rendition ${name} of ${this.#options.name} has no recording or no target duration`);
    }
    const rendition = new Rendition({
      targetDuration: this.#targetDuration,
      recording: opened.recording,
      recorded: opened.recorded,
      log: this.#options.log.child({ rendition: name }),
    });
    this.published.add(name, rendition);
    return rendition;
  }

  #startLadder(source: Rendition): void {
    const { log, rungs, threads, onGivenUp } = this.#options;
    const ladder = createLadder({
      rungs: [...rungs],
      threads,
      log: log.child({ part: 'ladder' }),
      openRung: (name) => alignedTo(source, this.#rendition(name)),
      onGivenUp: (name) => {
        this.published.remove(name);
        this.#ladderAlarms.add(name);
        onGivenUp(name);
      },
    });
    this.#ladder = ladder;
    this.#untap = source.tap({
      init: (init) => ladder.source.init(init),
      startSegment: (start) => ladder.source.startSegment(start),
      part: (part) => ladder.source.part(part),
      endSegment: (msn) => ladder.source.endSegment(msn),
      gap: (start, duration) => ladder.source.gap(start, duration),
      ended: () => undefined,
    });
  }

  async #stopLadder(): Promise<void> {
    this.#untap?.();
    this.#untap = undefined;
    await this.#ladder?.close();
    this.#ladder = undefined;
  }
}
