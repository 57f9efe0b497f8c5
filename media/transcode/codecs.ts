/**
 * The one door to node-av (FFmpeg as a library) for coding: decoders, x264, AAC, JPEG, opened with our settings.
 * Only child processes import this file: a crash in a codec must not touch the live path. Calls are the
 * synchronous ones, since such a process has nothing else to do.
 *
 * Hazard: never give open2Sync a Dictionary. FFmpeg frees it and the binding frees it again, which crashes at the
 * next garbage collection (node-av 6.1.1); options are set on the context instead.
 */
import {
  AV_CHANNEL_LAYOUT_STEREO,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_CODEC_ID_AAC,
  AV_CODEC_ID_AV1,
  AV_CODEC_ID_H264,
  AV_CODEC_ID_HEVC,
  AV_LOG_QUIET,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUVJ420P,
  AV_SAMPLE_FMT_FLTP,
  AVERROR_EAGAIN,
  AVERROR_EOF,
  type AVPixelFormat,
  Codec,
  CodecContext,
  FF_DECODER_LIBDAV1D,
  FF_ENCODER_AAC,
  FF_ENCODER_LIBX264,
  FF_ENCODER_MJPEG,
  FFmpegError,
  Frame,
  Log,
  type Packet,
  Rational,
} from 'node-av';
import type { VideoCodec } from '../formats/media-tag.ts';

/** FFmpeg's own messages go nowhere; what fails is reported by our errors. */
export const silence = (): void => Log.setLevel(AV_LOG_QUIET);

export type X264Options = {
  /** Even pixels. */
  readonly width: number;
  readonly height: number;
  /** Ticks of the timestamps are num/den seconds. */
  readonly timeBase: { readonly num: number; readonly den: number };
  /** Announced frame rate. */
  readonly fps: number;
  /** Average and most over one buffer, kbit/s. */
  readonly kbps: number;
  /** VBV buffer in seconds of `kbps`. */
  readonly bufferSeconds: number;
  /** Frames between keyframes at most. */
  readonly gop: number;
  readonly preset: string;
  /** No B-frames, no look-ahead: every frame comes out at once. */
  readonly zerolatency: boolean;
  /** 0 lets x264 choose. */
  readonly threads: number;
  /** A picture whose colour description is passed on. */
  readonly colours?: Frame;
};

/** An H.264 encoder that puts its parameter sets into `extraData` (Annex B) and makes keyframes only where asked or after `gop`. */
export function openX264(options: X264Options): CodecContext {
  const codec = need(Codec.findEncoderByName(FF_ENCODER_LIBX264), 'libx264');
  const context = new CodecContext();
  context.allocContext3(codec);
  context.width = options.width;
  context.height = options.height;
  context.pixelFormat = AV_PIX_FMT_YUV420P;
  context.timeBase = new Rational(options.timeBase.num, options.timeBase.den);
  context.framerate = new Rational(Math.round(options.fps * 1000), 1000);
  context.gopSize = options.gop;
  context.bitRate = BigInt(Math.round(options.kbps * 1000));
  context.rcMaxRate = BigInt(Math.round(options.kbps * 1000));
  context.rcBufferSize = Math.round(options.kbps * 1000 * options.bufferSeconds);
  context.threadCount = options.threads;
  if (options.colours) {
    context.colorRange = options.colours.colorRange;
    context.colorSpace = options.colours.colorSpace;
    context.colorPrimaries = options.colours.colorPrimaries;
    context.colorTrc = options.colours.colorTrc;
  }
  context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  open(context, codec, {
    preset: options.preset,
    ...(options.zerolatency ? { tune: 'zerolatency' } : {}),
    'forced-idr': '1',
    sc_threshold: '0',
  });
  return context;
}

/** An AAC-LC stereo encoder for planar floats. */
export function openAac(sampleRate: number, kbps: number): CodecContext {
  const codec = need(Codec.findEncoderByName(FF_ENCODER_AAC), 'aac');
  const context = new CodecContext();
  context.allocContext3(codec);
  context.sampleRate = sampleRate;
  context.sampleFormat = AV_SAMPLE_FMT_FLTP;
  context.channelLayout = AV_CHANNEL_LAYOUT_STEREO;
  context.timeBase = new Rational(1, sampleRate);
  context.bitRate = BigInt(kbps * 1000);
  context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  open(context, codec, {});
  return context;
}

