/** From what x264 puts out (ITU-T H.264 Annex B) to what goes into MP4 (ISO/IEC 14496-15). */

const startCode = Buffer.from([0, 0, 1]);
const sps = 7;
const pps = 8;
/** Slices of non-IDR and IDR pictures, and data partitions: all that a sample needs. */
const isSlice = (type: number): boolean => type >= 1 && type <= 5;

/** The NAL units of a byte stream, as views. */
export function splitAnnexB(stream: Buffer): Buffer[] {
  const units: Buffer[] = [];
  let start = stream.indexOf(startCode);
  while (start >= 0) {
    const from = start + 3;
    const next = stream.indexOf(startCode, from);
    let end = next < 0 ? stream.length : next;
    // Zero bytes before a start code belong to it (B.1.1), never to the unit.
    while (end > from && stream[end - 1] === 0) end--;
    if (end > from) units.push(stream.subarray(from, end));
    start = next;
  }
  return units;
}

const unitType = (unit: Buffer): number => (unit[0] ?? 0) & 31;

/** A picture's slices with 4-byte lengths; parameter sets, SEI and delimiters are left out. */
export function toLengthPrefixed(stream: Buffer): Buffer {
  const units = splitAnnexB(stream).filter((unit) => isSlice(unitType(unit)));
  const out = Buffer.allocUnsafe(units.reduce((sum, unit) => sum + 4 + unit.length, 0));
  let at = 0;
  for (const unit of units) {
    at = out.writeUInt32BE(unit.length, at);
    at += unit.copy(out, at);
  }
  return out;
}

/** AVCDecoderConfigurationRecord (14496-15 5.3.3.1) of 8-bit 4:2:0 from the encoder's parameter sets. @throws RangeError when one is missing */
export function avcRecord(extraData: Buffer): Buffer {
  const units = splitAnnexB(extraData);
  const spsUnit = units.find((unit) => unitType(unit) === sps);
  const ppsUnit = units.find((unit) => unitType(unit) === pps);
  if (!spsUnit || !ppsUnit || spsUnit.length < 4) throw new RangeError('the encoder gave no SPS and PPS');
  const profile = spsUnit.readUInt8(1);
  const highProfile = profile === 100 || profile === 110 || profile === 122 || profile === 244;
  return Buffer.concat([
    Buffer.from([1, profile, spsUnit.readUInt8(2), spsUnit.readUInt8(3), 0xff, 0xe1]),
    length16(spsUnit),
    spsUnit,
    Buffer.from([1]),
    length16(ppsUnit),
    ppsUnit,
    Buffer.from(highProfile ? [0xfd, 0xf8, 0xf8, 0] : []),
  ]);
}

function length16(unit: Buffer): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(unit.length);
  return bytes;
}
