/** Text into a Y plane, from the one-bit letters of glyph-data.ts, at any scale. */
import { asciiGlyphs, glyphRows, hanGlyphs, hanLetters } from './glyph-data.ts';

const ascii = Buffer.from(asciiGlyphs, 'base64');
const han = Buffer.from(hanGlyphs, 'base64');

/** The Y plane of a picture. */
export type Luma = {
  readonly data: Uint8Array;
  readonly stride: number;
  readonly width: number;
  readonly height: number;
};

/** Draws `text` with its top left corner at (x, y) and returns the x after it. What lies outside the picture is cut. Letters that are not in the table are left blank. */
export function drawText(
  luma: Luma,
  text: string,
  x: number,
  y: number,
  scale: number,
  level: number,
): number {
  let left = Math.round(x);
  const top = Math.round(y);
  for (const letter of text) {
    const code = letter.codePointAt(0) ?? 32;
    const wide = code > 126;
    const columns = wide ? 32 : 16;
    const index = wide ? hanLetters.indexOf(letter) : code - 32;
    if (index >= 0) drawGlyph(luma, wide ? han : ascii, index, columns, left, top, scale, level);
    left += Math.round(columns * scale);
  }
  return left;
}

function drawGlyph(
  luma: Luma,
  bits: Buffer,
  index: number,
  columns: number,
  left: number,
  top: number,
  scale: number,
  level: number,
): void {
  const bytesPerRow = columns / 8;
  const base = index * glyphRows * bytesPerRow;
  const height = Math.round(glyphRows * scale);
  const width = Math.round(columns * scale);
  for (let row = 0; row < height; row++) {
    const y = top + row;
    if (y < 0 || y >= luma.height) continue;
    const source = base + Math.min(glyphRows - 1, Math.floor(row / scale)) * bytesPerRow;
    for (let column = 0; column < width; column++) {
      const x = left + column;
      if (x < 0 || x >= luma.width) continue;
      const bit = Math.min(columns - 1, Math.floor(column / scale));
      if (((bits[source + (bit >> 3)] ?? 0) >> (7 - (bit & 7))) & 1) luma.data[y * luma.stride + x] = level;
    }
  }
}
