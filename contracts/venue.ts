/** Venues as the console and the API see them. */
import { z } from 'zod';
import { calibrationSchema } from './calibration.ts';
import { publisherHealthSchema, soundSchema, warningSchema } from './health.ts';
import { trackNames } from './media-urls.ts';
import { venueStates } from './now.ts';

export const venueSettingsSchema = z.object({
  title: z.string().trim().min(1).max(120),
  /** Goes live by itself when a push arrives. */
  autoLive: z.boolean(),
  /** A second publisher takes over instead of being refused. */
  takeover: z.boolean(),
  /** Push addresses must carry a signature and an expiry. */
  signedPush: z.boolean(),
  /** What viewers are offered. The source is always received and recorded; it is listed when chosen, or when nothing else is left. */
  renditions: z
    .array(z.enum(['source', '720', '480', '360', 'audio']))
    .min(1)
    .max(5),
  /** `auto`: low latency until more than `standardAbove` viewers watch. */
  tier: z.enum(['low-latency', 'standard', 'auto']),
  standardAbove: z.number().int().min(1).max(10_000_000),
  /** Minutes without an encoder after which a run ends (never during a planned break). */
  awayMinutes: z.number().min(0.05).max(240),
  /** Days ended runs are kept; 0 keeps them for good. */
  retentionDays: z.number().int().min(0).max(3650),
});
export type VenueSettings = z.infer<typeof venueSettingsSchema>;

export const venueDefaults: Omit<VenueSettings, 'title'> = {
  autoLive: false,
  takeover: false,
  signedPush: false,
  renditions: ['source', 'audio'],
  tier: 'low-latency',
  standardAbove: 5000,
  awayMinutes: 5,
  retentionDays: 0,
};

export const createVenueSchema = venueSettingsSchema
  .partial()
  .required({ title: true })
  /** Without one it is the installation's first. */
  .extend({ conferenceId: z.string().max(64).optional() })
  .strict();
export const updateVenueSchema = venueSettingsSchema.partial().strict();

export const pushKeySchema = z.object({
  track: z.enum(trackNames),
  /** The stream key. */
  key: z.string(),
  blocked: z.boolean(),
  /** `rtmp://host/live`, as an encoder's form asks for it; and the whole address in one line. */
  server: z.string(),
  url: z.string(),
  /** `rtmps://host/live`; null where the server has no certificate. */
  secureServer: z.string().nullable(),
});
export type PushKey = z.infer<typeof pushKeySchema>;

export const venueSchema = venueSettingsSchema.extend({
  id: z.string(),
  conferenceId: z.string(),
  /** Order in the conference. */
  position: z.number().int(),
  createdAt: z.number(),
  watchUrl: z.string(),
  mediaBase: z.string(),
  keys: z.array(pushKeySchema),
});
export type Venue = z.infer<typeof venueSchema>;

export const trackStatusSchema = z.object({
  publisher: publisherHealthSchema.nullable(),
  sound: soundSchema.nullable(),
  warnings: z.array(warningSchema),
  /** Delay of this connection from the room to here, ms, set at the desk. `checked` is false after a reconnect until someone confirms it. */
  delay: z.object({ ms: z.number(), checked: z.boolean() }),
  /** Reading the calibration clock now, or its result, until it is applied or given up. */
  calibration: calibrationSchema.nullable(),
  blocked: z.boolean(),
  /** Epoch ms of the newest preview picture; null without one. */
  previewAt: z.number().nullable(),
  renditions: z.array(
    z.object({
      name: z.string(),
      width: z.number(),
      height: z.number(),
      kbps: z.number(),
      lagSeconds: z.number(),
    }),
  ),
});
export type TrackStatus = z.infer<typeof trackStatusSchema>;

export const venueStatusSchema = z.object({
  id: z.string(),
  title: z.string(),
  state: z.enum(venueStates),
  since: z.number(),
  run: z.string().nullable(),
  runStart: z.number().nullable(),
  /** People who asked for a playlist or now.json in the last 10 s, estimated. */
  viewers: z.number(),
  tier: z.enum(['low-latency', 'standard']),
  tracks: z.object({ program: trackStatusSchema, slides: trackStatusSchema }),
});
export type VenueStatus = z.infer<typeof venueStatusSchema>;

export const runSchema = z.object({
  id: z.string(),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  durationSeconds: z.number(),
  bytes: z.number(),
  /** Absolute path of the replay's playlist for each track that has media. */
  playlists: z.object({ program: z.string().optional(), slides: z.string().optional() }),
});
export type Run = z.infer<typeof runSchema>;

export const systemStatusSchema = z.object({
  version: z.string(),
  startedAt: z.number(),
  database: z.enum(['up', 'down']),
  disk: z.object({
    freeBytes: z.number(),
    totalBytes: z.number(),
    /** Bytes a second written over the last minutes. */
    writeRate: z.number(),
    /** Seconds until full at that rate; null when nothing is being written. */
    secondsLeft: z.number().nullable(),
    state: z.enum(['ok', 'low', 'full']),
  }),
});
export type SystemStatus = z.infer<typeof systemStatusSchema>;
