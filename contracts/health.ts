/** What is known of a publisher, measured without decoding, and of its sound and picture from the preview process (PRODUCT L13). */
import { z } from 'zod';

export const warningKinds = [
  'gopTooLong',
  'noKeyframes',
  'noAudio',
  'noVideo',
  'silence',
  'oneSided',
  'soundLost',
  'frozen',
  'black',
  'bitrateDrop',
  'jitter',
  'gaps',
  'avSkew',
  'frameRateLow',
  'codecRare',
  'delayUnchecked',
  'encoderAway',
  'recordingStopped',
  'renditionGivenUp',
  'previewFailed',
  'diskLow',
] as const;
export type WarningKind = (typeof warningKinds)[number];

export const warningSchema = z.object({
  kind: z.enum(warningKinds),
  /** Epoch ms when it began. */
  since: z.number(),
  /** Numbers or names the text refers to, e.g. {seconds: 12} or {side: "right"}. Texts live in the page's message files. */
  values: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type Warning = z.infer<typeof warningSchema>;

export const publisherHealthSchema = z.object({
  encoder: z.string(),
  remote: z.string(),
  protocol: z.enum(['rtmp', 'rtmps']),
  /** Epoch ms. */
  connectedAt: z.number(),
  video: z
    .object({
      codec: z.string(),
      width: z.number(),
      height: z.number(),
      fps: z.number(),
      /** Over the last 5 s, kbit/s. */
      kbps: z.number(),
      /** Average of the connection, kbit/s. */
      averageKbps: z.number(),
      /** Last keyframe distance, seconds; 0 before the second keyframe. */
      gopSeconds: z.number(),
    })
    .nullable(),
  audio: z
    .object({
      codec: z.string(),
      sampleRate: z.number(),
      channels: z.number(),
      kbps: z.number(),
      averageKbps: z.number(),
    })
    .nullable(),
  /** Standard deviation of (arrival − dts), ms, over the last 5 s. */
  jitterMs: z.number(),
  /** Arrival gaps over 500 ms since connecting, and the longest, ms. */
  gaps: z.number(),
  longestGapMs: z.number(),
  /** Newest video dts − newest audio dts on arrival, ms (smoothed). */
  avSkewMs: z.number(),
});
export type PublisherHealth = z.infer<typeof publisherHealthSchema>;

/** From the preview process, once a second. Levels in dBFS RMS, −100 is digital silence. */
export const soundSchema = z.object({
  left: z.number(),
  right: z.number(),
  peakLeft: z.number(),
  peakRight: z.number(),
  at: z.number(),
});
export type Sound = z.infer<typeof soundSchema>;
