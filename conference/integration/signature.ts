/** Signature of a webhook's delivery: who receives it can tell that we sent it, and when. Pure. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export const signatureHeader = 'rostrum-signature';
/** 256 bits. */
export const newWebhookSecret = (): string => `whsec_${randomBytes(32).toString('base64url')}`;

/** `seconds`: Unix time of sending; signed too, so that an old delivery cannot be played again. */
export function signDelivery(secret: string, seconds: number, body: string): string {
  const mac = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return `t=${seconds},v1=${mac}`;
}

/** What a receiver does. `tolerance`: seconds a delivery may be old. */
export function isSigned(
  header: string,
  secret: string,
  body: string,
  now: number,
  tolerance = 300,
): boolean {
  const [, time = '', mac = ''] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header) ?? [];
  const right = Buffer.from(signDelivery(secret, Number(time), body));
  const given = Buffer.from(`t=${time},v1=${mac}`);
  if (given.length !== right.length || !timingSafeEqual(given, right)) return false;
  return Math.abs(now / 1000 - Number(time)) <= tolerance;
}
