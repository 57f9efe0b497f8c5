/** Fault 78: every route of the running server, called by everyone there is; what the guard says is what docs/access.md says. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type Action,
  type ConferenceRole,
  conferenceMatrix,
  conferenceRoles,
  isConferenceAction,
  type PlatformRole,
  platformMatrix,
  platformRoles,
} from '#contracts/roles.ts';
import { ask, logIn, startTestServer, type TestServer } from '#tests/faults/server-double.ts';
import { describeAccess } from '../cli/access-docs.ts';
import type { ListedRoute } from './route-list.ts';

/** Once set, nothing is done any more: bodies are not looked at, and whoever the guard lets in is answered 418 at once. */
const gate = vi.hoisted(() => ({
  stops: false,
  visits: new Map<string, { asked: string[]; depth: number }>(),
}));

vi.mock('fastify-type-provider-zod', async (original) => {
  const real = await original<typeof import('fastify-type-provider-zod')>();
  const validatorCompiler: typeof real.validatorCompiler = (input) => {
    const judge = real.validatorCompiler(input);
    return (value) => (gate.stops ? { value } : judge(value));
  };
  return { ...real, validatorCompiler };
});

vi.mock('./staff.ts', async (original) => {
  const real = await original<typeof import('./staff.ts')>();
  const { CodedError } = await import('#contracts/errors.ts');
  class LetIn extends CodedError {
    constructor() {
      super('request.invalid');
    }
    override get status() {
      return 418;
    }
  }
  return {
    ...real,
    createStaff: (options: Parameters<typeof real.createStaff>[0]) => {
      const staff = real.createStaff(options);
      for (const name of ['allow', 'allowVenue', 'allowPlatform', 'needPerson', 'needCaller'] as const) {
        const guard = staff[name].bind(staff) as (...args: unknown[]) => Promise<unknown>;
        const watched = async (...args: unknown[]) => {
          const [request, action = 'person'] = args as [{ headers: Record<string, string> }, string?];
          const visit = gate.visits.get(request.headers['x-test'] ?? '');
          if (!gate.stops || !visit) return guard(...args);
          visit.asked.push(action);
          // Guards ask each other: only the outermost lets in.
          visit.depth += 1;
          const answer = await guard(...args);
          visit.depth -= 1;
          if (visit.depth === 0) throw new LetIn();
          return answer;
        };
        Object.assign(staff, { [name]: watched });
      }
      return staff;
    },
  };
});

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

type Place = Readonly<Record<string, string>>;
let test: TestServer;
let admin: string;
let own: Place;
let foreign: Place;
const cookies = new Map<string, string>();
let key: string;
let routes: readonly ListedRoute[];

const password = 'a long enough password';
let calls = 0;
const call = (method: string, path: string, body: unknown, cookie: string) =>
  ask(test.base, method, `/api/v1${path}`, body, { cookie });

async function account(name: string, platform: PlatformRole | null): Promise<string> {
  const made = await call(
    'POST',
    '/users',
    { name, email: `${name}@example.org`, password, platform },
    admin,
  );
  expect(made.status).toBe(201);
  cookies.set(name, await logIn(test.base, `${name}@example.org`, password));
  return made.body.id;
}

/** One of everything that an address can name. */
async function furnish(slug: string): Promise<Place> {
  const dates = { startDate: '2026-03-20', endDate: '2026-03-21' };
  const conference = (await call('POST', '/conferences', { slug, titleZh: slug, ...dates }, admin)).body.id;
  const venue = (await call('POST', '/venues', { title: 'Hall', conferenceId: conference }, admin)).body.id;
  const talk = (await call('POST', `/venues/${venue}/talks`, { title: 'Talk' }, admin)).body.id;
  const clip = (
    await call('POST', `/venues/${venue}/clips`, { title: 'Clip', ranges: [{ from: 1, to: 2 }] }, admin)
  ).body.id;
  const files = [{ name: 'a.pdf', bytes: 3 }];
  const upload = (await call('POST', `/talks/${talk}/uploads`, { files }, admin)).body.id;
  const first = (await call('POST', `/talks/${talk}/uploads`, { files }, admin)).body.id;
  await fetch(`${test.base}/api/v1/uploads/${first}/files/0?offset=0`, {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream', cookie: admin },
    body: 'one',
  });
  const deck = (await call('POST', `/uploads/${first}/complete`, {}, admin)).body.id;
  const link = (await call('POST', `/talks/${talk}/presenter-links`, {}, admin)).body.link.id;
  const session = (
    await call(
      'POST',
      `/conferences/${conference}/sessions`,
      {
        venueId: venue,
        title: 'S',
        chairs: [],
        plannedStart: Date.parse('2026-03-20T01:00Z'),
        plannedMinutes: 60,
      },
      admin,
    )
  ).body.id;
  const place = { conference, venue, talk, clip, deck, upload, link, session };
  expect(Object.entries(place).filter(([, id]) => typeof id !== 'string')).toEqual([]);
  return place;
}

