import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { passMadeSchema } from '#contracts/access.ts';
import { ask, logIn, startTestServer, type TestServer } from '#tests/faults/server-double.ts';
import { logInByPhone } from '#tests/harness/account-client.ts';

vi.setConfig({ testTimeout: 30_000 });

let test: TestServer;
let cookie: string;
let conference: string;
let other: string;
let venue: string;
let secret: string;
const society = { id: 'society', name: '某某学会', secret: 'a secret that the two of us share, 1' };

const staff = (method: string, path: string, body?: unknown) =>
  ask(test.base, method, `/api/v1${path}`, body, { cookie });
const passes = (body: object, key = secret, id = conference) =>
  ask(
    test.base,
    'POST',
    `/api/v1/conferences/${id}/passes`,
    { venueId: venue, device: 'device-0123456789abcdef', ...body },
    { authorization: `Bearer ${key}` },
  );
const rule = (...conditions: object[]) => ({
  live: { join: 'any', conditions, previewMinutes: 0 },
  replay: null,
});
const admitted = (pass: string) => typeof test.server.access.access.gate.admit(pass, venue) === 'object';
async function meeting(slug: string): Promise<string> {
  const dates = { startDate: '2031-03-20', endDate: '2031-03-22' };
  const { id } = (await staff('POST', '/conferences', { slug, titleZh: slug, ...dates })).body;
  await staff('PATCH', `/conferences/${id}`, { state: 'published' });
  return id;
}
async function keyOf(id: string, ...actions: string[]): Promise<string> {
  return (await staff('POST', `/conferences/${id}/keys`, { name: '学会网站', actions })).body.secret;
}

beforeAll(async () => {
  test = await startTestServer({ ROSTRUM_SMS_SPACING: '0' });
  cookie = await logIn(test.base);
  conference = await meeting('own');
  other = await meeting('other');
  venue = (await staff('POST', '/venues', { title: 'Hall', conferenceId: conference })).body.id;
  secret = await keyOf(conference, 'registration.decide');
}, 60_000);
afterAll(() => test?.close());

describe('a pass for a member of another site', () => {
  it('is given by the rules: public where all may watch, refused with the reason where not', async () => {
    await staff('PUT', `/access/venue/${venue}`, rule({ kind: 'open' }));
    const open = await passes({ uid: '1', name: '孙教授' });
    expect(passMadeSchema.parse(open.body)).toMatchObject({
      pass: 'public',
      until: null,
      decision: { allowed: true },
    });
    await staff('PUT', `/access/venue/${venue}`, rule({ kind: 'registered' }));
    expect((await passes({ uid: '1' })).body).toMatchObject({
      pass: null,
      decision: { allowed: false, ways: [{ kind: 'register' }] },
      userId: open.body.userId,
    });
  });

  it('lets the member in whom the site gave a grant, and not another member', async () => {
    await staff('PUT', `/access/venue/${venue}`, rule({ kind: 'paid', fen: 100 }));
    const { userId } = (await passes({ uid: 'paid' })).body;
    const thing = { kind: 'venue', id: venue };
    const grant = await staff('POST', `/conferences/${conference}/grants`, {
      ...{ userId, thing, fen: 0, note: '会员' },
    });
    expect(grant.status).toBe(201);
    const paid = (await passes({ uid: 'paid', device: 'another-device-0123' })).body;
    expect(paid).toMatchObject({ decision: { allowed: true, by: 'rules' } });
    expect(paid.until).toBeGreaterThan(Date.now());
    expect(admitted(paid.pass)).toBe(true);
    expect((await passes({ uid: 'unpaid' })).body.pass).toBeNull();
    await staff('POST', `/conferences/${conference}/bans`, { userId, note: '' });
    expect(admitted(paid.pass)).toBe(false);
  });

  it('counts as a device of the member, who may take over the oldest', async () => {
    await staff('PUT', `/access/venue/${venue}`, rule({ kind: 'loggedIn' }));
    const on = async (device: string, more = {}) =>
      (await passes({ uid: 'many', device: `${device}-0123456789abcdef`, ...more })).body;
    const first = await on('a');
    expect((await on('a')).pass).toBe(first.pass);
    await on('b');
    expect(await on('c')).toMatchObject({ pass: null, decision: { reason: 'devices' } });
    expect((await on('c', { takeOver: true })).pass).toEqual(expect.any(String));
    expect(admitted(first.pass)).toBe(false);
  });

  it('is only for venues of the key’s conference, and only with the right action', async () => {
    const foreign = (await staff('POST', '/venues', { title: 'Other', conferenceId: other })).body.id;
    expect((await passes({ uid: '1', venueId: foreign })).body.error.code).toBe('venue.notFound');
    expect((await passes({ uid: '1' }, secret, other)).status).toBe(404);
    const weak = await keyOf(conference, 'registration.view');
    expect((await passes({ uid: '1' }, weak)).status).toBe(403);
    expect((await passes({ uid: '1', device: 'short' })).status).toBe(400);
  });

  it('fault 74: never reaches an account of anyone else, whatever the site says', async () => {
    const phone = '+8613900012345';
    const real = await logInByPhone(test.base, test.dataDir, phone);
    const { id } = (await real.me()).body;
    const told = (await passes({ uid: 'thief', phone })).body;
    expect(told.userId).not.toBe(id);
    const named = await passes({ uid: 'thief', phone, partner: 'society' });
    expect([named.status, named.body.error.code]).toEqual([403, 'auth.forbidden']);
    // The same number at two conferences is two people.
    const venueId = (await staff('POST', '/venues', { title: 'Other', conferenceId: other })).body.id;
    const elsewhere = await passes(
      { uid: 'thief', venueId },
      await keyOf(other, 'registration.decide'),
      other,
    );
    expect(elsewhere.status).toBe(200);
    expect(elsewhere.body.userId).not.toBe(told.userId);
  });
});

