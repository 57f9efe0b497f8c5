/** Pixels decoded of one picture (FAULTS 66), e.g. 16,384 × 6,103. */
export const pixelLimit = 100_000_000;
