/** What a package may unpack to (FAULTS 56). A lecture's pictures hardly shrink; its XML shrinks five to thirty times. */
export const zipLimits = {
  entries: 10_000,
  /** Unpacked to packed, of the whole. */
  ratio: 100,
  /** Below this many unpacked bytes the ratio says nothing: a few empty drawings reach it. */
  ratioFromBytes: 10 * 1024 * 1024,
  /** Unpacked minus packed: nothing is unpacked when the directory promises more. */
  growthBytes: 200 * 1024 * 1024,
  /** One XML part. */
  xmlBytes: 64 * 1024 * 1024,
} as const;
