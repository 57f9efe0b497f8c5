/** Cuts one rendition's samples into parts (DESIGN 4, rule 1) and hands them to its sink. */
import { audioPart, type Sample, videoPart } from '../formats/fmp4-part.ts';
import type { Init, RenditionSink, SegmentStart } from './segment.ts';

/** PART-TARGET, seconds, always. */
export const partTarget = 0.334;
/** RFC 8216bis 4.4.4.9: a part is at least this much of PART-TARGET, but for independent and last ones. */
const partMinimum = 0.85;

export class RenditionWriter {
  readonly #sink: RenditionSink;
  readonly #kind: 'video' | 'audio';
  readonly #samples: Sample[] = [];
  #timescale = 1;
  #nextInit: number;
  #sequence = 0;
  /** Ticks in the part being gathered. */
  #ticks = 0;
  #segment: SegmentStart | undefined;
  #started = false;
  #parts = 0;

  constructor(sink: RenditionSink, kind: 'video' | 'audio', nextInit: number) {
    this.#sink = sink;
    this.#kind = kind;
    this.#nextInit = nextInit;
  }

  get nextInit(): number {
    return this.#nextInit;
  }

  init(init: Omit<Init, 'k'>, timescale: number): void {
    this.#timescale = timescale;
    this.#sink.init({ k: this.#nextInit++, ...init });
  }

  begin(start: Omit<SegmentStart, 'init'>): void {
    this.#segment = { ...start, init: Math.max(0, this.#nextInit - 1) };
    this.#started = false;
    this.#parts = 0;
  }

  add(sample: Sample): void {
    const limit = partTarget * this.#timescale;
    const enough = this.#ticks >= limit * partMinimum;
    const beforeKeyframe = this.#kind === 'video' && sample.keyframe && enough;
    if (this.#samples.length > 0 && (beforeKeyframe || this.#ticks + sample.duration > limit)) this.#cut();
    this.#samples.push(sample);
    this.#ticks += sample.duration;
    // The next sample is most likely as long as this one: waiting to see it would cost its length in latency.
    if (this.#ticks >= limit * partMinimum && this.#ticks + sample.duration > limit) this.#cut();
  }

  end(): void {
    if (this.#samples.length > 0) this.#cut();
    if (this.#segment && this.#started) this.#sink.endSegment(this.#segment.msn);
    this.#segment = undefined;
  }

  gap(start: Omit<SegmentStart, 'init'>, duration: number): void {
    this.#sink.gap({ ...start, init: Math.max(0, this.#nextInit - 1) }, duration);
  }

  #cut(): void {
    const [first] = this.#samples;
    if (!first || !this.#segment) return;
    if (!this.#started) this.#sink.startSegment(this.#segment);
    this.#started = true;
    const make = this.#kind === 'video' ? videoPart : audioPart;
    this.#sink.part({
      msn: this.#segment.msn,
      index: this.#parts++,
      bytes: make(++this.#sequence, this.#samples),
      duration: this.#ticks / this.#timescale,
      independent: first.keyframe,
      start: first.dts / this.#timescale,
    });
    this.#samples.length = 0;
    this.#ticks = 0;
  }
}
