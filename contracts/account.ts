/** Accounts: ways to log in, what a person is told about their own account, and what the log-in pages send. */
import { z } from 'zod';
import { platformRoles } from './roles.ts';

/** E.164 with plus. Eleven digits that look like a mobile of the mainland need no country code. Undefined: no phone number. */
export function normalPhone(text: string): string | undefined {
  const digits = text.normalize('NFKC').replace(/[\s().-]/g, '');
  if (/^1[3-9]\d{9}$/.test(digits)) return `+86${digits}`;
  const international = digits.replace(/^00/, '+').replace(/^(86)(?=1[3-9]\d{9}$)/, '+$1');
  if (/^\+86/.test(international)) return /^\+861[3-9]\d{9}$/.test(international) ? international : undefined;
  return /^\+[1-9]\d{6,14}$/.test(international) ? international : undefined;
}

/** `138****1234`, for pages and logs. */
export function maskedPhone(phone: string): string {
  const local = phone.replace(/^\+86/, '');
  return `${local.slice(0, 3)}****${local.slice(-4)}`;
}

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

/** Same-origin address to land on after a log-in: a path with query and fragment. Anything else becomes `/account`. */
export function safeNext(next: string | null | undefined): string {
  // Browsers take a backslash for a slash and drop tabs and line ends: `/\evil.example` would leave us.
  if (!next || next.length > 2000 || !/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(next)) return '/account';
  const url = new URL(next, 'http://here.invalid');
  if (url.origin !== 'http://here.invalid' || url.pathname.startsWith('//')) return '/account';
  // The log-in itself would go round in circles; the API answers nothing a person can read.
  if (/^\/(login|api)(\/|$)/.test(url.pathname)) return '/account';
  return `${url.pathname}${url.search}${url.hash}`;
}

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
