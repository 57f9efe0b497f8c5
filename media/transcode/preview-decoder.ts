/** Decodes one track for the preview: keyframes to JPEG and a coarse grid, sound to levels a second. */
import {
  AV_PIX_FMT_YUVJ420P,
  AV_SAMPLE_FMT_FLT,
  AV_SAMPLE_FMT_FLTP,
  AVCOL_RANGE_JPEG,
  AVCOL_RANGE_MPEG,
  AVCOL_RANGE_UNSPECIFIED,
  type CodecContext,
  FFmpegError,
  Frame,
  Packet,
  SoftwareScaleContext,
} from 'node-av';
import type { Sound } from '#contracts/health.ts';
import { readClockCode } from './clock-code.ts';
import { nextFrame, nextPacket, openDecoder, openJpeg, pictureFrame } from './codecs.ts';
import type { ClockPlace, PreviewIn } from './preview-messages.ts';

const widest = 640;
/** FFmpeg's scale, 2 best to 31; 5 gives about 40 KB at 640 × 360. */
const jpegQuality = 5;
const columns = 32;
const rows = 18;
/** dBFS of digital silence in `Sound`. */
const floor = -100;

export type PreviewResult =
  | { readonly kind: 'picture'; readonly jpeg: Uint8Array; readonly cells: Uint8Array; readonly at: number }
  | { readonly kind: 'sound'; readonly sound: Sound }
  | { readonly kind: 'clock'; readonly place: ClockPlace; readonly shown: number };

export class PreviewDecoder {
  readonly #packet = new Packet();
  readonly #frame = new Frame();
  #video: CodecContext | undefined;
  #audio: CodecContext | undefined;
  #thumbnail: Thumbnail | undefined;
  #meter: Meter | undefined;
  /** Ms of one AAC frame. */
  #frameMs = 0;

  constructor() {
    this.#packet.alloc();
    this.#frame.alloc();
  }

  *handle(message: Exclude<PreviewIn, { kind: 'close' }>): Generator<PreviewResult> {
    switch (message.kind) {
      case 'videoConfig':
        this.#video?.freeContext();
        this.#video = undefined;
        this.#video = openDecoder(message.codec, Buffer.from(message.record));
        return;
      case 'audioConfig':
        this.#audio?.freeContext();
        this.#audio = undefined;
        this.#meter = undefined;
        this.#audio = openDecoder('aac', Buffer.from(message.asc));
        return;
      case 'keyframe':
        yield* this.#picture(Buffer.from(message.data), message.at, message.clock);
        return;
      case 'audio':
        if (message.afterGap) this.#meter?.restart();
        for (const [i, frame] of message.frames.entries()) {
          const later = message.frames.length - 1 - i;
          yield* this.#sound(Buffer.from(frame), message.at - later * this.#frameMs);
        }
        return;
    }
  }