/** The address of a route in a place, and what else names it. */
function aim({ url, needs, of = '' }: ListedRoute, place: Place): { path: string; body: object } {
  let path = url;
  // Some routes of one's own account count tries by phone before they ask who it is.
  let body: object = needs === 'person' ? { phone: '+8613800138000', code: '123456' } : {};
  const put = (id: string | undefined): void => {
    if (id === undefined)
      throw new Error(`${url}: there is nothing to test 'of: ${of}' with; add it to furnish()`);
    path = path.replace(/:[A-Za-z]+/, id);
  };
  if (of === 'query.talk') path += `?talk=${place.talk}`;
  else if (of === 'clips') body = { ids: [place.clip] };
  else if (of === 'thing') path = path.replace(':kind', 'venue').replace(':id', place.venue ?? '');
  else if (of === 'conference' && !url.includes(':')) body = { conferenceId: place.conference };
  else if (of !== 'platform' && of !== '') put(place[of]);
  // What is inside the thing is never reached: the guard comes first.
  return { path: path.replaceAll(/:[A-Za-z]+/g, '0').replace('*', ''), body };
}

async function outcome(route: ListedRoute, place: Place, headers: Record<string, string>) {
  const { path, body } = aim(route, place);
  calls += 1;
  const id = String(calls);
  const visit = { asked: [] as string[], depth: 0 };
  gate.visits.set(id, visit);
  const reads = route.method === 'GET';
  const answer = await ask(test.base, route.method, path, reads ? undefined : body, {
    'x-test': id,
    // Everyone is a client of their own: it is not the limits that are tested.
    'x-forwarded-for': `10.${(calls >> 16) & 255}.${(calls >> 8) & 255}.${calls & 255}`,
    ...headers,
  });
  gate.visits.delete(id);
  const { asked } = visit;
  return { status: answer.status, code: answer.body?.error?.code as string | undefined, asked };
}

const guarded = () =>
  routes.filter(({ needs }) => needs !== undefined && needs !== 'nobody' && needs !== 'person');
const name = ({ method, url }: ListedRoute) => `${method} ${url}`;
const inConference = (
  action: Action,
  platform: PlatformRole | null,
  roles: readonly ConferenceRole[],
): number => {
  const may = [
    ...(platform ? platformMatrix[platform] : []),
    ...roles.flatMap((role) => conferenceMatrix[role] as readonly Action[]),
  ];
  if (may.includes(action)) return 418;
  return may.some(isConferenceAction) ? 403 : 404;
};

beforeAll(async () => {
  test = await startTestServer(
    { ROSTRUM_TRUSTED_PROXIES: '127.0.0.1' },
    { convert: async () => Promise.reject(new Error('not here')) },
  );
  admin = await logIn(test.base);
  routes = test.server.routes;
  own = await furnish('own');
  foreign = await furnish('foreign');
  for (const role of platformRoles) await account(`platform-${role}`, role);
  await account('plain', null);
  for (const role of conferenceRoles) {
    const here = await account(`own-${role}`, null);
    await test.server.members.set(own.conference!, here, () => [role]);
    const there = await account(`foreign-${role}`, null);
    await test.server.members.set(foreign.conference!, there, () => [role]);
  }
  const made = await call(
    'POST',
    `/conferences/${own.conference}/keys`,
    { name: 'k', actions: ['venue.view'] },
    admin,
  );
  key = made.body.secret;
  gate.stops = true;
});
afterAll(() => test?.close());

