import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { isSigned } from '#conference/integration/signature.ts';
import {
  conferenceSchema,
  type PublicConferenceCard,
  publicConferenceCardSchema,
  publicConferenceSchema,
} from '#contracts/conference.ts';
import { deliverySchema } from '#contracts/integration.ts';
import { adminEmail, ask, logIn, startTestServer, type TestServer } from '#tests/faults/server-double.ts';

vi.setConfig({ testTimeout: 30_000 });

let test: TestServer;
let admin: string;
let clients = 0;
const call = (
  method: string,
  path: string,
  body?: unknown,
  cookie = admin,
  headers: Record<string, string> = {},
) => {
  clients += 1;
  return ask(test.base, method, `/api/v1${path}`, body, {
    ...(cookie === '' ? {} : { cookie }),
    // Everyone is a client of their own: it is not the limits that are tested.
    'x-forwarded-for': `10.0.${clients >> 8}.${clients & 255}`,
    ...headers,
  });
};
const dates = { startDate: '2031-03-20', endDate: '2031-03-22' };
let slugs = 0;
const make = async (input: object = {}, cookie = admin) => {
  slugs += 1;
  const made = await call(
    'POST',
    '/conferences',
    { slug: `annual-${slugs}`, titleZh: '心血管年会', ...dates, ...input },
    cookie,
  );
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body;
};
const password = 'a long enough password';
let people = 0;
const person = async (platform: string | null = null) => {
  people += 1;
  const email = `p${people}@example.org`;
  const made = await call('POST', '/users', { name: `P${people}`, email, password, platform });
  expect(made.status).toBe(201);
  return { id: made.body.id as string, email, cookie: await logIn(test.base, email, password) };
};

beforeAll(async () => {
  test = await startTestServer({
    ROSTRUM_TRUSTED_PROXIES: '127.0.0.1',
    ROSTRUM_OUTSIDE_HTTP: 'on',
    ROSTRUM_OUTSIDE_PRIVATE: '127.0.0.1',
  });
  admin = await logIn(test.base);
}, 60_000);
afterAll(() => test?.close());

