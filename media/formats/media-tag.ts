/** What an ingest protocol hands over: one coded frame or one decoder configuration, still with the encoder's own timestamps. */

export type VideoCodec = 'avc' | 'hevc' | 'av1';

export type VideoConfigTag = {
  readonly kind: 'videoConfig';
  readonly codec: VideoCodec;
  /** avcC, hvcC (ISO/IEC 14496-15) or av1C (AV1-ISOBMFF 2.3) record, unparsed. */
  readonly record: Buffer;
};
export type VideoTag = {
  readonly kind: 'video';
  readonly codec: VideoCodec;
  /** Decoding time in ms as the encoder sent it, modulo 2³². */
  readonly dts: number;
  /** Composition offset in ms, signed: pts = dts + cts. */
  readonly cts: number;
  readonly keyframe: boolean;
  /** Length-prefixed NAL units (avc, hevc) or OBUs of one temporal unit (av1). */
  readonly data: Buffer;
};
export type AudioConfigTag = {
  readonly kind: 'audioConfig';
  readonly codec: 'aac';
  /** AudioSpecificConfig (ISO/IEC 14496-3 1.6.2.1), unparsed. */
  readonly asc: Buffer;
};
export type AudioTag = {
  readonly kind: 'audio';
  readonly codec: 'aac';
  /** Ms as the encoder sent it, modulo 2³². */
  readonly dts: number;
  /** One raw AAC access unit. */
  readonly data: Buffer;
};
export type MetadataTag = {
  readonly kind: 'metadata';
  /** onMetaData as plain data; keys and nesting are bounded by the AMF reader. */
  readonly values: Readonly<Record<string, unknown>>;
};

export type MediaTag = VideoConfigTag | VideoTag | AudioConfigTag | AudioTag | MetadataTag;
