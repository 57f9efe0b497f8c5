/**
 * The moving picture of the synthetic encoder: slides whose text appears line by line, a running chart, a pointer, a
 * noisy camera picture of a speaker, a wall clock for people and one for machines. Drawn into I420 planes; only
 * what moves is drawn again for each frame (about 0.4 ms at 720p).
 */
import { drawClock, stripRows } from './clock-strip.ts';
import { drawText, type Luma } from './lettering.ts';

export type Planes = {
  readonly y: Uint8Array;
  readonly u: Uint8Array;
  readonly v: Uint8Array;
  /** Bytes a row. */
  readonly yStride: number;
  readonly cStride: number;
  readonly width: number;
  readonly height: number;
};

const pages = [
  {
    title: '学术会议直播演示',
    lines: [
      'Multi-centre trial, 1,284 patients',
      '研究方法 / Methods',
      'p = 0.013 (95% CI 1.2-3.4)',
      '低延迟现场信号',
    ],
  },
  {
    title: '多中心临床研究',
    lines: ['Randomised, double blind', '时间: 36 weeks', 'Follow-up: 97.2% complete', '数据分析'],
  },
  { title: '实验结果', lines: ['Primary end point reached', '图表 1', 'HR 0.71 [0.58; 0.87]', 'NNT = 14'] },
  {
    title: '讨论',
    lines: ['Limits of this study', '- one region only', '- 方法', 'Questions? rostrum@example.org'],
  },
] as const;

/** Seconds between two lines of a page, and between two pages. */
const secondsPerLine = 2;
export const secondsPerPage = 15;

type Box = { readonly x: number; readonly y: number; readonly w: number; readonly h: number };

export class LecturePicture {
  readonly #planes: Planes;
  readonly #luma: Luma;
  /** Pixels per line of a 720-line picture. */
  readonly #unit: number;
  readonly #pageNumber: boolean;
  readonly #chart: Box;
  readonly #camera: Box;
  readonly #wall: Uint8Array;
  readonly #noise: Uint8Array;
  readonly #pointer: Uint8Array;
  #pointerBox: Box | undefined;
  #shown = '';

  constructor(planes: Planes, options: { pageNumber: boolean }) {
    this.#planes = planes;
    this.#luma = { data: planes.y, stride: planes.yStride, width: planes.width, height: planes.height };
    this.#unit = planes.height / 720;
    this.#pageNumber = options.pageNumber;
    const wide = planes.width / this.#unit;
    this.#camera = this.#box(wide - 340, 60, 320, 260);
    this.#chart = this.#box(wide - 340, 350, 320, 230);
    this.#wall = wall(this.#camera);
    this.#noise = noise(1 << 16);
    this.#pointer = new Uint8Array(this.#px(24) ** 2);
  }

  /** Draws the picture of this moment. `seconds` since the start moves the lecture on, `epochMs` is what the clocks show. */
  draw(seconds: number, epochMs: number): void {
    this.#liftPointer();
    this.#drawPage(seconds);
    this.#drawChart(seconds);
    this.#drawCamera(seconds);
    this.#drawWallClock(epochMs);
    this.#putPointer(seconds);
    const { y, yStride, width, height } = this.#planes;
    drawClock(y, yStride, width, height, epochMs);
  }