  *#picture(data: Buffer, at: number, place: ClockPlace | undefined): Generator<PreviewResult> {
    const decoder = this.#video;
    if (!decoder) return;
    this.#packet.data = data;
    this.#packet.isKeyframe = true;
    try {
      FFmpegError.throwIfError(decoder.sendPacketSync(this.#packet), 'keyframe');
      // One picture alone: draining brings it out at once, whatever the stream's reordering.
      decoder.sendPacketSync(null);
      if (nextFrame(decoder, this.#frame)) {
        const { width, height, format } = this.#frame;
        if (!this.#thumbnail?.fits(width, height, format)) {
          this.#thumbnail?.close();
          this.#thumbnail = new Thumbnail(this.#frame);
        }
        yield { kind: 'picture', at, ...this.#thumbnail.make(this.#frame) };
        const plane = place && this.#frame.data?.[0];
        const shown = plane && readClockCode(plane, this.#frame.linesize[0] ?? width, width, height);
        if (place && shown) yield { kind: 'clock', place, shown };
      }
    } finally {
      decoder.flushBuffers();
      this.#packet.unref();
      this.#frame.unref();
    }
  }

  *#sound(data: Buffer, at: number): Generator<PreviewResult> {
    const decoder = this.#audio;
    if (!decoder) return;
    this.#packet.data = data;
    const code = decoder.sendPacketSync(this.#packet);
    this.#packet.unref();
    FFmpegError.throwIfError(code, 'sound');
    while (nextFrame(decoder, this.#frame)) {
      this.#meter ??= new Meter(this.#frame.sampleRate);
      this.#frameMs = (this.#frame.nbSamples * 1000) / this.#frame.sampleRate;
      const sound = this.#meter.add(this.#frame, at);
      this.#frame.unref();
      if (sound) yield { kind: 'sound', sound };
    }
  }

  close(): void {
    this.#video?.freeContext();
    this.#audio?.freeContext();
    this.#thumbnail?.close();
    this.#packet.free();
    this.#frame.free();
  }
}

/** Scales pictures of one size down and makes JPEGs of them. */
class Thumbnail {
  readonly #width: number;
  readonly #height: number;
  readonly #format: number;
  readonly #scaler = new SoftwareScaleContext();
  readonly #small: Frame;
  readonly #jpeg: CodecContext;
  readonly #packet = new Packet();
  /** The encoder insists on rising timestamps. */
  #count = 0n;

  constructor(source: Frame) {
    this.#width = source.width;
    this.#height = source.height;
    this.#format = source.format;
    const width = Math.min(widest, source.width) & ~1;
    const height = Math.max(2, Math.round((source.height * width) / source.width) & ~1);
    this.#small = pictureFrame(width, height, AV_PIX_FMT_YUVJ420P);
    this.#jpeg = openJpeg(width, height, jpegQuality);
    this.#scaler.allocContext();
    this.#packet.alloc();
  }

  fits(width: number, height: number, format: number): boolean {
    return this.#width === width && this.#height === height && this.#format === format;
  }

  make(source: Frame): { jpeg: Uint8Array; cells: Uint8Array } {
    // Video that does not say its range is of limited range; a JPEG is of full range.
    if (source.colorRange === AVCOL_RANGE_UNSPECIFIED) source.colorRange = AVCOL_RANGE_MPEG;
    this.#small.colorRange = AVCOL_RANGE_JPEG;
    FFmpegError.throwIfError(this.#scaler.scaleFrameSync(this.#small, source), 'scaling');
    this.#small.pts = this.#count++;
    FFmpegError.throwIfError(this.#jpeg.sendFrameSync(this.#small), 'jpeg');
    let jpeg: Uint8Array = new Uint8Array();
    while (nextPacket(this.#jpeg, this.#packet)) {
      jpeg = Buffer.from(this.#packet.data ?? []);
      this.#packet.unref();
    }
    return { jpeg, cells: grid(this.#small) };
  }

  close(): void {
    this.#scaler.freeContext();
    this.#jpeg.freeContext();
    this.#small.free();
    this.#packet.free();
  }
}

/** Mean luma of each cell; every second pixel of every second row is enough. */
function grid({ width, height, linesize, data }: Frame): Uint8Array {
  const plane = data?.[0];
  const stride = linesize[0] ?? width;
  const cells = new Uint8Array(columns * rows);
  if (!plane) return cells;
  for (let row = 0; row < rows; row++) {
    const y0 = Math.floor((row * height) / rows);
    const y1 = Math.max(y0 + 1, Math.floor(((row + 1) * height) / rows));
    for (let column = 0; column < columns; column++) {
      const x0 = Math.floor((column * width) / columns);
      const x1 = Math.max(x0 + 1, Math.floor(((column + 1) * width) / columns));
      let sum = 0;
      let count = 0;
      for (let y = y0; y < y1; y += 2) {
        for (let x = x0; x < x1; x += 2) {
          sum += plane[y * stride + x] ?? 0;
          count++;
        }
      }
      cells[row * columns + column] = Math.round(sum / count);
    }
  }
  return cells;
}

/** RMS and peak of the left and right channel over each second. Of more than two channels the first two are taken. */
class Meter {
  readonly #rate: number;
  #samples = 0;
  #sumLeft = 0;
  #sumRight = 0;
  #peakLeft = 0;
  #peakRight = 0;

  constructor(rate: number) {
    this.#rate = rate;
  }

  restart(): void {
    this.#samples = this.#sumLeft = this.#sumRight = this.#peakLeft = this.#peakRight = 0;
  }

  add(frame: Frame, at: number): Sound | undefined {
    const { nbSamples, channels, format } = frame;
    const planes = frame.data;
    if (!planes || (format !== AV_SAMPLE_FMT_FLTP && format !== AV_SAMPLE_FMT_FLT)) return undefined;
    const planar = format === AV_SAMPLE_FMT_FLTP;
    const step = planar ? 1 : channels;
    const left = floats(planes[0]);
    const right = channels < 2 ? left : planar ? floats(planes[1]) : left;
    const rightAt = !planar && channels >= 2 ? 1 : 0;
    for (let i = 0; i < nbSamples; i++) {
      const l = left[i * step] ?? 0;
      const r = right[i * step + rightAt] ?? 0;
      this.#sumLeft += l * l;
      this.#sumRight += r * r;
      this.#peakLeft = Math.max(this.#peakLeft, Math.abs(l));
      this.#peakRight = Math.max(this.#peakRight, Math.abs(r));
    }
    this.#samples += nbSamples;
    if (this.#samples < this.#rate) return undefined;
    const sound: Sound = {
      left: decibels(Math.sqrt(this.#sumLeft / this.#samples)),
      right: decibels(Math.sqrt(this.#sumRight / this.#samples)),
      peakLeft: decibels(this.#peakLeft),
      peakRight: decibels(this.#peakRight),
      at,
    };
    this.restart();
    return sound;
  }
}

const floats = (plane: Buffer | undefined): Float32Array =>
  plane ? new Float32Array(plane.buffer, plane.byteOffset, plane.byteLength >> 2) : new Float32Array();

/** dBFS, one decimal. */
const decibels = (value: number): number =>
  value <= 0 ? floor : Math.max(floor, Math.round(200 * Math.log10(value)) / 10);
