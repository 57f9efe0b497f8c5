/** Talks of a venue as the console, the presenter's page and the API see them. */
import { z } from 'zod';
import { speakerSchema, talkChangeSchema, talkTypes } from './events.ts';

export const talkInputSchema = z
  .object({
    title: z.string().trim().min(1).max(300),
    speakers: z.array(speakerSchema).max(30),
    /** Epoch ms; null: not planned by the clock. */
    plannedStart: z.number().nullable(),
    plannedMinutes: z.number().min(1).max(1440).nullable(),
    /** Viewers may download the courseware: not, as it was uploaded, or as PDF. */
    download: z.enum(['no', 'original', 'pdf']),
    /** Of the same venue; null: of none. */
    sessionId: z.string().max(64).nullable(),
    type: z.enum(talkTypes),
    abstract: z.string().trim().max(20_000),
  })
  .strict();
export const createTalkSchema = talkInputSchema.partial().required({ title: true });
/**
 * `state`: a talk that has not begun is cancelled, or planned again. `venueId`: it moves to another venue of the conference, unless
 * it has begun. A talk that moves without naming a session joins the one it falls into.
 */
export const updateTalkSchema = talkInputSchema
  .partial()
  .extend({ state: z.enum(['planned', 'cancelled']).optional(), venueId: z.string().max(64).optional() })
  .strict();
/** All talks of the venue, in their new order. */
export const orderTalksSchema = z.object({ ids: z.array(z.string()).max(500) }).strict();

export const talkSchema = talkInputSchema.extend({
  id: z.string(),
  venueId: z.string(),
  /** Order in the venue, 0, 1, 2… */
  position: z.number().int(),
  state: z.enum(['planned', 'now', 'done', 'cancelled']),
  actualStart: z.number().nullable(),
  actualEnd: z.number().nullable(),
  /** Of an import; a re-import updates by it. */
  key: z.string().nullable(),
  changed: talkChangeSchema.nullable(),
  /** The deck presented: its newest version. */
  deck: z
    .object({
      id: z.string(),
      version: z.number().int(),
      state: z.enum(['waiting', 'converting', 'ready', 'failed']),
      pages: z.number().int(),
      name: z.string(),
    })
    .nullable(),
  replay: z
    .object({ clip: z.string(), version: z.number().int(), state: z.enum(['published', 'hidden']) })
    .nullable(),
});
export type Talk = z.infer<typeof talkSchema>;

/** "It was N seconds ago": the moment of a cut. */
export const cutSchema = z.object({ secondsAgo: z.number().min(0).max(3600).default(0) }).strict();
