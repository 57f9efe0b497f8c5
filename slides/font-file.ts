/** Font files: is it one, and what family does it bring (OpenType 1.9: organization of a font, name table; EOT as in the W3C submission). */

const kinds = new Set([0x00010000, 0x4f54544f, 0x74727565]);
const largest = 40 * 1024 * 1024;
const familyIds = [16, 1];

/** Family names in all languages it has them in; empty when this is no font that can be used. */
export function fontFamilies(font: Buffer): string[] {
  if (font.length < 12 || font.length > largest || !kinds.has(font.readUInt32BE(0))) return [];
  const tables = font.readUInt16BE(4);
  if (tables > 100 || font.length < 12 + tables * 16) return [];
  let names: Buffer | undefined;
  for (let i = 0; i < tables; i++) {
    const at = 12 + i * 16;
    const offset = font.readUInt32BE(at + 8);
    const length = font.readUInt32BE(at + 12);
    if (offset + length > font.length) return [];
    if (font.toString('latin1', at, at + 4) === 'name') names = font.subarray(offset, offset + length);
  }
  return names ? namesOf(names) : [];
}

function namesOf(table: Buffer): string[] {
  if (table.length < 6) return [];
  const count = Math.min(table.readUInt16BE(2), 1000);
  const storage = table.readUInt16BE(4);
  const found = new Set<string>();
  for (let i = 0; i < count && 6 + i * 12 + 12 <= table.length; i++) {
    const at = 6 + i * 12;
    if (!familyIds.includes(table.readUInt16BE(at + 6))) continue;
    const start = storage + table.readUInt16BE(at + 10);
    const bytes = table.subarray(start, start + table.readUInt16BE(at + 8));
    // Platforms 0 (Unicode) and 3 (Windows) are UTF-16BE, 1 (Macintosh) is taken as Latin.
    const platform = table.readUInt16BE(at);
    const name =
      platform === 1
        ? bytes.toString('latin1')
        : Buffer.from(bytes.subarray(0, bytes.length & ~1))
            .swap16()
            .toString('utf16le');
    if (name.trim()) found.add(name.trim().slice(0, 100));
  }
  return [...found];
}

const compressed = 0x4;
const scrambled = 0x10000000;

/** The font in a `.fntdata` part of a PPTX: EOT, or a bare font. Undefined when it is compressed (MTX) or no font. */
export function fontFromEot(data: Buffer): Buffer | undefined {
  if (fontFamilies(data).length > 0) return data;
  if (data.length < 82 || data.readUInt16LE(34) !== 0x504c) return undefined;
  const size = data.readUInt32LE(4);
  const flags = data.readUInt32LE(12);
  if (size > data.length - 82 || (flags & compressed) !== 0) return undefined;
  const font = Buffer.from(data.subarray(data.length - size));
  if ((flags & scrambled) !== 0) for (let i = 0; i < font.length; i++) font[i] = (font[i] ?? 0) ^ 0x50;
  return fontFamilies(font).length > 0 ? font : undefined;
}