describe('a conference', () => {
  it('is made by who may, who becomes its organiser', async () => {
    const organiser = await person('organiser');
    const made = conferenceSchema.parse(await make({}, organiser.cookie));
    expect(made).toMatchObject({
      state: 'draft',
      roles: ['organiser'],
      venues: 0,
      timeZone: 'Asia/Shanghai',
    });
    expect(made.actions).toContain('people.manage');
    expect((await call('GET', '/conferences', undefined, organiser.cookie)).body.total).toBe(1);
    const plain = await person();
    expect(
      (await call('POST', '/conferences', { slug: 'x-y', titleZh: 'x', ...dates }, plain.cookie)).status,
    ).toBe(403);
    expect((await call('GET', '/conferences', undefined, plain.cookie)).body).toEqual({
      items: [],
      next: null,
      total: 0,
    });
  });

  it('has an address of its own', async () => {
    const one = await make();
    const two = await call('POST', '/conferences', { slug: one.slug, titleZh: 'x', ...dates });
    expect(two.body.error).toMatchObject({ code: 'conference.slug', detail: `/c/${one.slug}` });
    const other = await make();
    expect((await call('PATCH', `/conferences/${other.id}`, { slug: one.slug })).status).toBe(409);
    expect((await call('PATCH', `/conferences/${one.id}`, { slug: 'fresh-one' })).body.slug).toBe(
      'fresh-one',
    );
    expect((await call('PATCH', `/conferences/${other.id}`, { slug: one.slug })).body.slug).toBe(one.slug);
  });

  it('refuses settings that make no sense by naming them', async () => {
    const { id } = await make();
    for (const [change, named] of [
      [{ endDate: '2031-03-19' }, 'endDate'],
      [{ timeZone: 'Mars/Base' }, 'timeZone'],
      [{ colour: 'red' }, 'colour'],
      [{ cover: 'https://elsewhere.example/x.png' }, 'cover'],
      [{ role: 'admin' }, 'role'],
    ] as const) {
      const answer = await call('PATCH', `/conferences/${id}`, change);
      expect(answer.status).toBe(400);
      expect(answer.body.error.detail).toContain(named);
    }
  });

  it('keeps rich text without what a browser would run', async () => {
    const { id, slug } = await make();
    const introductionZh = '<p onclick="x()">欢迎<script>alert(1)</script></p>';
    expect((await call('PATCH', `/conferences/${id}`, { introductionZh, state: 'published' })).status).toBe(
      200,
    );
    expect((await call('GET', `/public/conferences/${slug}`, undefined, '')).body.introductionZh).toBe(
      '<p>欢迎</p>',
    );
  });

  it('is shown to everyone once published, a draft to its staff alone', async () => {
    const { id, slug } = await make({ replayPolicy: 'consent' });
    const look = (cookie: string) => call('GET', `/public/conferences/${slug}`, undefined, cookie);
    expect((await look('')).status).toBe(404);
    expect((await look((await person()).cookie)).status).toBe(404);
    expect((await look(admin)).headers.get('cache-control')).toBe('private, no-store');
    await call('PATCH', `/conferences/${id}`, { state: 'published' });
    const seen = await look('');
    expect(publicConferenceSchema.parse(seen.body).slug).toBe(slug);
    expect(seen.body).not.toHaveProperty('replayPolicy');
    expect(seen.headers.get('cache-control')).toBe('public, max-age=10');
    const listed = (await call('GET', '/public/conferences?limit=200', undefined, '')).body.items;
    expect(listed.map((one: { slug: string }) => one.slug)).toContain(slug);
  });

  it('is in the public list with its venues that are on; drafts and archived ones never are', async () => {
    const listed = async () =>
      (await call('GET', '/public/conferences?limit=200', undefined, '')).body
        .items as PublicConferenceCard[];
    const one = (slug: string, all: PublicConferenceCard[]) => all.find((card) => card.slug === slug);
    const { id, slug } = await make({ introductionZh: '<p>长文</p>' });
    expect(one(slug, await listed())).toBeUndefined();
    await call('PATCH', `/conferences/${id}`, { state: 'published' });
    const halls = ['主会场', '分会场'].map((title) => call('POST', '/venues', { title, conferenceId: id }));
    const [first] = await Promise.all(halls);
    expect(one(slug, await listed())).toMatchObject({ live: 0, state: 'published' });
    test.desk.states.set(first?.body.id, 'live');
    const card = one(slug, await listed());
    expect(publicConferenceCardSchema.strict().parse(card).live).toBe(1);
    test.desk.states.set(first?.body.id, 'ended');
    for (const state of ['over', 'archived']) await call('PATCH', `/conferences/${id}`, { state });
    expect(one(slug, await listed())).toBeUndefined();
  });

  it('goes from state to state in order, and archived is only looked at', async () => {
    const { id } = await make();
    const to = async (state: string) => (await call('PATCH', `/conferences/${id}`, { state })).status;
    expect(await to('archived')).toBe(409);
    for (const state of ['published', 'over', 'archived']) expect(await to(state)).toBe(200);
    const venue = await call('POST', '/venues', { title: 'Hall', conferenceId: id });
    expect(venue.body.error).toMatchObject({ code: 'conference.state' });
    expect((await call('PATCH', `/conferences/${id}`, { titleZh: 'x' })).status).toBe(409);
    expect((await call('GET', `/conferences/${id}/venues`)).status).toBe(200);
    expect(await to('over')).toBe(200);
  });

  it('is copied with settings, venues and people to new dates', async () => {
    const from = await make({ colour: '#112233', place: '武汉' });
    const helper = await person();
    await call('POST', `/conferences/${from.id}/members`, { userId: helper.id, roles: ['director'] });
    for (const title of ['主会场', '分会场一'])
      await call('POST', '/venues', { title, conferenceId: from.id });
    const to = await make({ copyFrom: from.id, startDate: '2032-03-18', endDate: '2032-03-20' });
    expect(to).toMatchObject({
      colour: '#112233',
      place: '武汉',
      state: 'draft',
      venues: 2,
      startDate: '2032-03-18',
    });
    const venues = (await call('GET', `/conferences/${to.id}/venues`)).body.items;
    expect(venues.map((venue: { title: string }) => venue.title)).toEqual(['主会场', '分会场一']);
    expect(test.server.members.rolesOf(helper.id, to.id)).toEqual(['director']);
    const stranger = await person('organiser');
    const stolen = await call(
      'POST',
      '/conferences',
      { slug: 'stolen', titleZh: 'x', ...dates, copyFrom: from.id },
      stranger.cookie,
    );
    expect(stolen.status).toBe(404);
  });

  it('has its venues in the order that was set', async () => {
    const { id } = await make();
    const ids: string[] = [];
    for (const title of ['A', 'B', 'C'])
      ids.push((await call('POST', '/venues', { title, conferenceId: id })).body.id);
    const turned = [...ids].reverse();
    const answer = await call('PUT', `/conferences/${id}/venues/order`, { ids: turned });
    expect(answer.body.items.map((venue: { id: string }) => venue.id)).toEqual(turned);
    expect((await call('PUT', `/conferences/${id}/venues/order`, { ids: ids.slice(1) })).status).toBe(400);
    expect(
      (await call('PUT', `/conferences/${id}/venues/order`, { ids: [...ids.slice(1), ids[1]] })).status,
    ).toBe(400);
  });

  it('is deleted when its address is given again, and not with recordings unless archived', async () => {
    const { id, slug } = await make();
    const venue = (await call('POST', '/venues', { title: 'Hall', conferenceId: id })).body.id;
    const remove = (body: object) => call('DELETE', `/conferences/${id}`, body);
    expect((await remove({ slug: 'wrong' })).body.error.code).toBe('conference.confirm');
    const runs = test.desk.runs;
    test.desk.runs = async () => [{ id: 'r' }] as never;
    expect((await remove({ slug })).body.error.code).toBe('conference.notEmpty');
    test.desk.runs = runs;
    expect((await remove({ slug })).status).toBe(204);
    expect((await call('GET', `/conferences/${id}`)).status).toBe(404);
    expect((await call('GET', `/venues/${venue}`)).status).toBe(404);
    const { items } = (await call('GET', `/audit?action=conference.delete`)).body;
    expect(items[0]).toMatchObject({ conferenceId: id, details: { slug } });
  });

  it('lists are searched, sorted and paged', async () => {
    const marked = await Promise.all(
      [3, 1, 2].map((day) => make({ place: '独特地点', startDate: `2031-01-0${day}` })),
    );
    const seen: string[] = [];
    let cursor = '';
    do {
      const page = (
        await call('GET', `/conferences?q=独特地点&sort=startDate&limit=2${cursor && `&cursor=${cursor}`}`)
      ).body;
      expect(page.total).toBe(3);
      seen.push(...page.items.map((one: { startDate: string }) => one.startDate));
      cursor = page.next ?? '';
    } while (cursor !== '');
    expect(seen).toEqual(['2031-01-01', '2031-01-02', '2031-01-03']);
    expect(marked).toHaveLength(3);
  });
});

