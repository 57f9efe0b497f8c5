/** HEVC as FLV (enhanced RTMP) and MP4 carry it: the hvcC record (ISO/IEC 14496-15 8.3.3.1), size from the SPS (ITU-T H.265 7.3.2.2), NAL headers. */
import { BitReader, unescapeNal } from './bit-reader.ts';
import type { AccessUnit, VideoConfig } from './codec-config.ts';
import { eachNal } from './h264.ts';

const nalSps = 33;

/** HEVCDecoderConfigurationRecord. @throws RangeError when truncated or without VPS, SPS or PPS. */
export function hevcConfig(record: Buffer): VideoConfig {
  if (record.length < 23) throw new RangeError(`hvcC needs at least 23 bytes (got ${record.length})`);
  if (record[0] !== 1) throw new RangeError(`hvcC version must be 1 (got ${record[0]})`);
  const sets = parameterSets(record);
  for (const [type, name] of [
    [32, 'VPS'],
    [nalSps, 'SPS'],
    [34, 'PPS'],
  ] as const) {
    if (!sets.has(type)) throw new RangeError(`hvcC has no ${name}`);
  }
  const { width, height } = parseHevcSps(sets.get(nalSps) ?? Buffer.alloc(0));
  const averageRate = record.readUInt16BE(19) / 256;
  return {
    codec: 'hevc',
    record,
    codecs: codecString(record),
    width,
    height,
    frameRate: averageRate <= 240 ? averageRate : 0,
    lengthSize: (record.readUInt8(21) & 3) + 1,
  };
}

/** The first parameter set of each NAL type. */
function parameterSets(record: Buffer): Map<number, Buffer> {
  const sets = new Map<number, Buffer>();
  let at = 23;
  for (let array = 0; array < record.readUInt8(22); array++) {
    if (at + 3 > record.length) throw new RangeError('hvcC ends inside its arrays');
    const type = record.readUInt8(at) & 63;
    const count = record.readUInt16BE(at + 1);
    at += 3;
    for (let i = 0; i < count; i++) {
      if (at + 2 > record.length) throw new RangeError('hvcC ends inside its arrays');
      const length = record.readUInt16BE(at);
      if (length < 3 || at + 2 + length > record.length)
        throw new RangeError('hvcC has an empty or cut NAL unit');
      if (!sets.has(type)) sets.set(type, record.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
  }
  return sets;
}

/** RFC 6381 string as ISO/IEC 14496-15 Annex E.3 spells it, e.g. `hvc1.1.6.L93.B0`. */
function codecString(record: Buffer): string {
  const first = record.readUInt8(1);
  const space = ['', 'A', 'B', 'C'][first >> 6] ?? '';
  const tier = first & 0x20 ? 'H' : 'L';
  const compatibility = reverse32(record.readUInt32BE(2)).toString(16).toUpperCase();
  const constraints = [...record.subarray(6, 12)];
  while (constraints.length > 0 && constraints.at(-1) === 0) constraints.pop();
  const tail = constraints.map((byte) => `.${byte.toString(16).toUpperCase()}`).join('');
  return `hvc1.${space}${first & 31}.${compatibility}.${tier}${record.readUInt8(12)}${tail}`;
}

function reverse32(value: number): number {
  let reversed = 0;
  for (let i = 0; i < 32; i++) reversed = reversed * 2 + ((value >>> i) & 1);
  return reversed;
}

/** Picture size after the conformance window. @throws RangeError */
export function parseHevcSps(sps: Buffer): { width: number; height: number } {
  const bits = new BitReader(unescapeNal(sps));
  bits.skip(16 + 4);
  const subLayers = bits.bits(3);
  bits.skip(1);
  skipProfileTierLevel(bits, subLayers);
  bits.ue();
  const chroma = bits.ue();
  const separatePlanes = chroma === 3 && bits.flag();
  let width = bits.ue();
  let height = bits.ue();
  if (bits.flag()) {
    const subWidth = !separatePlanes && (chroma === 1 || chroma === 2) ? 2 : 1;
    const subHeight = !separatePlanes && chroma === 1 ? 2 : 1;
    width -= subWidth * (bits.ue() + bits.ue());
    height -= subHeight * (bits.ue() + bits.ue());
  }
  if (width < 16 || height < 16 || width > 16384 || height > 16384) {
    throw new RangeError(`SPS picture size must be 16 to 16384 (got ${width}x${height})`);
  }
  return { width, height };
}

/** profile_tier_level, 7.3.3. */
function skipProfileTierLevel(bits: BitReader, subLayers: number): void {
  bits.skip(88 + 8);
  const present: [boolean, boolean][] = [];
  for (let i = 0; i < subLayers; i++) present.push([bits.flag(), bits.flag()]);
  if (subLayers > 0) bits.skip(2 * (8 - subLayers));
  for (const [profile, level] of present) bits.skip((profile ? 88 : 0) + (level ? 8 : 0));
}

export function inspectHevc(data: Buffer, lengthSize: number): AccessUnit {
  let coded = false;
  let irap = false;
  let reference = false;
  const whole = eachNal(data, lengthSize, (header) => {
    const type = (header >> 1) & 63;
    if (type > 31) return;
    coded = true;
    if (type >= 16 && type <= 21) irap = true;
    // Types 0, 2, 4 … 14 are sub-layer non-reference pictures (7.4.2.2).
    if (type > 14 || type & 1) reference = true;
  });
  return { valid: whole && coded, randomAccess: whole && irap, reference };
}
