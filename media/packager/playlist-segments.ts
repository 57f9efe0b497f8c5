/**
 * The segments of one rendition of one run: records of all of them, the bytes of the newest in memory,
 * older bytes read back through the recording.
 */
import { initFile, partFile, segmentFile } from '#contracts/media-urls.ts';
import { partLine, segmentLines } from '../formats/m3u8.ts';
import type { RecordedRendition, RenditionRecording } from '../recording/recording.ts';
import { type PartEnd, PartIndex } from './part-index.ts';
import type { Init, Part, SegmentStart } from './segment.ts';

export type PartRecord = {
  readonly index: number;
  /** Seconds. */
  readonly duration: number;
  readonly independent: boolean;
  /** Within the segment's file. */
  readonly offset: number;
  readonly length: number;
  /** Undefined once the segment's bytes have left memory. */
  bytes: Buffer | undefined;
};

/** Where a segment's bytes are on disk: not known yet, there, or not there (disk full). */
export type Stored = 'pending' | 'yes' | 'no';

export type SegmentRecord = SegmentStart & {
  /** Seconds from the first segment of this rendition. */
  readonly at: number;
  /** EXT-X-DISCONTINUITY tags before this segment since this rendition's first, its own not counted. */
  readonly discontinuities: number;
  /** Seconds so far. */
  duration: number;
  /** Bytes so far. */
  length: number;
  /** Has its EXTINF. */
  complete: boolean;
  /** Never existed in this rendition. */
  readonly missing: boolean;
  /** Numbers of its parts in the index of part ends: the first, and how many. */
  readonly firstEnd: number;
  ends: number;
  parts: PartRecord[];
  stored: Stored;
  inMemory: boolean;
  /** All bytes in one piece, made at the first request for the whole segment; the parts are then views of it. */
  whole: Buffer | undefined;
  partLines: string;
  /** Rendered once finished. */
  lines: string | undefined;
  linesWithParts: string | undefined;
};

export type SegmentsOptions = {
  readonly recording: RenditionRecording;
  /** Seconds of newest media kept in memory even when stored. */
  readonly memorySeconds: number;
  /** Hard bound of bytes in memory. */
  readonly memoryBytes: number;
  /** Seconds listed in the live playlist; part records older than that are forgotten. */
  readonly windowSeconds: number;
};

/** A listed segment whose bytes cannot be had (RFC 8216bis 4.4.4.7). */
export const isGap = (segment: SegmentRecord): boolean =>
  segment.missing || (!segment.inMemory && segment.stored !== 'yes');

/** Distinct segments whose bytes, read from disk, are remembered as long as a response still holds them. */
const rememberedReads = 512;

export class Segments {
  readonly #options: SegmentsOptions;
  readonly #records: SegmentRecord[] = [];
  readonly #inits: Init[] = [];
  readonly #partEnds = new PartIndex();
  /** Segments with bytes in memory, oldest first. */
  readonly #held: SegmentRecord[] = [];
  readonly #reading = new Map<number, Promise<Buffer | undefined>>();
  readonly #read = new Map<number, WeakRef<Buffer>>();
  #heldBytes = 0;
  #windowStart = 0;
  #rewrites = 0;
  #independent = true;

  constructor(options: SegmentsOptions, recorded?: RecordedRendition) {
    this.#options = options;
    if (recorded) this.#restore(recorded);
  }

