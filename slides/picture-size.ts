/** Pixels of a picture inside a package, from its header, nothing decoded (FAULTS 66). */

/** Undefined for kinds that have no pixels, or whose header is not understood. */
export function picturePixels(bytes: Buffer): { width: number; height: number } | undefined {
  if (bytes.length < 30) return undefined;
  if (bytes.readUInt32BE(0) === 0x89504e47)
    return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  if (bytes.toString('latin1', 0, 4) === 'GIF8')
    return { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
  if (bytes.toString('latin1', 0, 2) === 'BM')
    return { width: Math.abs(bytes.readInt32LE(18)), height: Math.abs(bytes.readInt32LE(22)) };
  if (bytes.readUInt16BE(0) === 0xffd8) return jpegPixels(bytes);
  if (bytes.readUInt32BE(0) === 0x49492a00 || bytes.readUInt32BE(0) === 0x4d4d002a) return tiffPixels(bytes);
  return undefined;
}

/** SOF markers of ITU-T T.81 table B.1. */
function jpegPixels(bytes: Buffer): { width: number; height: number } | undefined {
  let at = 2;
  while (at + 9 < bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    at += marker === 0xff ? 1 : 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}

/** TIFF 6.0 section 2: ImageWidth 256 and ImageLength 257 of the first directory. */
function tiffPixels(bytes: Buffer): { width: number; height: number } | undefined {
  const little = bytes[0] === 0x49;
  const u16 = (at: number): number => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  const u32 = (at: number): number => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const directory = u32(4);
  if (directory + 2 > bytes.length) return undefined;
  const found = new Map<number, number>();
  for (let i = 0, at = directory + 2; i < u16(directory) && at + 12 <= bytes.length; i++, at += 12)
    found.set(u16(at), u16(at + 2) === 3 ? u16(at + 8) : u32(at + 8));
  const width = found.get(256);
  const height = found.get(257);
  return width !== undefined && height !== undefined ? { width, height } : undefined;
}
