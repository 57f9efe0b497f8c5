/** The secrets of presenting (DESIGN section 8): a link's token, and the cookie it is exchanged for. Pure; the clock is passed in. */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { PresenterLink } from '#contracts/presenter.ts';

export type LinkRecord = PresenterLink & { readonly tokenHash: string };

/** 256 bits. */
export const newToken = (): string => randomBytes(32).toString('base64url');
/** The token is random, so one round without salt is enough. */
export const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

export const isUsable = ({ revokedAt, expiresAt }: PresenterLink, now: number): boolean =>
  revokedAt === null && now < expiresAt;

/** What a presenter's cookie says. The link is asked again at each request: revoking it ends all its cookies. */
export type PresenterSitting = {
  readonly link: string;
  readonly talk: string;
  /** As given at opening; shown with each page turn. */
  readonly name: string;
  /** Epoch ms. */
  readonly until: number;
};
const sittingSchema = z.object({ link: z.string(), talk: z.string(), name: z.string(), until: z.number() });

/** How long a page may stay open, ms. */
export const longestSitting = 24 * 3600_000;
const purpose = 'rostrum presenter 1';

export function sealSitting(sitting: PresenterSitting, secret: string): string {
  const body = Buffer.from(JSON.stringify(sitting)).toString('base64url');
  return `${body}.${signature(body, secret).toString('base64url')}`;
}

/** Undefined when it was forged, altered, expired, or made for another purpose (FAULTS 70). */
export function openSitting(text: string, secret: string, now: number): PresenterSitting | undefined {
  const [body, mac, ...rest] = text.split('.');
  if (!body || !mac || rest.length > 0 || text.length > 1000) return undefined;
  const given = Buffer.from(mac, 'base64url');
  const right = signature(body, secret);
  if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
  const sitting = sittingSchema.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString()));
  return sitting.success && now < sitting.data.until ? sitting.data : undefined;
}

const signature = (body: string, secret: string): Buffer =>
  createHmac('sha256', secret).update(purpose).update('\n').update(body).digest();

/** Names are shown to the audience's desk: one line of plain characters (FAULTS 48, 55). */
export function shownPerson(name: string): string {
  const plain = name
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
    .trim();
  return plain.slice(0, 40);
}
