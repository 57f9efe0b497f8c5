/** Reads the calibration page's clock from a decoded picture: shown to a camera or on the slide output. */
import { decodeQR } from 'qr/decode.js';
import { readClockText } from '#contracts/calibration.ts';

/** A code that fills a third of the picture's height is read at this width. */
const widest = 1280;

/** Epoch ms the clock showed; undefined when there is none in the picture. `luma`: one byte a pixel. */
export function readClockCode(
  luma: Uint8Array,
  stride: number,
  width: number,
  height: number,
): number | undefined {
  const every = Math.ceil(width / widest);
  const [w, h] = [Math.floor(width / every), Math.floor(height / every)];
  const data = new Uint8Array(w * h * 3);
  for (let y = 0, to = 0; y < h; y++) {
    let from = y * every * stride;
    for (let x = 0; x < w; x++, from += every, to += 3) {
      const value = luma[from] ?? 0;
      data[to] = value;
      data[to + 1] = value;
      data[to + 2] = value;
    }
  }
  try {
    return readClockText(decodeQR({ width: w, height: h, data }));
  } catch {
    return undefined; // No code in the picture: decodeQR says so by throwing.
  }
}
