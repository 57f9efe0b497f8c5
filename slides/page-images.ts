/** A page's picture in the widths viewers load. Only the pages child imports this. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { pageWidths } from '#contracts/deck.ts';
import type { PageImage } from '#contracts/events.ts';

/** A page is at most this many pixels high: long pages get narrower pictures instead. */
const maxHeight = 4320;

/**
 * Slides of text and lines are smaller and sharper as near-lossless WebP than as lossy. At 1920, two decks, kB and SSIM a page:
 * near-lossless 60: 35 and 60, 0.9999 · 20: 26 and 45, 0.999 · lossless 41 and 55 · AVIF 4:4:4 at 60: 31 and 50, 0.999 and 0.990.
 * Photographs are three times larger and five times slower so: they are lossy.
 */
const lossy = { quality: 80, effort: 4 } as const;
const nearLossless = { nearLossless: true, quality: 20, effort: 4 } as const;
/** Bits of the brightness histogram: pages below are drawings, pages above hold photographs. */
const flatEntropy = 3;
/** Bytes a pixel up to which near-lossless is taken without trying the other. */
const smallEnough = 0.05;
/** Gains only on photographs; 4:2:0 would blur coloured text. */
const avif = { quality: 50, effort: 2, chromaSubsampling: '4:4:4' } as const;

export type PictureSize = { readonly width: number; readonly height: number };

/** Of the largest picture of a page with these proportions. `own` is the width in pixels of a page that is a picture: it is not blown up. */
export function largestSize(width: number, height: number, own = Number.POSITIVE_INFINITY): PictureSize {
  const ratio = height / width;
  const fit = Math.floor(Math.min(pageWidths[pageWidths.length - 1] ?? 1920, own, maxHeight / ratio));
  const largest = Math.max(1, fit);
  return { width: largest, height: Math.max(1, Math.round(largest * ratio)) };
}

/** Writes `<id>.<w>.webp` (and `.avif`) of every width up to the picture's own. */
export async function writeImages(
  picture: Sharp,
  size: PictureSize,
  id: string,
  outDir: string,
  withAvif: boolean,
): Promise<PageImage> {
  const widths = [...new Set([...pageWidths.filter((width) => width < size.width), size.width])];
  const { entropy } = await sharp(
    await picture.clone().resize({ width: 480 }).png({ compressionLevel: 0 }).toBuffer(),
  ).stats();
  const isFlat = entropy < flatEntropy;
  for (const width of widths) {
    const scaled = width === size.width ? picture.clone() : picture.clone().resize({ width });
    const pixels = width * Math.round((width * size.height) / size.width);
    await writeFile(join(outDir, `${id}.${width}.webp`), await smallestWebp(scaled, pixels, isFlat));
    if (withAvif) await writeFile(join(outDir, `${id}.${width}.avif`), await scaled.avif(avif).toBuffer());
  }
  return { id, ...size, widths, avif: withAvif };
}

async function smallestWebp(picture: Sharp, pixels: number, isFlat: boolean): Promise<Buffer> {
  const sharpest = isFlat ? await picture.clone().webp(nearLossless).toBuffer() : undefined;
  if (sharpest && sharpest.length <= pixels * smallEnough) return sharpest;
  const smaller = await picture.clone().webp(lossy).toBuffer();
  return sharpest && sharpest.length <= smaller.length ? sharpest : smaller;
}

export const fromPixels = (pixels: Buffer, { width, height }: PictureSize): Sharp =>
  sharp(pixels, { raw: { width, height, channels: 4 } }).removeAlpha();
