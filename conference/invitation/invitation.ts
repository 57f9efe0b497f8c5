/** An invitation to the staff of a conference: a secret link, for so many people, until some day. Pure; the clock is passed in. */
import { createHash, randomBytes } from 'node:crypto';
import type { Invitation } from '#contracts/people.ts';
import type { invitationTable } from './invitation-tables.ts';

export type InvitationRow = typeof invitationTable.$inferSelect;

/** 256 bits. */
export const newToken = (): string => randomBytes(32).toString('base64url');
/** The token is random, so one round without salt is enough. */
export const hashOfToken = (token: string): string => createHash('sha256').update(token).digest('hex');

export function stateOf(row: InvitationRow, now: number): Invitation['state'] {
  if (row.revokedAt) return 'revoked';
  if (row.used >= row.uses) return 'used';
  return now < row.expiresAt.getTime() ? 'open' : 'expired';
}

export const invitationView = (row: InvitationRow, now: number): Invitation => ({
  id: row.id,
  roles: row.roles,
  to: row.sentTo,
  note: row.note,
  uses: row.uses,
  used: row.used,
  createdAt: row.createdAt.getTime(),
  createdBy: row.createdBy,
  expiresAt: row.expiresAt.getTime(),
  state: stateOf(row, now),
});

/** `138****5678`, `z…@example.org`: enough for who wrote it to know it again. */
export function inPart(address: string): string {
  const [name, host] = address.split('@');
  if (host !== undefined) return `${(name ?? '').slice(0, 1)}…@${host}`;
  const digits = address.replace(/^\+86/, '');
  return digits.length < 8 ? '****' : `${digits.slice(0, 3)}****${digits.slice(-4)}`;
}
