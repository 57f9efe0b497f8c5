/**
 * A rendition's recording in a folder: `init-<k>.mp4`, `<msn>.m4s` (its parts one after the other) and `index.log`.
 *
 * The live path only queues; one loop takes all that is queued, writes the bytes of each segment, then one write of index
 * records. So a disk that takes 500 ms a write makes the batches larger, not the queue longer (fault 93). A part counts as
 * recorded when both writes have returned: it then survives kill -9. Power loss is covered by an fdatasync of segment and
 * index when a segment ends, beside the queue; up to three segments at the tail are checked byte by byte at the next open.
 */
import type { Logger } from 'pino';
import { initFile, segmentFile } from '#contracts/media-urls.ts';
import type { Init, Part, SegmentStart } from '../packager/segment.ts';
import { encodeRecord, gapRecord, initRecord, partRecord, startRecord } from './index-log.ts';
import { ReadHandles } from './read-handles.ts';
import type { RecordedRendition, RenditionRecording } from './recording.ts';
import {
  alarmOf,
  DiskBehind,
  DiskReserveReached,
  type DiskRoom,
  type RecordingAlarm,
} from './recording-alarm.ts';
import { nodeFs, parentOf, type RecordingFile, type RecordingFs } from './recording-fs.ts';
import {
  type Inspection,
  indexFile,
  inspectRecording,
  leaveOneOut,
  onePart,
  repairRecording,
} from './recover.ts';
import { SegmentSync } from './segment-sync.ts';

export type { DiskRoom, RecordingAlarm };

export type OpenRecordingOptions = {
  readonly log: Logger;
  readonly disk: DiskRoom;
  readonly fs?: RecordingFs;
  /** Undefined: all is well again. */
  readonly onAlarm?: (alarm: RecordingAlarm | undefined) => void;
  /** Bytes that may wait for the disk; what comes beyond makes a gap. */
  readonly queueLimit?: number;
};
export type OpenedRecording = {
  readonly recording: RenditionRecording;
  readonly recorded: RecordedRendition;
  /** False after a crash; `recorded` then ends with the gap of recover.ts, `leaveOneOut`. */
  readonly clean: boolean;
};

/**
 * Opens a recording for writing: a new one, or one to go on with. What a crash left is put in order with the first write.
 * Rejects when a folder that exists cannot be read.
 */
export async function openRecording(folder: string, options: OpenRecordingOptions): Promise<OpenedRecording> {
  const fs = options.fs ?? nodeFs;
  const log = options.log.child({ recording: folder.split('/').slice(-3).join('/') });
  const found = await inspectRecording(fs, folder);
  const inspection = found.clean ? found : leaveOneOut(found);
  const writer = new FileRecording(folder, { ...options, fs, log }, inspection);
  const { repair, clean, recorded, damaged } = inspection;
  if (!clean || repair.tornBytes > 0 || damaged > 0) {
    log.warn(
      { tornBytes: repair.tornBytes, lostParts: repair.lostParts, damaged, strays: repair.strays.length },
      'recording recovered after a crash',
    );
  }
  return { recording: writer, recorded, clean };
}

type Segment = {
  readonly msn: number;
  file: RecordingFile | undefined;
  /** Bytes given to it so far. */
  offset: number;
  /** Seconds. */
  duration: number;
  /** Not on disk: a gap of the recording. */
  lost: boolean;
};

type Job =
  | { readonly kind: 'init'; readonly init: Init }
  | { readonly kind: 'start'; readonly start: SegmentStart }
  | { readonly kind: 'part'; readonly part: Part }
  /** A part that found the queue full. */
  | { readonly kind: 'missed'; readonly msn: number; readonly duration: number }
  | { readonly kind: 'end'; readonly msn: number }
  | { readonly kind: 'gap'; readonly start: SegmentStart; readonly duration: number }
  | { readonly kind: 'mark'; readonly record: 'closed' | 'fin' };
type Queued = {
  readonly job: Job;
  readonly settle: (recorded: boolean) => void;
  /** The segment its answer hangs on, or the answer. */
  outcome: Segment | boolean;
};
/** An index record that waits for the batch's index write. Records of parts go with their segment when that is lost. */
type Line = { readonly text: string; readonly partOf: Segment | undefined };

const defaultQueueLimit = 32 * 1024 * 1024;
/** Jobs waiting while a disk hangs. Beyond it even their records are given up; the index reader fills such holes with gaps. */
const jobLimit = 10_000;
const lineLimit = 20_000;
const readHandleLimit = 8;