  /** All segments of the run so far, the open one last. */
  get records(): readonly SegmentRecord[] {
    return this.#records;
  }
  /** Index of the first segment the live playlist lists. */
  get windowStart(): number {
    return this.#windowStart;
  }
  /** Counts changes to segments already finished (bytes lost, or stored late): text made of them is stale. */
  get rewrites(): number {
    return this.#rewrites;
  }
  get heldBytes(): number {
    return this.#heldBytes;
  }
  /** Every segment so far starts with an IDR. */
  get independent(): boolean {
    return this.#independent;
  }
  get newestInit(): Init | undefined {
    return this.#inits.at(-1);
  }
  get nextInit(): number {
    return (this.#inits.at(-1)?.k ?? -1) + 1;
  }
  get last(): SegmentRecord | undefined {
    return this.#records.at(-1);
  }
  get open(): SegmentRecord | undefined {
    const { last } = this;
    return last && !last.complete ? last : undefined;
  }
  /** Seconds from the first segment's start to the end of the last part. */
  get edge(): number {
    const { last } = this;
    return last ? last.at + last.duration : 0;
  }

  find(msn: number): SegmentRecord | undefined {
    const first = this.#records[0];
    return first ? this.#records[msn - first.msn] : undefined;
  }

  addInit(init: Init): void {
    this.#inits.push(init);
  }

  start(start: SegmentStart): SegmentRecord {
    const record = this.#append(start, { missing: false, inMemory: true, stored: 'pending' });
    this.#held.push(record);
    return record;
  }

  /** A segment this rendition does not have. */
  gap(start: SegmentStart, duration: number): SegmentRecord {
    const record = this.#append(start, { missing: true, inMemory: false, stored: 'no' });
    this.complete(record, duration);
    return record;
  }

  addPart(segment: SegmentRecord, part: Part): void {
    segment.parts.push({
      index: part.index,
      duration: part.duration,
      independent: part.independent,
      offset: segment.length,
      length: part.bytes.length,
      bytes: part.bytes,
    });
    segment.partLines += partLine({
      uri: partFile(segment.msn, part.index),
      duration: part.duration,
      independent: part.independent,
    });
    segment.duration += part.duration;
    segment.length += part.bytes.length;
    this.#index(segment, { bytes: segment.length, seconds: segment.duration }, part.independent);
    this.#heldBytes += part.bytes.length;
    if (part.index === 0 && !part.independent) this.#independent = false;
    this.#trim();
  }

  complete(segment: SegmentRecord, duration = segment.duration): void {
    segment.duration = duration;
    segment.complete = true;
    this.#trim();
  }

  /** The recording has said what became of the segment's bytes. */
  settle(segment: SegmentRecord, stored: boolean): void {
    const wasGap = isGap(segment);
    segment.stored = stored ? 'yes' : 'no';
    if (isGap(segment) !== wasGap) this.#rewrite(segment);
    this.#trim();
  }

  /** Where each part of the segment ends, in order; known for the whole run. Empty for a gap. */
  partEnds(segment: SegmentRecord): readonly PartEnd[] {
    return Array.from({ length: segment.ends }, (_, i) => this.#partEnds.end(segment.firstEnd + i));
  }

  /** Where one of its parts ends; undefined when there is no such part. */
  partEnd(segment: SegmentRecord, index: number): PartEnd | undefined {
    return index >= 0 && index < segment.ends ? this.#partEnds.end(segment.firstEnd + index) : undefined;
  }

  /** The segment can be decoded by itself. */
  startsWithKey(segment: SegmentRecord): boolean {
    return segment.ends > 0 && this.#partEnds.independent(segment.firstEnd);
  }

  #index(segment: SegmentRecord, end: PartEnd, independent: boolean): void {
    this.#partEnds.add(end, independent);
    segment.ends++;
  }

  /** Lines of a finished segment, rendered once with its parts and once without. */
  lines(segment: SegmentRecord, withParts: boolean): string {
    if (withParts) {
      segment.linesWithParts ??= this.#render(segment, segment.partLines);
      return segment.linesWithParts;
    }
    segment.lines ??= this.#render(segment, '');
    return segment.lines;
  }

  #render(segment: SegmentRecord, parts: string): string {
    const { msn, programDateTime, duration } = segment;
    return segmentLines({ uri: segmentFile(msn), programDateTime, duration, gap: isGap(segment), parts });
  }

  mapUri(segment: SegmentRecord): string {
    return initFile(segment.init);
  }

  async init(k: number): Promise<Buffer | undefined> {
    return this.#inits.find((init) => init.k === k)?.bytes;
  }

  /** Undefined when it does not exist, is not finished, or is a gap. */
  async segment(msn: number): Promise<Buffer | undefined> {
    const record = this.find(msn);
    if (!record?.complete || record.missing) return undefined;
    if (record.inMemory) return wholeOf(record);
    return record.stored === 'yes' ? this.#readWhole(record) : undefined;
  }

  /** Also of segments that are listed without their parts by now: players ask for what an earlier playlist told them (fault 35). */
  async part(record: SegmentRecord, index: number): Promise<Buffer | undefined> {
    const inMemory = record.parts[index]?.bytes;
    if (inMemory) return inMemory;
    const end = this.partEnd(record, index);
    if (!end || record.stored !== 'yes') return undefined;
    const whole = await this.#readWhole(record);
    return whole?.subarray(this.partEnd(record, index - 1)?.bytes ?? 0, end.bytes);
  }

