import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { errors } from '#contracts/errors.ts';
import { venueSchema, venueStatusSchema } from '#contracts/venue.ts';
import {
  adminEmail,
  ask,
  cookiesOf,
  logIn,
  startTestServer,
  type TestServer,
} from '#tests/faults/server-double.ts';

vi.setConfig({ testTimeout: 30_000 });

let test: TestServer;
let cookie: string;
const call = (method: string, path: string, body?: unknown) =>
  ask(test.base, method, `/api/v1${path}`, body, { cookie });
const makeVenue = async (title = 'Hall A') => (await call('POST', '/venues', { title })).body;

beforeAll(async () => {
  test = await startTestServer();
  cookie = await logIn(test.base);
}, 60_000);
afterAll(() => test?.close());

describe('log-in', () => {
  it('says who is logged in', async () => {
    expect((await call('GET', '/me')).body).toMatchObject({ email: adminEmail, platform: 'admin' });
  });

  it('asks for a log-in without a session', async () => {
    const answer = await ask(test.base, 'GET', '/api/v1/me');
    expect(answer.status).toBe(401);
    expect(answer.body.error).toMatchObject({
      code: 'auth.required',
      message: { zh: errors['auth.required'].zh },
    });
  });

  it('refuses a wrong password and an unknown account alike', async () => {
    const wrong = await ask(test.base, 'POST', '/api/v1/auth/sign-in/email', {
      email: adminEmail,
      password: 'x'.repeat(12),
    });
    const unknown = await ask(test.base, 'POST', '/api/v1/auth/sign-in/email', {
      email: 'a@b.org',
      password: 'x'.repeat(12),
    });
    expect(wrong.status).toBe(401);
    expect(unknown.body).toEqual(wrong.body);
  });

  it('has no sign-up', async () => {
    const answer = await ask(test.base, 'POST', '/api/v1/auth/sign-up/email', {
      email: 'a@b.org',
      password: 'x'.repeat(12),
      name: 'a',
    });
    expect(answer.status).toBe(404);
  });

  it('ends the session at log-out', async () => {
    const own = await logIn(test.base);
    const out = await ask(test.base, 'POST', '/api/v1/auth/sign-out', {}, { cookie: own });
    expect(out.status).toBe(200);
    expect((await ask(test.base, 'GET', '/api/v1/me', undefined, { cookie: own })).status).toBe(401);
    expect(
      (await ask(test.base, 'GET', '/api/v1/auth/get-session', undefined, { cookie: own })).body,
    ).toBeNull();
  });

  it('fault 69: a session id set before the log-in is not the one after it', async () => {
    const planted = 'rostrum.session_token=planted.signature';
    const answer = await ask(
      test.base,
      'POST',
      '/api/v1/auth/sign-in/email',
      { email: adminEmail, password: 'correct horse battery' },
      { cookie: planted },
    );
    const given = cookiesOf(answer);
    expect(given).toMatch(/^rostrum\.session_token=/);
    expect(given).not.toContain('planted');
    expect((await ask(test.base, 'GET', '/api/v1/me', undefined, { cookie: planted })).status).toBe(401);
    const again = await ask(
      test.base,
      'POST',
      '/api/v1/auth/sign-in/email',
      { email: adminEmail, password: 'correct horse battery' },
      { cookie: given },
    );
    expect(cookiesOf(again)).not.toBe(given);
  });

  it('lets a support engineer run a venue but not delete it', async () => {
    const made = await call('POST', '/auth/admin/create-user', {
      email: 'op@example.org',
      password: 'operator-password',
      name: 'Op',
      role: 'support',
    });
    expect(made.status).toBe(200);
    const op = await logIn(test.base, 'op@example.org', 'operator-password');
    const venue = await makeVenue();
    const live = await ask(test.base, 'POST', `/api/v1/venues/${venue.id}/live`, {}, { cookie: op });
    expect(live.status).toBe(200);
    expect(
      (await ask(test.base, 'DELETE', `/api/v1/venues/${venue.id}`, undefined, { cookie: op })).status,
    ).toBe(403);
    expect((await ask(test.base, 'GET', '/api/v1/audit', undefined, { cookie: op })).status).toBe(403);
    expect(
      (
        await ask(
          test.base,
          'POST',
          '/api/v1/auth/admin/create-user',
          { email: 'x@example.org', password: 'operator-password', name: 'X', role: 'admin' },
          { cookie: op },
        )
      ).status,
    ).toBe(403);
  });
});

