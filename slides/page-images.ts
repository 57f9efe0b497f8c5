/** A page's picture in the widths viewers load. Only the pages child imports this. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { pageWidths } from '#contracts/deck.ts';
import type { PageImage } from '#contracts/events.ts';

/** A page is at most this many pixels high: long pages get narrower pictures instead. */
const maxHeight = 4320;

/**
 * Measured on the corpus (bench/deck.ts): 82 keeps text edges (SSIM against the rendering ≥ 0.99); AVIF of the same
 * widths costs about ten times the CPU for a third less, so it is made only when asked for.
 */
const webp = { quality: 82, effort: 4, smartSubsample: true } as const;
const avif = { quality: 58, effort: 3 } as const;

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
  for (const width of widths) {
    const scaled = width === size.width ? picture.clone() : picture.clone().resize({ width });
    await writeFile(join(outDir, `${id}.${width}.webp`), await scaled.clone().webp(webp).toBuffer());
    if (withAvif) await writeFile(join(outDir, `${id}.${width}.avif`), await scaled.avif(avif).toBuffer());
  }
  return { id, ...size, widths, avif: withAvif };
}

export const fromPixels = (pixels: Buffer, { width, height }: PictureSize): Sharp =>
  sharp(pixels, { raw: { width, height, channels: 4 } }).removeAlpha();
