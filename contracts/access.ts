/** Who may watch (DESIGN section 8): rules on conference, venue and talk, live and replay apart; labels; decisions; passes. */
import { z } from 'zod';
import { codedFields } from './profile.ts';

/** A price in fen, CNY. */
const fen = z.number().int().min(1).max(10_000_000);
const id = z.string().min(1).max(64);

export const conditionSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('open') }),
  z.object({ kind: z.literal('loggedIn') }),
  /** The conference's registration, approved. */
  z.object({ kind: z.literal('registered') }),
  /** On one of these lists; empty: any list of the conference. */
  z.object({ kind: z.literal('delegate'), lists: z.array(id).max(50) }),
  /** A code, or one that begins with it (`42`: whole 湖北). */
  z.object({
    kind: z.literal('profile'),
    field: z.enum(codedFields),
    codes: z.array(z.string().min(1).max(20)).min(1).max(200),
  }),
  z.object({ kind: z.literal('tier'), tiers: z.array(z.string().min(1).max(40)).min(1).max(20) }),
  /** The password itself is written by the staff, kept hashed, and never told. */
  z.object({ kind: z.literal('password'), password: z.string().min(4).max(100).optional() }),
  /** Of one of these batches; empty: any of the conference. */
  z.object({ kind: z.literal('code'), batches: z.array(id).max(50) }),
  /** For the thing the rule lies on; what covers more (the venue, the conference) covers it too. */
  z.object({ kind: z.literal('paid'), fen }),
]);
export type Condition = z.infer<typeof conditionSchema>;
export type ConditionKind = Condition['kind'];

export const ruleSchema = z
  .object({
    join: z.enum(['all', 'any']),
    conditions: z.array(conditionSchema).min(1).max(10),
    /** 试看: minutes that anyone may watch of each talk; 0: none. */
    previewMinutes: z.number().int().min(0).max(60),
  })
  .strict();
export type Rule = z.infer<typeof ruleSchema>;
export const openRule: Rule = { join: 'any', conditions: [{ kind: 'open' }], previewMinutes: 0 };

/**
 * Null: that of the thing around it (talk → venue → conference → open). `closed`: nobody but the staff. Where no replay rule is set
 * in the whole chain, replays follow the live rule.
 */
export const thingRulesSchema = z
  .object({ live: ruleSchema.nullable(), replay: ruleSchema.or(z.literal('closed')).nullable() })
  .strict();
export type ThingRules = z.infer<typeof thingRulesSchema>;

export const thingKinds = ['conference', 'venue', 'talk'] as const;
export const thingSchema = z.object({ kind: z.enum(thingKinds), id });
export type Thing = z.infer<typeof thingSchema>;

/** What stands on a card and before the start (C8): the kinds asked for, in words the page has. */
export const accessLabelSchema = z.object({
  join: z.enum(['all', 'any']),
  kinds: z.array(
    z.enum([
      'open',
      'loggedIn',
      'registered',
      'delegate',
      'profile',
      'tier',
      'password',
      'code',
      'paid',
      'closed',
    ]),
  ),
  /** The least price that opens it. */
  fen: z.number().nullable(),
  previewMinutes: z.number().int(),
  /** Embargo: not before, epoch ms. */
  from: z.number().nullable(),
});
export type AccessLabel = z.infer<typeof accessLabelSchema>;

/** What a person can do to be let in. All but `password` ask for a log-in first. */
export const wayInSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('logIn') }),
  /** `state`: where the registration stands now. */
  z.object({
    kind: z.literal('register'),
    state: z.enum(['none', 'pending', 'waiting', 'refused', 'full', 'closed']),
  }),
  /** Phone, or name and the last four of the ID, are asked for. */
  z.object({ kind: z.literal('delegate') }),
  z.object({ kind: z.literal('profile'), field: z.enum(codedFields) }),
  z.object({ kind: z.literal('tier'), tiers: z.array(z.string()) }),
  /** `thing`: whose password. */
  z.object({ kind: z.literal('password'), thing: thingSchema }),
  z.object({ kind: z.literal('code') }),
  z.object({ kind: z.literal('pay'), fen: z.number(), thing: thingSchema }),
]);
export type WayIn = z.infer<typeof wayInSchema>;

