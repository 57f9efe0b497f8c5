/** The work of a ladder process: parts of the source in, parts of each rung out, cut on the same grid. */
import { type CodecContext, FFmpegError, Frame, Packet } from 'node-av';
import { videoTimescale } from '../formats/fmp4-init.ts';
import { readInit, readPart, type Sample } from '../formats/fmp4-part.ts';
import { nextFrame, openDecoder } from './codecs.ts';
import type { LadderIn, LadderOut, LadderRung } from './ladder-messages.ts';
import { PartGrid } from './part-grid.ts';
import { RungEncoder } from './rung-encoder.ts';
import { rungSize } from './rung-size.ts';

/** Frame rate taken for the rate control when the source gives none. */
const usualFps = 25;

export class LadderTranscoder {
  readonly #answer: (message: LadderOut) => void;
  readonly #packet = new Packet();
  readonly #frame = new Frame();
  #rungs: readonly LadderRung[] = [];
  #threads = 1;
  #slowMs = 0;
  #decoder: CodecContext | undefined;
  #grid = new PartGrid();
  /** Open since the first decoded picture of the present init. */
  #encoders: RungEncoder[] | undefined;
  #fps = usualFps;
  #newest = Number.NEGATIVE_INFINITY;

  constructor(answer: (message: LadderOut) => void) {
    this.#answer = answer;
    this.#packet.alloc();
    this.#frame.alloc();
  }

  handle(message: LadderIn): void {
    switch (message.kind) {
      case 'setup':
        this.#rungs = message.rungs;
        this.#threads = message.threads;
        this.#slowMs = message.slowMs;
        return;
      case 'init':
        this.#init(Buffer.from(message.bytes));
        return;
      case 'part':
        this.#part(message.msn, message.index, message.independent, Buffer.from(message.bytes));
        return;
      case 'end':
        if (!this.#grid.end(message.msn)) this.#endSegment(message.msn);
        return;
      case 'drop':
        this.#drop(message.rung);
        return;
      case 'finish':
        this.drain();
        this.#answer({ kind: 'finished' });
        return;
    }
  }

  /** Brings out what the decoder still holds and closes all parts, when no more is coming for now. The next part must start with an IDR. */
  drain(): void {
    const decoder = this.#decoder;
    if (!decoder) return;
    decoder.sendPacketSync(null);
    this.#receive(decoder);
    decoder.flushBuffers();
    while (this.#grid.head) this.#cut();
  }

  #init(bytes: Buffer): void {
    this.drain();
    const init = readInit(bytes);
    if (init.kind !== 'video') throw new RangeError('the source of a ladder must be video');
    this.#decoder?.freeContext();
    for (const encoder of this.#encoders ?? []) encoder.close();
    this.#encoders = undefined;
    this.#grid = new PartGrid();
    this.#decoder = openDecoder(init.config.codec, init.config.record);
  }

  #part(msn: number, index: number, independent: boolean, bytes: Buffer): void {
    const decoder = this.#decoder;
    if (!decoder) return;
    const samples = readPart(bytes);
    this.#grid.add(msn, index, independent, samples);
    if (!this.#encoders) this.#fps = frameRate(samples) ?? this.#fps;
    for (const sample of samples) {
      this.#packet.data = sample.data;
      this.#packet.pts = BigInt(sample.dts + sample.cts);
      this.#packet.dts = BigInt(sample.dts);
      this.#packet.duration = BigInt(sample.duration);
      this.#packet.isKeyframe = sample.keyframe;
      const code = decoder.sendPacketSync(this.#packet);
      this.#packet.unref();
      // A picture that cannot be decoded is left out: the one before stays on screen a little longer.
      if (!FFmpegError.isFFmpegError(code)) this.#receive(decoder);
    }
  }

  #receive(decoder: CodecContext): void {
    while (nextFrame(decoder, this.#frame)) {
      this.#picture(this.#frame, Number(this.#frame.pts), Number(this.#frame.duration));
      this.#frame.unref();
    }
  }

  #picture(frame: Frame, presentation: number, duration: number): void {
    if (presentation <= this.#newest) return;
    this.#newest = presentation;
    while (this.#grid.isPast(presentation)) this.#cut();
    const cell = this.#grid.take(presentation);
    if (!cell) return;
    this.#encoders ??= this.#open(frame);
    const keyframe = cell.independent && cell.pictures === 0;
    cell.pictures++;
    for (const encoder of this.#encoders) {
      encoder.encode(frame, presentation, keyframe);
      if (this.#slowMs > 0) sleep(this.#slowMs);
    }
    // The part's last picture: what it covers is full, no need to see the next one.
    if (this.#grid.isPast(presentation + duration)) this.#cut();
  }

  #cut(): void {
    const cell = this.#grid.head;
    if (!cell) return;
    this.#grid.close();
    for (const encoder of this.#encoders ?? []) this.#answer(encoder.cut(cell));
    if (cell.last) this.#endSegment(cell.msn);
  }

  #endSegment(msn: number): void {
    for (const { rung } of this.#encoders ?? []) this.#answer({ kind: 'end', rung, msn });
  }

  #open(frame: Frame): RungEncoder[] {
    const encoders: RungEncoder[] = [];
    for (const rung of this.#rungs) {
      const size = rungSize(rung, frame);
      if (!size) {
        this.#answer({ kind: 'absent', rung });
        continue;
      }
      const encoder = new RungEncoder(rung, size, this.#fps, this.#threads, frame);
      encoders.push(encoder);
      this.#answer(encoder.init());
    }
    return encoders;
  }

  #drop(rung: LadderRung): void {
    this.#rungs = this.#rungs.filter((name) => name !== rung);
    for (const encoder of this.#encoders ?? []) if (encoder.rung === rung) encoder.close();
    this.#encoders = this.#encoders?.filter((encoder) => encoder.rung !== rung);
  }
}

function frameRate(samples: readonly Sample[]): number | undefined {
  const ticks = samples.reduce((sum, { duration }) => sum + duration, 0);
  return ticks > 0 ? (samples.length * videoTimescale) / ticks : undefined;
}

function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