describe('people of a conference', () => {
  it('get roles, change and lose them; one organiser stays', async () => {
    const organiser = await person('organiser');
    const { id } = await make({}, organiser.cookie);
    const helper = await person();
    const as = organiser.cookie;
    const added = await call(
      'POST',
      `/conferences/${id}/members`,
      { email: helper.email.toUpperCase(), roles: ['assistant'] },
      as,
    );
    expect(added.body).toMatchObject({ userId: helper.id, roles: ['assistant'] });
    expect((await call('GET', `/conferences/${id}`, undefined, helper.cookie)).status).toBe(200);
    const list = (await call('GET', `/conferences/${id}/members?sort=role`, undefined, as)).body;
    expect(list.items.map((one: { roles: string[] }) => one.roles[0])).toEqual(['organiser', 'assistant']);
    const last = await call(
      'PATCH',
      `/conferences/${id}/members/${organiser.id}`,
      { roles: ['director'] },
      as,
    );
    expect(last.body.error.code).toBe('member.lastOrganiser');
    expect((await call('DELETE', `/conferences/${id}/members/${helper.id}`, undefined, as)).status).toBe(204);
    expect((await call('GET', `/conferences/${id}`, undefined, helper.cookie)).status).toBe(404);
    expect(
      (
        await call(
          'POST',
          `/conferences/${id}/members`,
          { email: 'nobody@example.org', roles: ['speaker'] },
          as,
        )
      ).body.error.code,
    ).toBe('member.notFound');
  });

  it('a key that manages people makes nobody more than it is itself', async () => {
    const { id } = await make();
    const { secret } = (
      await call('POST', `/conferences/${id}/keys`, {
        name: 'k',
        actions: ['people.manage', 'conference.view'],
      })
    ).body;
    const helper = await person();
    const give = (role: string) =>
      call('POST', `/conferences/${id}/members`, { userId: helper.id, roles: [role] }, '', {
        authorization: `Bearer ${secret}`,
      });
    expect((await give('organiser')).status).toBe(403);
    expect((await give('speaker')).status).toBe(201);
  });
});

