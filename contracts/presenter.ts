/** The presenter's page: opened by a secret link (token in the fragment, posted for a cookie of one talk). */
import { z } from 'zod';
import { deckSchema } from './deck.ts';
import { clearBody, inkBody, laserBody, textBody, undoBody } from './events.ts';
import type { StageState } from './stage-state.ts';
import { talkSchema } from './talk.ts';

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
export type PresenterCommand = z.infer<typeof presenterCommandSchema>;
export const presenterAnswerSchema = z.object({
  /** Ids of what was done, now or before. */
  accepted: z.array(z.string()),
  /** The first one refused; those after it were not looked at. */
  refused: z
    .object({
      id: z.string(),
      error: z.object({
        code: z.string(),
        message: z.object({ zh: z.string(), en: z.string() }),
        detail: z.string().optional(),
      }),
    })
    .optional(),
});
export type PresenterAnswer = z.infer<typeof presenterAnswerSchema>;

/** What `open` answers. Later requests name the talk (`?talk=`), for one device may hold the pages of several. */
export const presenterOpenedSchema = z.object({ talkId: z.string(), venueId: z.string(), name: z.string() });
/** `GET /api/v1/presenter/talk`. */
export const presenterTalkSchema = z.object({
  venueId: z.string(),
  talk: talkSchema,
  /** The version presented: the newest that is ready, or what there is of the newest. */
  deck: deckSchema.nullable(),
  stage: z.unknown() as z.ZodType<StageState>,
  /** Shown name of who asks. */
  name: z.string(),
  /** Epoch ms. */
  now: z.number(),
});
export type PresenterTalk = z.infer<typeof presenterTalkSchema>;

export const createLinkSchema = z
  .object({
    /** For whom, shown in the list. */
    name: z.string().trim().max(80).optional(),
    /** How long it can be used. */
    hours: z.number().int().min(1).max(2160).default(336),
  })
  .strict();
export const presenterLinkSchema = z.object({
  id: z.string(),
  talkId: z.string(),
  name: z.string(),
  /** Epoch ms. */
  createdAt: z.number(),
  createdBy: z.string(),
  expiresAt: z.number(),
  revokedAt: z.number().nullable(),
  lastUsedAt: z.number().nullable(),
});
export type PresenterLink = z.infer<typeof presenterLinkSchema>;
