/**
 * The machine-readable clock of the calibration page (DESIGN section 5): a QR code that says what time it is when it is shown, and what
 * the desk is told of reading it back from the decoded picture.
 */
import { z } from 'zod';

/** Ms a code stands before the next is shown: long enough for a camera at 25 frames a second to see each whole. */
export const clockStep = 80;

export const clockText = (epochMs: number): string =>
  `ROSTRUM ${Math.round(epochMs).toString(36).toUpperCase()}`;

/** Epoch ms of a code's text; undefined when it is another code. */
export function readClockText(text: string): number | undefined {
  const digits = /^ROSTRUM ([0-9A-Z]{6,10})$/.exec(text)?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 36);
}

/** Pictures read before a result is offered, and seconds after which reading gives up. */
export const calibrationSamples = 8;
export const calibrationSeconds = 60;

export const calibrationSchema = z.object({
  state: z.enum(['reading', 'ready', 'failed']),
  /** Pictures in which the clock was read. */
  samples: z.number().int(),
  wanted: z.number().int(),
  /** The delay of this connection from the room to here, ms; null until ready. */
  delayMs: z.number().nullable(),
  /** Between the earliest and the latest reading, ms; null until there are two. */
  spreadMs: z.number().nullable(),
});
export type Calibration = z.infer<typeof calibrationSchema>;