class FileRecording implements RenditionRecording {
  readonly #folder: string;
  readonly #fs: RecordingFs;
  readonly #log: Logger;
  readonly #disk: DiskRoom;
  readonly #onAlarm: ((alarm: RecordingAlarm | undefined) => void) | undefined;
  readonly #queueLimit: number;
  readonly #handles: ReadHandles;
  readonly #sync: SegmentSync;

  #queue: Queued[] = [];
  #queuedBytes = 0;
  #running: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  #repair: Inspection['repair'] | undefined;
  #index: RecordingFile | undefined;
  #indexEnd: number;
  /** Bytes that a failed write may have left behind the index's end. */
  #indexTorn: boolean;
  #lines: Line[] = [];
  #chunks: Buffer[] = [];
  #segment: Segment | undefined;
  #finished: Segment[] = [];
  #lastMsn: number;
  readonly #waitingInits = new Map<number, Init>();
  #alarm: RecordingAlarm | undefined;
  #lostSegments = 0;

  constructor(
    folder: string,
    options: OpenRecordingOptions & { readonly fs: RecordingFs },
    inspection: Inspection,
  ) {
    this.#folder = folder;
    this.#fs = options.fs;
    this.#log = options.log;
    this.#disk = options.disk;
    this.#onAlarm = options.onAlarm;
    this.#queueLimit = options.queueLimit ?? defaultQueueLimit;
    this.#handles = new ReadHandles(options.fs, readHandleLimit);
    this.#sync = new SegmentSync(options.log);
    this.#repair = inspection.repair;
    this.#indexEnd = inspection.repair.indexEnd;
    this.#indexTorn = inspection.repair.tornBytes > 0;
    this.#lastMsn = inspection.recorded.segments.at(-1)?.msn ?? -1;
  }

  init(init: Init): Promise<boolean> {
    return this.#enqueue({ kind: 'init', init }, init.bytes.length);
  }

  startSegment(start: SegmentStart): Promise<boolean> {
    return this.#enqueue({ kind: 'start', start }, 0);
  }

  part(part: Part): Promise<boolean> {
    const { msn, duration, bytes } = part;
    if (this.#queuedBytes + bytes.length > this.#queueLimit)
      return this.#enqueue({ kind: 'missed', msn, duration }, 0);
    return this.#enqueue({ kind: 'part', part }, bytes.length);
  }

  endSegment(msn: number): Promise<boolean> {
    return this.#enqueue({ kind: 'end', msn }, 0);
  }

  gap(start: SegmentStart, duration: number): Promise<boolean> {
    return this.#enqueue({ kind: 'gap', start, duration }, 0);
  }

  end(): Promise<void> {
    this.#closing ??= this.#close('fin');
    return this.#closing;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close('closed');
    return this.#closing;
  }

  readInit(k: number): Promise<Buffer | undefined> {
    return this.#fs.readFile(`${this.#folder}/${initFile(k)}`).catch(() => undefined);
  }

  readSegment(msn: number, offset: number, length: number): Promise<Buffer | undefined> {
    return this.#handles.read(this.#path(msn), offset, length);
  }

  #path(msn: number): string {
    return `${this.#folder}/${segmentFile(msn)}`;
  }

  #enqueue(job: Job, bytes: number): Promise<boolean> {
    if (this.#closing !== undefined || this.#queue.length >= jobLimit) return Promise.resolve(false);
    return this.#push(job, bytes);
  }

