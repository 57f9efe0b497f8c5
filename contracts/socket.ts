/**
 * `/api/v1/socket`: what goes over the WebSocket. Frames are JSON texts; a batch is carried as the very object of its file
 * (rules in SPEC.md, section "Socket").
 */
import { z } from 'zod';
import { type Batch, type EventStream, eventStreams } from './events.ts';
import { openPass } from './media-urls.ts';

const place = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** What a client may send. `n`: the first batch it does not have. Subscribing to a stream again replaces the subscription. */
export const clientMessageSchema = z.discriminatedUnion('type', [
  z
    .object({
      type: z.literal('subscribe'),
      venue: z.string().min(1).max(128),
      pass: z.string().min(1).max(512).default(openPass),
      streams: z
        .array(z.object({ stream: z.enum(eventStreams), rev: place, n: place }).strict())
        .min(1)
        .max(eventStreams.length),
    })
    .strict(),
  z.object({ type: z.literal('unsubscribe'), venue: z.string().min(1).max(128) }).strict(),
]);
export type ClientMessage = z.input<typeof clientMessageSchema>;

/** What the server sends. */
export type ServerMessage =
  | {
      readonly type: 'batch';
      readonly venue: string;
      readonly stream: EventStream;
      readonly batch: Batch;
    }
  /** The subscription ended: this revision or number is not there (any more). Start again from now.json and its snapshot. */
  | { readonly type: 'gone'; readonly venue: string; readonly stream: EventStream }
  /** The last message of this client was not taken; `venue` when it was about one. */
  | { readonly type: 'error'; readonly code: string; readonly detail?: string; readonly venue?: string };

/** Close codes beside those of RFC 6455. */
export const socketClose = {
  /** The server stops; the reason is the hint below. */
  goingAway: 1001,
  /** Policy: too many messages, or none in time. */
  policy: 1008,
  tooBig: 1009,
  /** Full: come back later. */
  full: 1013,
  /** Read too slowly: come back, the batches are had again from `n`. */
  slow: 4008,
  /** The pass is good no more, or the venue closed to it: ask for a sitting, and come back with its pass. */
  withdrawn: 4003,
} as const;

/** Bytes of a client's message. */
export const longestMessage = 65_536;

/** Reason of a close 1001: after how many ms to come back, spread over all who were connected (fault 100). */
export const reconnectHint = {
  write: (ms: number): string => `again in ${Math.round(ms)} ms`,
  read: (reason: string): number | undefined => {
    const found = /^again in (\d{1,6}) ms$/.exec(reason)?.[1];
    return found === undefined ? undefined : Number(found);
  },
};
