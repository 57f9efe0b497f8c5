/** An API key: a secret that acts in one conference, with actions of its own. Pure; the clock is passed in. */
import { createHash, randomBytes } from 'node:crypto';
import type { ApiKey } from '#contracts/integration.ts';

export type KeyRecord = Omit<ApiKey, 'createdAt'> & {
  readonly conferenceId: string;
  /** SHA-256, hex: the secret is random, so one round without salt is enough. */
  readonly secretHash: string;
  readonly createdAt: number;
};

const form = /^rk_[A-Za-z0-9_-]{43}$/;
/** 256 bits; the prefix lets scanners of leaked secrets know it. */
export const newSecret = (): string => `rk_${randomBytes(32).toString('base64url')}`;
export const hashOfSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');
export const hintOf = (secret: string): string => `${secret.slice(0, 8)}…`;
export const isUsableKey = ({ expiresAt }: Pick<KeyRecord, 'expiresAt'>, now: number): boolean =>
  expiresAt === null || now < expiresAt;

/** Of `Authorization: Bearer rk_…`; undefined for any other header. */
export function secretOf(authorization: string | undefined): string | undefined {
  const [, token] = /^Bearer +(\S{1,200})$/i.exec(authorization ?? '') ?? [];
  return token !== undefined && form.test(token) ? token : undefined;
}