const decoders = {
  avc: AV_CODEC_ID_H264,
  hevc: AV_CODEC_ID_HEVC,
  av1: AV_CODEC_ID_AV1,
  aac: AV_CODEC_ID_AAC,
};

/** A decoder for length-prefixed NAL units, OBUs or raw AAC; `record` is avcC, hvcC, av1C or the AudioSpecificConfig. One thread, so that each picture comes out as early as it can. */
export function openDecoder(kind: VideoCodec | 'aac', record: Buffer): CodecContext {
  // libdav1d is far faster than FFmpeg's own AV1 decoder, which needs hardware.
  const codec =
    kind === 'av1'
      ? need(Codec.findDecoderByName(FF_DECODER_LIBDAV1D), 'libdav1d')
      : need(Codec.findDecoder(decoders[kind]), kind);
  const context = new CodecContext();
  context.allocContext3(codec);
  context.extraData = record;
  context.threadCount = 1;
  open(context, codec, {});
  return context;
}

/** A JPEG encoder for I420 in full range (YUVJ420P); `quality` is FFmpeg's scale, 2 best to 31. */
export function openJpeg(width: number, height: number, quality: number): CodecContext {
  const codec = need(Codec.findEncoderByName(FF_ENCODER_MJPEG), 'mjpeg');
  const context = new CodecContext();
  context.allocContext3(codec);
  context.width = width;
  context.height = height;
  context.pixelFormat = AV_PIX_FMT_YUVJ420P;
  context.timeBase = new Rational(1, 25);
  context.qMin = quality;
  context.qMax = quality;
  context.threadCount = 1;
  open(context, codec, {});
  return context;
}

/** An empty picture with its own memory. */
export function pictureFrame(
  width: number,
  height: number,
  format: AVPixelFormat = AV_PIX_FMT_YUV420P,
): Frame {
  const frame = new Frame();
  frame.alloc();
  frame.width = width;
  frame.height = height;
  frame.format = format;
  FFmpegError.throwIfError(frame.getBuffer(0), `${width}x${height} picture`);
  return frame;
}

/** Empty stereo sound of `samples` planar floats a channel. */
export function soundFrame(samples: number, sampleRate: number): Frame {
  const frame = new Frame();
  frame.alloc();
  frame.nbSamples = samples;
  frame.format = AV_SAMPLE_FMT_FLTP;
  frame.sampleRate = sampleRate;
  frame.channelLayout = AV_CHANNEL_LAYOUT_STEREO;
  FFmpegError.throwIfError(frame.getBuffer(0), `${samples} samples`);
  return frame;
}

/** True when `packet` was filled with the next coded packet; false when the encoder wants more input. */
export function nextPacket(context: CodecContext, packet: Packet): boolean {
  return received(context.receivePacketSync(packet), 'encoding');
}

/** True when `frame` was filled with the next decoded picture or sound; false when the decoder wants more input. */
export function nextFrame(context: CodecContext, frame: Frame): boolean {
  return received(context.receiveFrameSync(frame), 'decoding');
}

function received(code: number, operation: string): boolean {
  if (code === AVERROR_EAGAIN || code === AVERROR_EOF) return false;
  FFmpegError.throwIfError(code, operation);
  return true;
}

function open(context: CodecContext, codec: Codec, options: Record<string, string>): void {
  for (const [name, value] of Object.entries(options)) {
    FFmpegError.throwIfError(context.setOption(name, value), `${codec.name ?? 'codec'} option ${name}`);
  }
  FFmpegError.throwIfError(context.open2Sync(codec, null), `opening ${codec.name ?? 'codec'}`);
}

function need(codec: Codec | null, name: string): Codec {
  if (!codec) throw new Error(`this build of FFmpeg has no ${name}`);
  return codec;
}