describe('venues', () => {
  it('are made with keys and addresses, listed, changed and deleted', async () => {
    const made = await call('POST', '/venues', { title: ' 主会场 ', autoLive: true });
    expect(made.status).toBe(201);
    const venue = venueSchema.parse(made.body);
    expect(venue).toMatchObject({
      title: '主会场',
      autoLive: true,
      watchUrl: `${test.base}/watch/${venue.id}`,
    });
    expect(venue.keys[0]).toMatchObject({ track: 'program', server: 'rtmp://127.0.0.1/live' });
    expect(venue.keys[0]?.key.length).toBeGreaterThanOrEqual(24);
    expect(test.desk.calls).toContainEqual(['venueChanged', venue.id]);

    const changed = await call('PATCH', `/venues/${venue.id}`, { awayMinutes: 10 });
    expect(changed.body).toMatchObject({ awayMinutes: 10, autoLive: true });
    expect((await call('GET', '/venues')).body.venues).toContainEqual(changed.body);
    expect(venueStatusSchema.parse((await call('GET', `/venues/${venue.id}/status`)).body).state).toBe('off');

    expect((await call('DELETE', `/venues/${venue.id}`)).status).toBe(204);
    expect((await call('GET', `/venues/${venue.id}`)).body.error.code).toBe('venue.notFound');
  });

  it('refuse a bad setting by naming the field', async () => {
    const answer = await call('POST', '/venues', { title: 'x', awayMinutes: 100_000 });
    expect(answer.status).toBe(400);
    expect(answer.body.error.code).toBe('request.invalid');
    expect(answer.body.error.detail).toContain('body.awayMinutes');
  });

  it('fault 52: refuse fields that do not exist', async () => {
    const answer = await call('POST', '/venues', { title: 'x', role: 'admin' });
    expect(answer.status).toBe(400);
    expect(answer.body.error.detail).toContain('role');
    const venue = await makeVenue();
    expect((await call('PATCH', `/venues/${venue.id}`, { id: 'other' })).status).toBe(400);
  });

  it('cannot be deleted while live', async () => {
    const venue = await makeVenue();
    expect((await call('POST', `/venues/${venue.id}/live`, {})).body.state).toBe('live');
    const again = await call('POST', `/venues/${venue.id}/live`, {});
    expect(again.body.error).toMatchObject({ code: 'venue.state', detail: 'already live' });
    expect((await call('DELETE', `/venues/${venue.id}`)).body.error.code).toBe('venue.busy');
    for (const [act, state] of [
      ['break', 'break'],
      ['resume', 'live'],
      ['end', 'ended'],
    ])
      expect((await call('POST', `/venues/${venue.id}/${act}`)).body.state).toBe(state);
    expect((await call('GET', '/status')).body.venues.length).toBeGreaterThan(0);
  });

  it('show the public only id and title', async () => {
    const venue = await makeVenue('Open');
    const answer = await ask(test.base, 'GET', `/api/v1/public/venues/${venue.id}`);
    expect(answer.body).toEqual({ id: venue.id, title: 'Open' });
    expect((await ask(test.base, 'GET', '/api/v1/public/venues/nope')).status).toBe(404);
  });
});

