/** Accounts: ways to log in, what a person is told about their own account, and what the log-in pages send. */
import { z } from 'zod';
import { normalPhone } from './phone.ts';
import { platformRoles } from './roles.ts';

export { safeNext } from './next-address.ts';
export { maskedPhone, normalPhone } from './phone.ts';

/** Gives the number in its normal form. */
export const phoneSchema = z
  .string()
  .max(30)
  .transform((text, context) => {
    const phone = normalPhone(text);
    if (phone !== undefined) return phone;
    context.addIssue({ code: 'custom', message: 'must be a phone number' });
    return z.NEVER;
  });
export const smsCodeSchema = z
  .string()
  .transform((text) => text.normalize('NFKC').replace(/\s/g, ''))
  .pipe(z.string().regex(/^\d{6}$/));

/** `GET /api/v1/public/log-in` */
export const logInWaysSchema = z.object({
  phone: z.boolean(),
  password: z.boolean(),
  /** Whether somebody unknown may make an account: by phone, by user name or e-mail with a password. */
  signUp: z.object({ phone: z.boolean(), password: z.boolean() }),
  /** `inside`: in WeChat itself, `qr`: on a PC. */
  wechat: z.object({ inside: z.boolean(), qr: z.boolean() }),
  oidc: z.array(z.object({ id: z.string(), name: z.string() })),
  /** Sites of societies that log people in for us. */
  partners: z.array(z.object({ id: z.string(), name: z.string() })),
  /** A forgotten password can be set anew by a link in an e-mail. */
  reset: z.boolean(),
});
export type LogInWays = z.infer<typeof logInWaysSchema>;

export const askCodeSchema = z.object({ phone: phoneSchema }).strict();
/** Seconds. */
export const codeSentSchema = z.object({ again: z.number().int(), valid: z.number().int() });
export const phoneLogInSchema = z.object({ phone: phoneSchema, code: smsCodeSchema }).strict();

/** `account`: an e-mail address or a user name. */
export const passwordLogInSchema = z
  .object({ account: z.string().trim().min(1).max(320), password: z.string().min(1).max(1000) })
  .strict();
export const usernameSchema = z
  .string()
  .trim()
  .min(3)
  .max(30)
  .regex(/^[A-Za-z0-9_.]+$/);
export const passwordSchema = z.string().min(10).max(128);
export const signUpSchema = z
  .object({
    account: z.union([z.email().max(200), usernameSchema]),
    password: passwordSchema,
    name: z.string().trim().min(1).max(60),
  })
  .strict();

/** `POST /api/v1/auth/password/forgot` and `…/reset`; the link is `/login#reset=<token>`. */
export const forgotPasswordSchema = z.object({ email: z.email().max(200) }).strict();
export const resetPasswordSchema = z
  .object({ token: z.string().min(20).max(100), password: passwordSchema })
  .strict();

/** What follows a right answer: a session, or the second step first. */
export const enteredSchema = z.object({ secondStep: z.boolean() });
export type Entered = z.infer<typeof enteredSchema>;
/** A TOTP code, or one of the backup codes. */
export const secondStepSchema = z.object({ code: z.string().trim().min(6).max(40) }).strict();

/** `GET /api/v1/me` */
export const meSchema = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  username: z.string().nullable(),
  /** Confirmed by a code. */
  phone: z.string().nullable(),
  platform: z.enum(platformRoles).nullable(),
  password: z.boolean(),
  twoFactor: z.boolean(),
  /** Staff who must set up a second step before they can work (ROSTRUM_STAFF_2FA). */
  needsTwoFactor: z.boolean(),
  /** `wechat`, `oidc:<id>`, `partner:<id>`. */
  links: z.array(z.string()),
});
export type Me = z.infer<typeof meSchema>;
export const updateMeSchema = z.object({ name: z.string().trim().min(1).max(60) }).strict();

export const loginSessionSchema = z.object({
  id: z.string(),
  /** The one of this request. */
  current: z.boolean(),
  createdAt: z.number(),
  lastUsedAt: z.number(),
  address: z.string().nullable(),
  /** As the browser names itself. */
  agent: z.string().nullable(),
});
export type LoginSession = z.infer<typeof loginSessionSchema>;

/** Secret and codes are told only here. */
export const twoFactorSetupSchema = z.object({ uri: z.string(), backupCodes: z.array(z.string()) });
export const confirmSchema = z.object({ code: smsCodeSchema }).strict();
/** `DELETE /api/v1/me`: with the word of the page, so that no slip deletes an account. */
export const deleteMeSchema = z.object({ confirm: z.literal('DELETE') }).strict();
