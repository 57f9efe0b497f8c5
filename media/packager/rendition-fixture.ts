/** For tests: a recording in memory that keeps the contract of `RenditionRecording`, and a hand that writes media into a sink. */
import { randomFillSync } from 'node:crypto';
import pino from 'pino';
import type { RecordedPart, RecordedSegment, RenditionRecording } from '../recording/recording.ts';
import { Rendition, type RenditionOptions } from './rendition.ts';
import type { Init, Part, RenditionSink, SegmentStart } from './segment.ts';

export const silent = pino({ level: 'silent' });

type Writing = {
  start: SegmentStart;
  parts: RecordedPart[];
  pieces: Buffer[];
  gap: boolean;
  duration: number;
};

export class MemoryRecording implements RenditionRecording {
  readonly inits: Init[] = [];
  readonly written = new Map<number, Writing>();
  ended = false;
  closed = false;
  reads = 0;
  /** What becomes of a part: replaced by tests that need a slow or full disk. */
  disk: (part: Part) => Promise<boolean> = () => Promise.resolve(true);
  #tail: Promise<unknown> = Promise.resolve();

  init(init: Init): Promise<boolean> {
    this.inits.push(init);
    return this.#inOrder(() => Promise.resolve(true));
  }
  startSegment(start: SegmentStart): Promise<boolean> {
    this.written.set(start.msn, { start, parts: [], pieces: [], gap: false, duration: 0 });
    return this.#inOrder(() => Promise.resolve(true));
  }
  part(part: Part): Promise<boolean> {
    return this.#inOrder(async () => {
      const segment = this.written.get(part.msn);
      const stored = await this.disk(part);
      if (!segment) return false;
      if (!stored) segment.gap = true;
      const { index, duration, independent, start, bytes } = part;
      const offset = segment.pieces.reduce((sum, piece) => sum + piece.length, 0);
      segment.parts.push({ index, offset, length: bytes.length, duration, independent, start });
      segment.pieces.push(bytes);
      segment.duration += duration;
      return stored;
    });
  }
  endSegment(msn: number): Promise<boolean> {
    return this.#inOrder(() => Promise.resolve(this.written.get(msn)?.gap === false));
  }
  gap(start: SegmentStart, duration: number): Promise<boolean> {
    this.written.set(start.msn, { start, parts: [], pieces: [], gap: true, duration });
    return this.#inOrder(() => Promise.resolve(true));
  }
  async end(): Promise<void> {
    await this.#tail;
    this.ended = true;
  }
  async close(): Promise<void> {
    await this.#tail;
    this.closed = true;
  }
  async readInit(k: number): Promise<Buffer | undefined> {
    return this.inits.find((init) => init.k === k)?.bytes;
  }
  async readSegment(msn: number, offset: number, length: number): Promise<Buffer | undefined> {
    this.reads++;
    const segment = this.written.get(msn);
    if (!segment || segment.gap) return undefined;
    return Buffer.concat(segment.pieces).subarray(offset, offset + length);
  }
  /** What a scan at start would give. */
  read(): { inits: Init[]; segments: RecordedSegment[]; ended: boolean } {
    const segments = [...this.written.values()].map(
      ({ start, parts, gap, duration, pieces }): RecordedSegment => ({
        ...start,
        parts: gap ? [] : [...parts],
        gap,
        duration,
        bytes: pieces.reduce((sum, piece) => sum + piece.length, 0),
      }),
    );
    return { inits: [...this.inits], segments, ended: this.ended };
  }

  #inOrder(work: () => Promise<boolean>): Promise<boolean> {
    const done = this.#tail.then(work);
    this.#tail = done;
    return done;
  }
}

export const testInit = (k = 0, over: Partial<Init> = {}): Init => ({
  k,
  bytes: Buffer.from(`init ${k}`),
  codecs: 'avc1.64001f',
  width: 1280,
  height: 720,
  frameRate: 25,
  channels: 0,
  ...over,
});
export const testSoundInit = (k = 0): Init =>
  testInit(k, { codecs: 'mp4a.40.2', width: 0, height: 0, frameRate: 0, channels: 2 });

export const newRendition = (
  over: Partial<RenditionOptions> = {},
): { rendition: Rendition; recording: MemoryRecording } => {
  const recording = over.recording instanceof MemoryRecording ? over.recording : new MemoryRecording();
  const rendition = new Rendition({ targetDuration: 4, log: silent, ...over, recording });
  return { rendition, recording };
};

/** Writes segments whose times follow each other. */
export class Hand {
  readonly #sink: RenditionSink;
  readonly partBytes: number;
  msn: number;
  init = 0;
  /** Seconds of media so far. */
  time = 0;
  /** Epoch ms of media time 0. */
  readonly origin = Date.UTC(2026, 4, 1, 9);
  #index = 0;

  constructor(sink: RenditionSink, { msn = 0, partBytes = 100, time = 0 } = {}) {
    this.#sink = sink;
    this.msn = msn;
    this.partBytes = partBytes;
    this.time = time;
  }

  start(discontinuity = false): void {
    this.#index = 0;
    this.#sink.startSegment({
      msn: this.msn,
      init: this.init,
      programDateTime: this.origin + this.time * 1000,
      discontinuity,
    });
  }
  part(duration = 0.32, independent = this.#index === 0): Part {
    const bytes = randomFillSync(Buffer.alloc(this.partBytes));
    const part = { msn: this.msn, index: this.#index++, bytes, duration, independent, start: this.time };
    this.#sink.part(part);
    this.time += duration;
    return part;
  }
  end(): void {
    this.#sink.endSegment(this.msn++);
  }
  gap(duration = 2): void {
    this.#sink.gap(
      {
        msn: this.msn++,
        init: this.init,
        programDateTime: this.origin + this.time * 1000,
        discontinuity: false,
      },
      duration,
    );
    this.time += duration;
  }
  /** A whole segment; its parts. */
  segment(parts = 6, discontinuity = false): Part[] {
    this.start(discontinuity);
    const made = Array.from({ length: parts }, () => this.part());
    this.end();
    return made;
  }
}

/** Lets everything that is ready come through (disk answers are microtasks in the double). */
export const settled = async (): Promise<void> => {
  for (let i = 0; i < 2; i++) await new Promise((resolve) => setImmediate(resolve));
};
