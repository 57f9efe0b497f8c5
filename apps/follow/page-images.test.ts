import { describe, expect, it } from 'vitest';
import { offsetOf } from './clock-offset.ts';
import { widthFor } from './page-images.ts';

describe('which width of a page is loaded', () => {
  const widths = [480, 960, 1920];
  it('is the smallest that is sharp on the screen', () => {
    expect(widthFor(widths, 390, 3)).toBe(1920);
    expect(widthFor(widths, 390, 1)).toBe(480);
    expect(widthFor(widths, 528, 1)).toBe(480);
    expect(widthFor(widths, 540, 1)).toBe(960);
    expect(widthFor(widths, 1050, 1)).toBe(960);
    expect(widthFor(widths, 1070, 1)).toBe(1920);
  });
  it('is the largest there is where none is enough', () => {
    expect(widthFor(widths, 2560, 2)).toBe(1920);
    expect(widthFor([800], 100, 1)).toBe(800);
  });
});

describe("the page's clock", () => {
  it('is measured by the quickest answer', () => {
    expect(
      offsetOf([
        { sent: 0, received: 400, server: 5390 },
        { sent: 1000, received: 1020, server: 6010 },
        { sent: 2000, received: 2200, server: 7190 },
      ]),
    ).toBe(5000);
    expect(offsetOf([])).toBeUndefined();
  });
});