describe('fault 78: access', () => {
  it('every route says what it needs', () => {
    expect(routes.length).toBeGreaterThan(80);
    expect(routes.filter(({ needs }) => needs === undefined).map(name)).toEqual([]);
    expect(
      guarded()
        .filter(({ of }) => of === undefined)
        .map(name),
    ).toEqual([]);
  });

  it('every route asks the guard for exactly what it says it needs', async () => {
    for (const route of guarded()) {
      const { asked } = await outcome(route, own, { cookie: admin });
      expect([name(route), asked.find((one) => one !== 'person')]).toEqual([name(route), route.needs]);
    }
  });

  it('nobody is asked to log in at every route that is not public, whatever the id', async () => {
    const closed = routes.filter(({ needs }) => needs !== undefined && needs !== 'nobody');
    for (const route of closed.filter(({ needs }) => needs !== 'person')) {
      expect([name(route), (await outcome(route, own, {})).status]).toEqual([name(route), 401]);
      const nowhere = Object.fromEntries(Object.keys(own).map((kind) => [kind, 'nothing']));
      expect([name(route), (await outcome(route, nowhere, {})).status]).toEqual([name(route), 401]);
    }
    for (const route of closed.filter(({ needs }) => needs === 'person'))
      expect([name(route), (await outcome(route, own, {})).status]).toEqual([name(route), 401]);
  });

  const callers: { who: string; platform: PlatformRole | null; roles: readonly ConferenceRole[] }[] = [
    { who: 'plain', platform: null, roles: [] },
    ...platformRoles.map((role) => ({ who: `platform-${role}`, platform: role, roles: [] })),
    ...conferenceRoles.map((role) => ({ who: `own-${role}`, platform: null, roles: [role] })),
    ...conferenceRoles.map((role) => ({ who: `foreign-${role}`, platform: null, roles: [] })),
  ];
  it.each(callers)('$who may do what the matrix says, and nothing else', async ({ who, platform, roles }) => {
    for (const route of guarded()) {
      const needs = route.needs as Action;
      const expected = isConferenceAction(needs)
        ? inConference(needs, platform, roles)
        : platform && platformMatrix[platform].includes(needs)
          ? 418
          : 403;
      const { status } = await outcome(route, own, { cookie: cookies.get(who) ?? '' });
      expect([name(route), status]).toEqual([name(route), expected]);
    }
  });

  it("two organisers get the same answer for each other's ids as for ids there are not", async () => {
    for (const route of guarded().filter(({ needs }) => isConferenceAction(needs as Action))) {
      const nowhere = Object.fromEntries(Object.keys(own).map((kind) => [kind, 'nothing']));
      for (const [who, place] of [
        ['own-organiser', foreign],
        ['foreign-organiser', own],
      ] as const) {
        const cookie = cookies.get(who) ?? '';
        const theirs = await outcome(route, place, { cookie });
        const none = await outcome(route, nowhere, { cookie });
        expect([name(route), theirs.status]).toEqual([name(route), 404]);
        expect([name(route), none.status, none.code]).toEqual([name(route), 404, theirs.code]);
      }
    }
  });

  it('an API key may do its actions in its conference, and nothing anywhere else', async () => {
    for (const route of guarded()) {
      const needs = route.needs as Action;
      const headers = { authorization: `Bearer ${key}` };
      const expected = !isConferenceAction(needs) ? 403 : needs === 'venue.view' ? 418 : 403;
      expect([name(route), (await outcome(route, own, headers)).status]).toEqual([name(route), expected]);
      if (isConferenceAction(needs))
        expect([name(route), (await outcome(route, foreign, headers)).status]).toEqual([name(route), 404]);
      const wrong = { authorization: `Bearer rk_${'a'.repeat(43)}` };
      expect([name(route), (await outcome(route, own, wrong)).status]).toEqual([name(route), 401]);
    }
  });

  it('is written down in docs/access.md (ROSTRUM_WRITE_DOCS=1 writes it)', async () => {
    const file = join(import.meta.dirname, '..', '..', 'docs', 'access.md');
    const text = describeAccess(routes);
    if (process.env.ROSTRUM_WRITE_DOCS) await writeFile(file, text);
    expect(await readFile(file, 'utf8')).toBe(text);
  });
});

describe('the description of the API', () => {
  it('has a summary, a tag and an answer for every route', () => {
    const shown = routes.filter(({ hidden, url }) => !hidden && url.startsWith('/api/v1'));
    const lacking = shown.flatMap((route) => [
      ...(route.summary ? [] : [`${name(route)}: no summary`]),
      ...(route.tags.length > 0 ? [] : [`${name(route)}: no tag`]),
      ...(route.answers.some((status) => /^2/.test(status)) ? [] : [`${name(route)}: no response`]),
    ]);
    expect(lacking).toEqual([]);
  });
});
