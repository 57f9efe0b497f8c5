/** Scales decoded pictures to one rung's size, encodes them and gathers them into parts. */
import {
  AV_PICTURE_TYPE_I,
  AV_PICTURE_TYPE_NONE,
  AVCOL_SPC_UNSPECIFIED,
  type CodecContext,
  FFmpegError,
  type Frame,
  Packet,
  SoftwareScaleContext,
} from 'node-av';
import { parseVideoConfig } from '../formats/codec-config.ts';
import { videoInit, videoTimescale } from '../formats/fmp4-init.ts';
import { type Sample, videoPart } from '../formats/fmp4-part.ts';
import { avcRecord, toLengthPrefixed } from './annex-b.ts';
import { nextPacket, openX264, pictureFrame } from './codecs.ts';
import type { LadderRung, RungInit, RungPart } from './ladder-messages.ts';
import type { Cell } from './part-grid.ts';
import { rungKbps, type Size } from './rung-size.ts';

/** VBV buffer, seconds: an IDR may take this much of the bit rate at once. */
const bufferSeconds = 1;
/** Keyframes are made where the source has them; this only bounds a source without any, seconds. */
const longestGop = 20;

export class RungEncoder {
  readonly rung: LadderRung;
  readonly #codec: CodecContext;
  readonly #scaler = new SoftwareScaleContext();
  readonly #picture: Frame;
  readonly #packet = new Packet();
  readonly #size: Size;
  readonly #fps: number;
  readonly #samples: Sample[] = [];
  #sequence = 0;
  #newest = Number.NEGATIVE_INFINITY;

  constructor(rung: LadderRung, size: Size, fps: number, threads: number, like: Frame) {
    this.rung = rung;
    this.#size = size;
    this.#fps = fps;
    this.#picture = pictureFrame(size.width, size.height);
    // Colours are passed on as they are: the scaler then converts nothing but the size.
    this.#picture.colorRange = like.colorRange;
    this.#picture.colorSpace = like.colorSpace;
    this.#scaler.allocContext();
    FFmpegError.throwIfError(this.#scaler.setOption('sws_flags', 'fast_bilinear'), 'sws_flags');
    this.#codec = openX264({
      ...size,
      timeBase: { num: 1, den: videoTimescale },
      fps,
      kbps: rungKbps(rung, fps),
      bufferSeconds,
      gop: Math.round(fps * longestGop),
      preset: 'veryfast',
      zerolatency: true,
      threads,
      ...(like.colorSpace === AVCOL_SPC_UNSPECIFIED ? {} : { colours: like }),
    });
    this.#packet.alloc();
  }

  init(): RungInit {
    const config = parseVideoConfig('avc', avcRecord(this.#codec.extraData ?? Buffer.alloc(0)));
    const { codecs } = config;
    const frameRate = Math.round(this.#fps * 1000) / 1000;
    return { kind: 'init', rung: this.rung, bytes: videoInit(config), codecs, ...this.#size, frameRate };
  }

  /** One picture of the source at its presentation time (ticks). */
  encode(source: Frame, presentation: number, keyframe: boolean): void {
    FFmpegError.throwIfError(this.#scaler.scaleFrameSync(this.#picture, source), 'scaling');
    this.#encode(presentation, keyframe);
  }

  /** Ends the part of this cell. A cell for which no picture could be decoded shows the one before again. */
  cut(cell: Cell): RungPart {
    if (this.#samples.length === 0) this.#encode(cell.from, cell.independent);
    const samples = this.#samples.map((sample, i) => ({
      ...sample,
      duration: Math.max(1, (this.#samples[i + 1]?.dts ?? cell.to) - sample.dts),
    }));
    this.#samples.length = 0;
    const { msn, index } = cell;
    return {
      kind: 'part',
      rung: this.rung,
      msn,
      index,
      bytes: videoPart(++this.#sequence, samples),
      duration: (cell.to - cell.from) / videoTimescale,
      independent: samples[0]?.keyframe ?? false,
      start: (samples[0]?.dts ?? cell.from) / videoTimescale,
    };
  }

  close(): void {
    this.#codec.freeContext();
    this.#scaler.freeContext();
    this.#picture.free();
    this.#packet.free();
  }

  #encode(presentation: number, keyframe: boolean): void {
    // x264 takes rising times only; a filled part may have come close to the next picture.
    const time = Math.max(presentation, this.#newest + 1);
    this.#newest = time;
    this.#picture.pts = BigInt(time);
    this.#picture.pictType = keyframe ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    FFmpegError.throwIfError(this.#codec.sendFrameSync(this.#picture), 'x264');
    while (nextPacket(this.#codec, this.#packet)) {
      const data = toLengthPrefixed(this.#packet.data ?? Buffer.alloc(0));
      this.#samples.push({
        dts: Number(this.#packet.pts),
        cts: 0,
        duration: 1,
        keyframe: this.#packet.isKeyframe,
        data,
      });
      this.#packet.unref();
    }
  }
}
