/**
 * FLV tag bodies as RTMP carries them (Adobe FLV 10.1, annex E; Enhanced RTMP v1 and v2): H.264, HEVC, AV1 and AAC
 * come out as media tags, everything else is refused by name.
 */
import { CodedError } from '#contracts/errors.ts';
import { type AmfValue, decodeAmf0 } from './amf0.ts';
import type { MediaTag, VideoCodec } from './media-tag.ts';

const keyFrame = 1;
const generatedKeyFrame = 4;
const commandFrame = 5;

/** Video codec ids before FourCCs; 12 is no standard, but common in Chinese encoders. */
const legacyVideo = new Map<number, VideoCodec>([
  [7, 'avc'],
  [12, 'hevc'],
]);
const videoNames: Record<number, string> = {
  2: 'Sorenson H.263',
  3: 'Screen video',
  4: 'VP6',
  5: 'VP6 with alpha',
  6: 'Screen video 2',
  13: 'AV1 (codec id 13)',
};
const audioNames: Record<number, string> = {
  0: 'PCM',
  1: 'ADPCM',
  2: 'MP3',
  3: 'PCM',
  4: 'Nellymoser',
  5: 'Nellymoser',
  6: 'Nellymoser',
  7: 'G.711 A-law',
  8: 'G.711 µ-law',
  11: 'Speex',
  13: 'Opus (sound format 13)',
  14: 'MP3',
};
const videoFourCcs = new Map<string, VideoCodec>([
  ['avc1', 'avc'],
  ['hvc1', 'hevc'],
  ['av01', 'av1'],
]);
/** FourCCs of Enhanced RTMP this reader takes, for the answer to connect. */
export const acceptedFourCcs = [...videoFourCcs.keys(), 'mp4a'];

/** Enhanced RTMP: VideoPacketType; AudioPacketType shares the first three, 5 and 7. */
const packet = {
  sequenceStart: 0,
  codedFrames: 1,
  sequenceEnd: 2,
  codedFramesX: 3,
  videoMetadata: 4,
  multichannelConfig: 4,
  audioMultitrack: 5,
  videoMultitrack: 6,
  modEx: 7,
} as const;

/** Where a decoder configuration says how long the length before each NAL unit is (ISO/IEC 14496-15). */
const lengthSizeAt = { avc: 4, hevc: 21 } as const;
const smallestRecord: Record<VideoCodec, number> = { avc: 7, hevc: 23, av1: 4 };

function broken(detail: string): never {
  throw new CodedError('publish.protocol', `FLV: ${detail}`);
}
function unsupported(detail: string): never {
  throw new CodedError('publish.codec', detail);
}

/** One per publisher: it remembers the NAL length size of the last configuration. */
export class FlvReader {
  #lengthSize = 4;
  #ignored = 0;

  /** Bodies that carry nothing for us: empty ones, ends of sequence, cue points. */
  get ignored(): number {
    return this.#ignored;
  }

  /**
   * @param timestamp ms modulo 2³²
   * @returns the tag; its data are views of `body`; undefined when there is nothing in it
   * @throws CodedError 'publish.codec' for a codec or packaging we do not take, 'publish.protocol' for broken bytes
   */
  video(body: Buffer, timestamp: number): MediaTag | undefined {
    if (body.length === 0) return this.#ignore();
    const first = body.readUInt8(0);
    if (first & 0x80) return this.#enhancedVideo(body, timestamp);
    const frame = first >> 4;
    if (frame === commandFrame) return this.#ignore();
    const id = first & 0x0f;
    const codec = legacyVideo.get(id);
    if (!codec) return unsupported(`video is ${videoNames[id] ?? 'of unknown kind'} (FLV codec id ${id})`);
    if (body.length < 5) return broken(`video packet of ${body.length} bytes, header needs 5`);
    switch (body.readUInt8(1)) {
      case 0:
        return this.#videoConfig(codec, body.subarray(5));
      case 1:
        return this.#frame(codec, frame, timestamp, body.readIntBE(2, 3), body.subarray(5));
      default:
        return this.#ignore();
    }
  }

  /** As `video`, for audio. */
  audio(body: Buffer, timestamp: number): MediaTag | undefined {
    if (body.length === 0) return this.#ignore();
    const first = body.readUInt8(0);
    const format = first >> 4;
    if (format === 9) return this.#enhancedAudio(body, timestamp);
    if (format !== 10) {
      return unsupported(`audio is ${audioNames[format] ?? 'of unknown kind'} (FLV sound format ${format})`);
    }
    if (body.length < 2) return this.#ignore();
    return body.readUInt8(1) === 0
      ? this.#audioConfig(body.subarray(2))
      : this.#sound(timestamp, body.subarray(2));
  }

  /** Script data: onMetaData, bare or behind @setDataFrame; other names are ignored. */
  script(values: readonly AmfValue[]): MediaTag | undefined {
    const at = values[0] === '@setDataFrame' ? 1 : 0;
    const data = values[at + 1];
    if (values[at] !== 'onMetaData' || typeof data !== 'object' || data === null || Array.isArray(data)) {
      return this.#ignore();
    }
    return { kind: 'metadata', values: data };
  }

