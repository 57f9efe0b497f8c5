/** Reads bits, most significant first, out of decoder configurations. Never used on coded pictures or sound. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get bitsLeft(): number {
    return this.#bytes.length * 8 - this.#position;
  }

  bit(): number {
    const byte = this.#bytes[this.#position >> 3];
    if (byte === undefined)
      throw new RangeError(`bit ${this.#position} is past the end of the configuration`);
    const value = (byte >> (7 - (this.#position & 7))) & 1;
    this.#position++;
    return value;
  }

  flag(): boolean {
    return this.bit() === 1;
  }

  /** Unsigned, `count` ≤ 32. */
  bits(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) value = value * 2 + this.bit();
    return value;
  }

  skip(count: number): void {
    if (count > this.bitsLeft) throw new RangeError(`skip of ${count} bits goes past the end`);
    this.#position += count;
  }

  /** ue(v), ITU-T H.264 9.1. */
  ue(): number {
    let zeros = 0;
    while (this.bit() === 0) {
      if (++zeros > 31) throw new RangeError('Exp-Golomb code is longer than 32 bits');
    }
    return 2 ** zeros - 1 + this.bits(zeros);
  }

  /** se(v), ITU-T H.264 9.1.1. */
  se(): number {
    const code = this.ue();
    return code & 1 ? (code + 1) / 2 : -(code / 2);
  }

  /** uvlc(), AV1 4.10.3. */
  uvlc(): number {
    let zeros = 0;
    while (this.bit() === 0) {
      if (++zeros >= 32) return 2 ** 32 - 1;
    }
    return 2 ** zeros - 1 + this.bits(zeros);
  }
}

/** Removes emulation prevention bytes (0x000003) of a NAL unit: EBSP to RBSP, ITU-T H.264 7.3.1. For parameter sets only. */
export function unescapeNal(nal: Uint8Array): Uint8Array {
  const rbsp = new Uint8Array(nal.length);
  let length = 0;
  let zeros = 0;
  for (const byte of nal) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    rbsp[length++] = byte;
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return rbsp.subarray(0, length);
}
