/** Which file of a page to show, and having it ready before it is shown. */
import { eventPath } from '#contracts/event-paths.ts';
import type { PageImage } from '#contracts/events.ts';

/** The smallest width that is sharp where it is shown; a tenth too few pixels are not seen. */
export function widthFor(widths: readonly number[], cssWidth: number, pixelRatio: number): number {
  const wanted = cssWidth * pixelRatio * 0.9;
  return widths.find((width) => width >= wanted) ?? widths.at(-1) ?? 0;
}

/** Elements kept decoded: the page shown, the next, and the last ones looked at. */
const mostKept = 8;
const retries = 4;

type Kept = { readonly element: HTMLImageElement; ready: Promise<boolean>; loaded: boolean };

export class PageImages {
  private readonly base: string;
  private readonly kept = new Map<string, Kept>();
  /** Undefined until an avif was tried. */
  private avif: boolean | undefined;
  private closed = false;

  constructor(base: string) {
    this.base = base;
  }

  address(image: PageImage, width: number, format: 'webp' | 'avif' = 'webp'): string {
    return `${this.base}/${eventPath.page(image.id, width, format)}`;
  }

  /** Starts loading and decoding; the same element every time. */
  get(image: PageImage, width: number): Kept {
    const key = `${image.id} ${width}`;
    const known = this.kept.get(key);
    if (known) {
      this.kept.delete(key);
      this.kept.set(key, known);
      return known;
    }
    const element = new Image();
    element.alt = '';
    element.draggable = false;
    element.decoding = 'sync';
    const kept: Kept = { element, loaded: false, ready: Promise.resolve(false) };
    kept.ready = this.load(element, image, width, key).then((loaded) => {
      kept.loaded = loaded;
      return loaded;
    });
    this.kept.set(key, kept);
    for (const old of this.kept.keys()) {
      if (this.kept.size <= mostKept) break;
      this.kept.delete(old);
    }
    return kept;
  }

  close(): void {
    this.closed = true;
    this.kept.clear();
  }

  /** False when it cannot be had; it is then forgotten, so that the next asking tries again. */
  private async load(
    element: HTMLImageElement,
    image: PageImage,
    width: number,
    key: string,
  ): Promise<boolean> {
    for (let attempt = 0; attempt < retries && !this.closed; attempt++) {
      const format = image.avif && this.avif !== false ? 'avif' : 'webp';
      element.src = this.address(image, width, format);
      try {
        await element.decode();
        if (format === 'avif') this.avif = true;
        return true;
      } catch {
        if (format === 'avif' && this.avif === undefined) {
          this.avif = false; // This browser has no avif, or the file is not there: webp always is.
          continue;
        }
        await new Promise((resolve) => setTimeout(resolve, 600 * 2 ** attempt));
      }
    }
    this.kept.delete(key);
    return false;
  }
}
