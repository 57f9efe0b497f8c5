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
  /** Its recording was deleted: there is nothing to play. */
  empty: z.boolean().optional(),
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

/** Played one after the other, in this order, as a new clip; the ones joined stay. */
export const joinClipsSchema = z
  .object({ ids: z.array(z.string()).min(2).max(20), title: z.string().trim().min(1).max(300) })
  .strict();
/** What anyone may ask of a published clip: which version answers now. */
export const publicClipSchema = z.object({
  id: z.string(),
  venueId: z.string(),
  /** Whose rules and consent decide who may watch it; null: those of the venue. */
  talkId: z.string().nullable(),
  version: z.number().int(),
  title: z.string(),
});
/** A range of events taken out for good; epoch ms on the timeline, both ends included. */
export const redactEventsSchema = z
  .object({ stream: z.enum(['stage', 'hall']), from: z.number(), to: z.number() })
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
  /** Multivariant playlists, relative to the venue's media base. */
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