  #drawPage(seconds: number): void {
    const index = Math.floor(seconds / secondsPerPage);
    const page = pages[index % pages.length] ?? pages[0];
    const lines = Math.min(page.lines.length, 1 + Math.floor((seconds % secondsPerPage) / secondsPerLine));
    const shown = `${index}/${lines}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    const { planes, unit } = { planes: this.#planes, unit: this.#unit };
    const wide = planes.width / unit;
    planes.y.fill(40);
    planes.u.fill(128);
    planes.v.fill(128);
    this.#fill(this.#box(20, 60, wide - 380, 600), 226);
    const bar = this.#box(20, 60, wide - 380, 110);
    this.#fill(bar, 70);
    this.#tint(bar, 160, 108);
    drawText(this.#luma, page.title, this.#px(44), this.#px(78), 2 * unit, 235);
    page.lines.slice(0, lines).forEach((line, i) => {
      drawText(this.#luma, line, this.#px(56), this.#px(210 + i * 72), 1.5 * unit, 30);
    });
    drawText(this.#luma, `第 ${index + 1} 页`, this.#px(56), this.#px(590), unit, 110);
    if (this.#pageNumber) {
      const text = String(index + 1);
      drawText(this.#luma, text, this.#px(wide - 400 - text.length * 112), this.#px(400), 7 * unit, 40);
    }
    // Neutral chroma under the machine-readable strip.
    const rows = stripRows(planes.height);
    planes.u.fill(128, 0, Math.ceil(rows / 2) * planes.cStride);
    planes.v.fill(128, 0, Math.ceil(rows / 2) * planes.cStride);
    this.#tint(this.#chart, 122, 132);
    this.#tint(this.#camera, 118, 140);
  }

  #drawChart(seconds: number): void {
    const box = this.#chart;
    this.#fill(box, 215);
    const { y, yStride } = this.#planes;
    const middle = box.y + box.h / 2;
    y.fill(120, Math.round(middle) * yStride + box.x, Math.round(middle) * yStride + box.x + box.w);
    const thick = Math.max(2, this.#px(4));
    for (let column = 0; column < box.w; column++) {
      const t = seconds + (column / box.w) * 4;
      const value = Math.sin(t * 2.1) * 0.5 + Math.sin(t * 5.3 + 1) * 0.3;
      const top = Math.round(middle - value * box.h * 0.5 - thick / 2);
      for (let row = top; row < top + thick; row++) y[row * yStride + box.x + column] = 40;
    }
  }

  /** A speaker before a wall, with the grain of a real camera: it gives the encoder something to do. */
  #drawCamera(seconds: number): void {
    const box = this.#camera;
    const { y, yStride } = this.#planes;
    const bodyX = box.w * (0.5 + 0.14 * Math.sin(seconds * 0.7));
    const headX = bodyX + box.w * 0.02 * Math.sin(seconds * 2.3);
    const headY = box.h * (0.34 + 0.015 * Math.sin(seconds * 3.1));
    const headRx = box.w * 0.09;
    const headRy = box.h * 0.15;
    const handX = bodyX + box.w * (0.2 + 0.08 * Math.sin(seconds * 2.9));
    const handY = box.h * (0.62 + 0.12 * Math.cos(seconds * 2.2));
    for (let row = 0; row < box.h; row++) {
      const at = (box.y + row) * yStride + box.x;
      const wallAt = row * box.w;
      let grain = Math.floor(Math.random() * (this.#noise.length - box.w));
      for (let column = 0; column < box.w; column++) {
        y[at + column] = (this.#wall[wallAt + column] ?? 0) + ((this.#noise[grain++] ?? 0) & 15);
      }
      const head = span((row - headY) / headRy) * headRx;
      if (head > 0) this.#grainy(at, box.w, headX - head, headX + head, 150);
      const shoulder = box.h * 0.5;
      if (row > shoulder) {
        const half = Math.min(box.w * 0.2, box.w * 0.08 + (row - shoulder) * 1.4);
        this.#grainy(at, box.w, bodyX - half, bodyX + half, 46);
      }
      const hand = span((row - handY) / (headRy * 0.4)) * headRx * 0.5;
      if (hand > 0) this.#grainy(at, box.w, handX - hand, handX + hand, 148);
    }
  }

  #grainy(at: number, width: number, from: number, to: number, level: number): void {
    const { y } = this.#planes;
    let grain = Math.floor(Math.random() * (this.#noise.length - width));
    const end = Math.min(width, Math.round(to));
    for (let x = Math.max(0, Math.round(from)); x < end; x++) {
      y[at + x] = level + ((this.#noise[grain++] ?? 0) & 15);
    }
  }

  #drawWallClock(epochMs: number): void {
    const unit = this.#unit;
    const wide = this.#planes.width / unit;
    this.#fill(this.#box(wide - 340, 600, 330, 60), 16);
    const local = epochMs - new Date(epochMs).getTimezoneOffset() * 60_000;
    const text = new Date(local).toISOString().slice(11, 23);
    drawText(this.#luma, text, this.#px(wide - 332), this.#px(603), 1.5 * unit, 235);
  }

  #putPointer(seconds: number): void {
    const { y, yStride, width, height } = this.#planes;
    const size = this.#px(24);
    const unit = this.#unit;
    const wide = width / unit;
    const reach = (wide - 480) / 2;
    const x = Math.round((60 + reach + reach * Math.sin(seconds * 0.9)) * unit);
    const top = Math.round((370 + 180 * Math.sin(seconds * 1.37)) * unit);
    const box = { x: Math.min(x, width - size), y: Math.min(top, height - size), w: size, h: size };
    this.#pointerBox = box;
    for (let row = 0; row < size; row++) {
      const at = (box.y + row) * yStride + box.x;
      this.#pointer.set(y.subarray(at, at + size), row * size);
      const half = Math.round((span((row - size / 2) / (size / 2)) * size) / 2);
      if (half > 0) y.fill(81, at + size / 2 - half, at + size / 2 + half);
    }
  }

  #liftPointer(): void {
    const box = this.#pointerBox;
    if (!box) return;
    const { y, yStride } = this.#planes;
    for (let row = 0; row < box.h; row++) {
      y.set(this.#pointer.subarray(row * box.w, (row + 1) * box.w), (box.y + row) * yStride + box.x);
    }
  }

  #fill(box: Box, level: number): void {
    const { y, yStride } = this.#planes;
    for (let row = box.y; row < box.y + box.h; row++) {
      y.fill(level, row * yStride + box.x, row * yStride + box.x + box.w);
    }
  }

  #tint(box: Box, u: number, v: number): void {
    const { cStride } = this.#planes;
    for (let row = box.y >> 1; row < (box.y + box.h) >> 1; row++) {
      const from = row * cStride + (box.x >> 1);
      this.#planes.u.fill(u, from, from + (box.w >> 1));
      this.#planes.v.fill(v, from, from + (box.w >> 1));
    }
  }

  /** A box given in units, in whole even pixels inside the picture. */
  #box(x: number, y: number, w: number, h: number): Box {
    const left = clampEven(x * this.#unit, this.#planes.width);
    const top = clampEven(y * this.#unit, this.#planes.height);
    return {
      x: left,
      y: top,
      w: clampEven(w * this.#unit, this.#planes.width - left),
      h: clampEven(h * this.#unit, this.#planes.height - top),
    };
  }

  #px(units: number): number {
    return clampEven(units * this.#unit, this.#planes.width);
  }
}

const clampEven = (value: number, most: number): number =>
  Math.max(0, Math.min(most, Math.round(value))) & ~1;

/** Half width of the unit circle at height t. */
const span = (t: number): number => (Math.abs(t) < 1 ? Math.sqrt(1 - t * t) : 0);

function wall(box: Box): Uint8Array {
  const pixels = new Uint8Array(box.w * box.h);
  for (let y = 0; y < box.h; y++) {
    for (let x = 0; x < box.w; x++) {
      const panel = Math.floor((x / box.w) * 5) % 2 === 0 ? 8 : 0;
      pixels[y * box.w + x] = 70 + panel + Math.round((y / box.h) * 40);
    }
  }
  return pixels;
}

function noise(length: number): Uint8Array {
  const values = new Uint8Array(length);
  for (let i = 0; i < length; i++) values[i] = Math.floor(Math.random() * 256);
  return values;
}
