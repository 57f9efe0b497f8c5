import { describe, expect, it } from 'vitest';
import { venueDefaults } from '#contracts/venue.ts';
import { judgePush, signPush } from './push-rules.ts';
import type { VenueRecord } from './venue.ts';

const venueWith = (signedPush: boolean, blocked = false): VenueRecord => ({
  id: 'v1',
  conferenceId: 'c1',
  position: 0,
  settings: { ...venueDefaults, title: 'Hall A', signedPush },
  keys: { program: { key: 'goodkey', blocked }, slides: { key: 'slidekey', blocked: false } },
  pushSecret: 'secret',
  createdAt: 0,
});
const judge = (venue: VenueRecord, key: string, query: Record<string, string> = {}, now = 1000) =>
  judgePush(
    {
      findKey: (asked) =>
        asked === 'goodkey' ? { venue, track: 'program', key: venue.keys.program } : undefined,
    },
    key,
    new URLSearchParams(query),
    now,
  );

describe('who may push', () => {
  it('lets a known key in and refuses any other', () => {
    expect(judge(venueWith(false), 'goodkey')).toMatchObject({ allowed: true, track: 'program' });
    expect(judge(venueWith(false), 'other')).toMatchObject({ allowed: false, code: 'publish.badKey' });
  });

  it('refuses a blocked key', () => {
    expect(judge(venueWith(false, true), 'goodkey')).toMatchObject({ code: 'publish.blocked' });
  });

  it('refuses an unsigned push where a signature is asked for', () => {
    expect(judge(venueWith(true), 'goodkey')).toMatchObject({ code: 'publish.badKey' });
  });

  it('takes a signature until it expires', () => {
    const venue = venueWith(true);
    const query = { expires: '100', sign: signPush(venue, 'goodkey', 100) };
    expect(judge(venue, 'goodkey', query, 99_999)).toMatchObject({ allowed: true });
    expect(judge(venue, 'goodkey', query, 100_000)).toMatchObject({ code: 'publish.expired' });
  });

  it('refuses an altered expiry, a foreign signature and garbage', () => {
    const venue = venueWith(false);
    const sign = signPush(venue, 'goodkey', 100);
    for (const query of [
      { expires: '200', sign },
      { expires: '100', sign: sign.slice(1) },
      { expires: '100', sign: signPush({ pushSecret: 'other' }, 'goodkey', 100) },
      { expires: '1e3', sign },
      { sign },
    ])
      expect(judge(venue, 'goodkey', query)).toMatchObject({ allowed: false, code: 'publish.badKey' });
  });
});
