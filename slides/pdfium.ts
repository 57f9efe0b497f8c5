/**
 * The one door to PDFium (WebAssembly, built without JavaScript and XFA: scripts in a PDF are never run, FAULTS 65).
 * Only the pages child imports this. Lengths are PDF points (1/72 inch), coordinates handed out are 0…1 of the page.
 */
import { PDFiumModule } from '@hyzyla/pdfium';
import { CodedError } from '#contracts/errors.ts';

/** Exports of the module used here; fpdfview.h, fpdf_text.h, fpdf_doc.h. Pointers and handles are numbers. */
type Exports = {
  readonly HEAPU8: Uint8Array;
  readonly wasmExports: { malloc(size: number): number; free(pointer: number): void };
  _FPDF_InitLibraryWithConfig(config: object): void;
  _FPDF_LoadMemDocument(data: number, size: number, password: number): number;
  _FPDF_GetLastError(): number;
  _FPDF_GetPageCount(doc: number): number;
  _FPDF_LoadPage(doc: number, index: number): number;
  _FPDF_ClosePage(page: number): void;
  _FPDF_GetPageWidthF(page: number): number;
  _FPDF_GetPageHeightF(page: number): number;
  _FPDF_PageToDevice(
    page: number,
    startX: number,
    startY: number,
    sizeX: number,
    sizeY: number,
    rotate: number,
    x: number,
    y: number,
    outX: number,
    outY: number,
  ): number;
  _FPDFBitmap_CreateEx(width: number, height: number, format: number, data: number, stride: number): number;
  _FPDFBitmap_FillRect(bitmap: number, x: number, y: number, w: number, h: number, colour: number): void;
  _FPDFBitmap_Destroy(bitmap: number): void;
  _FPDF_RenderPageBitmap(
    bitmap: number,
    page: number,
    x: number,
    y: number,
    w: number,
    h: number,
    rotate: number,
    flags: number,
  ): void;
  _FPDFText_LoadPage(page: number): number;
  _FPDFText_ClosePage(text: number): void;
  _FPDFText_CountChars(text: number): number;
  _FPDFText_GetUnicode(text: number, index: number): number;
  _FPDFText_GetLooseCharBox(text: number, index: number, rectangle: number): number;
  _FPDFLink_Enumerate(page: number, position: number, link: number): number;
  _FPDFLink_GetAnnotRect(link: number, rectangle: number): number;
  _FPDFLink_GetDest(doc: number, link: number): number;
  _FPDFLink_GetAction(link: number): number;
  _FPDFAction_GetType(action: number): number;
  _FPDFAction_GetDest(doc: number, action: number): number;
  _FPDFAction_GetURIPath(doc: number, action: number, buffer: number, length: number): number;
  _FPDFDest_GetDestPageIndex(doc: number, dest: number): number;
};

