/** Fonts that the owner of the installation gave for decks, beside those that come with it. */
import { z } from 'zod';

/** Bytes: of one file, and of all together, since each conversion holds them in memory. */
export const fontLimits = { bytes: 30 * 1024 * 1024, allBytes: 120 * 1024 * 1024 } as const;

export const fontSchema = z.object({
  /** Of its content: the same file twice is one font. */
  id: z.string(),
  /** Of the file as it was uploaded; only shown. */
  name: z.string(),
  /** Families by which decks ask for it, in all languages it has them in. */
  families: z.array(z.string()),
  bytes: z.number(),
  /** Epoch ms. */
  addedAt: z.number(),
});
export type Font = z.infer<typeof fontSchema>;