export const refusalReasons = [
  'rules',
  'banned',
  'closed',
  'embargo',
  'devices',
  'consent',
  'previewOver',
] as const;

export const decisionSchema = z.discriminatedUnion('allowed', [
  z.object({
    allowed: z.literal(true),
    /** `rules`: met. `preview`: 试看 until `until`; null: it has not begun, it does with the first media read. `staff`: by their role. */
    by: z.enum(['rules', 'preview', 'staff']),
    until: z.number().nullable(),
  }),
  z.object({
    allowed: z.literal(false),
    reason: z.enum(refusalReasons),
    /** Each alone is enough with join `any`, all are needed with `all`. */
    join: z.enum(['all', 'any']),
    ways: z.array(wayInSchema),
    from: z.number().nullable(),
  }),
]);
export type Decision = z.infer<typeof decisionSchema>;

/**
 * `POST /api/v1/public/venues/<id>/sitting`: what this person may watch here now, and the pass to watch it with. The pass is
 * `public` where everyone may; otherwise the sitting's, the same for as long as it lasts. Asked again when a talk changes, every
 * minute, and after a log-in.
 */
export const sittingSchema = z.object({
  venueId: id,
  conference: z.object({ id, slug: z.string(), titleZh: z.string(), titleEn: z.string() }),
  title: z.string(),
  live: decisionSchema,
  replay: decisionSchema,
  labels: z.object({ live: accessLabelSchema, replay: accessLabelSchema }),
  /** By talk: what differs from the venue's decision. */
  talks: z.array(z.object({ id, live: decisionSchema, replay: decisionSchema })),
  /** Null when nothing may be watched. */
  pass: z.string().nullable(),
  /** Of the pass, epoch ms; null for `public`. */
  until: z.number().nullable(),
  person: z.object({ name: z.string() }).nullable(),
  /** Where to turn (support of the conference). */
  support: z.object({ name: z.string(), phone: z.string(), email: z.string() }),
});
export type Sitting = z.infer<typeof sittingSchema>;
/** Asked with the talk of a replay page; else for the venue as it is now. `device`: a random id the page keeps. */
export const sittingRequestSchema = z
  .object({
    talkId: id.optional(),
    device: z.string().regex(/^[A-Za-z0-9_-]{16,64}$/),
    takeOver: z.boolean().default(false),
  })
  .strict();

/**
 * `POST /api/v1/public/access/password`: 204 when it opens the live or the replay rule of the thing for this device; 403
 * `access.password` otherwise. The sitting is asked for again afterwards.
 */
export const passwordRequestSchema = z
  .object({
    thing: thingSchema,
    password: z.string().min(1).max(100),
    device: z.string().regex(/^[A-Za-z0-9_-]{16,64}$/),
  })
  .strict();

/**
 * `POST /api/v1/conferences/<id>/passes`: by the server of a site that embeds a venue, for a member who is logged in there
 * (docs/embed.md). `partner`: one of the installation's partners that this conference may speak for; without it accounts are apart.
 */
export const passRequestSchema = z
  .object({
    partner: z.string().max(40).optional(),
    /** The site's number for the member, never given to another. */
    uid: z.string().min(1).max(100),
    name: z.string().trim().max(60).default(''),
    /** Only believed of a partner whose phones are trusted. */
    phone: z.string().max(30).default(''),
    venueId: id,
    /** Without it the decision is that of what is on. */
    talkId: id.optional(),
    /** A random id that the site's page keeps in the browser. */
    device: z.string().regex(/^[A-Za-z0-9_-]{16,64}$/),
    /** Take the place of the account's oldest device. */
    takeOver: z.boolean().default(false),
    /** What the member's browser calls itself, for lists of devices. */
    agent: z.string().max(200).default(''),
  })
  .strict();
