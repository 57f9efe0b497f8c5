/** Who may push (PRODUCT P1): the stream key, its block, and the optional signature with an expiry. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ErrorCode } from '#contracts/errors.ts';
import type { TrackName } from '#contracts/media-urls.ts';
import type { VenueDirectory, VenueRecord } from './venue.ts';

export type PushVerdict =
  | { readonly allowed: true; readonly venue: VenueRecord; readonly track: TrackName }
  | { readonly allowed: false; readonly code: ErrorCode; readonly detail?: string };

const refused = (code: ErrorCode, detail?: string): PushVerdict => ({
  allowed: false,
  code,
  ...(detail === undefined ? {} : { detail }),
});

/** `now` is epoch ms. A signature is checked when the venue asks for one, and whenever one is given. */
export function judgePush(
  venues: Pick<VenueDirectory, 'findKey'>,
  streamKey: string,
  query: URLSearchParams,
  now: number,
): PushVerdict {
  const match = venues.findKey(streamKey);
  if (!match) return refused('publish.badKey');
  const { venue, track, key } = match;
  if (key.blocked) return refused('publish.blocked');
  const expires = query.get('expires');
  const sign = query.get('sign');
  if (expires === null && sign === null) {
    return venue.settings.signedPush
      ? refused('publish.badKey', 'this venue asks for a signed push address (expires and sign)')
      : { allowed: true, venue, track };
  }
  if (!/^\d{1,12}$/.test(expires ?? '') || !matches(sign ?? '', signPush(venue, key.key, Number(expires))))
    return refused('publish.badKey', 'the signature of the push address does not match');
  if (Number(expires) * 1000 <= now)
    return refused('publish.expired', `expired at ${new Date(Number(expires) * 1000).toISOString()}`);
  return { allowed: true, venue, track };
}

/** Hex HMAC-SHA-256 of `<key>:<expires>`; `expires` is in Unix seconds. */
export function signPush(venue: Pick<VenueRecord, 'pushSecret'>, key: string, expires: number): string {
  return createHmac('sha256', venue.pushSecret).update(`${key}:${expires}`).digest('hex');
}

function matches(given: string, wanted: string): boolean {
  const a = Buffer.from(given.toLowerCase());
  const b = Buffer.from(wanted);
  return a.length === b.length && timingSafeEqual(a, b);
}
