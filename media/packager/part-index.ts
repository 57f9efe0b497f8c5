/**
 * Where the parts of every segment of a rendition end: 8 bytes a part, kept for the whole run. A clip may end anywhere in it,
 * long after the records of the parts have been forgotten (0.7 MB for 8 hours).
 */

/** Top bit of the second word: the part starts with an IDR. */
const independentBit = 0x8000_0000;

export type PartEnd = {
  /** Bytes from the segment's beginning to the end of the part. */
  readonly bytes: number;
  /** Seconds from the segment's beginning to the end of the part. */
  readonly seconds: number;
};

export class PartIndex {
  /** Per part: bytes up to its end, microseconds up to its end with `independentBit`. */
  #words = new Uint32Array(64);
  #count = 0;

  /** Parts so far: the number the next one gets. */
  get count(): number {
    return this.#count;
  }

  add({ bytes, seconds }: PartEnd, independent: boolean): void {
    const at = this.#count * 2;
    if (at === this.#words.length) {
      const larger = new Uint32Array(this.#words.length * 2);
      larger.set(this.#words);
      this.#words = larger;
    }
    this.#words[at] = bytes;
    this.#words[at + 1] = (Math.round(seconds * 1e6) | (independent ? independentBit : 0)) >>> 0;
    this.#count++;
  }

  independent(part: number): boolean {
    return ((this.#words[part * 2 + 1] ?? 0) & independentBit) !== 0;
  }

  end(part: number): PartEnd {
    const micros = (this.#words[part * 2 + 1] ?? 0) & 0x7fff_ffff;
    return { bytes: this.#words[part * 2] ?? 0, seconds: micros / 1e6 };
  }
}