describe('what a person watches', () => {
  const device = 'device-0123456789abcdef';
  const hall = async () => {
    const { id, slug } = await make();
    await call('PATCH', `/conferences/${id}`, { state: 'published' });
    const venue = (await call('POST', '/venues', { title: 'Hall', conferenceId: id })).body.id as string;
    return { id, slug, venue };
  };
  const sit = async (venue: string, cookie: string) =>
    (await call('POST', `/public/venues/${venue}/sitting`, { device }, cookie)).body;
  const rule = (kind: string) => ({
    live: { join: 'any', conditions: [{ kind }], previewMinutes: 0 },
    replay: null,
  });
  const admitted = (pass: string, venue: string) =>
    typeof test.server.access.access.gate.admit(pass, venue) === 'object';

  it('ends at once when the account is banned from the installation', async () => {
    const { venue } = await hall();
    const guest = await person();
    expect((await call('PUT', `/access/venue/${venue}`, rule('loggedIn'))).status).toBe(200);
    const { pass } = await sit(venue, guest.cookie);
    expect(admitted(pass, venue)).toBe(true);
    await call('PATCH', `/users/${guest.id}`, { banned: true });
    expect(admitted(pass, venue)).toBe(false);
    const other = await person();
    const second = (await sit(venue, other.cookie)).pass;
    expect(admitted(second, venue)).toBe(true);
    await call('POST', '/auth/admin/ban-user', { userId: other.id });
    expect(admitted(second, venue)).toBe(false);
  });

  it('by a role ends with the role, and begins with it', async () => {
    const { id, venue } = await hall();
    const helper = await person();
    await call('PUT', `/access/venue/${venue}`, rule('registered'));
    expect((await sit(venue, helper.cookie)).pass).toBeNull();
    await call('POST', `/conferences/${id}/members`, { userId: helper.id, roles: ['director'] });
    const { pass, live } = await sit(venue, helper.cookie);
    expect(live).toMatchObject({ allowed: true, by: 'staff' });
    expect(admitted(pass, venue)).toBe(true);
    await call('PATCH', `/conferences/${id}/members/${helper.id}`, { roles: ['speaker'] });
    await vi.waitUntil(() => !admitted(pass, venue));
  });

  it('fault 68: a rule that names a list or batch of nobody is refused', async () => {
    const { venue } = await hall();
    for (const condition of [
      { kind: 'delegate', lists: ['nowhere'] },
      { kind: 'code', batches: ['nowhere'] },
    ]) {
      const live = { join: 'any', conditions: [condition], previewMinutes: 0 };
      const answer = await call('PUT', `/access/venue/${venue}`, { live, replay: null });
      expect([answer.status, answer.body.error.code]).toEqual([400, 'request.invalid']);
    }
  });

  it('is gone with the conference, and so are its rules', async () => {
    const { id, slug, venue } = await hall();
    const guest = await person();
    for (const [kind, thing] of [
      ['venue', venue],
      ['conference', id],
    ] as const)
      expect((await call('PUT', `/access/${kind}/${thing}`, rule('loggedIn'))).status).toBe(200);
    await sit(venue, guest.cookie);
    const { access } = test.server.access;
    expect(access.rules.list(id)).toHaveLength(2);
    expect(access.sittings.ofConference(id)).toHaveLength(1);
    expect((await call('DELETE', `/conferences/${id}`, { slug })).status).toBe(204);
    expect(access.rules.list(id)).toEqual([]);
    expect(access.sittings.ofConference(id)).toEqual([]);
  });
});

describe('an invitation', () => {
  const invite = async (id: string, input: object) => {
    const { body } = await call('POST', `/conferences/${id}/invitations`, { roles: ['moderator'], ...input });
    return { ...body, token: String(body.url).split('/join#')[1] ?? '' };
  };
  const accept = (token: string, cookie: string) => call('POST', '/invitations/accept', { token }, cookie);

  it('is a secret in a fragment, looked at by anyone who has it, accepted after a log-in', async () => {
    const { id, titleZh } = await make();
    const { token, invitation } = await invite(id, { uses: 2 });
    expect(token.length).toBeGreaterThanOrEqual(43);
    const look = await call('POST', '/invitations/look', { token }, '');
    expect(look.body).toMatchObject({ conference: { id, titleZh }, roles: ['moderator'] });
    expect((await accept(token, '')).status).toBe(401);
    const guest = await person();
    expect((await accept(token, guest.cookie)).body).toEqual({ conferenceId: id, roles: ['moderator'] });
    // Again is no second use.
    expect((await accept(token, guest.cookie)).status).toBe(200);
    const list = (await call('GET', `/conferences/${id}/invitations`)).body.items;
    expect(list[0]).toMatchObject({ id: invitation.id, used: 1, state: 'open' });
    expect(test.logged()).not.toContain(token);
  });

  it('lets in as many as it is for, however many come at once', async () => {
    const { id } = await make();
    const { token } = await invite(id, { uses: 2 });
    const guests = await Promise.all([1, 2, 3, 4].map(() => person()));
    const answers = await Promise.all(guests.map(({ cookie }) => accept(token, cookie)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 404, 404]);
    expect(test.server.members.list(id).filter(({ roles }) => roles.includes('moderator'))).toHaveLength(2);
  });

  it('is worth nothing when revoked, and does not bring back who was taken out', async () => {
    const { id } = await make();
    const first = await invite(id, { uses: 5 });
    const guest = await person();
    await accept(first.token, guest.cookie);
    await call('DELETE', `/conferences/${id}/members/${guest.id}`);
    expect((await accept(first.token, guest.cookie)).body.error.code).toBe('invitation.gone');
    expect((await call('DELETE', `/conferences/${id}/invitations/${first.invitation.id}`)).status).toBe(204);
    expect((await call('POST', '/invitations/look', { token: first.token }, '')).status).toBe(404);
    expect((await accept(first.token, (await person()).cookie)).status).toBe(404);
  });

  it('is sent by text message or e-mail, and kept in part', async () => {
    const { id } = await make();
    const sms = await invite(id, { to: { phone: '138 0013 8000' } });
    expect(sms).toMatchObject({ sent: true, invitation: { to: '138****8000' } });
    const mail = await invite(id, { to: { email: 'zhang@example.org' } });
    expect(mail).toMatchObject({ sent: true, invitation: { to: 'z…@example.org' } });
    const file = await readFile(join(test.dataDir, 'mail.log'), 'utf8');
    expect(file).toContain(mail.token);
    expect(test.logged()).not.toContain(mail.token);
    const wrong = await call('POST', `/conferences/${id}/invitations`, {
      roles: ['speaker'],
      to: { phone: '12345' },
    });
    expect(wrong.status).toBe(400);
  });
});

