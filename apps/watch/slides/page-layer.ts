/** Keeps one page's picture in a box, sharp for its size; the next is decoded before it is asked for. */
import type { PageImage } from '#contracts/events.ts';
import { PageImages, widthFor } from '../../follow/page-images.ts';

export class PageLayer {
  private readonly images: PageImages;
  private readonly box: HTMLElement;
  private readonly onState: (state: 'shown' | 'loading' | 'failed') => void;
  private wanted: string | undefined;
  private shown: string | undefined;

  constructor(box: HTMLElement, base: string, onState: PageLayer['onState']) {
    this.box = box;
    this.images = new PageImages(base);
    this.onState = onState;
  }

  /** `cssWidth`: how wide it is shown, zoom included. */
  show(image: PageImage, next: PageImage | null, cssWidth: number): void {
    const width = widthFor(image.widths, cssWidth, devicePixelRatio);
    const key = `${image.id} ${width}`;
    if (this.wanted !== key) {
      this.wanted = key;
      const sharp = this.images.get(image, width);
      if (sharp.loaded) this.put(sharp.element, key);
      else this.load(image, width, key);
    }
    if (next) this.images.get(next, widthFor(next.widths, cssWidth, devicePixelRatio));
  }

  close(): void {
    this.wanted = undefined;
    this.images.close();
  }

  private load(image: PageImage, width: number, key: string): void {
    const samePage = this.shown?.split(' ')[0] === image.id;
    const least = image.widths[0] ?? width;
    if (!samePage) this.onState('loading');
    // The small one is there first; the sharp one takes its place.
    if (!samePage && least < width) {
      void this.images.get(image, least).ready.then((loaded) => {
        const late = this.wanted !== key || this.shown === key;
        if (loaded && !late) this.put(this.images.get(image, least).element, `${image.id} ${least}`);
      });
    }
    void this.images.get(image, width).ready.then((loaded) => {
      if (this.wanted !== key) return;
      if (loaded) this.put(this.images.get(image, width).element, key);
      else {
        this.wanted = undefined;
        this.onState('failed');
      }
    });
  }

  private put(element: HTMLImageElement, key: string): void {
    this.shown = key;
    this.box.replaceChildren(element);
    this.onState('shown');
  }
}
