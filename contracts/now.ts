/** `now.json`: what a player asks first, and again about every two seconds when nothing pushes. */
import { z } from 'zod';
import { streamPositionSchema } from './events.ts';

export const venueStates = ['off', 'armed', 'live', 'break', 'away', 'ended'] as const;
/** DESIGN section 2. To the public an armed venue is `off`. */
export type VenueState = (typeof venueStates)[number];

const trackNow = z.object({
  /** Names of the renditions listed in the multivariant playlist, best first; grows or shrinks during a run. */
  renditions: z.array(z.string()),
  /** Multivariant playlist, relative to the venue's media base. */
  playlist: z.string(),
  /** Sound only. Absent while the track has no sound. */
  audioPlaylist: z.string().optional(),
  /** The whole run from its start (time-shift while live, replay when ended). */
  clip: z.string(),
});
export type TrackNow = z.infer<typeof trackNow>;

export const nowSchema = z.object({
  state: z.enum(['off', 'live', 'break', 'away', 'ended']),
  /** The current run, or the last one when ended. Null before the first. */
  run: z.string().nullable(),
  /** When the state began, epoch ms. */
  since: z.number(),
  /** When the run began, epoch ms on the timeline axis; null without a run. */
  runStart: z.number().nullable(),
  tier: z.enum(['low-latency', 'standard']),
  tracks: z.object({ program: trackNow.optional(), slides: trackNow.optional() }),
  /** Where the data streams go on. */
  events: z.object({ stage: streamPositionSchema, hall: streamPositionSchema }).optional(),
  /** The timeline's clock, epoch ms, when this was rendered. */
  at: z.number(),
});
export type Now = z.infer<typeof nowSchema>;
