/**
 * The pass of a sitting: what a viewer holds to read `/media`. It is verified without the database, and stands in addresses as one
 * path segment.
 *
 * Bytes, before base64url: version (1) · key id (1) · sitting (12) · tag of the conference (6) · expiry, epoch s (4), big-endian ·
 * HMAC-SHA-256 of what stands before it (32). 75 characters.
 */
import { createHmac, createSecretKey, hash, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto';

const version = 1;
const bodyBytes = 24;
const passBytes = bodyBytes + 32;
const passLength = Math.ceil((passBytes * 8) / 6);

/** A sitting lasts at most this long, ms. */
export const longestSitting = 12 * 3_600_000;

/** A secret passes are signed with; those signed by an older one stay good until they expire. */
export type PassKey = {
  readonly id: number;
  /** Made once: with plain bytes every signature would take five times as long. */
  readonly secret: KeyObject;
  /** Epoch ms from which on it signs. */
  readonly since: number;
};

export const passKey = (id: number, since: number, secret: Buffer): PassKey => ({
  id,
  since,
  secret: createSecretKey(secret),
});

/** The key that signs the pass of a sitting begun then: the same whenever it is asked. `keys`: newest first, at least one. */
export function keyFor(keys: readonly PassKey[], beganAt: number): PassKey {
  const key = keys.find(({ since }) => since <= beganAt) ?? keys.at(-1);
  if (!key) throw new Error('there must be a key to sign passes with');
  return key;
}

export type PassContent = {
  readonly sitting: string;
  readonly conferenceId: string;
  /** Epoch ms; told in whole seconds. */
  readonly expiresAt: number;
};

/** 96 random bits. */
export const newSittingId = (): string => randomBytes(12).toString('base64url');

const tags = new Map<string, Buffer>();
const mostTags = 1000;
const tagOf = (conferenceId: string): Buffer => {
  const known = tags.get(conferenceId);
  if (known) return known;
  if (tags.size >= mostTags) tags.clear();
  const tag = hash('sha256', conferenceId, 'buffer').subarray(0, 6);
  tags.set(conferenceId, tag);
  return tag;
};
const sign = (body: Buffer, { secret }: PassKey): Buffer =>
  createHmac('sha256', secret).update(body).digest();

export function sealPass({ sitting, conferenceId, expiresAt }: PassContent, key: PassKey): string {
  const body = Buffer.alloc(bodyBytes);
  body[0] = version;
  body[1] = key.id;
  body.write(sitting, 2, 'base64url');
  tagOf(conferenceId).copy(body, 14);
  body.writeUInt32BE(Math.floor(expiresAt / 1000), 20);
  return Buffer.concat([body, sign(body, key)]).toString('base64url');
}

/** What a pass says; undefined when it is not one of ours. Whether it has expired or is of this conference the caller asks. */
export function openPass(
  pass: string,
  keys: readonly PassKey[],
): (Omit<PassContent, 'conferenceId'> & { readonly isOf: (conferenceId: string) => boolean }) | undefined {
  if (pass.length !== passLength) return undefined;
  const bytes = Buffer.from(pass, 'base64url');
  // Only as we write it: bits that base64 leaves open would make several texts of one pass.
  if (bytes.length !== passBytes || bytes.toString('base64url') !== pass) return undefined;
  const body = bytes.subarray(0, bodyBytes);
  const key = body[0] === version ? keys.find(({ id }) => id === body[1]) : undefined;
  if (!key || !timingSafeEqual(sign(body, key), bytes.subarray(bodyBytes))) return undefined;
  return {
    sitting: body.toString('base64url', 2, 14),
    expiresAt: body.readUInt32BE(20) * 1000,
    isOf: (conferenceId) => tagOf(conferenceId).equals(body.subarray(14, 20)),
  };
}