  #ignore(): undefined {
    this.#ignored++;
    return undefined;
  }

  #enhancedVideo(body: Buffer, timestamp: number): MediaTag | undefined {
    const frame = (body.readUInt8(0) >> 4) & 0x07;
    let at = 1;
    let type = body.readUInt8(0) & 0x0f;
    if (type === packet.modEx) ({ type, at } = skipModifiers(body, at));
    if (type !== packet.videoMetadata && frame === commandFrame) return this.#ignore();
    if (type === packet.videoMultitrack) return unsupported('video is multitrack; send one track');
    const name = fourCc(body, at);
    const codec = videoFourCcs.get(name);
    if (!codec) return unsupported(`video is ${name} (FourCC)`);
    at += 4;
    switch (type) {
      case packet.sequenceStart:
        return this.#videoConfig(codec, body.subarray(at));
      case packet.codedFrames: {
        if (codec === 'av1') return this.#frame(codec, frame, timestamp, 0, body.subarray(at));
        if (body.length < at + 3) return broken('video packet ends inside its composition time');
        return this.#frame(codec, frame, timestamp, body.readIntBE(at, 3), body.subarray(at + 3));
      }
      case packet.codedFramesX:
        return this.#frame(codec, frame, timestamp, 0, body.subarray(at));
      case packet.videoMetadata:
        return this.#videoMetadata(body, at);
      case packet.sequenceEnd:
        return this.#ignore();
      default:
        return unsupported(`video packet type ${type} (Enhanced RTMP)`);
    }
  }

  #enhancedAudio(body: Buffer, timestamp: number): MediaTag | undefined {
    let at = 1;
    let type = body.readUInt8(0) & 0x0f;
    if (type === packet.modEx) ({ type, at } = skipModifiers(body, at));
    if (type === packet.audioMultitrack) return unsupported('audio is multitrack; send one track');
    const name = fourCc(body, at);
    if (name !== 'mp4a') return unsupported(`audio is ${name.trim()} (FourCC)`);
    at += 4;
    switch (type) {
      case packet.sequenceStart:
        return this.#audioConfig(body.subarray(at));
      case packet.codedFrames:
        return this.#sound(timestamp, body.subarray(at));
      case packet.multichannelConfig:
      case packet.sequenceEnd:
        return this.#ignore();
      default:
        return unsupported(`audio packet type ${type} (Enhanced RTMP)`);
    }
  }

  #videoConfig(codec: VideoCodec, record: Buffer): MediaTag | undefined {
    // ffmpeg sends an empty one when the encoder's headers come later.
    if (record.length === 0) return this.#ignore();
    if (record.length < smallestRecord[codec]) {
      return broken(`${codec} configuration of ${record.length} bytes, at least ${smallestRecord[codec]}`);
    }
    if (codec !== 'av1') this.#lengthSize = (record.readUInt8(lengthSizeAt[codec]) & 3) + 1;
    return { kind: 'videoConfig', codec, record };
  }

  #frame(codec: VideoCodec, frame: number, dts: number, cts: number, data: Buffer): MediaTag | undefined {
    if (data.length === 0) return this.#ignore();
    if (codec !== 'av1') checkNalLengths(data, this.#lengthSize);
    return {
      kind: 'video',
      codec,
      dts,
      cts,
      keyframe: frame === keyFrame || frame === generatedKeyFrame,
      data,
    };
  }

  #audioConfig(asc: Buffer): MediaTag | undefined {
    if (asc.length === 0) return this.#ignore();
    if (asc.length < 2) return broken(`AudioSpecificConfig of ${asc.length} byte, at least 2`);
    return { kind: 'audioConfig', codec: 'aac', asc };
  }

  #sound(dts: number, data: Buffer): MediaTag | undefined {
    return data.length === 0 ? this.#ignore() : { kind: 'audio', codec: 'aac', dts, data };
  }

  /** colorInfo and the like: a name and an object. */
  #videoMetadata(body: Buffer, at: number): MediaTag | undefined {
    const [name, value] = decodeAmf0(body, at);
    if (typeof name !== 'string' || name === '__proto__') return this.#ignore();
    return { kind: 'metadata', values: { [name]: value } };
  }
}

function fourCc(body: Buffer, at: number): string {
  if (body.length < at + 4) return broken(`packet of ${body.length} bytes ends before its FourCC`);
  return body.toString('latin1', at, at + 4).replace(/[^ -~]/g, '?');
}

/** ModEx (Enhanced RTMP v2): modifiers such as a nanosecond offset, before the packet's real type. */
function skipModifiers(body: Buffer, start: number): { type: number; at: number } {
  let at = start;
  let type: number = packet.modEx;
  while (type === packet.modEx) {
    if (body.length < at + 3) return broken('packet ends inside a modifier');
    let size = body.readUInt8(at++) + 1;
    if (size === 256) {
      size = body.readUInt16BE(at) + 1;
      at += 2;
    }
    at += size;
    if (at >= body.length) return broken(`modifier of ${size} bytes is longer than its packet`);
    type = body.readUInt8(at++) & 0x0f;
  }
  return { type, at };
}

/** A length past the packet's end makes every later parser read foreign memory or stall (fault 15). */
function checkNalLengths(data: Buffer, lengthSize: number): void {
  for (let at = 0; at < data.length; ) {
    if (data.length - at < lengthSize) broken(`${data.length - at} stray bytes after the last NAL unit`);
    const length = lengthSize === 4 ? data.readUInt32BE(at) : data.readUIntBE(at, lengthSize);
    at += lengthSize;
    if (length > data.length - at) {
      broken(`NAL unit of ${length} bytes in a packet with ${data.length - at} left`);
    }
    at += length;
  }
}
