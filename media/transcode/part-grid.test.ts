import { describe, expect, it } from 'vitest';
import { avcRecord, splitAnnexB, toLengthPrefixed } from './annex-b.ts';
import { PartGrid } from './part-grid.ts';
import { rungKbps, rungSize } from './rung-size.ts';

const frame = 3600;
const samples = (from: number, count: number, cts = 0) =>
  Array.from({ length: count }, (_, i) => ({ dts: from + i * frame, cts, duration: frame }));

describe('the grid of parts', () => {
  it('covers the same times as a source without B-frames', () => {
    const grid = new PartGrid();
    grid.add(3, 0, true, samples(90_000, 8));
    grid.add(3, 1, false, samples(90_000 + 8 * frame, 8));
    expect(grid.head).toMatchObject({ msn: 3, index: 0, from: 90_000, to: 90_000 + 8 * frame });
    expect(grid.isPast(90_000 + 7 * frame)).toBe(false);
    expect(grid.isPast(90_000 + 8 * frame - 90)).toBe(true);
    grid.close();
    expect(grid.take(90_000 + 8 * frame)).toMatchObject({ index: 1 });
  });

  it('shifts the parts of a source with B-frames to its first presentation, and ends a segment at the next one', () => {
    const grid = new PartGrid();
    grid.add(3, 0, true, samples(0, 8, 2 * frame));
    expect(grid.head).toMatchObject({ from: 2 * frame, to: 10 * frame });
    expect(grid.end(3)).toBe(true);
    grid.add(4, 0, true, samples(8 * frame, 8, 3 * frame));
    expect(grid.head).toMatchObject({ from: 2 * frame, to: 11 * frame, last: true });
  });

  it('leaves out pictures before the segment of an IDR, and knows when nothing is open', () => {
    const grid = new PartGrid();
    expect(grid.take(0)).toBeUndefined();
    expect(grid.end(3)).toBe(false);
    grid.add(3, 0, true, samples(90_000, 8));
    expect(grid.take(90_000 - frame)).toBeUndefined();
    expect(grid.take(90_000 - 90)).toMatchObject({ index: 0 });
  });
});

describe('the size of a rung', () => {
  it('keeps the aspect with even numbers and never scales up', () => {
    expect(rungSize('480', { width: 1920, height: 1080 })).toEqual({ width: 854, height: 480 });
    expect(rungSize('720', { width: 1280, height: 720 })).toEqual({ width: 1280, height: 720 });
    expect(rungSize('720', { width: 854, height: 480 })).toBeUndefined();
    expect(rungSize('360', { width: 720, height: 1280 })).toEqual({ width: 360, height: 640 });
    expect(rungKbps('480', 60)).toBeGreaterThan(rungKbps('480', 30));
  });
});

describe('Annex B', () => {
  const sps = [0x67, 0x64, 0x00, 0x1f, 0xac];
  const pps = [0x68, 0xee, 0x3c];

  it('is split at start codes of three and four bytes', () => {
    const stream = Buffer.from([0, 0, 0, 1, ...sps, 0, 0, 1, ...pps, 0, 0, 0, 1, 0x65, 0, 0, 3, 1]);
    expect(splitAnnexB(stream).map((unit) => unit.toString('hex'))).toEqual([
      Buffer.from(sps).toString('hex'),
      Buffer.from(pps).toString('hex'),
      '6500000301',
    ]);
    expect(toLengthPrefixed(stream).toString('hex')).toBe('000000056500000301');
    expect(splitAnnexB(Buffer.from([1, 2, 3]))).toEqual([]);
  });

  it('gives the decoder record of its parameter sets, or says that one is missing', () => {
    const record = avcRecord(Buffer.from([0, 0, 0, 1, ...sps, 0, 0, 0, 1, ...pps]));
    expect(record.toString('hex')).toBe('0164001fffe100056764001fac01000368ee3cfdf8f800');
    expect(() => avcRecord(Buffer.from([0, 0, 0, 1, ...sps]))).toThrow(/SPS and PPS/);
  });
});
