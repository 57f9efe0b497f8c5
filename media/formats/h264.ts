/** H.264 as FLV and MP4 carry it: the avcC record (ISO/IEC 14496-15 5.3.3.1), its parameter sets (ITU-T H.264 7.3.2.1) and the headers of NAL units. */
import { BitReader, unescapeNal } from './bit-reader.ts';
import type { AccessUnit, VideoConfig } from './codec-config.ts';

export type AvcRecord = {
  readonly profile: number;
  /** constraint_set flags. */
  readonly compatibility: number;
  readonly level: number;
  readonly lengthSize: number;
  readonly sps: readonly Buffer[];
  readonly pps: readonly Buffer[];
};

export type AvcSps = {
  readonly width: number;
  readonly height: number;
  /** From VUI timing; 0 when absent. */
  readonly frameRate: number;
};

/** AVCDecoderConfigurationRecord. @throws RangeError when truncated or without parameter sets. */
export function parseAvcC(record: Buffer): AvcRecord {
  if (record.length < 7) throw new RangeError(`avcC needs at least 7 bytes (got ${record.length})`);
  if (record[0] !== 1) throw new RangeError(`avcC version must be 1 (got ${record[0]})`);
  const lengthSize = (record.readUInt8(4) & 3) + 1;
  if (lengthSize === 3) throw new RangeError('avcC NAL length size must be 1, 2 or 4 (got 3)');
  const sets = { at: 5 };
  const sps = readSets(record, sets, record.readUInt8(sets.at++) & 31, 7, 'SPS');
  if (sets.at >= record.length) throw new RangeError('avcC ends before its PPS count');
  const pps = readSets(record, sets, record.readUInt8(sets.at++), 8, 'PPS');
  return {
    profile: record.readUInt8(1),
    compatibility: record.readUInt8(2),
    level: record.readUInt8(3),
    lengthSize,
    sps,
    pps,
  };
}

function readSets(
  record: Buffer,
  cursor: { at: number },
  count: number,
  type: number,
  name: string,
): Buffer[] {
  if (count === 0) throw new RangeError(`avcC has no ${name}`);
  const sets: Buffer[] = [];
  for (let i = 0; i < count; i++) {
    if (cursor.at + 2 > record.length) throw new RangeError(`avcC ends inside its ${name}`);
    const length = record.readUInt16BE(cursor.at);
    const set = record.subarray(cursor.at + 2, cursor.at + 2 + length);
    cursor.at += 2 + length;
    const header = set[0];
    if (header === undefined || set.length < length) throw new RangeError(`avcC has an empty or cut ${name}`);
    if ((header & 31) !== type) throw new RangeError(`avcC ${name} is NAL type ${header & 31}`);
    sets.push(set);
  }
  return sets;
}

/** Profiles whose SPS carries chroma format and scaling matrices. */
const highProfiles = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);

/** seq_parameter_set_data, with its NAL header. @throws RangeError */
export function parseSps(sps: Buffer): AvcSps {
  const bits = new BitReader(unescapeNal(sps));
  bits.skip(8);
  const profile = bits.bits(8);
  bits.skip(16);
  bits.ue();
  let chroma = 1;
  let separatePlanes = false;
  if (highProfiles.has(profile)) {
    chroma = bits.ue();
    if (chroma > 3) throw new RangeError(`SPS chroma_format_idc must be 0 to 3 (got ${chroma})`);
    if (chroma === 3) separatePlanes = bits.flag();
    bits.ue();
    bits.ue();
    bits.skip(1);
    if (bits.flag()) skipScalingMatrix(bits, chroma === 3 ? 12 : 8);
  }
  bits.ue();
  skipPictureOrder(bits);
  bits.ue();
  bits.skip(1);
  const widthMbs = bits.ue() + 1;
  const heightMaps = bits.ue() + 1;
  const framesOnly = bits.flag();
  if (!framesOnly) bits.skip(1);
  bits.skip(1);
  const crop = bits.flag() ? [bits.ue(), bits.ue(), bits.ue(), bits.ue()] : [0, 0, 0, 0];
  const [left = 0, right = 0, top = 0, bottom = 0] = crop;
  const subWidth = separatePlanes || chroma === 0 || chroma === 3 ? 1 : 2;
  const subHeight = !separatePlanes && chroma === 1 ? 2 : 1;
  const fieldFactor = framesOnly ? 1 : 2;
  const width = widthMbs * 16 - subWidth * (left + right);
  const height = heightMaps * 16 * fieldFactor - subHeight * fieldFactor * (top + bottom);
  if (width < 16 || height < 16 || width > 16384 || height > 16384) {
    throw new RangeError(`SPS picture size must be 16 to 16384 (got ${width}x${height})`);
  }
  return { width, height, frameRate: bits.flag() ? vuiFrameRate(bits) : 0 };
}