describe('who watches, and who is shut out', () => {
  it('is told by name and phone, found by name, and told in pages', async () => {
    const id = await meeting('named');
    const hall = (await staff('POST', '/venues', { title: 'Hall', conferenceId: id })).body.id;
    await staff('PUT', `/access/venue/${hall}`, rule({ kind: 'loggedIn' }));
    const ids = new Map<string, string>();
    for (const [name, phone] of [
      ['沈知微', '+8613911110001'],
      ['顾明远', '+8613911110002'],
    ] as const) {
      const viewer = await logInByPhone(test.base, test.dataDir, phone);
      await viewer.call('PATCH', '/api/v1/me', { name });
      const sat = await viewer.post(`/api/v1/public/venues/${hall}/sitting`, {
        device: 'device-0123456789abcdef',
      });
      expect(sat.body.pass).toEqual(expect.any(String));
      ids.set(name, (await viewer.me()).body.id);
    }
    const list = async (query: string) => (await staff('GET', `/conferences/${id}/sittings?${query}`)).body;
    expect(await list(`q=${encodeURIComponent('知微')}`)).toMatchObject({
      items: [{ name: '沈知微', phone: '139****0001', userId: ids.get('沈知微') }],
      total: 1,
    });
    const first = await list('limit=1');
    expect(first).toMatchObject({ total: 2, items: [{ name: expect.any(String) }] });
    expect((await list(`limit=1&cursor=${encodeURIComponent(first.next)}`)).items).toHaveLength(1);

    const made = await staff('POST', `/conferences/${id}/bans`, { userId: ids.get('顾明远'), note: '刷屏' });
    expect(made.body).toMatchObject({ name: '顾明远', phone: '139****0002' });
    expect((await staff('GET', `/conferences/${id}/bans`)).body.items).toMatchObject([
      { name: '顾明远', phone: '139****0002', note: '刷屏' },
    ]);
  });
});

it('a partner that the installation lets speak in the conference has its members as in its own log-in', async () => {
  const dataDir = test.dataDir;
  await test.server.close();
  const partner = { ...society, trustPhones: true, conferences: [conference] };
  const open = async (partners: object[]) =>
    startTestServer({ ROSTRUM_SMS_SPACING: '0', ROSTRUM_PARTNERS: JSON.stringify(partners) }, { dataDir });
  test = await open([partner]);
  const phone = '+8613900054321';
  const real = await logInByPhone(test.base, test.dataDir, phone);
  const at = Array.from({ length: 5 }, (_, i) =>
    passes({ partner: 'society', uid: 'm1', phone, device: `device-${i}-0123456789` }),
  );
  const ids = (await Promise.all(at)).map(({ body }) => body.userId);
  expect(new Set(ids)).toEqual(new Set([(await real.me()).body.id]));
  const foreign = await keyOf(other, 'registration.decide');
  const venueId = (await staff('POST', '/venues', { title: 'Other', conferenceId: other })).body.id;
  const refused = await passes({ partner: 'society', uid: 'm1', venueId }, foreign, other);
  expect(refused.status).toBe(403);
});
