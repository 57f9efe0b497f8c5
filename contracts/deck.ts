/** Decks: uploaded courseware and what conversion made of it. */
import { z } from 'zod';
import { pageImageSchema } from './events.ts';

export const deckLimits = { bytes: 200 * 1024 * 1024, pages: 1000, seconds: 300, memoryMiB: 3072 } as const;
export const deckKinds = ['pptx', 'ppt', 'ppsx', 'pps', 'odp', 'pdf', 'images'] as const;
/** Widths of page images in pixels; the largest first shown on a PC. */
export const pageWidths = [480, 960, 1920] as const;

/** A resumable upload: made, then filled by PUT of chunks at their offset, then it becomes a deck version. */
export const createUploadSchema = z
  .object({
    /** Several for a set of images, in page order. */
    files: z
      .array(z.object({ name: z.string().min(1).max(255), bytes: z.number().int().positive() }))
      .min(1)
      .max(1000),
  })
  .strict();
export const uploadSchema = z.object({
  id: z.string(),
  /** Bytes received of each file: where to go on. */
  files: z.array(z.object({ name: z.string(), bytes: z.number(), received: z.number() })),
  chunkBytes: z.number(),
});
export type Upload = z.infer<typeof uploadSchema>;

export const deckPageSchema = z.object({
  /** One image per step; one step for now. */
  steps: z.array(z.object({ image: pageImageSchema })),
  title: z.string(),
  text: z.string(),
  /** For the presenter only. */
  notes: z.string(),
});
export type DeckPage = z.infer<typeof deckPageSchema>;

export const deckSchema = z.object({
  id: z.string(),
  talkId: z.string(),
  version: z.number().int(),
  name: z.string(),
  bytes: z.number(),
  state: z.enum(['waiting', 'converting', 'ready', 'failed']),
  /** Pages done and in all; in all is 0 until known. */
  done: z.number().int(),
  total: z.number().int(),
  /** Code of contracts/errors.ts with detail when failed. */
  error: z.object({ code: z.string(), detail: z.string().optional() }).nullable(),
  /** What could not be reproduced, for the speaker. */
  losses: z.array(z.object({ page: z.number().int().nullable(), what: z.string() })),
  /** Fonts asked for and what was used instead; `substitute` null when it was there or embedded. */
  fonts: z.array(z.object({ name: z.string(), substitute: z.string().nullable() })),
  pages: z.array(deckPageSchema),
});
export type Deck = z.infer<typeof deckSchema>;
