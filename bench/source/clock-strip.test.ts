import { describe, expect, it } from 'vitest';
import { drawClock, readClock, readStrip, stripRows } from './clock-strip.ts';
import { LecturePicture } from './lecture-picture.ts';

const epochMs = Date.UTC(2026, 10, 22, 13, 40, 42, 932);

function luma(width: number, height: number, at = epochMs): Uint8Array {
  const plane = new Uint8Array(width * height).fill(110);
  drawClock(plane, width, width, height, at);
  return plane;
}

/** Area average, as a scaler does it. */
function scaled(
  plane: Uint8Array,
  width: number,
  height: number,
  toWidth: number,
  toHeight: number,
): Uint8Array {
  const out = new Uint8Array(toWidth * toHeight);
  for (let y = 0; y < toHeight; y++) {
    for (let x = 0; x < toWidth; x++) {
      const x0 = Math.floor((x * width) / toWidth);
      const x1 = Math.max(x0 + 1, Math.ceil(((x + 1) * width) / toWidth));
      const y0 = Math.floor((y * height) / toHeight);
      const y1 = Math.max(y0 + 1, Math.ceil(((y + 1) * height) / toHeight));
      let sum = 0;
      for (let v = y0; v < y1; v++) for (let u = x0; u < x1; u++) sum += plane[v * width + u] ?? 0;
      out[y * toWidth + x] = sum / ((x1 - x0) * (y1 - y0));
    }
  }
  return out;
}

describe('the machine-readable clock', () => {
  it('reads back the time it drew, to the millisecond', () => {
    for (const at of [0, 1, 1_700_000_000_000, epochMs, epochMs + 1, 2 ** 42 - 1]) {
      expect(readClock(luma(1280, 720, at), 1280, 720)).toBe(at);
    }
  });

  it('respects a stride wider than the picture', () => {
    const plane = new Uint8Array(704 * 360).fill(90);
    drawClock(plane, 704, 640, 360, epochMs);
    const packed = new Uint8Array(640 * 360);
    for (let y = 0; y < 360; y++) packed.set(plane.subarray(y * 704, y * 704 + 640), y * 640);
    expect(readClock(packed, 640, 360)).toBe(epochMs);
  });

  it.each([
    [854, 480],
    [640, 360],
    [426, 240],
  ])('survives scaling to %ix%i with noise', (width, height) => {
    const small = scaled(luma(1280, 720), 1280, 720, width, height);
    for (let i = 0; i < small.length; i++) small[i] = (small[i] ?? 0) + ((i * 7919) % 41) - 20;
    expect(readClock(small, width, height)).toBe(epochMs);
  });

  it('reads RGBA as a canvas gives it, also when only the strip was drawn', () => {
    const plane = luma(640, 360);
    const rgba = new Uint8ClampedArray(plane.length * 4);
    plane.forEach((level, i) => {
      rgba.fill(Math.round(((level - 16) * 255) / 219), i * 4, i * 4 + 3);
      rgba[i * 4 + 3] = 255;
    });
    expect(readClock(rgba, 640, 360)).toBe(epochMs);
    const rows = stripRows(360);
    expect(readStrip(rgba.subarray(0, rows * 640 * 4), 640, rows)).toBe(epochMs);
  });

  it('gives nothing for a flipped cell, a picture without a strip, or too few pixels', () => {
    for (const cell of [10, 30, 48]) {
      const plane = luma(1120, 630);
      for (let y = 0; y < stripRows(630); y++) {
        for (let x = cell * 20; x < cell * 20 + 20; x++)
          plane[y * 1120 + x] = 251 - (plane[y * 1120 + x] ?? 0);
      }
      expect(readClock(plane, 1120, 630)).toBeUndefined();
    }
    expect(readClock(new Uint8Array(640 * 360).fill(100), 640, 360)).toBeUndefined();
    expect(readClock(luma(640, 360).subarray(0, 5000), 640, 360)).toBeUndefined();
  });
});

describe('the lecture picture', () => {
  it('carries the clock in every frame and keeps moving', () => {
    const [width, height] = [640, 360];
    const y = new Uint8Array(width * height);
    const chroma = () => new Uint8Array((width * height) / 4);
    const planes = { y, u: chroma(), v: chroma(), yStride: width, cStride: width / 2, width, height };
    const picture = new LecturePicture(planes, { pageNumber: true });
    let before = new Uint8Array(y);
    for (let i = 0; i < 40; i++) {
      picture.draw(i * 0.7, epochMs + i * 700);
      expect(readClock(y, width, height)).toBe(epochMs + i * 700);
      const changed = y.reduce((sum, level, at) => sum + (level === before[at] ? 0 : 1), 0);
      expect(changed).toBeGreaterThan(1000);
      before = new Uint8Array(y);
    }
  });
});
