/** BANDWIDTH and AVERAGE-BANDWIDTH (RFC 8216bis 4.4.6.2) measured over the finished segments of a rendition. */

export class Bandwidth {
  readonly #minimum: number;
  #bytes = 0;
  #seconds = 0;
  #peak = 0;
  /** The stretch being gathered: segments shorter than half a target duration count together. */
  #stretchBytes = 0;
  #stretchSeconds = 0;

  /** `targetDuration` in seconds. */
  constructor(targetDuration: number) {
    this.#minimum = targetDuration / 2;
  }

  /** One finished segment: bytes, seconds. */
  add(bytes: number, seconds: number): void {
    if (seconds <= 0) return;
    this.#bytes += bytes;
    this.#seconds += seconds;
    this.#stretchBytes += bytes;
    this.#stretchSeconds += seconds;
    if (this.#stretchSeconds < this.#minimum) return;
    this.#peak = Math.max(this.#peak, (this.#stretchBytes * 8) / this.#stretchSeconds);
    this.#stretchBytes = 0;
    this.#stretchSeconds = 0;
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
