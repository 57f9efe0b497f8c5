/**
 * A clock in the picture that a machine can read: the top 1/24 of the rows is a line of 56 black or white cells,
 * `101`, 42 bits of epoch ms (most significant first), CRC-8, `010`. Cells are 15 px wide at 480p, so the clock
 * survives scaling and transcoding. Runs in Node and in browsers.
 */

const cellCount = 56;
const dataBits = 42;
const checkBits = 8;
const head = [1, 0, 1] as const;
const tail = [0, 1, 0] as const;
/** Limited range (BT.709): black and white of the Y plane. */
const black = 16;
const white = 235;
/** Least difference of levels between black and white cells that still counts as a strip. */
const leastContrast = 48;

/** Rows of the strip in a picture of this height. */
export const stripRows = (height: number): number => Math.max(2, Math.round(height / 24));

/** Draws the strip of `epochMs` into a Y plane of `stride` bytes a row. Chroma under it must be neutral (128). */
export function drawClock(
  yPlane: Uint8Array,
  stride: number,
  width: number,
  height: number,
  epochMs: number,
): void {
  const bits = encode(epochMs);
  const rows = stripRows(height);
  for (let i = 0; i < cellCount; i++) {
    const from = Math.round((i * width) / cellCount);
    const to = Math.round(((i + 1) * width) / cellCount);
    yPlane.fill(bits[i] === 1 ? white : black, from, to);
  }
  for (let row = 1; row < rows; row++) yPlane.copyWithin(row * stride, 0, width);
}

/** Reads the strip out of a whole picture: RGBA (4 bytes a pixel) or luma (1 byte), without row padding. Undefined when there is none, or it is damaged. */
export function readClock(pixels: ArrayLike<number>, width: number, height: number): number | undefined {
  return readStrip(pixels, width, height, stripRows(height));
}

/** Like `readClock`, for pixels of which the strip is the first `rows` rows (a page reads only these from its canvas). */
export function readStrip(
  pixels: ArrayLike<number>,
  width: number,
  height: number,
  rows = height,
): number | undefined {
  if (width < cellCount || height < 1 || rows < 1) return undefined;
  const step = pixels.length >= width * height * 4 ? 4 : 1;
  if (pixels.length < width * height * step) return undefined;
  const levels = new Float64Array(cellCount);
  for (let i = 0; i < cellCount; i++) levels[i] = cellLevel(pixels, step, width, rows, i);
  // The three cells at each end are known: they give the levels of white and black in this very picture.
  const end = cellCount - tail.length;
  const level = (i: number): number => levels[i] ?? 0;
  const light = (level(0) + level(2) + level(end + 1)) / 3;
  const dark = (level(1) + level(end) + level(end + 2)) / 3;
  if (light - dark < leastContrast) return undefined;
  const threshold = (light + dark) / 2;
  return decode(Array.from(levels, (value) => (value > threshold ? 1 : 0)));
}

/** Mean level of the middle half of a cell, away from its blurred edges. */
function cellLevel(
  pixels: ArrayLike<number>,
  step: number,
  width: number,
  rows: number,
  cell: number,
): number {
  const cellWidth = width / cellCount;
  const x0 = Math.floor((cell + 0.25) * cellWidth);
  const x1 = Math.max(x0 + 1, Math.ceil((cell + 0.75) * cellWidth));
  const y0 = Math.floor(rows * 0.25);
  const y1 = Math.max(y0 + 1, Math.ceil(rows * 0.75));
  let sum = 0;
  for (let y = y0; y < y1; y++) {
    for (let x = x0; x < x1; x++) {
      // Of RGBA the green channel is enough: the strip has no colour.
      sum += pixels[(y * width + x) * step + (step === 4 ? 1 : 0)] ?? 0;
    }
  }
  return sum / ((x1 - x0) * (y1 - y0));
}

function encode(epochMs: number): number[] {
  const data: number[] = [];
  // 42 bits do not fit the bitwise operators.
  let rest = Math.floor(epochMs);
  for (let i = 0; i < dataBits; i++) {
    data.unshift(rest % 2);
    rest = Math.floor(rest / 2);
  }
  const check = crc8(data);
  const checkCells = Array.from({ length: checkBits }, (_, i) => (check >> (checkBits - 1 - i)) & 1);
  return [...head, ...data, ...checkCells, ...tail];
}

function decode(bits: readonly number[]): number | undefined {
  const end = cellCount - tail.length;
  if (head.some((bit, i) => bits[i] !== bit) || tail.some((bit, i) => bits[end + i] !== bit))
    return undefined;
  const data = bits.slice(head.length, head.length + dataBits);
  const check = bits.slice(head.length + dataBits, end).reduce((sum, bit) => sum * 2 + bit, 0);
  if (crc8(data) !== check) return undefined;
  return data.reduce((sum, bit) => sum * 2 + bit, 0);
}

/** CRC-8, polynomial 0x2F (AUTOSAR): finds every error of up to three cells. */
function crc8(bits: readonly number[]): number {
  let crc = 0xff;
  for (const bit of bits) {
    const top = (crc >> 7) ^ bit;
    crc = (crc << 1) & 0xff;
    if (top) crc ^= 0x2f;
  }
  return crc ^ 0xff;
}