  /** Many readers of the same old segment share one read and one buffer. */
  #readWhole(record: SegmentRecord): Promise<Buffer | undefined> {
    const { msn } = record;
    const remembered = this.#read.get(msn)?.deref();
    if (remembered) return Promise.resolve(remembered);
    const reading =
      this.#reading.get(msn) ??
      this.#options.recording.readSegment(msn, 0, record.length).then((bytes) => {
        if (bytes) this.#remember(msn, bytes);
        return bytes;
      });
    if (!this.#reading.has(msn)) {
      this.#reading.set(msn, reading);
      const done = () => this.#reading.delete(msn);
      reading.then(done, done);
    }
    return reading;
  }

  #remember(msn: number, bytes: Buffer): void {
    this.#read.delete(msn);
    this.#read.set(msn, new WeakRef(bytes));
    if (this.#read.size <= rememberedReads) return;
    const [oldest] = this.#read.keys();
    if (oldest !== undefined) this.#read.delete(oldest);
  }

  #append(
    { msn, init, programDateTime, discontinuity }: SegmentStart,
    state: Pick<SegmentRecord, 'missing' | 'inMemory' | 'stored'>,
  ): SegmentRecord {
    const before = this.last;
    const record: SegmentRecord = {
      msn,
      init,
      programDateTime,
      discontinuity,
      ...state,
      at: this.edge,
      discontinuities: before ? before.discontinuities + (before.discontinuity ? 1 : 0) : 0,
      duration: 0,
      length: 0,
      complete: false,
      firstEnd: this.#partEnds.count,
      ends: 0,
      parts: [],
      whole: undefined,
      partLines: '',
      lines: undefined,
      linesWithParts: undefined,
    };
    this.#records.push(record);
    return record;
  }

  #rewrite(segment: SegmentRecord): void {
    segment.lines = undefined;
    segment.linesWithParts = undefined;
    this.#rewrites++;
  }

  #release(segment: SegmentRecord): void {
    const wasGap = isGap(segment);
    for (const part of segment.parts) part.bytes = undefined;
    segment.whole = undefined;
    segment.inMemory = false;
    this.#heldBytes -= segment.length;
    if (isGap(segment) !== wasGap) this.#rewrite(segment);
  }

  /** Lets go of bytes that are stored and old, then, whatever they are, of the oldest above the bound. */
  #trim(): void {
    const { memorySeconds, memoryBytes, windowSeconds } = this.#options;
    const { edge } = this;
    for (let i = 0; i < this.#held.length; i++) {
      const segment = this.#held[i];
      if (!segment?.complete || edge - segment.at - segment.duration < memorySeconds) break;
      if (segment.stored !== 'yes') continue;
      this.#release(segment);
      this.#held.splice(i--, 1);
    }
    while (this.#heldBytes > memoryBytes && this.#held[0]?.complete) {
      const oldest = this.#held.shift();
      if (oldest) this.#release(oldest);
    }
    for (;;) {
      const first = this.#records[this.#windowStart];
      if (!first?.complete || edge - first.at - first.duration < windowSeconds) break;
      if (first.inMemory) {
        this.#held.splice(this.#held.indexOf(first), 1);
        this.#release(first);
      }
      first.parts = [];
      first.partLines = '';
      first.linesWithParts = undefined;
      this.#windowStart++;
    }
  }

  #restore(recorded: RecordedRendition): void {
    this.#inits.push(...recorded.inits);
    for (const saved of recorded.segments) {
      const empty = saved.parts.length === 0 && !saved.gap;
      // A crash between a segment's start and its first part: it was never listed, its number is used again.
      if (empty && saved === recorded.segments.at(-1)) break;
      if (saved.gap || empty) {
        this.gap(saved, saved.duration);
        continue;
      }
      const record = this.#append(saved, { missing: false, inMemory: false, stored: 'yes' });
      record.length = saved.bytes;
      let seconds = 0;
      for (const { offset, length, duration, independent } of saved.parts) {
        seconds += duration;
        this.#index(record, { bytes: offset + length, seconds }, independent);
      }
      if (saved.parts[0]?.independent === false) this.#independent = false;
      // An ended run is played from whole segments: its part records would only fill memory.
      for (const { index, offset, length, duration, independent } of recorded.ended ? [] : saved.parts) {
        record.parts.push({ index, offset, length, duration, independent, bytes: undefined });
        record.partLines += partLine({ uri: partFile(saved.msn, index), duration, independent });
      }
      this.complete(record, saved.duration);
    }
  }
}

const wholeOf = (record: SegmentRecord): Buffer | undefined => {
  if (record.whole) return record.whole;
  const pieces: Buffer[] = [];
  for (const part of record.parts) if (part.bytes) pieces.push(part.bytes);
  const whole = Buffer.concat(pieces, record.length);
  record.whole = whole;
  // The parts become views, so that a segment asked for whole is not held twice.
  for (const part of record.parts) part.bytes = whole.subarray(part.offset, part.offset + part.length);
  return whole;
};
