/**
 * The data stream of a venue (DESIGN section 3): kinds, batches, snapshots. Rules in SPEC.md.
 * `stage` goes with the picture, `hall` shows at once. Only what every holder of a pass may know is an event.
 */
import { z } from 'zod';
import { eventStreams } from './event-paths.ts';
import { trackNames } from './media-urls.ts';

export { type EventStream, eventPath, eventStreams, longestHold } from './event-paths.ts';

/** Random, nobody can guess it: the file name of a page image, and the identity of a page on which ink lies. */
const imageId = z.string().regex(/^[A-Za-z0-9_-]{16,64}$/);
const id = z.string().min(1).max(64);
/** 0…1 of the page's width and height. */
const unit = z.number().min(-0.05).max(1.05);
const colour = z.string().regex(/^#[0-9a-f]{6}$/);
/** Shown name of who did it, never an account. */
const by = z.string().max(80);

export const pageImageSchema = z.object({
  id: imageId,
  /** Aspect of the page, in pixels of its largest image. */
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  /** Widths there are as `pages/<id>.<w>.webp`, ascending. */
  widths: z.array(z.number().int().positive()).min(1).max(6),
  /** The same widths as avif. */
  avif: z.boolean(),
});
export type PageImage = z.infer<typeof pageImageSchema>;

/** Who found out that the page was turned: a presenter's page, the desk, or the matcher of a captured picture. */
export const pageSources = ['presenter', 'operator', 'matcher'] as const;

const page = z.object({
  type: z.literal('page'),
  /** Deck version the page belongs to. */
  deck: id,
  /** 0-based. */
  page: z.number().int().min(0),
  /** 0-based; a page without animation has one step. */
  step: z.number().int().min(0),
  pages: z.number().int().positive(),
  image: pageImageSchema,
  /** What comes next, fetched ahead; at most one page ahead is ever told. */
  next: pageImageSchema.nullable(),
  title: z.string().max(200),
  source: z.enum(pageSources),
  by,
});
/** The page is hidden (on) or shown again. */
const black = z.object({ type: z.literal('black'), on: z.boolean(), by });
/** A pointer's way: [ms after t, x, y]. An empty list takes it away. */
export const laserBody = z.object({
  type: z.literal('laser'),
  image: imageId,
  points: z.array(z.tuple([z.number().min(0).max(60_000), unit, unit])).max(200),
});
/** A piece of a stroke: [ms after t, x, y, pressure 0…1]. Pieces of one stroke come in order and are joined. */
export const inkBody = z.object({
  type: z.literal('ink'),
  stroke: id,
  image: imageId,
  tool: z.enum(['pen', 'marker']),
  colour,
  /** Of the page's width. */
  size: z.number().min(0.0005).max(0.1),
  points: z.array(z.tuple([z.number().min(0).max(60_000), unit, unit, z.number().min(0).max(1)])).max(400),
  end: z.boolean(),
});
export const textBody = z.object({
  type: z.literal('text'),
  stroke: id,
  image: imageId,
  x: unit,
  y: unit,
  text: z.string().min(1).max(300),
  colour,
  /** Height of a line, of the page's width. */
  size: z.number().min(0.005).max(0.2),
});
/** Takes strokes and texts away. */
export const undoBody = z.object({ type: z.literal('undo'), strokes: z.array(id).min(1).max(100) });
export const clearBody = z.object({ type: z.literal('clear'), image: imageId });

export const speakerSchema = z.object({
  name: z.string().min(1).max(80),
  unit: z.string().max(120),
  title: z.string().max(80),
});
export type Speaker = z.infer<typeof speakerSchema>;
/** A talk begins (the cut); null: between talks. */
const talk = z.object({
  type: z.literal('talk'),
  talk: z.object({ id, title: z.string().max(300), speakers: z.array(speakerSchema).max(30) }).nullable(),
});
/**
 * A delay was corrected after media had been published: from this PROGRAM-DATE-TIME on (until the next such event of the track)
 * the moment in the room is PROGRAM-DATE-TIME + shift.
 */
const delay = z.object({
  type: z.literal('delay'),
  track: z.enum(trackNames),
  /** Epoch ms as published. */
  from: z.number(),
  /** Ms, signed. */
  shift: z.number().min(-600_000).max(600_000),
});

export const talkTypes = ['talk', 'discussion', 'break', 'opening'] as const;
export type TalkType = (typeof talkTypes)[number];
/** What was changed in the programme since it was first published, and when (epoch ms). */
export const talkChangeSchema = z.object({
  at: z.number(),
  what: z.array(z.enum(['time', 'venue', 'speaker', 'title', 'cancelled', 'new'])),
});
export type TalkChange = z.infer<typeof talkChangeSchema>;

export const plannedTalkSchema = z.object({
  id,
  title: z.string().max(300),
  speakers: z.array(speakerSchema).max(30),
  /** Epoch ms. */
  plannedStart: z.number().nullable(),
  plannedMinutes: z.number().nullable(),
  actualStart: z.number().nullable(),
  actualEnd: z.number().nullable(),
  state: z.enum(['planned', 'now', 'done', 'cancelled']),
  /** The published replay; a later version replaces it. */
  replay: z.object({ clip: id, version: z.number().int().positive() }).nullable(),
  /** What may be downloaded. */
  courseware: z
    .array(z.object({ name: z.string().max(200), bytes: z.number(), href: z.string().max(500) }))
    .max(20),
  /** Left out of a long list, and by older servers. */
  type: z.enum(talkTypes).optional(),
  sessionId: id.nullable().optional(),
  changed: talkChangeSchema.nullable().optional(),
});
export type PlannedTalk = z.infer<typeof plannedTalkSchema>;
/** The venue's talks, whole, at every change. */
const programme = z.object({ type: z.literal('programme'), talks: z.array(plannedTalkSchema).max(500) });
/** Players hide these at once; later readers get a stream without them. */
const redacted = z.object({
  type: z.literal('redacted'),
  stream: z.enum(eventStreams),
  events: z.array(z.number().int()).max(10_000),
});

export const stageKinds = [
  page,
  black,
  laserBody,
  inkBody,
  textBody,
  undoBody,
  clearBody,
  talk,
  delay,
] as const;
export const hallKinds = [programme, redacted] as const;

export const stageBodySchema = z.discriminatedUnion('type', [...stageKinds]);
export const hallBodySchema = z.discriminatedUnion('type', [...hallKinds]);
export type StageBody = z.infer<typeof stageBodySchema>;
export type HallBody = z.infer<typeof hallBodySchema>;
export type EventBody = StageBody | HallBody;

/** Order and times of an event: `i` counts within the stream (over revisions), `at` is when it was accepted, `t` the moment on the timeline it belongs to; epoch ms. */
export type Stamp = { readonly i: number; readonly at: number; readonly t: number };
export type StageEvent = Stamp & StageBody;
export type HallEvent = Stamp & HallBody;
export type VenueEvent = StageEvent | HallEvent;

/** Old clients meet new kinds: what is not known is passed on as it is and ignored by the state. */
export type Batch<E extends VenueEvent = VenueEvent> = {
  readonly rev: number;
  readonly n: number;
  readonly events: readonly E[];
  /** People watching, estimated. */
  readonly watching: number;
};

/** `snapshot-<n>.json`: the state before batch n. */
export type Snapshot<S> = { readonly rev: number; readonly n: number; readonly state: S };

/** What now.json says of a stream: where it goes on, and the newest snapshot. */
export const streamPositionSchema = z.object({
  rev: z.number().int(),
  next: z.number().int(),
  snapshot: z.number().int(),
});
export type StreamPosition = z.infer<typeof streamPositionSchema>;

/** `pages/<id>.json`. Positions are 0…1 of the page. */
export const pageTextSchema = z.object({
  text: z.string(),
  words: z.array(z.object({ text: z.string(), x: z.number(), y: z.number(), w: z.number(), h: z.number() })),
  links: z.array(z.object({ href: z.string(), x: z.number(), y: z.number(), w: z.number(), h: z.number() })),
});
export type PageText = z.infer<typeof pageTextSchema>;

/** Least time between two batches of `stage`, ms. */
export const stageSpacing = 100;
/** Beat of `hall` when busy, ms. */
export const hallBeat = 1000;
/** Bytes of a batch, as JSON. */
export const batchBytes = 65_536;
