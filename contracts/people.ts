/** People: the staff of a conference, invitations, and the accounts of the installation. */
import { z } from 'zod';
import { conferenceRoles, platformRoles } from './roles.ts';

const id = z.string().min(1).max(64);
const roles = z.array(z.enum(conferenceRoles)).min(1).max(conferenceRoles.length);
/** E.164 or a mainland number as people write it; the server makes it E.164. */
const phone = z.string().trim().min(5).max(30);
const email = z.email().max(200);

export const memberSchema = z.object({
  userId: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  /** Only for who may manage people; else null. */
  phone: z.string().nullable(),
  roles: z.array(z.enum(conferenceRoles)),
  banned: z.boolean(),
});
export type Member = z.infer<typeof memberSchema>;

/** One of the three: an account there is already. Others are invited. */
export const addMemberSchema = z
  .object({ userId: id.optional(), phone: phone.optional(), email: email.optional(), roles })
  .strict()
  .refine((one) => [one.userId, one.phone, one.email].filter((given) => given !== undefined).length === 1, {
    message: 'exactly one of userId, phone and email must be given',
  });
export const updateMemberSchema = z.object({ roles }).strict();

export const createInvitationSchema = z
  .object({
    roles,
    /** Sent to: a phone, an e-mail address, or null: a link that is handed on by the organiser. */
    to: z
      .union([z.object({ phone }).strict(), z.object({ email }).strict()])
      .nullable()
      .default(null),
    note: z.string().trim().max(200).default(''),
    /** People who may accept it. */
    uses: z.number().int().min(1).max(1000).default(1),
    days: z.number().int().min(1).max(90).default(14),
  })
  .strict();
export const invitationSchema = z.object({
  id: z.string(),
  roles: z.array(z.enum(conferenceRoles)),
  /** As it was sent, in part: `138****5678`, `z…@example.org`; null for a link. */
  to: z.string().nullable(),
  note: z.string(),
  uses: z.number().int(),
  used: z.number().int(),
  createdAt: z.number(),
  createdBy: z.string(),
  expiresAt: z.number(),
  state: z.enum(['open', 'used', 'expired', 'revoked']),
});
export type Invitation = z.infer<typeof invitationSchema>;
/** `url` is told only now: `/join#<token>`. `sent`: whether the message left; null for a link. */
export const invitationMadeSchema = z.object({
  invitation: invitationSchema,
  url: z.string(),
  sent: z.boolean().nullable(),
});

export const invitationTokenSchema = z.object({ token: z.string().min(20).max(100) }).strict();
/** What a page shows before the log-in. */
export const invitationLookSchema = z.object({
  conference: z.object({ id: z.string(), slug: z.string(), titleZh: z.string(), titleEn: z.string() }),
  roles: z.array(z.enum(conferenceRoles)),
  by: z.string(),
  expiresAt: z.number(),
});
export const invitationAcceptedSchema = z.object({
  conferenceId: z.string(),
  /** All roles the person has there now. */
  roles: z.array(z.enum(conferenceRoles)),
});

// Accounts, for the owner of the installation.

export const accountSchema = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  platform: z.enum(platformRoles).nullable(),
  banned: z.boolean(),
  createdAt: z.number(),
});
export type Account = z.infer<typeof accountSchema>;
export const createAccountSchema = z
  .object({
    name: z.string().trim().min(1).max(60),
    email,
    password: z.string().min(10).max(128),
    platform: z.enum(platformRoles).nullable().default(null),
  })
  .strict();
export const updateAccountSchema = z
  .object({ platform: z.enum(platformRoles).nullable().optional(), banned: z.boolean().optional() })
  .strict();
