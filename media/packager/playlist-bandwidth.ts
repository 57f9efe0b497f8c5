/** BANDWIDTH and AVERAGE-BANDWIDTH (RFC 8216bis 4.4.6.2) measured over the finished segments of a rendition. */

export class Bandwidth {
  readonly #minimum: number;
  #bytes = 0;
  #seconds = 0;
  #peak = 0;
  /** The newest segments that together make half a target duration: the shortest stretch that counts for a peak. */
  #stretch: { readonly bytes: number; readonly seconds: number }[] = [];

  /** `targetDuration` in seconds. */
  constructor(targetDuration: number) {
    this.#minimum = targetDuration / 2;
  }

  /** One finished segment: bytes, seconds. */
  add(bytes: number, seconds: number): void {
    if (seconds <= 0) return;
    this.#bytes += bytes;
    this.#seconds += seconds;
    this.#stretch.push({ bytes, seconds });
    let stretchBytes = 0;
    let stretchSeconds = 0;
    for (let i = this.#stretch.length - 1; i >= 0 && stretchSeconds < this.#minimum; i--) {
      const segment = this.#stretch[i];
      stretchBytes += segment?.bytes ?? 0;
      stretchSeconds += segment?.seconds ?? 0;
      if (stretchSeconds >= this.#minimum) this.#stretch.splice(0, i);
    }
    if (stretchSeconds < this.#minimum) return;
    this.#peak = Math.max(this.#peak, (stretchBytes * 8) / stretchSeconds);
  }

  /** Bit/s; 0 before the first segment. */
  get average(): number {
    return this.#seconds > 0 ? (this.#bytes * 8) / this.#seconds : 0;
  }
  /** Bit/s; never below the average. */
  get peak(): number {
    return Math.max(this.#peak, this.average);
  }
}
