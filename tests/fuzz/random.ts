/** Seeded randomness and byte mutations, so that a failing input can be had again from its number alone. */

export class Random {
  #state: number;
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }
  /** mulberry32: the next number in [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
  /** An integer in [0, below). */
  below(below: number): number {
    return Math.floor(this.next() * below);
  }
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
  bytes(length: number): Buffer {
    const made = Buffer.alloc(length);
    for (let i = 0; i < length; i++) made[i] = this.below(256);
    return made;
  }
}

const edges = [
  0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0xffffff, 0x1000000, 0x7fffffff, 0x80000000, 0xffffffff,
];

/** One to eight changes: flipped, set, inserted, removed, repeated or cut bytes, and numbers at the edges. */
export function mutate(random: Random, input: Buffer): Buffer {
  let bytes: Buffer = Buffer.from(input);
  for (let left = 1 + random.below(8); left > 0; left--) {
    if (bytes.length === 0) return random.bytes(random.below(16));
    const at = random.below(bytes.length);
    const end = Math.min(bytes.length, at + 1 + random.below(random.pick([4, 64, 1024])));
    switch (random.below(8)) {
      case 0:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
        break;
      case 1:
        bytes[at] = random.below(256);
        break;
      case 2: {
        const size = random.pick([1, 2, 3, 4]);
        if (at + size <= bytes.length) bytes.writeUIntBE(random.pick(edges) % 2 ** (8 * size), at, size);
        break;
      }
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, at), random.bytes(random.below(32)), bytes.subarray(at)]);
        break;
      case 4:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]);
        break;
      case 5:
        bytes = Buffer.concat([bytes.subarray(0, end), bytes.subarray(at, end), bytes.subarray(end)]);
        break;
      case 6:
        bytes = Buffer.from(bytes.subarray(0, at));
        break;
      case 7: {
        const from = random.below(bytes.length);
        bytes.copy(bytes, at, from, Math.min(bytes.length, from + (end - at)));
        break;
      }
    }
  }
  return bytes;
}

/** Hands `bytes` over in pieces of random size, as a socket may. */
export function inPieces(random: Random, bytes: Buffer, take: (piece: Buffer) => void): void {
  const largest = random.pick([1, 3, 50, 1500, 65_536]);
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + 1 + random.below(largest));
    take(bytes.subarray(at, end));
    at = end;
  }
}

/** How much to run: ROSTRUM_FUZZ_RUNS inputs in all (10,000 when unset), from ROSTRUM_FUZZ_SEED on. */
export const fuzzRuns = Number(process.env.ROSTRUM_FUZZ_RUNS ?? 10_000);
export const fuzzSeed = Number(process.env.ROSTRUM_FUZZ_SEED ?? 20_261);

/** The seed of input `i`: far from its neighbours'. */
export function inputSeed(i: number): number {
  return (fuzzSeed + Math.imul(i, 0x9e3779b1)) >>> 0;
}
