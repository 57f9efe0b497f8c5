/** A speaker's browser that confirmed a code: a cookie for one consent, for a few hours. Pure; the clock is passed in. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

export type ConsentSitting = {
  readonly consent: string;
  /** Epoch ms. */
  readonly until: number;
};
const sittingSchema = z.object({ consent: z.string(), until: z.number() });

export const sittingHours = 3;
const purpose = 'rostrum consent 1';

const signature = (body: string, secret: string): Buffer =>
  createHmac('sha256', secret).update(purpose).update('\n').update(body).digest();

export function sealConsent(sitting: ConsentSitting, secret: string): string {
  const body = Buffer.from(JSON.stringify(sitting)).toString('base64url');
  return `${body}.${signature(body, secret).toString('base64url')}`;
}

/** Undefined when it was forged, altered, expired, or made for another purpose (FAULTS 70). */
export function openConsent(text: string, secret: string, now: number): ConsentSitting | undefined {
  const [body, mac, ...rest] = text.split('.');
  if (!body || !mac || rest.length > 0 || text.length > 500) return undefined;
  const given = Buffer.from(mac, 'base64url');
  const right = signature(body, secret);
  if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
  const sitting = sittingSchema.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString()));
  return sitting.success && now < sitting.data.until ? sitting.data : undefined;
}
