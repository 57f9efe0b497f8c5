/** A partner's signed call that logs one of its members in: HMAC-SHA256 over all its parameters, five minutes, each nonce once (docs/accounts.md). */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { CodedError } from '#contracts/errors.ts';

/** Seconds a call may be old, or ahead of our clock. */
export const callWindow = 300;

const callSchema = z.object({
  partner: z.string(),
  uid: z.string().min(1).max(100),
  name: z.string().trim().max(60).default(''),
  phone: z.string().max(30).default(''),
  /** Epoch seconds. */
  timestamp: z.string().regex(/^\d{1,12}$/),
  nonce: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/),
  sign: z.string().regex(/^[0-9a-f]{64}$/),
  state: z.string().max(100).default(''),
  next: z.string().max(2000).default(''),
});
export type PartnerCall = Readonly<z.output<typeof callSchema>>;

/** Lower-case hex over `name=value` of all parameters but `sign`, sorted by name, joined by `&`, values as they are before encoding. */
export function signCall(parameters: Readonly<Record<string, string>>, secret: string): string {
  const text = Object.keys(parameters)
    .filter((name) => name !== 'sign')
    .sort()
    .map((name) => `${name}=${parameters[name]}`)
    .join('&');
  return createHmac('sha256', secret).update(text).digest('hex');
}

/** Throws `auth.outside` naming the rule that was broken. The nonce is for the caller to check, after this. */
export function checkCall(query: URLSearchParams, secret: string, now: number): PartnerCall {
  const parameters = Object.fromEntries(query);
  // One name, one value: what is checked is what is used.
  if ([...query.keys()].length !== Object.keys(parameters).length)
    throw new CodedError('auth.outside', 'a parameter came twice');
  const { success, data, error } = callSchema.safeParse(parameters);
  if (!success) {
    const [issue] = error.issues;
    throw new CodedError('auth.outside', `${issue?.path.join('.')}: ${issue?.message}`);
  }
  const expected = Buffer.from(signCall(parameters, secret));
  if (!timingSafeEqual(expected, Buffer.from(data.sign)))
    throw new CodedError('auth.outside', 'sign does not fit the parameters');
  if (Math.abs(now / 1000 - Number(data.timestamp)) > callWindow)
    throw new CodedError('auth.outside', `timestamp must be within ${callWindow} s of now`);
  return data;
}