export const passMadeSchema = z.object({
  /** For `rostrum.pass`; `public` where everyone may watch; null when nothing may be watched. */
  pass: z.string().nullable(),
  /** Of the pass, epoch ms; null for `public`. */
  until: z.number().nullable(),
  decision: decisionSchema,
  /** The member's account here: for registrations, grants and bans by the API. */
  userId: z.string(),
});

/** A sitting as its person, or the staff, sees it. */
export const sittingSummarySchema = z.object({
  id: z.string(),
  conferenceId: z.string(),
  conferenceTitle: z.string(),
  /** What the browser calls itself. */
  agent: z.string(),
  createdAt: z.number(),
  /** In use then, to within five minutes; epoch ms. */
  seenAt: z.number(),
  expiresAt: z.number(),
});
export type SittingSummary = z.infer<typeof sittingSummarySchema>;
/** Whose account it is, for the staff: an id says nothing to people. */
const accountShown = {
  /** '': not logged in. */
  name: z.string(),
  /** `138****1234`, or ''. */
  phone: z.string(),
};
export const staffSittingSchema = sittingSummarySchema.extend({
  /** Null: not logged in. */
  userId: z.string().nullable(),
  ...accountShown,
});

export const banInputSchema = z.object({ userId: id, note: z.string().trim().max(200).default('') }).strict();
export const banSchema = z.object({
  userId: z.string(),
  at: z.number(),
  by: z.string(),
  note: z.string(),
});
export type Ban = z.infer<typeof banSchema>;
export const staffBanSchema = banSchema.extend(accountShown);
export type StaffBan = z.infer<typeof staffBanSchema>;

/** `PUT /api/v1/conferences/<id>/replays/access`: the replay rule of many talks at once; null: that of the venue. */
export const bulkReplaySchema = z
  .object({
    talkIds: z.array(id).min(1).max(2000),
    replay: ruleSchema.or(z.literal('closed')).nullable(),
  })
  .strict();

/** `GET /api/v1/conferences/<id>/access`: things that have rules of their own. */
export const conferenceAccessSchema = z.object({
  items: z.array(z.object({ thing: thingSchema, rules: thingRulesSchema })),
  /** Devices on which one account may watch at once (P3). */
  devices: z.number().int(),
});
export const devicesSchema = z.object({ devices: z.number().int().min(1).max(100) }).strict();

// Registrations, lists, codes, grants.

export const registrationStates = ['pending', 'approved', 'waiting', 'refused', 'cancelled'] as const;
export type RegistrationState = (typeof registrationStates)[number];

export const codeBatchInputSchema = z
  .object({
    name: z.string().trim().min(1).max(80),
    codes: z.number().int().min(1).max(20_000),
    /** People one code lets in. */
    uses: z.number().int().min(1).max(100_000),
    expiresAt: z.number().nullable(),
  })
  .strict();

export const grantInputSchema = z
  .object({
    userId: id,
    thing: thingSchema,
    /** What was paid outside, fen; 0: given. */
    fen: z.number().int().min(0),
    note: z.string().trim().max(200),
  })
  .strict();

/** A speaker's answer for the replay of a talk (C9). */
export const consentAnswerSchema = z
  .object({
    replay: z.enum(['all', 'delegates', 'nobody']),
    download: z.boolean(),
    /** Not before, epoch ms. */
    embargo: z.number().nullable(),
    /** The speaker wants to see it before it is published. */
    reviewFirst: z.boolean(),
    /** With reviewFirst: seen and agreed. */
    reviewed: z.boolean(),
  })
  .strict();
export type ConsentAnswer = z.infer<typeof consentAnswerSchema>;
