/** Registration for a conference (C6): the form, its states, and what the staff see and decide. */
import { z } from 'zod';
import { registrationStates } from './access.ts';
import { conferenceSettingsSchema } from './conference.ts';
import { listQuerySchema } from './listing.ts';
import { codedValueSchema, profileFields, profileSchema } from './profile.ts';

/** What a person fills in: only fields of the conference's form are kept. The phone is the confirmed one, never typed here. */
export const registrationAnswersSchema = profileSchema.omit({ phone: true }).partial();
export type RegistrationAnswers = z.infer<typeof registrationAnswersSchema>;

/** `GET|POST|DELETE /api/v1/public/conferences/<slug>/registration` of the person logged in; POST: `{answers}`. */
export const registerSchema = z.object({ answers: registrationAnswersSchema }).strict();
export const ownRegistrationSchema = z.object({
  /** Null: never registered. */
  state: z.enum(registrationStates).nullable(),
  /** Whether the form may be sent now, and why not. */
  form: z.enum(['open', 'closed', 'full', 'refused']),
  /** With state `waiting`: people before this one. */
  ahead: z.number().int().nullable(),
  /** Of the staff, with their decision. */
  note: z.string(),
  fields: conferenceSettingsSchema.shape.fields,
  /** What was answered; before that, what the profile says. */
  answers: registrationAnswersSchema,
  /** The confirmed phone, `138****1234`; null: none. A form that asks for it needs one. */
  phone: z.string().nullable(),
  registeredAt: z.number().nullable(),
});
export type OwnRegistration = z.infer<typeof ownRegistrationSchema>;

/** As the staff see one. Coded fields are label first; `phone` is whole only for who may export. */
export const registrationSchema = z.object({
  userId: z.string(),
  state: z.enum(registrationStates),
  name: z.string(),
  phone: z.string(),
  hospital: z.string(),
  position: z.string(),
  region: codedValueSchema.nullable(),
  department: codedValueSchema.nullable(),
  title: codedValueSchema.nullable(),
  education: codedValueSchema.nullable(),
  discipline: codedValueSchema.nullable(),
  note: z.string(),
  /** Epoch ms. */
  createdAt: z.number(),
  decidedAt: z.number().nullable(),
});
export type Registration = z.infer<typeof registrationSchema>;

const code = z.string().min(1).max(20).optional();
/** A code, or one that begins with it. */
export const registrationFilterSchema = z.object({
  q: z.string().trim().max(100).optional(),
  state: z.enum(registrationStates).optional(),
  region: code,
  department: code,
  title: code,
  education: code,
  discipline: code,
});
export type RegistrationFilter = z.infer<typeof registrationFilterSchema>;
/** `sort`: createdAt (default), name, hospital, state, decidedAt. */
export const registrationQuerySchema = listQuerySchema.extend(registrationFilterSchema.shape);
export const registrationCountsSchema = z.object({
  pending: z.number().int(),
  approved: z.number().int(),
  waiting: z.number().int(),
  refused: z.number().int(),
  cancelled: z.number().int(),
  /** Null: no limit. */
  capacity: z.number().int().nullable(),
});

/**
 * `POST …/registrations/decide`: these people, or all of a filter. Approved beyond the capacity they wait in order, or stay as they
 * were where there is no waiting list. `note` is shown to them; `tell` sends it by SMS.
 */
export const decideSchema = z
  .object({
    ids: z.array(z.string().max(64)).min(1).max(5000).optional(),
    filter: registrationFilterSchema.optional(),
    state: z.enum(['approved', 'refused', 'pending']),
    note: z.string().trim().max(500).default(''),
    tell: z.boolean().default(true),
  })
  .strict()
  .refine(({ ids, filter }) => (ids === undefined) !== (filter === undefined), 'either ids or filter');
export const decidedSchema = z.object({
  approved: z.number().int(),
  waiting: z.number().int(),
  refused: z.number().int(),
  pending: z.number().int(),
  /** Left as they were: full, cancelled, or already so. */
  unchanged: z.number().int(),
});
/** `GET …/registrations.xlsx?fields=name,phone,…` and the filter of the list. */
export const registrationExportSchema = registrationFilterSchema.extend({
  fields: z
    .string()
    .max(200)
    .default(profileFields.join(','))
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum([...profileFields, 'state', 'note', 'createdAt', 'decidedAt']))),
});
