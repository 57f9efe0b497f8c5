import encodeQR from 'qr';
import { expect, it } from 'vitest';
import { clockText } from '#contracts/calibration.ts';
import { readClockCode } from './clock-code.ts';

/** A grey picture with the code somewhere in it, blurred and noisy as a camera's. */
function picture(
  text: string,
  width: number,
  height: number,
  cell: number,
  left: number,
  top: number,
): Uint8Array {
  const code = encodeQR(text, 'raw', { ecc: 'medium', border: 4 });
  const luma = new Uint8Array(width * height).fill(90);
  code.forEach((row, y) => {
    row.forEach((dark, x) => {
      for (let dy = 0; dy < cell; dy++) {
        for (let dx = 0; dx < cell; dx++) {
          const noise = ((x * 7 + y * 13 + dx * 5 + dy * 3) % 21) - 10;
          luma[(top + y * cell + dy) * width + left + x * cell + dx] = (dark ? 40 : 205) + noise;
        }
      }
    });
  });
  return luma;
}

const moment = 1_795_356_180_814;

it('reads the clock back from a picture, to the millisecond', () => {
  expect(readClockCode(picture(clockText(moment), 1280, 720, 8, 500, 200), 1280, 1280, 720)).toBe(moment);
  expect(readClockCode(picture(clockText(moment), 1920, 1080, 14, 100, 300), 1920, 1920, 1080)).toBe(moment);
});

it('finds nothing in a picture without it, nor in another code', () => {
  expect(readClockCode(new Uint8Array(640 * 360).fill(120), 640, 640, 360)).toBeUndefined();
  expect(
    readClockCode(picture('https://example.org', 1280, 720, 8, 100, 100), 1280, 1280, 720),
  ).toBeUndefined();
});
