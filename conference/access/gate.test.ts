import { randomBytes } from 'node:crypto';
import pino from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Rule, ThingRules } from '#contracts/access.ts';
import type { ConferenceRecord } from '../conference/conference.ts';
import type { Tables } from '../rows.ts';
import type { TalkRecord } from '../talk/talk.ts';
import type { VenueRecord } from '../venue/venue.ts';
import { Access, type AccessOptions, type Asker } from './access.ts';
import { Gate } from './gate.ts';
import { longestSitting, passKey } from './pass.ts';
import { devicesAtAddress, Previews } from './previews.ts';
import { anyone, type Sitting } from './sitting.ts';
import { Sittings } from './sittings.ts';
import { noFacts } from './viewer.ts';

let now: number;
let gate: Gate;
let sittings: Sittings;
let rules: Map<string, ThingRules>;
let talks: TalkRecord[];
let hidden: Set<string>;
let tellRules: () => void;
let access: Access;

const delegates = (previewMinutes = 0): Rule => ({
  join: 'any',
  conditions: [{ kind: 'delegate', lists: [] }],
  previewMinutes,
});
const begin = (
  over: { userId?: string; device?: string; address?: string; listed?: boolean } = {},
): Sitting => {
  const {
    userId = null,
    device = randomBytes(12).toString('hex'),
    address = '192.0.2.1',
    listed = true,
  } = over;
  const facts = listed ? { ...noFacts, lists: new Set(['L']) } : noFacts;
  const viewer = { ...anyone, userId: userId ?? undefined, facts };
  return sittings.begin({ conferenceId: 'c1', userId, device, agent: '', address, viewer });
};
const set = (rule: Partial<ThingRules>) => {
  rules.set('venue v1', { live: null, replay: null, ...rule });
  tellRules();
};
const live = (pass: string) => {
  const scope = gate.admit(pass, 'v1');
  return typeof scope === 'string'
    ? scope
    : scope.readable(now - 4000, now - 2000) === Number.POSITIVE_INFINITY;
};

beforeEach(() => {
  now = 1_800_000_000_000;
  rules = new Map();
  talks = [];
  hidden = new Set();
  const keys = [passKey(1, 0, randomBytes(32))];
  const previews = new Previews();
  const db = { transaction: async () => undefined } as unknown as Tables;
  sittings = new Sittings({ db, keys, previews, log: pino({ level: 'silent' }), now: () => now });
  const venue = (id: string, conferenceId: string) =>
    ({ id, conferenceId, settings: { title: 'Hall' } }) as VenueRecord;
  const venues = new Map([
    ['v1', venue('v1', 'c1')],
    ['v2', venue('v2', 'c2')],
  ]);
  const conference = (id: string) =>
    ({ id, state: 'running', settings: { registration: { open: true } } }) as ConferenceRecord;
  const conferences = new Map(['c1', 'c2'].map((id) => [id, conference(id)]));
  gate = new Gate({
    rules: {
      of: ({ kind, id }) => rules.get(`${kind} ${id}`),
      onChanged: (hook) => {
        tellRules = () => hook({ kind: 'venue', id: 'v1' }, []);
        return () => undefined;
      },
    },
    talks: { list: () => talks },
    hidden: (id) => hidden.has(id),
    consent: {
      verdict: () => ({ out: 'yes', from: null, download: null }),
      onChanged: () => () => undefined,
    },
    timeline: { now: () => now, runOpen: () => true },
    onPreview: () => undefined,
    now: () => now,
    ...{ venues, conferences, previews, sittings, keys },
  });
  const known = { ...anyone, userId: 'u1', facts: { ...noFacts, lists: new Set(['L']) } };
  access = new Access({
    ...{ gate, sittings, venues },
    rules: { devicesOf: () => 2 },
    viewers: { load: async () => known, refresh: async () => undefined },
    consent: { verdict: () => ({ out: 'yes', from: null, download: null }) },
    conferences: {
      get: (id: string) => ({ ...conferences.get(id), slug: id, settings: { registration: { open: true } } }),
    },
    talks: { get: () => undefined, list: () => [] },
  } as unknown as AccessOptions);
});

it('fault 75: a pass that expires while playing is refused at the next segment', () => {
  set({ live: delegates() });
  const { pass } = begin();
  expect(live(pass)).toBe(true);
  now += longestSitting - 1000;
  expect(live(pass)).toBe(true);
  now += 1000;
  expect(live(pass)).toBe('forbidden');
});

