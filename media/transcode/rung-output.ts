/**
 * One rung on its way from the ladder process to its rendition: keeps msn aligned with the source, whatever the process
 * does. A segment the process did not finish ends early when some of it is out, and is a gap when none of it is.
 */
import type { Part, RenditionSink, SegmentStart } from '../packager/segment.ts';
import type { LadderOut } from './ladder-messages.ts';

type Expected = {
  readonly start: SegmentStart;
  /** Seconds; undefined until the source's segment has ended. */
  duration: number | undefined;
  /** The process will not make it. */
  lost: boolean;
  /** Some of it is out. */
  begun: boolean;
  /** Parts the source has given so far. */
  parts: number;
  /** Its last part, kept until the segment's end is there: both appear in one rendering (DESIGN 4, rule 3). */
  lastPart: Part | undefined;
};
type Awaited = { readonly msn: number; readonly index: number; readonly at: number };

export type RungMessage = Exclude<LadderOut, { kind: 'finished' }>;

export class RungOutput {
  readonly #open: () => RenditionSink;
  #sink: RenditionSink | undefined;
  /** Segments of the source that are not yet done here, oldest first. */
  #expected: Expected[] = [];
  /** Parts of the source that have no counterpart yet. */
  #awaited: Awaited[] = [];
  #lag = 0;
  #init = -1;
  #initBytes: Buffer | undefined;
  #newInit = false;
  #absent = false;

  constructor(open: () => RenditionSink) {
    this.#open = open;
  }

  /** Seconds from a source part's publication to its counterpart here, now. */
  lag(now: number): number {
    const oldest = this.#awaited[0];
    return oldest ? Math.max(this.#lag, (now - oldest.at) / 1000) : this.#lag;
  }

  /** A segment of the source begins; `fed` when the process gets it. */
  sourceStart(start: SegmentStart, fed: boolean): void {
    this.#expected.push({
      start,
      duration: undefined,
      lost: !fed || this.#absent,
      begun: false,
      parts: 0,
      lastPart: undefined,
    });
  }

  sourcePart(msn: number, index: number, now: number): void {
    const segment = this.#expected.at(-1);
    if (segment?.start.msn !== msn || segment.lost) return;
    segment.parts = index + 1;
    this.#awaited.push({ msn, index, at: now });
  }

  sourceEnd(msn: number, duration: number): void {
    const segment = this.#find(msn);
    if (segment) segment.duration = duration;
    this.#settle();
  }

  sourceGap(start: SegmentStart, duration: number): void {
    this.#expected.push({ start, duration, lost: true, begun: false, parts: 0, lastPart: undefined });
    this.#settle();
  }

  /** The process is gone with what it had not finished. */
  lose(): void {
    for (const segment of this.#expected) segment.lost = true;
    this.#awaited = [];
    this.#lag = 0;
    this.#settle();
  }

  received(message: RungMessage, now: number): void {
    switch (message.kind) {
      case 'absent':
        this.#absent = true;
        this.lose();
        return;
      case 'init': {
        const bytes = asBuffer(message.bytes);
        const { codecs, width, height, frameRate } = message;
        this.#absent = false;
        this.#sink ??= this.#open();
        // The same encoder again after a restart: players need not notice.
        if (this.#initBytes?.equals(bytes)) return;
        this.#newInit = this.#init >= 0;
        this.#initBytes = bytes;
        this.#sink.init({ k: ++this.#init, bytes, codecs, width, height, frameRate, channels: 0 });
        return;
      }
      case 'part': {
        const { msn, index, duration, independent, start } = message;
        const segment = this.#find(msn);
        if (!this.#sink || !segment || segment.lost) return;
        if (!segment.begun) {
          segment.begun = true;
          const discontinuity = segment.start.discontinuity || this.#newInit;
          this.#newInit = false;
          this.#sink.startSegment({ ...segment.start, init: this.#init, discontinuity });
        }
        const part = { msn, index, bytes: asBuffer(message.bytes), duration, independent, start };
        if (segment.duration !== undefined && index === segment.parts - 1) segment.lastPart = part;
        else this.#sink.part(part);
        this.#answered(msn, index, now);
        return;
      }
      case 'end': {
        const segment = this.#find(message.msn);
        if (!segment || segment.lost) return;
        this.#expected.splice(this.#expected.indexOf(segment), 1);
        this.#end(segment);
        this.#settle();
        return;
      }
    }
  }

  /** Nothing more will come of this rung: what is begun is ended. */
  finish(): void {
    this.lose();
    this.#expected = [];
  }

  #end({ begun, lastPart, start }: Expected): void {
    if (lastPart) this.#sink?.part(lastPart);
    if (begun) this.#sink?.endSegment(start.msn);
  }

  #find(msn: number): Expected | undefined {
    return this.#expected.find(({ start }) => start.msn === msn);
  }

  #answered(msn: number, index: number, now: number): void {
    const at = this.#awaited.findIndex((part) => part.msn === msn && part.index === index);
    const part = this.#awaited[at];
    if (!part) return;
    this.#lag = (now - part.at) / 1000;
    this.#awaited.splice(0, at + 1);
  }

  /** Ends or skips the lost segments that come first. One whose length is not yet known waits for its end. */
  #settle(): void {
    for (let head = this.#expected[0]; head?.lost; head = this.#expected[0]) {
      if (head.begun) this.#end(head);
      else if (head.duration === undefined) return;
      else this.#sink?.gap({ ...head.start, init: Math.max(0, this.#init) }, head.duration);
      this.#expected.shift();
    }
  }
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
