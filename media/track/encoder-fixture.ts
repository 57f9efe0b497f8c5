/** For tests: an encoder that never encodes. Its tags have the shape of H.264 and AAC over RTMP, in the order an encoder interleaves them. */
import { lcConfig } from '../formats/aac.ts';
import type { MediaTag } from '../formats/media-tag.ts';

/** x264, 1280x720, High, 29.97 announced. */
export const avcRecord = Buffer.from(
  '0164001fffe100186764001facd9405005bb011000003e90000ea600f183196001000668ebe3cb22c0fdf8f800',
  'hex',
);
/** x264, 1920x1080, Constrained Baseline, 25. */
export const otherAvcRecord = Buffer.from(
  '0142c028ffe100196742c028da01e0089f97011000000300100000030320f1832a01000468ce0fc8',
  'hex',
);

/** Mulberry32: the same numbers for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export type EncoderOptions = {
  /** Frames a second; 0 for sound only. */
  readonly fps: number;
  /** Frames from IDR to IDR. */
  readonly gop: number;
  readonly bframes?: number;
  /** 0 for pictures only. */
  readonly sampleRate: number;
  readonly seconds: number;
  /** First timestamp, ms. */
  readonly start?: number;
  readonly record?: Buffer;
  /** Bytes of a picture. */
  readonly size?: (index: number) => number;
  /** Ms by which sound is sent later (or, negative, earlier) than the picture of the same time. */
  readonly muxSkew?: number;
  /** Leaves tags out: kind and time since the start, ms. */
  readonly drop?: (kind: 'video' | 'audio', time: number) => boolean;
};

/** A tag and the moment it is sent, ms since the encoder's start. */
export type SentTag = { readonly tag: MediaTag; readonly at: number };

export const nal = (header: number, size: number): Buffer => {
  const data = Buffer.alloc(4 + Math.max(2, size), 0x55);
  data.writeUInt32BE(data.length - 4, 0);
  data[4] = header;
  return data;
};

export function encode(options: EncoderOptions): SentTag[] {
  const { fps, gop, bframes = 0, sampleRate, seconds, start = 0, muxSkew = 0, drop } = options;
  const tags: SentTag[] = [];
  if (fps > 0)
    tags.push({ tag: { kind: 'videoConfig', codec: 'avc', record: options.record ?? avcRecord }, at: 0 });
  if (sampleRate > 0)
    tags.push({ tag: { kind: 'audioConfig', codec: 'aac', asc: lcConfig(sampleRate, 2).asc }, at: 0 });
  const media: SentTag[] = [];
  const at = (index: number) => Math.round((index * 1000) / fps);
  for (let i = 0; fps > 0 && i < Math.round(seconds * fps); i++) {
    const { header, pts } = picture(i, gop, bframes);
    const dts = at(i);
    if (drop?.('video', dts)) continue;
    const cts = at(pts + (bframes > 0 ? 1 : 0)) - dts;
    const data = nal(header, options.size?.(i) ?? 100);
    media.push({
      tag: {
        kind: 'video',
        codec: 'avc',
        dts: (start + dts) % 2 ** 32,
        cts,
        keyframe: header === 0x65,
        data,
      },
      at: dts,
    });
  }
  const frameMs = sampleRate > 0 ? 1_024_000 / sampleRate : 0;
  for (let j = 0; sampleRate > 0 && j * frameMs < seconds * 1000; j++) {
    const time = Math.round(j * frameMs);
    if (drop?.('audio', time)) continue;
    const data = Buffer.from([0x21, j & 255, j >> 8, 0x11]);
    media.push({
      tag: { kind: 'audio', codec: 'aac', dts: (start + time) % 2 ** 32, data },
      at: Math.max(0, time + muxSkew),
    });
  }
  media.sort((a, b) => a.at - b.at);
  return [...tags, ...media];
}

/** NAL header and presentation index of the i-th picture in decoding order: IDR, P, B…, closed GOPs. */
function picture(i: number, gop: number, bframes: number): { header: number; pts: number } {
  const inGop = i % gop;
  if (inGop === 0) return { header: 0x65, pts: i };
  const group = bframes + 1;
  const inGroup = (inGop - 1) % group;
  if (inGroup > 0) return { header: 0x01, pts: i - 1 };
  const following = Math.min(bframes, gop - 1 - inGop);
  return { header: 0x41, pts: i + following };
}