it('a pass is good in the venues of its conference alone', () => {
  const { pass } = begin();
  expect(live(pass)).toBe(true);
  expect(gate.admit(pass, 'v2')).toBe('forbidden');
  expect(gate.admit(pass, 'nowhere')).toBe('forbidden');
  expect(gate.admit('public', 'nowhere')).toBe('missing');
});

it('what a pass may read is one object until something changes', () => {
  set({ live: delegates() });
  const { pass } = begin();
  const scope = gate.admit(pass, 'v1');
  expect(gate.admit(pass, 'v1')).toBe(scope);
  tellRules();
  const after = gate.admit(pass, 'v1');
  expect(after).not.toBe(scope);
  talks = [];
  expect(gate.admit(pass, 'v1')).not.toBe(after);
});

it('fault 77: facts that are gone close the venue, and whoever is held is asked about', async () => {
  set({ live: delegates() });
  const sitting = begin();
  expect(live(sitting.pass)).toBe(true);
  const told = new Promise<void>((resolve) => gate.onChanged(resolve));
  expect(sittings.know(sitting, { ...sitting.record.viewer, facts: noFacts })).toBe(true);
  gate.tell();
  expect(live(sitting.pass)).toBe('forbidden');
  await told;
});

it('a preview lasts its minutes from the first media on, over sittings and devices of one account', () => {
  set({ live: delegates(5) });
  const first = begin({ userId: 'u1', listed: false });
  now += 3_600_000;
  expect(live(first.pass)).toBe(true);
  now += 5 * 60_000 - 1;
  expect(live(first.pass)).toBe(true);
  expect(live(begin({ userId: 'u1', listed: false }).pass)).toBe(true);
  now += 1;
  expect(live(first.pass)).toBe('forbidden');
  expect(live(begin({ userId: 'u1', listed: false }).pass)).toBe('forbidden');
  expect(live(begin({ userId: 'u2', listed: false }).pass)).toBe(true);
});

it('cleared browsers behind one address have no end of previews', () => {
  set({ live: delegates(5) });
  for (let i = 0; i < devicesAtAddress; i++) expect(live(begin({ listed: false }).pass)).toBe(true);
  expect(live(begin({ listed: false }).pass)).toBe('forbidden');
  expect(live(begin({ listed: false, address: '192.0.2.2' }).pass)).toBe(true);
});

it('a replay that the staff hide is closed in the time-shift too', () => {
  const talk = { id: 't', venueId: 'v1', state: 'done', actualStart: now - 60_000, actualEnd: now - 40_000 };
  talks = [talk as TalkRecord];
  const at = () => {
    const scope = gate.admit('public', 'v1');
    return typeof scope === 'object' && scope.allows(now - 50_000);
  };
  expect(at()).toBe(true);
  hidden.add('t');
  talks = [...talks];
  expect(at()).toBe(false);
});

describe('devices of an account', () => {
  const minute = 60_000;
  const sit = (device: string): ReturnType<Access['sit']> => {
    const asker: Asker = { person: { id: 'u1', name: '' }, device, address: '192.0.2.1', agent: '' };
    return access.sit('v1', { takeOver: false }, asker);
  };
  const passOf = async (device: string) => (await sit(device)).pass ?? 'none';

  it('one that has not watched for ten minutes gives up its place without a question', async () => {
    set({ live: delegates() });
    const [first, second] = [await passOf('1'), await passOf('2')];
    now += 9 * minute;
    // The second goes on watching; the first was closed.
    expect(live(second)).toBe(true);
    expect((await sit('3')).live).toMatchObject({ allowed: false, reason: 'devices' });
    now += 2 * minute;
    const third = await passOf('3');
    expect([live(first), live(second), live(third)]).toEqual(['forbidden', true, true]);
    expect((await sit('4')).live).toMatchObject({ reason: 'devices' });
  });

  it('one that only asks, its picture paused, keeps its place', async () => {
    set({ live: delegates() });
    await passOf('1');
    const second = await passOf('2');
    for (let i = 0; i < 3; i++) {
      now += 9 * minute;
      await sit('1');
      expect(live(second)).toBe(true);
    }
    expect((await sit('3')).live).toMatchObject({ reason: 'devices' });
  });

  it('one that comes back while its place is free goes on as it was', async () => {
    set({ live: delegates() });
    const first = await passOf('1');
    now += 60 * minute;
    expect(live(first)).toBe(true);
    expect(await passOf('1')).toBe(first);
  });
});