/** 0…1 of the page, from its top left corner. */
export type Box = { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
export type Char = { readonly code: number; readonly box: Box };
export type PdfLink = { readonly href: string; readonly box: Box };

const passwordError = 4;
const bgrx = 3;
const drawAnnotations = 0x01;
const rgbOrder = 0x10;
const uriAction = 3;
/** Device units per page when coordinates are asked for. */
const grid = 100_000;
const linksPerPage = 500;

export class Pdf {
  readonly #m: Exports;
  readonly #doc: number;
  /** 64 bytes for what functions give back. */
  readonly #scratch: number;
  readonly pages: number;

  private constructor(module: Exports, doc: number) {
    this.#m = module;
    this.#doc = doc;
    this.#scratch = module.wasmExports.malloc(64);
    this.pages = module._FPDF_GetPageCount(doc);
  }

  /** @throws CodedError deck.encrypted or deck.broken */
  static async open(bytes: Uint8Array, name: string): Promise<Pdf> {
    const module = (await PDFiumModule({})) as unknown as Exports;
    module._FPDF_InitLibraryWithConfig({});
    const data = module.wasmExports.malloc(bytes.length);
    if (data === 0)
      throw new CodedError('deck.failed', `${name}: no memory for ${bytes.length} bytes of PDF`);
    module.HEAPU8.set(bytes, data);
    const doc = module._FPDF_LoadMemDocument(data, bytes.length, 0);
    if (doc === 0) {
      if (module._FPDF_GetLastError() === passwordError)
        throw new CodedError('deck.encrypted', `${name} is a PDF with a password`);
      throw new CodedError('deck.broken', `${name} is not a whole PDF`);
    }
    const pdf = new Pdf(module, doc);
    if (pdf.pages < 1) throw new CodedError('deck.broken', `${name} has no pages`);
    return pdf;
  }

  /** 0-based. The page must be closed. @throws CodedError deck.broken */
  page(index: number): PdfPage {
    const page = this.#m._FPDF_LoadPage(this.#doc, index);
    if (page === 0) throw new CodedError('deck.broken', `page ${index + 1} cannot be read`);
    return new PdfPage(this.#m, this.#doc, page, this.#scratch);
  }
}

export class PdfPage {
  readonly #m: Exports;
  readonly #doc: number;
  readonly #page: number;
  readonly #scratch: number;
  readonly width: number;
  readonly height: number;

  constructor(module: Exports, doc: number, page: number, scratch: number) {
    this.#m = module;
    this.#doc = doc;
    this.#page = page;
    this.#scratch = scratch;
    this.width = module._FPDF_GetPageWidthF(page);
    this.height = module._FPDF_GetPageHeightF(page);
  }

  close(): void {
    this.#m._FPDF_ClosePage(this.#page);
  }

  /** On white, RGBX, 4 bytes a pixel. */
  render(width: number, height: number): Buffer {
    const size = width * height * 4;
    const data = this.#m.wasmExports.malloc(size);
    if (data === 0) throw new CodedError('deck.failed', `no memory for a picture of ${width} × ${height}`);
    const bitmap = this.#m._FPDFBitmap_CreateEx(width, height, bgrx, data, width * 4);
    try {
      this.#m._FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xffffffff);
      this.#m._FPDF_RenderPageBitmap(bitmap, this.#page, 0, 0, width, height, 0, drawAnnotations | rgbOrder);
      return Buffer.from(this.#m.HEAPU8.subarray(data, data + size));
    } finally {
      this.#m._FPDFBitmap_Destroy(bitmap);
      this.#m.wasmExports.free(data);
    }
  }

  /** In reading order of the file, at most `limit`. */
  *chars(limit: number): Generator<Char> {
    const text = this.#m._FPDFText_LoadPage(this.#page);
    if (text === 0) return;
    try {
      const count = Math.min(limit, this.#m._FPDFText_CountChars(text));
      for (let i = 0; i < count; i++) {
        const code = this.#m._FPDFText_GetUnicode(text, i);
        this.#m._FPDFText_GetLooseCharBox(text, i, this.#scratch);
        yield { code, box: this.#boxAt(this.#scratch) };
      }
    } finally {
      this.#m._FPDFText_ClosePage(text);
    }
  }

  /** Links to pages of the document (`#page=3`, 1-based) and to web and mail addresses; nothing else is a link. */
  *links(): Generator<PdfLink> {
    const position = this.#scratch + 32;
    const found = this.#scratch + 36;
    this.#view().setInt32(position, 0, true);
    for (let n = 0; n < linksPerPage; n++) {
      if (!this.#m._FPDFLink_Enumerate(this.#page, position, found)) return;
      const link = this.#view().getUint32(found, true);
      const href = this.#target(link);
      if (href === undefined || !this.#m._FPDFLink_GetAnnotRect(link, this.#scratch)) continue;
      yield { href, box: this.#boxAt(this.#scratch) };
    }
  }

  #target(link: number): string | undefined {
    const action = this.#m._FPDFLink_GetAction(link);
    const dest =
      this.#m._FPDFLink_GetDest(this.#doc, link) ||
      (action ? this.#m._FPDFAction_GetDest(this.#doc, action) : 0);
    if (dest) {
      const index = this.#m._FPDFDest_GetDestPageIndex(this.#doc, dest);
      return index >= 0 ? `#page=${index + 1}` : undefined;
    }
    if (!action || this.#m._FPDFAction_GetType(action) !== uriAction) return undefined;
    const length = this.#m._FPDFAction_GetURIPath(this.#doc, action, 0, 0);
    if (length < 2 || length > 2048) return undefined;
    const buffer = this.#m.wasmExports.malloc(length);
    try {
      this.#m._FPDFAction_GetURIPath(this.#doc, action, buffer, length);
      const href = Buffer.from(this.#m.HEAPU8.subarray(buffer, buffer + length - 1)).toString('utf8');
      return /^(https?:\/\/|mailto:)/i.test(href) ? href : undefined;
    } finally {
      this.#m.wasmExports.free(buffer);
    }
  }

  /** FS_RECTF (left, top, right, bottom as float, in points from the bottom) as seen on the page, turned and cropped. */
  #boxAt(pointer: number): Box {
    const view = this.#view();
    const [left, top, right, bottom] = [0, 4, 8, 12].map((at) => view.getFloat32(pointer + at, true)) as [
      number,
      number,
      number,
      number,
    ];
    const [x1, y1] = this.#toPage(left, top);
    const [x2, y2] = this.#toPage(right, bottom);
    return { x: Math.min(x1, x2), y: Math.min(y1, y2), w: Math.abs(x2 - x1), h: Math.abs(y2 - y1) };
  }

  #toPage(x: number, y: number): [number, number] {
    const out = this.#scratch + 48;
    this.#m._FPDF_PageToDevice(this.#page, 0, 0, grid, grid, 0, x, y, out, out + 4);
    const view = this.#view();
    return [view.getInt32(out, true) / grid, view.getInt32(out + 4, true) / grid];
  }

  #view(): DataView {
    return new DataView(this.#m.HEAPU8.buffer);
  }
}
