/** Conferences: what a committee sets up, and what everyone may see of it. */
import { z } from 'zod';
import { accessLabelSchema } from './access.ts';
import { plannedTalkSchema, speakerSchema, talkChangeSchema, talkTypes } from './events.ts';
import { profileFields } from './profile.ts';
import { conferenceRoles } from './roles.ts';

export const conferenceStates = ['draft', 'published', 'running', 'over', 'archived'] as const;
/** Draft: only for its staff. Archived: read only, out of the lists; its replays stay. */
export type ConferenceState = (typeof conferenceStates)[number];

/** Lower-case letters, digits and hyphens: `/c/<slug>`. */
export const slugSchema = z
  .string()
  .min(2)
  .max(60)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/);
/** `YYYY-MM-DD` in the conference's time zone. */
export const dateSchema = z.iso.date();
const text = (most: number) => z.string().trim().max(most);
/** A picture uploaded to this server: `/files/<name>`; or nothing. */
const picture = z
  .string()
  .regex(/^\/files\/[A-Za-z0-9._-]{8,120}$/)
  .nullable();
const colour = z.string().regex(/^#[0-9a-f]{6}$/);
const link = z.url({ protocol: /^https?$/ }).max(500);

/** How the replays of a conference's talks become visible (C9). */
export const replayPolicies = ['publish', 'unless-refused', 'consent'] as const;
export type ReplayPolicy = (typeof replayPolicies)[number];

export const conferenceSettingsSchema = z.object({
  titleZh: text(200).min(1),
  titleEn: text(200),
  /** First and last day. */
  startDate: dateSchema,
  endDate: dateSchema,
  /** IANA name; programme times are shown in it, and in the viewer's own where they differ. */
  timeZone: text(60).min(1),
  place: text(200),
  cover: picture,
  logo: picture,
  /** Of buttons and marks; text on it is chosen by contrast. */
  colour,
  /** Safe HTML, cleaned by the server. */
  introductionZh: text(60_000),
  introductionEn: text(60_000),
  organisers: z.array(z.object({ role: text(40), name: text(200).min(1) })).max(60),
  sponsors: z.array(z.object({ name: text(200).min(1), logo: picture, link: link.nullable() })).max(100),
  support: z.object({ name: text(80), phone: text(40), email: z.union([z.literal(''), z.email().max(200)]) }),
  /** Before the start and in breaks (L11): a picture or an mp4 of ours; null: the cover. */
  warmUp: picture,
  slate: picture,
  /** Shown at the end, safe HTML. */
  thanks: text(20_000),
  /** What the registration form asks. */
  fields: z
    .array(z.object({ field: z.enum(profileFields), required: z.boolean() }))
    .max(profileFields.length),
  registration: z.object({
    open: z.boolean(),
    /** By staff, one by one or in bulk. */
    approval: z.boolean(),
    /** People approved at most; null: no limit. Above it people wait in order. */
    capacity: z.number().int().min(1).max(1_000_000).nullable(),
    waitingList: z.boolean(),
  }),
  replayPolicy: z.enum(replayPolicies),
  /** Origins that may embed the venues' pages, e.g. `https://society.example`. */
  embedOrigins: z.array(z.url({ protocol: /^https?$/ }).max(200)).max(50),
});
export type ConferenceSettings = z.infer<typeof conferenceSettingsSchema>;

export const conferenceDefaults: Omit<ConferenceSettings, 'titleZh' | 'startDate' | 'endDate'> = {
  titleEn: '',
  timeZone: 'Asia/Shanghai',
  place: '',
  cover: null,
  logo: null,
  colour: '#0b5cad',
  introductionZh: '',
  introductionEn: '',
  organisers: [],
  sponsors: [],
  support: { name: '', phone: '', email: '' },
  warmUp: null,
  slate: null,
  thanks: '',
  fields: [
    { field: 'name', required: true },
    { field: 'hospital', required: true },
    { field: 'department', required: true },
    { field: 'title', required: false },
    { field: 'region', required: false },
  ],
  registration: { open: true, approval: false, capacity: null, waitingList: true },
  replayPolicy: 'unless-refused',
  embedOrigins: [],
};

export const createConferenceSchema = conferenceSettingsSchema
  .partial()
  .required({ titleZh: true, startDate: true, endDate: true })
  .extend({
    slug: slugSchema,
    /** Copies settings, venues, sessions and talks (shifted to the new dates), rules and people; no recordings, no registrations. */
    copyFrom: z.string().optional(),
  })
  .strict();
export const updateConferenceSchema = conferenceSettingsSchema
  .partial()
  .extend({ slug: slugSchema.optional(), state: z.enum(conferenceStates).optional() })
  .strict();

/** As its staff see it. */
export const conferenceSchema = conferenceSettingsSchema.extend({
  id: z.string(),
  slug: slugSchema,
  state: z.enum(conferenceStates),
  createdAt: z.number(),
  /** Of the person who asks. */
  roles: z.array(z.enum(conferenceRoles)),
  actions: z.array(z.string()),
  venues: z.number().int(),
  talks: z.number().int(),
  pageUrl: z.string(),
});
export type Conference = z.infer<typeof conferenceSchema>;

// The programme.

export { type TalkChange, type TalkType, talkChangeSchema, talkTypes } from './events.ts';

export const sessionInputSchema = z
  .object({
    venueId: z.string().max(64),
    title: text(300).min(1),
    chairs: z.array(speakerSchema).max(20),
    /** Epoch ms. */
    plannedStart: z.number(),
    plannedMinutes: z.number().min(1).max(1440),
  })
  .strict();
export const sessionSchema = sessionInputSchema.extend({
  id: z.string(),
  conferenceId: z.string(),
  /** Key of an import; a re-import updates by it. */
  key: z.string().nullable(),
});
export type Session = z.infer<typeof sessionSchema>;
/** `withTalks` (true unless told): talks that have not begun move along when the session moves. */
export const updateSessionSchema = sessionInputSchema
  .partial()
  .extend({ withTalks: z.boolean().optional() })
  .strict();

/** As everyone may see it. */
export const publicTalkSchema = plannedTalkSchema.extend({
  venueId: z.string(),
  sessionId: z.string().nullable(),
  type: z.enum(talkTypes),
  abstract: z.string().max(20_000),
  /** Changed since it was first published. */
  changed: talkChangeSchema.nullable(),
  access: z.object({ live: accessLabelSchema, replay: accessLabelSchema }),
});
export type PublicTalk = z.infer<typeof publicTalkSchema>;
export const publicSessionSchema = sessionSchema.omit({ key: true, conferenceId: true });
export type PublicSession = z.infer<typeof publicSessionSchema>;
export const publicVenueSchema = z.object({
  id: z.string(),
  title: z.string(),
  state: z.enum(['off', 'live', 'break', 'away', 'ended']),
  /** Ids of the talk that is on and the one that comes. */
  now: z.string().nullable(),
  next: z.string().nullable(),
  watching: z.number(),
  /** Path of a picture of the last seconds; null when there is none, or not for everyone. */
  preview: z.string().nullable(),
  access: z.object({ live: accessLabelSchema, replay: accessLabelSchema }),
});
export type PublicVenue = z.infer<typeof publicVenueSchema>;

/** `GET /api/v1/public/conferences/<slug>`: the page's frame; settings everyone may see. */
export const publicConferenceSchema = conferenceSettingsSchema
  .pick({
    titleZh: true,
    titleEn: true,
    startDate: true,
    endDate: true,
    timeZone: true,
    place: true,
    cover: true,
    logo: true,
    colour: true,
    introductionZh: true,
    introductionEn: true,
    organisers: true,
    sponsors: true,
    support: true,
    warmUp: true,
    slate: true,
    thanks: true,
    fields: true,
    registration: true,
  })
  .extend({ id: z.string(), slug: slugSchema, state: z.enum(conferenceStates) });
export type PublicConference = z.infer<typeof publicConferenceSchema>;

/** `GET /api/v1/public/conferences`: one of the conferences everyone may see, without its long texts. */
export const publicConferenceCardSchema = publicConferenceSchema
  .omit({ introductionZh: true, introductionEn: true, thanks: true })
  .extend({
    /** Venues that are on: live, in a break, or waiting for their encoder. */
    live: z.number().int(),
  });
export type PublicConferenceCard = z.infer<typeof publicConferenceCardSchema>;

/**
 * `GET /api/v1/public/conferences/<slug>/programme` (whole), and `…/programme/changes?after=<rev>`: held up to 10 s until something
 * is newer than `rev`, then what changed since, or `full: true` when that is too long ago. `gone`: ids that are no more.
 */
export const programmeSchema = z.object({
  rev: z.number().int(),
  full: z.boolean(),
  venues: z.array(publicVenueSchema),
  sessions: z.array(publicSessionSchema),
  talks: z.array(publicTalkSchema),
  gone: z.array(z.string()),
  /** Server clock, epoch ms. */
  at: z.number(),
});
export type ConferenceProgramme = z.infer<typeof programmeSchema>;

/** A delay told by the director: what is planned from here on moves by so much (顺延). */
export const delaySchema = z
  .object({
    /** First talk that moves. */
    talkId: z.string(),
    minutes: z.number().int().min(-240).max(240),
    scope: z.enum(['talk', 'session', 'day']),
  })
  .strict();
export const swapSchema = z.object({ a: z.string(), b: z.string() }).strict();

/**
 * Things put elsewhere in the programme, as one change; what is not named stays as it is. A session takes its talks along, unless they
 * are named themselves.
 */
export const arrangementSchema = z
  .object({
    talks: z
      .array(
        z
          .object({
            id: z.string().max(64),
            venueId: z.string().max(64).optional(),
            /** Epoch ms; null: not planned by the clock. */
            plannedStart: z.number().nullable().optional(),
            plannedMinutes: z.number().min(1).max(1440).optional(),
            state: z.enum(['planned', 'cancelled']).optional(),
          })
          .strict(),
      )
      .max(500),
    sessions: z
      .array(
        z
          .object({
            id: z.string().max(64),
            venueId: z.string().max(64).optional(),
            plannedStart: z.number().optional(),
            plannedMinutes: z.number().min(1).max(1440).optional(),
          })
          .strict(),
      )
      .max(200),
  })
  .strict();
export type Arrangement = z.infer<typeof arrangementSchema>;

/** One line of the version history. */
export const programmeChangeSchema = z.object({
  id: z.number().int(),
  at: z.number(),
  actor: z.string(),
  /** E.g. `talk.move`, `session.delay`, `import`. */
  kind: z.string(),
  /** Chinese, and English. */
  summary: z.string(),
  summaryEn: z.string(),
  undone: z.boolean(),
});
export type ProgrammeChange = z.infer<typeof programmeChangeSchema>;

/** Clashes and gaps the editor marks. */
export const programmeMarkSchema = z.object({
  kind: z.enum([
    'overlap',
    'speaker-twice',
    'chair-missing',
    'speaker-missing',
    'gap',
    'outside-dates',
    'outside-session',
  ]),
  /** Ids of the talks or sessions concerned. */
  things: z.array(z.string()).min(1),
  detail: z.string(),
});
export type ProgrammeMark = z.infer<typeof programmeMarkSchema>;

/** One row of an import, as it will be written once applied. */
export const importRowSchema = z.object({
  /** Name of the sheet, when there are several; else ''. */
  sheet: z.string(),
  /** 1-based line of the sheet, or index of the item. */
  row: z.number().int(),
  action: z.enum(['add', 'change', 'same', 'skip', 'error']),
  key: z.string(),
  title: z.string(),
  venue: z.string(),
  start: z.number().nullable(),
  minutes: z.number().nullable(),
  speakers: z.array(speakerSchema),
  session: z.string(),
  /** Chinese and English: what is wrong with this row, or was guessed. */
  problems: z.array(z.object({ zh: z.string(), en: z.string(), fatal: z.boolean() })),
});
export const importPreviewSchema = z.object({
  id: z.string(),
  format: z.enum(['xlsx', 'ics', 'pretalx', 'indico']),
  rows: z.array(importRowSchema),
  /** Venues that would be made. */
  newVenues: z.array(z.string()),
  /** Talks of earlier imports that are no longer in it: kept unless asked to cancel them. */
  missing: z.array(z.object({ id: z.string(), title: z.string() })),
  counts: z.object({
    add: z.number(),
    change: z.number(),
    same: z.number(),
    skip: z.number(),
    error: z.number(),
  }),
});
export type ImportPreview = z.infer<typeof importPreviewSchema>;

export const applyImportSchema = z.object({ cancelMissing: z.boolean().default(false) }).strict();
/** What applying did. */
export const importResultSchema = z.object({
  /** Of the history; null when nothing changed. */
  change: z.number().int().nullable(),
  counts: importPreviewSchema.shape.counts,
  cancelled: z.number(),
});
export type ImportResult = z.infer<typeof importResultSchema>;

/** A programme kept elsewhere (iCalendar, pretalx, Indico, xlsx), asked for on a schedule and applied by itself. */
export const sourceInputSchema = z
  .object({
    url: z.url({ protocol: /^https?$/ }).max(1000),
    everyMinutes: z.number().int().min(5).max(1440),
    cancelMissing: z.boolean().default(false),
  })
  .strict();
export const sourceSchema = sourceInputSchema.extend({
  id: z.string(),
  createdAt: z.number(),
  askedAt: z.number().nullable(),
  /** Of the last time; null before it. */
  result: z
    .object({
      state: z.enum(['applied', 'same', 'failed']),
      /** Chinese and English. */
      message: z.object({ zh: z.string(), en: z.string() }),
      counts: importPreviewSchema.shape.counts.nullable(),
    })
    .nullable(),
});
export type ProgrammeSource = z.infer<typeof sourceSchema>;

export type ConferenceFeedEvent = { readonly rev: number };