describe('the things of another conference', () => {
  it('are not reached through the own one', async () => {
    const mine = await person('organiser');
    const own = await make({}, mine.cookie);
    const other = await make();
    const key = (await call('POST', `/conferences/${other.id}/keys`, { name: 'k', actions: ['venue.view'] }))
      .body.key.id;
    const invitation = (await call('POST', `/conferences/${other.id}/invitations`, { roles: ['speaker'] }))
      .body.invitation.id;
    const hook = (
      await call('POST', `/conferences/${other.id}/webhooks`, {
        name: 'w',
        url: 'http://127.0.0.1:9/',
        events: ['venue.live'],
      })
    ).body.webhook.id;
    const delivery = (await call('POST', `/conferences/${other.id}/webhooks/${hook}/test`)).body.id;
    const base = `/conferences/${own.id}`;
    for (const [method, path, body] of [
      ['DELETE', `${base}/keys/${key}`],
      ['DELETE', `${base}/invitations/${invitation}`],
      ['PATCH', `${base}/webhooks/${hook}`, { on: false }],
      ['DELETE', `${base}/webhooks/${hook}`],
      ['GET', `${base}/webhooks/${hook}/deliveries`],
      ['POST', `${base}/webhooks/${hook}/test`],
      ['POST', `${base}/webhooks/${hook}/deliveries/${delivery}/resend`],
      ['DELETE', `${base}/members/${(await call('GET', '/me')).body.id}`],
    ] as const)
      expect([path, (await call(method, path, body, mine.cookie)).status]).toEqual([path, 404]);
    expect((await call('GET', `/conferences/${other.id}/keys`)).body.items).toHaveLength(1);
  });
});

describe('an API key', () => {
  it('acts within its actions until it expires or is revoked, and its secret is nowhere', async () => {
    const { id } = await make();
    const input = { name: 'sync', actions: ['conference.view', 'venue.edit', 'venue.view'] };
    const made = await call('POST', `/conferences/${id}/keys`, input);
    const { secret, key } = made.body;
    expect(secret).toMatch(/^rk_/);
    const as = (method: string, path: string, body?: unknown) =>
      call(method, path, body, '', { authorization: `Bearer ${secret}` });
    expect((await as('POST', '/venues', { title: 'By program', conferenceId: id })).status).toBe(201);
    expect((await as('GET', '/venues')).body.venues.map((one: { title: string }) => one.title)).toEqual([
      'By program',
    ]);
    expect((await as('PATCH', `/conferences/${id}`, { titleZh: 'x' })).status).toBe(403);
    expect((await as('GET', '/me')).status).toBe(401);
    expect((await as('GET', '/users')).status).toBe(403);
    const [listed] = (await call('GET', `/conferences/${id}/keys`)).body.items;
    expect(listed).toMatchObject({
      name: 'sync',
      hint: `${secret.slice(0, 8)}…`,
      createdBy: expect.any(String),
    });
    expect(listed.lastUsedAt).toBeGreaterThan(Date.now() - 60_000);
    expect(JSON.stringify(listed)).not.toContain(createHash('sha256').update(secret).digest('hex'));
    const [entry] = (await call('GET', `/conferences/${id}/audit?action=venue.create`)).body.items;
    expect(entry).toMatchObject({ actorId: `key:${key.id}`, actorName: 'sync' });
    expect((await call('DELETE', `/conferences/${id}/keys/${key.id}`)).status).toBe(204);
    expect((await as('GET', '/venues')).status).toBe(401);
    expect(test.logged()).not.toContain(secret);
  });

  it('can do no more than its maker', async () => {
    const { id } = await make();
    const { secret } = (
      await call('POST', `/conferences/${id}/keys`, { name: 'k', actions: ['integration.manage'] })
    ).body;
    const child = await call(
      'POST',
      `/conferences/${id}/keys`,
      { name: 'c', actions: ['conference.delete'] },
      '',
      {
        authorization: `Bearer ${secret}`,
      },
    );
    expect(child.body.error).toMatchObject({ code: 'key.actions', detail: 'conference.delete' });
  });
});

