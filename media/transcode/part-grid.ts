/**
 * Which part of a rung a decoded picture belongs to. A rung has no B-frames, so its parts are cut in presentation time:
 * each covers as long as the source's part of the same number, counted from the segment's first picture. Pure; times
 * are ticks of 90 kHz.
 */

export type Cell = {
  readonly msn: number;
  readonly index: number;
  /** Presentation times it covers. */
  readonly from: number;
  to: number;
  /** Its first picture must be an IDR. */
  readonly independent: boolean;
  /** The segment ends with it; known when the source's segment has ended. */
  last: boolean;
  pictures: number;
};

export type TimedSample = { readonly dts: number; readonly cts: number; readonly duration: number };

/** RTMP has whole milliseconds, so times jitter by 90 ticks; pictures at 60 fps are 1500 apart. */
export const tolerance = 300;

export class PartGrid {
  readonly #cells: Cell[] = [];
  #msn = -1;
  /** Decode and presentation time of the segment's first picture. */
  #decodeStart = 0;
  #presentationStart = 0;

  /** The oldest part that is not closed. */
  get head(): Cell | undefined {
    return this.#cells[0];
  }

  /** A part of the source, in order. */
  add(msn: number, index: number, independent: boolean, samples: readonly TimedSample[]): void {
    const first = samples[0];
    const final = samples.at(-1);
    if (!first || !final) return;
    if (msn !== this.#msn) {
      this.#msn = msn;
      this.#decodeStart = first.dts;
      this.#presentationStart = first.dts + first.cts;
      const before = this.#cells.at(-1);
      // The segment before lasts until this one's first picture, whatever the composition offsets say.
      if (before && this.#presentationStart > before.from) before.to = this.#presentationStart;
    }
    const shift = this.#presentationStart - this.#decodeStart;
    const from = first.dts + shift;
    const to = final.dts + final.duration + shift;
    this.#cells.push({ msn, index, from, to, independent, last: false, pictures: 0 });
  }

  /** The source's segment has ended. False when all its parts are closed already. */
  end(msn: number): boolean {
    const last = this.#cells.at(-1);
    if (last?.msn !== msn) return false;
    last.last = true;
    return true;
  }

  /** True when the head must be closed before a picture of this time is taken. */
  isPast(presentation: number): boolean {
    const head = this.head;
    return head !== undefined && presentation >= head.to - tolerance;
  }

  /** The part a picture belongs to after `isPast` is false; undefined when it comes before its segment's IDR or after all that is known. */
  take(presentation: number): Cell | undefined {
    const head = this.head;
    if (!head || (head.index === 0 && presentation < head.from - tolerance)) return undefined;
    return head;
  }

  close(): void {
    this.#cells.shift();
  }
}
