/** What the pipeline knows of a stream from its decoder configuration, whatever the codec. */
import type { AacConfig } from './aac.ts';
import { av1Config, isAv1Keyframe } from './av1.ts';
import { avcConfig, inspectAvc } from './h264.ts';
import { hevcConfig, inspectHevc } from './hevc.ts';
import type { VideoCodec } from './media-tag.ts';

export type VideoConfig = {
  readonly codec: VideoCodec;
  /** avcC, hvcC or av1C record as it goes into the sample entry. */
  readonly record: Buffer;
  /** RFC 6381. */
  readonly codecs: string;
  /** Pixels after cropping. */
  readonly width: number;
  readonly height: number;
  /** Announced by the stream (VUI timing); 0 when it does not say. */
  readonly frameRate: number;
  /** Bytes of a NAL unit's length prefix; 0 for AV1. */
  readonly lengthSize: number;
};

export type AudioConfig = AacConfig;

/** What one access unit is, read from its unit headers alone. */
export type AccessUnit = {
  /** Every unit lies within the packet and at least one is a coded picture. */
  readonly valid: boolean;
  /** Decoding can start here (IDR; for HEVC any IRAP picture). */
  readonly randomAccess: boolean;
  /** Other pictures may refer to it. */
  readonly reference: boolean;
};

/** @throws RangeError naming what is wrong with the record. */
export function parseVideoConfig(codec: VideoCodec, record: Buffer): VideoConfig {
  if (codec === 'avc') return avcConfig(record);
  if (codec === 'hevc') return hevcConfig(record);
  return av1Config(record);
}

export function inspectAccessUnit(config: VideoConfig, data: Buffer, keyframe: boolean): AccessUnit {
  if (config.codec === 'avc') return inspectAvc(data, config.lengthSize);
  if (config.codec === 'hevc') return inspectHevc(data, config.lengthSize);
  return { valid: data.length > 0, randomAccess: keyframe && isAv1Keyframe(data), reference: true };
}
