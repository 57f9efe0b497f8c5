/** AV1 as FLV (enhanced RTMP) and MP4 carry it: the av1C record (AV1-ISOBMFF 2.3) and the sequence header (AV1 5.5). */
import { BitReader } from './bit-reader.ts';
import type { VideoConfig } from './codec-config.ts';

const obuSequenceHeader = 1;
const obuFrameHeader = 3;
const obuFrame = 6;

/** AV1CodecConfigurationRecord with its sequence header. @throws RangeError */
export function av1Config(record: Buffer): VideoConfig {
  if (record.length < 5) throw new RangeError(`av1C needs a sequence header (got ${record.length} bytes)`);
  if (record[0] !== 0x81) throw new RangeError(`av1C must start with 0x81 (got ${record[0]})`);
  const header = findObu(record.subarray(4), (type) => type === obuSequenceHeader);
  if (!header) throw new RangeError('av1C has no sequence header');
  const { width, height } = parseSequenceHeader(header.payload);
  return {
    codec: 'av1',
    record,
    codecs: codecString(record),
    width,
    height,
    frameRate: 0,
    lengthSize: 0,
  };
}

/** AV1-ISOBMFF 5: `av01.P.LLT.DD`. */
function codecString(record: Buffer): string {
  const second = record.readUInt8(1);
  const third = record.readUInt8(2);
  const highBitDepth = third & 0x40;
  const depth = highBitDepth ? (third & 0x20 ? 12 : 10) : 8;
  const level = String(second & 31).padStart(2, '0');
  return `av01.${second >> 5}.${level}${third & 0x80 ? 'H' : 'M'}.${String(depth).padStart(2, '0')}`;
}

type Obu = { readonly type: number; readonly payload: Buffer };

/** The first OBU that matches; undefined when there is none or a size does not fit. */
function findObu(data: Buffer, match: (type: number) => boolean): Obu | undefined {
  let at = 0;
  while (at < data.length) {
    const header = data.readUInt8(at);
    const type = (header >> 3) & 15;
    at += header & 4 ? 2 : 1;
    let size = data.length - at;
    if (header & 2) {
      const leb = leb128(data, at);
      if (!leb) return undefined;
      at = leb.next;
      size = leb.value;
    }
    if (size < 0 || at + size > data.length) return undefined;
    if (match(type)) return { type, payload: data.subarray(at, at + size) };
    at += size;
  }
  return undefined;
}

function leb128(data: Buffer, at: number): { value: number; next: number } | undefined {
  let value = 0;
  for (let i = 0; i < 8; i++) {
    const byte = data[at + i];
    if (byte === undefined) return undefined;
    value += (byte & 127) * 2 ** (7 * i);
    if (byte < 128) return { value, next: at + i + 1 };
  }
  return undefined;
}

/** Largest frame size, sequence_header_obu (5.5.1). @throws RangeError */
export function parseSequenceHeader(payload: Buffer): { width: number; height: number } {
  const bits = new BitReader(payload);
  bits.skip(3 + 1);
  if (bits.flag()) {
    bits.skip(5);
  } else {
    skipOperatingPoints(bits);
  }
  const widthBits = bits.bits(4) + 1;
  const heightBits = bits.bits(4) + 1;
  const width = bits.bits(widthBits) + 1;
  const height = bits.bits(heightBits) + 1;
  if (width < 16 || height < 16)
    throw new RangeError(`AV1 picture size must be at least 16 (got ${width}x${height})`);
  return { width, height };
}

function skipOperatingPoints(bits: BitReader): void {
  let decoderModel = false;
  let delayBits = 0;
  if (bits.flag()) {
    bits.skip(64);
    if (bits.flag()) bits.uvlc();
    decoderModel = bits.flag();
    if (decoderModel) {
      delayBits = bits.bits(5) + 1;
      bits.skip(32 + 5 + 5);
    }
  }
  const initialDelay = bits.flag();
  const points = bits.bits(5) + 1;
  for (let i = 0; i < points; i++) {
    bits.skip(12);
    if (bits.bits(5) > 7) bits.skip(1);
    if (decoderModel && bits.flag()) bits.skip(2 * delayBits + 1);
    if (initialDelay && bits.flag()) bits.skip(4);
  }
}

/** True when the temporal unit's first frame is a shown KEY_FRAME (5.9.2: show_existing_frame 0, frame_type 0, show_frame 1). */
export function isAv1Keyframe(data: Buffer): boolean {
  const frame = findObu(data, (type) => type === obuFrame || type === obuFrameHeader);
  const first = frame?.payload[0];
  return first !== undefined && first >> 4 === 1;
}
