/** The presenter's page: opened by a secret link (token in the fragment, posted for a cookie of one talk). */
import { z } from 'zod';
import { clearBody, inkBody, laserBody, textBody, undoBody } from './events.ts';

export const openPresenterSchema = z
  .object({ token: z.string().min(20).max(200), name: z.string().trim().min(1).max(40) })
  .strict();

/** Commands of the presenter; the server fills in images, next page and name. `t`: epoch ms on the timeline by the page's measured offset. */
export const presenterCommandSchema = z
  .object({
    /** Random, made by the page: the same command sent twice is done once. */
    id: z.string().min(8).max(64),
    t: z.number(),
    do: z.discriminatedUnion('type', [
      z.object({ type: z.literal('goto'), page: z.number().int().min(0), step: z.number().int().min(0) }),
      z.object({ type: z.literal('black'), on: z.boolean() }),
      laserBody,
      inkBody,
      textBody,
      undoBody,
      clearBody,
    ]),
  })
  .strict();
/** Applied in order; the answer names what was accepted, up to the first refusal. */
export const presenterCommandsSchema = z
  .object({ commands: z.array(presenterCommandSchema).min(1).max(100) })
  .strict();