describe('stream keys', () => {
  it('are rotated: the old one is gone and its publisher cut', async () => {
    const venue = await makeVenue();
    const old = venue.keys[0].key;
    const rotated = await call('POST', `/venues/${venue.id}/tracks/program/rotate`, {});
    expect(rotated.body.key).not.toBe(old);
    expect(test.server.venues.findKey(old)).toBeUndefined();
    expect(test.server.venues.findKey(rotated.body.key)?.track).toBe('program');
    expect(test.desk.calls).toContainEqual(['cut', venue.id, 'program', 'publish.badKey']);
  });

  it('stay blocked until unblocked', async () => {
    const venue = await makeVenue();
    expect((await call('POST', `/venues/${venue.id}/tracks/slides/block`)).body.blocked).toBe(true);
    expect(test.desk.calls).toContainEqual(['cut', venue.id, 'slides', 'publish.blocked']);
    expect(test.server.venues.get(venue.id)?.keys.slides.blocked).toBe(true);
    expect((await call('POST', `/venues/${venue.id}/tracks/slides/unblock`)).body.blocked).toBe(false);
  });

  it('can be signed with an expiry', async () => {
    const venue = await makeVenue();
    const answer = await call('POST', `/venues/${venue.id}/tracks/program/signed-url`, { hours: 2 });
    expect(answer.body.url).toMatch(/\?expires=\d+&sign=[0-9a-f]{64}$/);
    expect(answer.body.expiresAt).toBeGreaterThan(Date.now() + 7_100_000);
  });

  it('of a track that does not exist are refused', async () => {
    const venue = await makeVenue();
    expect((await call('POST', `/venues/${venue.id}/tracks/other/rotate`)).status).toBe(400);
  });
});

describe('the rest of the API', () => {
  it('passes the delay to the desk with who set it', async () => {
    const venue = await makeVenue();
    expect((await call('PUT', `/venues/${venue.id}/tracks/program/delay`, { ms: 700 })).body).toEqual({
      ms: 700,
    });
    expect(test.desk.calls.at(-1)).toMatchObject([
      'setDelay',
      venue.id,
      'program',
      700,
      { email: adminEmail },
    ]);
  });

  it('gives the staff a preview picture', async () => {
    const venue = await makeVenue();
    expect((await call('GET', `/venues/${venue.id}/preview/program.jpg`)).status).toBe(404);
    test.desk.picture = Buffer.from([0xff, 0xd8, 0xff]);
    const answer = await call('GET', `/venues/${venue.id}/preview/program.jpg?at=1`);
    expect(answer.headers.get('content-type')).toBe('image/jpeg');
    expect((await ask(test.base, 'GET', `/api/v1/venues/${venue.id}/preview/program.jpg`)).status).toBe(401);
  });

  it('keeps a record of what the staff did, in pages', async () => {
    const venue = await makeVenue();
    await call('POST', `/venues/${venue.id}/tracks/program/block`);
    const first = (await call('GET', `/audit?limit=1&venueId=${venue.id}`)).body;
    expect(first.items[0]).toMatchObject({
      action: 'track.block',
      actorName: adminEmail,
      remote: '127.0.0.1',
    });
    const second = (await call('GET', `/audit?limit=1&venueId=${venue.id}&cursor=${first.next}`)).body;
    expect(second.items[0]).toMatchObject({ action: 'venue.create' });
  });

  it('tells how the machine does', async () => {
    expect((await call('GET', '/system')).body).toMatchObject({ database: 'up', disk: { state: 'ok' } });
    expect((await ask(test.base, 'GET', '/healthz')).body).toEqual({ ok: true, database: 'up' });
    expect((await ask(test.base, 'GET', '/metrics')).body).toContain('rostrum_api_seconds');
  });

  it('describes itself', async () => {
    const { body } = await ask(test.base, 'GET', '/api/v1/openapi.json');
    expect(Object.keys(body.paths)).toContain('/api/v1/venues/{id}/tracks/{track}/delay');
  });

  it('answers what does not exist with a coded 404', async () => {
    for (const path of ['/api/v1/nope', '/nope', '/assets/../../package.json', '/media/public/x/now.json'])
      expect((await ask(test.base, 'GET', path)).body.error.code).toBe('notFound');
  });
});
