/** Clips: published stretches of a venue's timeline. Cutting anew makes a new version; nothing is copied. */
import { z } from 'zod';
import type { StageEvent } from './events.ts';
import { pageImageSchema, speakerSchema } from './events.ts';
import type { StageState } from './stage-state.ts';

/** Epoch ms on the timeline, `to` after `from`; null: to wherever the timeline is. */
const range = z.object({ from: z.number(), to: z.number().nullable() });
export const clipSchema = z.object({
  id: z.string(),
  venueId: z.string(),
  talkId: z.string().nullable(),
  title: z.string(),
  speakers: z.array(speakerSchema),
  version: z.number().int().positive(),
  state: z.enum(['published', 'hidden']),
  /** More than one when clips were joined. */
  ranges: z.array(range).min(1).max(50),
  createdAt: z.number(),
});
export type Clip = z.infer<typeof clipSchema>;
export const createClipSchema = z
  .object({
    title: z.string().trim().min(1).max(300),
    talkId: z.string().nullable().optional(),
    ranges: z.array(range).min(1).max(50),
  })
  .strict();
export const updateClipSchema = z
  .object({
    title: z.string().trim().min(1).max(300).optional(),
    ranges: z.array(range).min(1).max(50).optional(),
    state: z.enum(['published', 'hidden']).optional(),
  })
  .strict();

/** `clips/<id>/<version>/clip.json`: what the replay page asks first. */
export const clipInfoSchema = z.object({
  id: z.string(),
  version: z.number().int(),
  title: z.string(),
  speakers: z.array(speakerSchema),
  ranges: z.array(range),
  /** True while the end is open. */
  open: z.boolean(),
  tracks: z.object({ program: z.string().optional(), slides: z.string().optional() }),
  chapters: z.array(
    z.object({
      t: z.number(),
      kind: z.enum(['talk', 'page']),
      title: z.string(),
      image: pageImageSchema.nullable(),
    }),
  ),
});
export type ClipInfo = z.infer<typeof clipInfoSchema>;

/** `clips/<id>/<version>/events.json`: the same path as live, a snapshot and what follows, by `t`. */
export type ClipEvents = {
  readonly ranges: readonly {
    readonly from: number;
    readonly state: StageState;
    readonly events: readonly StageEvent[];
  }[];
};