function skipScalingMatrix(bits: BitReader, lists: number): void {
  for (let i = 0; i < lists; i++) {
    const present = bits.flag();
    if (present) skipScaling(bits, i < 6 ? 16 : 64);
  }
}

function skipScaling(bits: BitReader, size: number): void {
  let last = 8;
  let next = 8;
  for (let i = 0; i < size; i++) {
    if (next !== 0) next = (last + bits.se() + 256) & 255;
    last = next === 0 ? last : next;
  }
}

function skipPictureOrder(bits: BitReader): void {
  const type = bits.ue();
  if (type === 0) bits.ue();
  if (type !== 1) return;
  bits.skip(1);
  bits.se();
  bits.se();
  const cycle = bits.ue();
  if (cycle > 255) throw new RangeError(`SPS reference cycle must be ≤ 255 (got ${cycle})`);
  for (let i = 0; i < cycle; i++) bits.se();
}

/** vui_parameters up to timing (E.1.1). Encoders cut VUI short; then the rate is unknown. */
function vuiFrameRate(bits: BitReader): number {
  try {
    if (bits.flag() && bits.bits(8) === 255) bits.skip(32);
    if (bits.flag()) bits.skip(1);
    if (bits.flag()) {
      bits.skip(4);
      if (bits.flag()) bits.skip(24);
    }
    if (bits.flag()) {
      bits.ue();
      bits.ue();
    }
    if (!bits.flag()) return 0;
    const unitsInTick = bits.bits(32);
    const timeScale = bits.bits(32);
    const rate = unitsInTick === 0 ? 0 : timeScale / (2 * unitsInTick);
    return rate > 0 && rate <= 480 ? rate : 0;
  } catch {
    return 0;
  }
}

const hex = (byte: number) => byte.toString(16).padStart(2, '0');

/** @throws RangeError naming what is wrong. */
export function avcConfig(record: Buffer): VideoConfig {
  const avc = parseAvcC(record);
  const first = avc.sps[0];
  if (!first) throw new RangeError('avcC has no SPS');
  const { width, height, frameRate } = parseSps(first);
  const codecs = `avc1.${hex(avc.profile)}${hex(avc.compatibility)}${hex(avc.level)}`;
  return { codec: 'avc', record, codecs, width, height, frameRate, lengthSize: avc.lengthSize };
}

/** Visits each NAL unit's header byte; false when a unit is longer than its packet (fault 15) or empty. */
export function eachNal(
  data: Buffer,
  lengthSize: number,
  visit: (header: number, at: number) => void,
): boolean {
  let at = 0;
  while (at < data.length) {
    if (at + lengthSize > data.length) return false;
    const length = data.readUIntBE(at, lengthSize);
    at += lengthSize;
    if (length > data.length - at) return false;
    if (length > 0) visit(data.readUInt8(at), at);
    at += length;
  }
  return true;
}

export function inspectAvc(data: Buffer, lengthSize: number): AccessUnit {
  let coded = false;
  let idr = false;
  let reference = false;
  const whole = eachNal(data, lengthSize, (header) => {
    const type = header & 31;
    if (type < 1 || type > 5) return;
    coded = true;
    if (type === 5) idr = true;
    if (header & 0x60) reference = true;
  });
  return { valid: whole && coded, randomAccess: whole && idr, reference };
}

/** Access unit delimiter (7.4.2.4): tells decoders that a repeated IDR is a new picture, though its idr_pic_id is the same. */
export function withDelimiter(data: Buffer, lengthSize: number): Buffer {
  const delimiter = Buffer.alloc(lengthSize + 2);
  delimiter.writeUIntBE(2, 0, lengthSize);
  delimiter[lengthSize] = 9;
  delimiter[lengthSize + 1] = 0x10;
  return Buffer.concat([delimiter, data]);
}
