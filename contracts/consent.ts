/** Authorisation of replays by their speakers (C9). */
import { z } from 'zod';
import { consentAnswerSchema } from './access.ts';
import { replayPolicies } from './conference.ts';

const text = (most: number) => z.string().trim().max(most);
/** A secret of 256 bits. */
const token = z.string().min(20).max(100);

/** A speaker's contact: never in events, never told to viewers. */
export const speakerContactSchema = z.object({
  name: text(60).min(1),
  unit: text(120).default(''),
  phone: text(30).default(''),
  email: z.union([z.literal(''), z.email().max(200)]).default(''),
});

/** One speaker of a talk. `state`: `none` nobody asked yet. */
export const consentSchema = z.object({
  id: z.string(),
  name: z.string(),
  unit: z.string(),
  /** `138****1234`, or ''. */
  phone: z.string(),
  email: z.string(),
  state: z.enum(['asked', 'opened', 'answered']),
  answer: consentAnswerSchema.nullable(),
  answeredAt: z.number().nullable(),
  /** `staff`: given on paper, with a note. */
  answeredBy: z.enum(['speaker', 'staff']).nullable(),
  note: z.string(),
  linkUntil: z.number().nullable(),
  remindedAt: z.number().nullable(),
  reminders: z.number().int(),
});
export type Consent = z.infer<typeof consentSchema>;

export const verdictSchema = z.object({
  out: z.enum(['yes', 'delegates', 'no']),
  from: z.number().nullable(),
  download: z.boolean().nullable(),
});
/** `GET …/consents?state=&q=`: a talk, its verdict, its speakers' answers, and the speakers nobody asked yet. */
export const talkConsentSchema = z.object({
  talkId: z.string(),
  title: z.string(),
  venueId: z.string(),
  policy: z.enum(replayPolicies),
  verdict: verdictSchema,
  /** `waiting`: somebody asked has not answered. */
  state: z.enum(['unasked', 'waiting', 'answered']),
  consents: z.array(consentSchema),
  missing: z.array(z.object({ name: z.string(), unit: z.string() })),
});
export type TalkConsent = z.infer<typeof talkConsentSchema>;
export const consentQuerySchema = z.object({
  state: z.enum(['unasked', 'waiting', 'answered']).optional(),
  q: text(100).optional(),
  cursor: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** `POST …/consents/<talkId>/link`: a new link for this contact; an earlier one of theirs for this talk is void. */
export const consentLinkInputSchema = speakerContactSchema
  .extend({
    days: z.number().int().min(1).max(730).default(365),
    /** At once, by SMS and e-mail, whichever is known. */
    send: z.boolean().default(false),
  })
  .strict();
export const consentLinkSchema = z.object({
  /** Told only now. */
  url: z.string(),
  consent: consentSchema,
});
/** `POST …/consents/remind`: those asked who have not answered, once a day at most each. */
export const remindConsentSchema = z
  .object({ talkIds: z.array(z.string().max(64)).min(1).max(500) })
  .strict();
export const remindedSchema = z.object({
  sent: z.number().int(),
  /** Reminded within the last day, or with neither phone nor e-mail. */
  skipped: z.number().int(),
});
/** `PATCH …/consents/<talkId>`: an answer given on paper; null: taken back. `consentId`, or the name of a speaker nobody asked. */
export const recordConsentSchema = z
  .object({
    consentId: z.string().max(64).optional(),
    name: text(60).min(1).optional(),
    answer: consentAnswerSchema.nullable(),
    note: text(500).min(1),
  })
  .strict()
  .refine(({ consentId, name }) => (consentId === undefined) !== (name === undefined), 'consentId or name');

// The speaker's page, `/consent#<token>`.

export const openConsentSchema = z.object({ token }).strict();
export const consentOpenedSchema = z.object({
  conference: z.object({ titleZh: z.string(), titleEn: z.string(), slug: z.string() }),
  talk: z.object({ id: z.string(), title: z.string(), plannedStart: z.number().nullable() }),
  name: z.string(),
  /** Last four digits of the phone on file, which a code is sent to; null: none. */
  phoneTail: z.string().nullable(),
  /** Where a code is sent to when there is no phone, `z…@example.org`; null: to the phone, or the organiser must add something. */
  email: z.string().nullable(),
  /** A code was confirmed in this browser within the last hours: none is asked now. */
  confirmed: z.boolean(),
  answer: consentAnswerSchema.nullable(),
  answeredAt: z.number().nullable(),
  /** The replay; to watch it before it is out, confirm a code and ask for `review`. Null: not recorded yet. */
  replay: z.object({ venueId: z.string(), clipId: z.string(), version: z.number().int() }).nullable(),
  linkUntil: z.number(),
  support: z.object({ name: z.string(), phone: z.string(), email: z.string() }),
});
export type ConsentOpened = z.infer<typeof consentOpenedSchema>;
/** `POST /api/v1/consent/code`: an SMS to the phone on file; by e-mail where only that is known. */
export const consentCodeSentSchema = z.object({
  phoneTail: z.string().nullable(),
  email: z.string().nullable(),
  /** Seconds until another may be asked for. */
  again: z.number().int(),
});
/** `POST /api/v1/consent/answer`: with the code, unless this browser confirmed one. */
export const answerConsentSchema = z
  .object({
    token,
    code: z
      .string()
      .regex(/^\d{6}$/)
      .optional(),
    answer: consentAnswerSchema,
  })
  .strict();
/** `POST /api/v1/consent/confirm`: the code alone, to see the replay before answering. */
export const confirmConsentSchema = z.object({ token, code: z.string().regex(/^\d{6}$/) }).strict();
/** `POST /api/v1/consent/review`: the replay may be watched on this device (`device` as in a sitting), once a code was confirmed. */
export const reviewConsentSchema = z
  .object({ token, device: z.string().regex(/^[A-Za-z0-9_-]{16,64}$/) })
  .strict();