describe('a webhook', () => {
  type Got = { headers: IncomingHttpHeaders; body: string };
  const receiver = async (status: () => number, answer = 'thanks') => {
    const got: Got[] = [];
    const server = createServer(async (request, response) => {
      const pieces: Buffer[] = [];
      for await (const piece of request) pieces.push(piece as Buffer);
      got.push({ headers: request.headers, body: Buffer.concat(pieces).toString() });
      response.writeHead(status()).end(answer);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}/hook`, got, close: () => server.close() };
  };

  it('is told what it subscribed to, signed; deliveries are logged and sent again', async () => {
    const { id } = await make();
    const { url, got, close } = await receiver(() => 200);
    const input = { name: 'w', url, events: ['conference.changed'] };
    const { webhook, secret } = (await call('POST', `/conferences/${id}/webhooks`, input)).body;
    await call('PATCH', `/conferences/${id}`, { titleZh: '新名称' });
    await vi.waitFor(() => expect(got).toHaveLength(1), { timeout: 5000 });
    const [{ headers, body }] = got as [Got];
    expect(isSigned(String(headers['rostrum-signature']), secret, body, Date.now())).toBe(true);
    expect(JSON.parse(body)).toMatchObject({
      event: 'conference.changed',
      conference: id,
      data: { state: 'draft' },
    });
    const log = () => call('GET', `/conferences/${id}/webhooks/${webhook.id}/deliveries`);
    await vi.waitFor(async () =>
      expect((await log()).body.items[0]).toMatchObject({
        state: 'delivered',
        status: 200,
        answer: 'thanks',
        attempts: 1,
      }),
    );
    const delivery = deliverySchema.parse((await log()).body.items[0]);
    await call('POST', `/conferences/${id}/webhooks/${webhook.id}/deliveries/${delivery.id}/resend`);
    await vi.waitFor(() => expect(got).toHaveLength(2), { timeout: 5000 });
    expect(JSON.parse((got[1] as Got).body).id).toBe(JSON.parse(body).id);
    close();
  });

  it('that fails waits and is tried again; a test tells at once', async () => {
    const { id } = await make();
    const { url, got, close } = await receiver(() => 503);
    const { webhook } = (
      await call('POST', `/conferences/${id}/webhooks`, { name: 'w', url, events: ['conference.changed'] })
    ).body;
    await call('PATCH', `/conferences/${id}`, { place: 'x' });
    await vi.waitFor(async () => {
      const { items } = (await call('GET', `/conferences/${id}/webhooks/${webhook.id}/deliveries`)).body;
      expect(items[0]).toMatchObject({ state: 'waiting', status: 503, attempts: 1 });
      expect(items[0].next).toBeGreaterThan(items[0].at);
    });
    const tested = await call('POST', `/conferences/${id}/webhooks/${webhook.id}/test`);
    expect(tested.body).toMatchObject({ event: 'test', state: 'failed', status: 503 });
    expect(got).toHaveLength(2);
    expect((await call('GET', `/conferences/${id}/webhooks`)).body.items[0].last).toMatchObject({
      ok: false,
    });
    close();
  });

  it('that is turned off is asked no more, and goes on with what waits when it is on again', async () => {
    const { id } = await make();
    let status = 503;
    const { url, got, close } = await receiver(() => status);
    const other = await receiver(() => 200);
    const hook = async (to: string) =>
      (
        await call('POST', `/conferences/${id}/webhooks`, {
          ...{ name: 'w', url: to, events: ['conference.changed'] },
        })
      ).body.webhook.id as string;
    const own = await hook(url);
    await hook(other.url);
    await call('PATCH', `/conferences/${id}`, { place: 'x' });
    const path = `/conferences/${id}/webhooks/${own}`;
    const newest = async () => (await call('GET', `${path}/deliveries`)).body.items[0];
    await vi.waitFor(async () => expect(await newest()).toMatchObject({ state: 'waiting', attempts: 1 }), {
      timeout: 15_000,
    });
    await call('PATCH', path, { on: false });
    status = 200;
    await call('POST', `${path}/deliveries/${(await newest()).id}/resend`);
    // What is due is looked at for both: the other's event is behind it.
    await call('PATCH', `/conferences/${id}`, { place: 'y' });
    await vi.waitFor(() => expect(other.got).toHaveLength(2), { timeout: 15_000 });
    expect(got).toHaveLength(1);
    expect(await newest()).toMatchObject({ state: 'waiting' });
    await call('PATCH', path, { on: true });
    await vi.waitFor(() => expect(got).toHaveLength(2), { timeout: 15_000 });
    await vi.waitFor(async () => expect(await newest()).toMatchObject({ state: 'delivered' }));
    close();
    other.close();
  });

  it('that answers with a whole page has taken it: the status counts, of the answer the beginning is kept', async () => {
    const { id } = await make();
    const { url, close } = await receiver(() => 200, '好'.repeat(100_000));
    const { webhook } = (
      await call('POST', `/conferences/${id}/webhooks`, { name: 'w', url, events: ['venue.live'] })
    ).body;
    const tested = await call('POST', `/conferences/${id}/webhooks/${webhook.id}/test`);
    expect(tested.body).toMatchObject({ state: 'delivered', status: 200 });
    expect(tested.body.answer.slice(0, 3)).toBe('好好好');
    close();
  });

  it('fault 67: never leads to a private address', async () => {
    const { id } = await make();
    for (const url of [
      'http://127.0.0.2/',
      'http://169.254.169.254/latest',
      'http://[::ffff:10.0.0.1]/',
      'http://localhost.localdomain:1/',
    ]) {
      const answer = await call('POST', `/conferences/${id}/webhooks`, {
        name: 'w',
        url,
        events: ['venue.live'],
      });
      expect([url, answer.status]).toEqual([url, 422]);
    }
  });
});

describe('the audit log', () => {
  it('is searched by text, action, person and time, and exported without formulas', async () => {
    const { id } = await make();
    await call('PATCH', `/conferences/${id}`, { place: '=HYPERLINK("http://x")\r\nboo' });
    await call('POST', '/venues', { title: '=1+1', conferenceId: id });
    const find = async (query: string) => (await call('GET', `/conferences/${id}/audit?${query}`)).body;
    expect((await find('q=hyperlink')).items).toMatchObject([{ action: 'conference.change' }]);
    expect((await find('action=venue.')).total).toBe(1);
    expect((await find(`from=${Date.now() + 1000}`)).items).toEqual([]);
    const me = (await call('GET', '/me')).body.id;
    expect((await find(`actor=${me}&limit=2`)).next).not.toBeNull();
    expect((await find('q=%25')).total).toBe(0);
    const csv = await call('GET', `/conferences/${id}/audit.csv`);
    expect(csv.headers.get('content-type')).toContain('text/csv');
    expect(csv.headers.get('content-disposition')).toContain('attachment');
    expect(String(csv.body)).toContain(adminEmail);
    for (const line of String(csv.body).split('\r\n')) expect(line).not.toMatch(/(^|,)"?[=+@]/);
  });

  it('of the whole installation is exported too, with its filters, by its owner alone', async () => {
    const [one, other] = [await make(), await make()];
    for (const { id } of [one, other]) await call('PATCH', `/conferences/${id}`, { place: 'anywhere' });
    const csv = await call('GET', '/audit.csv?action=conference.change');
    expect(csv.headers.get('content-disposition')).toContain('audit.csv');
    for (const { id } of [one, other]) expect(String(csv.body)).toContain(`"${id}"`);
    expect(String(csv.body)).not.toContain('conference.create');
    expect((await call('GET', '/audit.csv', undefined, (await person()).cookie)).status).toBe(403);
  });
});

describe('accounts', () => {
  it('banned, are logged out and cannot come back', async () => {
    const guest = await person();
    expect((await call('GET', '/me', undefined, guest.cookie)).status).toBe(200);
    expect((await call('PATCH', `/users/${guest.id}`, { banned: true })).body.banned).toBe(true);
    expect((await call('GET', '/me', undefined, guest.cookie)).status).toBe(401);
    const again = await ask(test.base, 'POST', '/api/v1/auth/sign-in/email', {
      email: guest.email,
      password,
    });
    expect(again.status).toBe(403);
  });

  it('are searched and paged; the last administrator stays', async () => {
    const guest = await person('support');
    const found = (await call('GET', `/users?q=${guest.email}`)).body;
    expect(found).toMatchObject({ total: 1, items: [{ id: guest.id, platform: 'support', banned: false }] });
    const seen = new Set<string>();
    let cursor = '';
    do {
      const page = (await call('GET', `/users?limit=3${cursor && `&cursor=${cursor}`}`)).body;
      for (const one of page.items) seen.add(one.id);
      cursor = page.next ?? '';
    } while (cursor !== '');
    expect(seen.size).toBe((await call('GET', '/users?limit=1')).body.total);
    const me = (await call('GET', '/me')).body.id;
    expect((await call('PATCH', `/users/${me}`, { platform: null })).body.error.code).toBe('account.last');
    expect((await call('PATCH', `/users/${me}`, { banned: true })).body.error.code).toBe('account.last');
    expect((await call('POST', '/users', { name: 'x', email: guest.email, password })).body.error.code).toBe(
      'account.exists',
    );
  });
});

describe('a change with an Idempotency-Key', () => {
  it('is done once, and answered the same again', async () => {
    const { id } = await make();
    const send = (body: object, key = 'key-1', cookie = admin) =>
      call('POST', `/conferences/${id}/keys`, body, cookie, { 'idempotency-key': key });
    const body = { name: 'k', actions: ['venue.view'] };
    const first = await send(body);
    const again = await send(body);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect((await call('GET', `/conferences/${id}/keys`)).body.items).toHaveLength(1);
    expect((await send({ ...body, name: 'other' })).body.error.code).toBe('request.keyReused');
    expect((await send(body, 'key-2')).body.key.id).not.toBe(first.body.key.id);
    // Another's key of the same name is another key, and what failed may be tried again.
    expect((await send(body, 'key-1', (await person()).cookie)).status).toBe(404);
    expect((await send({ name: '' }, 'key-3')).status).toBe(400);
    expect((await send(body, 'key-3')).status).toBe(201);
    expect((await send(body, 'x'.repeat(201))).status).toBe(400);
  });

  it('is done once when it comes many times at once', async () => {
    const { id } = await make();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        call('POST', '/venues', { title: 'Once', conferenceId: id }, admin, { 'idempotency-key': 'at-once' }),
      ),
    );
    // While the first is being worked on the others are told so; afterwards they get its answer.
    for (const { status } of answers) expect([201, 409]).toContain(status);
    expect((await call('GET', `/conferences/${id}/venues`)).body.items).toHaveLength(1);
  });
});

describe('files', () => {
  const send = async (id: string, bytes: Buffer, type: string, cookie = admin) => {
    const answer = await fetch(`${test.base}/api/v1/conferences/${id}/files?name=x.png`, {
      method: 'POST',
      headers: { 'content-type': type, cookie },
      body: new Uint8Array(bytes),
    });
    return { status: answer.status, body: (await answer.json()) as { path: string } };
  };

  it('are uploaded as they are, shown to everyone, and used as the cover', async () => {
    const { id } = await make();
    const png = await sharp({ create: { width: 20, height: 10, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const { status, body } = await send(id, png, 'image/png');
    expect(status).toBe(201);
    const shown = await fetch(test.base + body.path);
    expect(shown.headers.get('content-type')).toBe('image/webp');
    expect(shown.headers.get('cache-control')).toContain('immutable');
    expect((await call('PATCH', `/conferences/${id}`, { cover: body.path })).body.cover).toBe(body.path);
    const part = await fetch(test.base + body.path, { headers: { range: 'bytes=0-3' } });
    expect([part.status, await part.text()]).toEqual([206, 'RIFF']);
    expect((await fetch(test.base + body.path, { headers: { range: 'bytes=9999999-' } })).status).toBe(416);
    expect((await send(id, Buffer.from('<svg onload="x()"/>'), 'image/svg+xml')).status).toBe(415);
    expect((await send(id, png, 'image/png', (await person()).cookie)).status).toBe(404);
    expect((await fetch(`${test.base}/files/..%2Fsecrets%2Fauth`)).status).toBe(404);
  });

  it('go with their conference, shown or not, but not those a copy of it shows', async () => {
    const one = await make();
    const picture = async (background: string) => {
      const image = sharp({ create: { width: 20, height: 10, channels: 3, background } });
      return (await send(one.id, await image.png().toBuffer(), 'image/png')).body.path;
    };
    const [cover, unused] = [await picture('red'), await picture('blue')];
    await call('PATCH', `/conferences/${one.id}`, { cover });
    const copy = await make({ copyFrom: one.id });
    expect(copy.cover).toBe(cover);
    const status = async (path: string) => (await fetch(test.base + path)).status;
    const remove = ({ id, slug }: { id: string; slug: string }) =>
      call('DELETE', `/conferences/${id}`, { slug });
    expect((await remove(one)).status).toBe(204);
    expect([await status(cover), await status(unused)]).toEqual([200, 404]);
    expect((await remove(copy)).status).toBe(204);
    expect(await status(cover)).toBe(404);
  });
});
