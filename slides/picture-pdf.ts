/** One PDF of a set of pictures, a page each: what a doctor who downloads the courseware expects in place of fifty files. */
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import PDFDocument from 'pdfkit';
import type { Sharp } from 'sharp';

/** Pixels: sharp when printed on A4, a few hundred KB a page. */
const longestSide = 2560;
const quality = 88;
/** Points; a page is as wide as a slide of 13.33 inches. */
const pageWidth = 960;

export class PicturePdf {
  readonly #doc = new PDFDocument({ autoFirstPage: false, margin: 0 });
  readonly #written: Promise<void>;

  /** Written to `path` while pages are added. */
  constructor(path: string) {
    this.#written = finished(this.#doc.pipe(createWriteStream(path)));
    // Told by `end`; until then a full disk is nobody's unhandled rejection.
    this.#written.catch(() => undefined);
  }

  /** The picture upright, without transparency. */
  async add(picture: Sharp): Promise<void> {
    const { data, info } = await picture
      .clone()
      .resize({ width: longestSide, height: longestSide, fit: 'inside', withoutEnlargement: true })
      .jpeg({ quality })
      .toBuffer({ resolveWithObject: true });
    const height = (pageWidth * info.height) / info.width;
    this.#doc.addPage({ size: [pageWidth, height], margin: 0 });
    this.#doc.image(data, 0, 0, { width: pageWidth, height });
  }

  /** Resolves when it is on disk. */
  async end(): Promise<void> {
    this.#doc.end();
    await this.#written;
  }
}
