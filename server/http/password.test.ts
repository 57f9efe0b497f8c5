import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ask, logIn, startTestServer, type TestServer } from '#tests/faults/server-double.ts';
import { type MailServer, startMailServer } from '#tests/harness/mail-server.ts';

vi.setConfig({ testTimeout: 30_000 });

let mails: MailServer;
let test: TestServer;
let admin: string;
let clients = 0;
const site = 'https://live.example.org';
const post = (path: string, body: object, headers = {}) =>
  ask(test.base, 'POST', `/api/v1${path}`, body, { 'x-forwarded-for': `10.1.0.${++clients}`, ...headers });
const forgot = (email: string, headers = {}) => post('/auth/password/forgot', { email }, headers);
const reset = (token: string, password: string) => post('/auth/password/reset', { token, password });
const enter = (account: string, password: string) => post('/auth/password/log-in', { account, password });
const first = 'the first password';
async function person(email: string): Promise<string> {
  const made = await post('/users', { name: 'P', email, password: first, platform: null }, { cookie: admin });
  return made.body.id;
}
/** Of the newest of `count` messages to this address. */
async function tokenOf(email: string, count = 1): Promise<string> {
  const own = () => mails.taken.filter(({ to }) => to.includes(`<${email}>`));
  await vi.waitUntil(() => own().length === count);
  const text = mails.textOf(own().at(-1)!);
  const [, token] = /^https:\/\/live\.example\.org\/login#reset=([0-9a-f]{40})$/m.exec(text) ?? [];
  return token!;
}

beforeAll(async () => {
  mails = await startMailServer();
  test = await startTestServer({
    ROSTRUM_PUBLIC_URL: site,
    ROSTRUM_TRUSTED_PROXIES: '127.0.0.1',
    ROSTRUM_SMTP_URL: mails.url,
    ROSTRUM_SMTP_FROM: 'live@example.org',
  });
  admin = await logIn(test.base);
}, 60_000);
afterAll(async () => {
  await test?.close();
  await mails?.close();
});

it('a forgotten password is set by a mailed link, once; sessions before it end', async () => {
  await person('one@example.org');
  const before = await logIn(test.base, 'one@example.org', first);
  expect((await forgot('One@example.org')).status).toBe(204);
  const token = await tokenOf('one@example.org');
  expect((await reset(token, 'short')).status).toBe(400);
  expect((await reset(token, 'the second password')).status).toBe(204);
  expect((await ask(test.base, 'GET', '/api/v1/me', undefined, { cookie: before })).status).toBe(401);
  expect((await enter('one@example.org', first)).status).toBe(401);
  expect((await enter('one@example.org', 'the second password')).status).toBe(200);
  const again = await reset(token, 'the third password');
  expect([again.status, again.body.error.code]).toEqual([403, 'auth.resetLink']);
  expect(test.logged()).not.toContain(token);
});

it('an older link is void once the password is another one', async () => {
  await person('two@example.org');
  await forgot('two@example.org');
  const older = await tokenOf('two@example.org');
  await forgot('two@example.org');
  const newer = await tokenOf('two@example.org', 2);
  expect((await reset(newer, 'the second password')).status).toBe(204);
  expect((await reset(older, 'a password of a thief')).status).toBe(403);
  expect((await enter('two@example.org', 'the second password')).status).toBe(200);
});

it('the answer tells nothing of accounts, and one address gets three messages an hour', async () => {
  const id = await person('three@example.org');
  for (let i = 0; i < 5; i++) expect((await forgot('three@example.org')).status).toBe(204);
  expect((await forgot('nobody@example.org')).status).toBe(204);
  await tokenOf('three@example.org', 3);
  await person('four@example.org');
  await forgot('four@example.org');
  await tokenOf('four@example.org');
  expect(mails.taken.filter(({ to }) => to.includes('<three@example.org>'))).toHaveLength(3);
  expect(mails.taken.some(({ to }) => to.includes('<nobody@example.org>'))).toBe(false);
  expect((await reset('f'.repeat(40), 'the second password')).body.error.code).toBe('auth.resetLink');
  const token = await tokenOf('three@example.org', 3);
  await ask(test.base, 'PATCH', `/api/v1/users/${id}`, { banned: true }, { cookie: admin });
  await reset(token, 'the second password');
  expect((await enter('three@example.org', 'the second password')).status).not.toBe(200);
});

it('the link leads to our public address, whatever host the request names', async () => {
  await person('five@example.org');
  await forgot('five@example.org', { 'x-forwarded-host': 'evil.example' });
  expect(await tokenOf('five@example.org')).toMatch(/^[0-9a-f]{40}$/);
});