  #push(job: Job, bytes: number): Promise<boolean> {
    this.#queuedBytes += bytes;
    return new Promise((settle) => {
      this.#queue.push({ job, settle, outcome: false });
      this.#running ??= this.#run();
    });
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue;
      this.#queue = [];
      await this.#write(batch);
      for (const { job } of batch) this.#queuedBytes -= sizeOf(job);
      for (const { outcome, settle } of batch) settle(typeof outcome === 'boolean' ? outcome : !outcome.lost);
    }
    this.#running = undefined;
  }

  /** Never rejects: what fails becomes a lost segment and an alarm. */
  async #write(batch: readonly Queued[]): Promise<void> {
    for (const queued of batch) queued.outcome = await this.#take(queued.job);
    await this.#flushBytes();
    // Before the index, which needs the room they take.
    await this.#discardLost();
    const recorded = await this.#flushLines();
    for (const queued of batch) {
      // Records that wait for a later index write are not recorded yet.
      if (!recorded && queued.outcome === true) queued.outcome = false;
    }
    await this.#discardLost();
    for (const segment of this.#finished) this.#handOver(segment);
    this.#finished = [];
  }

  #take(job: Job): Promise<Segment | boolean> | Segment | boolean {
    switch (job.kind) {
      case 'init':
        return this.#takeInit(job.init);
      case 'start':
        return this.#takeStart(job.start);
      case 'part':
        return this.#takePart(job.part);
      case 'missed':
        return this.#takeMissed(job.msn, job.duration);
      case 'end':
        return this.#takeEnd(job.msn);
      case 'gap':
        return this.#takeGap(job.start, job.duration);
      case 'mark':
        this.#lines.push({ text: encodeRecord([job.record]), partOf: undefined });
        return true;
    }
  }

  async #takeInit(init: Init): Promise<boolean> {
    this.#waitingInits.set(init.k, init);
    try {
      await this.#writeInits();
      return true;
    } catch (error) {
      this.#raise(error);
      return false;
    }
  }

  /** Inits are few and all depends on them: they are synced at once, and tried again until they are there. */
  async #writeInits(): Promise<void> {
    for (const init of this.#waitingInits.values()) {
      await this.#ready();
      const file = await this.#fs.open(`${this.#folder}/${initFile(init.k)}`, 'create');
      try {
        await file.write([init.bytes], 0);
        await file.datasync();
      } finally {
        await file.close();
      }
      this.#disk.wrote(init.bytes.length);
      this.#lines.push({ text: encodeRecord(initRecord(init)), partOf: undefined });
      this.#waitingInits.delete(init.k);
    }
  }

  async #takeStart(start: SegmentStart): Promise<Segment | boolean> {
    if (this.#segment !== undefined) await this.#takeEnd(this.#segment.msn);
    if (!this.#advance(start.msn)) return false;
    const segment: Segment = { msn: start.msn, file: undefined, offset: 0, duration: 0, lost: false };
    this.#segment = segment;
    this.#lines.push({ text: encodeRecord(startRecord(start)), partOf: undefined });
    if (this.#disk.state === 'full') {
      this.#lose(segment, new DiskReserveReached());
      return segment;
    }
    try {
      await this.#writeInits();
      await this.#ready();
      segment.file = await this.#fs.open(this.#path(start.msn), 'create');
    } catch (error) {
      this.#lose(segment, error);
    }
    return segment;
  }

  #takePart(part: Part): Segment | boolean {
    const segment = this.#segment;
    if (segment?.msn !== part.msn) return false;
    segment.duration += part.duration;
    if (segment.lost) return segment;
    this.#lines.push({ text: encodeRecord(partRecord(part, segment.offset)), partOf: segment });
    this.#chunks.push(part.bytes);
    segment.offset += part.bytes.length;
    return segment;
  }

  #takeMissed(msn: number, duration: number): Segment | boolean {
    const segment = this.#segment;
    if (segment?.msn !== msn) return false;
    segment.duration += duration;
    if (!segment.lost) this.#lose(segment, new DiskBehind(this.#queueLimit));
    return segment;
  }

  async #takeEnd(msn: number): Promise<Segment | boolean> {
    const segment = this.#segment;
    if (segment?.msn !== msn) return false;
    await this.#flushBytes();
    this.#segment = undefined;
    this.#finished.push(segment);
    if (segment.offset === 0) segment.lost = true;
    if (segment.lost)
      this.#lines.push({ text: encodeRecord(['lost', msn, segment.duration || onePart]), partOf: undefined });
    else this.#lines.push({ text: encodeRecord(['end', msn]), partOf: segment });
    return segment;
  }

  async #takeGap(start: SegmentStart, duration: number): Promise<boolean> {
    if (this.#segment !== undefined) await this.#takeEnd(this.#segment.msn);
    if (!this.#advance(start.msn)) return false;
    this.#lines.push({ text: encodeRecord(gapRecord(start, duration)), partOf: undefined });
    return true;
  }

  #advance(msn: number): boolean {
    if (msn <= this.#lastMsn) {
      this.#log.error({ msn, last: this.#lastMsn }, 'segment not recorded: its msn goes back');
      return false;
    }
    this.#lastMsn = msn;
    return true;
  }

  async #flushBytes(): Promise<void> {
    const segment = this.#segment;
    const chunks = this.#chunks;
    if (chunks.length === 0) return;
    this.#chunks = [];
    if (segment?.file === undefined || segment.lost) return;
    const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    try {
      await segment.file.write(chunks, segment.offset - length);
      this.#disk.wrote(length);
    } catch (error) {
      this.#lose(segment, error);
    }
  }

  /** Writes the waiting records. False when they have to wait longer; then the segments they speak of are lost. */
  async #flushLines(): Promise<boolean> {
    let lines: readonly Line[] = this.#lines;
    if (lines.length === 0) return true;
    try {
      // This may put the records of a repair before them.
      await this.#ready();
      if (this.#index === undefined) return false;
      lines = this.#lines.filter(({ partOf }) => !partOf?.lost);
      this.#lines = [];
      if (lines.length === 0) return true;
      if (this.#indexTorn) await this.#index.truncate(this.#indexEnd);
      this.#indexTorn = true;
      const bytes = Buffer.from(lines.map(({ text }) => text).join(''));
      await this.#index.write([bytes], this.#indexEnd);
      this.#indexTorn = false;
      this.#indexEnd += bytes.length;
      this.#disk.wrote(bytes.length);
      return true;
    } catch (error) {
      this.#indexFailed(lines, error);
      return false;
    }
  }

  #indexFailed(lines: readonly Line[], error: unknown): void {
    const ended = this.#finished.filter((segment) => !segment.lost);
    for (const segment of ended) this.#lose(segment, error);
    if (this.#segment !== undefined) this.#lose(this.#segment, error);
    this.#raise(error);
    const kept = lines.filter(({ partOf }) => partOf === undefined);
    for (const { msn, duration } of ended)
      kept.push({ text: encodeRecord(['lost', msn, duration]), partOf: undefined });
    // Those that came meanwhile are none: the loop that flushes is the one that adds.
    this.#lines = kept.slice(-lineLimit);
  }

  /** Makes folder and index, and carries out what recovery found, at the first chance the disk gives. */
  async #ready(): Promise<void> {
    if (this.#index === undefined) {
      await this.#fs.makeFolder(this.#folder);
      this.#index = await this.#fs.open(`${this.#folder}/${indexFile}`, 'update');
      await this.#fs.syncFolder(this.#folder);
      await this.#fs.syncFolder(parentOf(this.#folder));
    }
    if (this.#repair !== undefined) {
      const repair = this.#repair;
      await repairRecording(this.#fs, this.#folder, repair);
      this.#repair = undefined;
      const lines = repair.records.map((record) => ({ text: encodeRecord(record), partOf: undefined }));
      this.#lines.unshift(...lines);
    }
  }

  /** A segment that cannot be kept: its file goes, its records become a gap. */
  #lose(segment: Segment, error: unknown): void {
    segment.lost = true;
    this.#chunks = this.#segment === segment ? [] : this.#chunks;
    this.#lostSegments += 1;
    this.#raise(error);
  }

  async #discardLost(): Promise<void> {
    const all = this.#segment === undefined ? this.#finished : [...this.#finished, this.#segment];
    for (const segment of all) {
      const { file, msn } = segment;
      if (!segment.lost || file === undefined) continue;
      segment.file = undefined;
      this.#handles.forget(this.#path(msn));
      try {
        await file.close();
        await this.#fs.remove(this.#path(msn));
      } catch (error) {
        this.#log.warn({ err: error, msn }, 'removing a lost segment failed');
      }
    }
  }

  #handOver({ file, lost }: Segment): void {
    if (lost || file === undefined || this.#index === undefined) return;
    this.#sync.add(file, this.#index);
    this.#clear();
  }

  #raise(error: unknown): void {
    if (this.#alarm !== undefined) return;
    this.#alarm = alarmOf(error);
    this.#log.error(
      { code: this.#alarm.code, err: error },
      'recording fails: segments are lost until the disk takes them again',
    );
    this.#onAlarm?.(this.#alarm);
  }

  #clear(): void {
    if (this.#alarm === undefined) return;
    this.#log.info({ code: this.#alarm.code, lostSegments: this.#lostSegments }, 'recording goes on');
    this.#alarm = undefined;
    this.#lostSegments = 0;
    this.#onAlarm?.(undefined);
  }

  async #close(record: 'closed' | 'fin'): Promise<void> {
    await this.#running;
    const open = this.#segment;
    if (open !== undefined) await this.#push({ kind: 'end', msn: open.msn }, 0);
    // The mark vouches for all before it, so it is written when that has reached the platter.
    await this.#sync.close();
    if (this.#index !== undefined || record === 'fin') await this.#push({ kind: 'mark', record }, 0);
    try {
      await this.#index?.datasync();
      await this.#index?.close();
    } catch (error) {
      this.#log.warn({ err: error }, 'closing the index of a recording failed');
    }
    this.#handles.close();
  }
}

function sizeOf(job: Job): number {
  if (job.kind === 'part') return job.part.bytes.length;
  return job.kind === 'init' ? job.init.bytes.length : 0;
}
