import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adminEmail, adminPassword, startTestServer, type TestServer } from '#tests/faults/server-double.ts';
import { AccountClient, lastCode, logInByPhone } from '#tests/harness/account-client.ts';
import { totp } from '#tests/harness/totp.ts';

let test: TestServer;
let number = 0;
const nextPhone = () => `+86138000${String(10000 + number++)}`;
const byPhone = (phone: string) => logInByPhone(test.base, test.dataDir, phone);
const asAdmin = async () => {
  const admin = new AccountClient(test.base);
  await admin.post('/api/v1/auth/password/log-in', { account: adminEmail, password: adminPassword });
  return admin;
};

beforeAll(async () => {
  test = await startTestServer({ ROSTRUM_SMS_SPACING: '0', ROSTRUM_SIGN_UP: 'phone,password' });
}, 60_000);
afterAll(() => test?.close());

describe('log-in by phone', () => {
  it('makes an account without any role, and finds it again', async () => {
    const phone = nextPhone();
    const first = (await (await byPhone(phone)).me()).body;
    expect(first).toMatchObject({ phone, email: null, platform: null, password: false, links: [] });
    expect(first.name).toMatch(/^138\*{4}\d{4}$/);
    expect((await (await byPhone(phone)).me()).body.id).toBe(first.id);
  });

  it('refuses its routes to an account without a role', async () => {
    const viewer = await byPhone(nextPhone());
    expect((await viewer.get('/api/v1/system')).status).toBe(403);
    const wanted = { email: 'a@b.org', password: 'a long password', name: 'A', role: 'admin' };
    expect((await viewer.post('/api/v1/auth/admin/create-user', wanted)).status).toBe(403);
  });

  it('takes a code once, only of its number, and answers the same to everything else', async () => {
    const [phone, other] = [nextPhone(), nextPhone()];
    const client = new AccountClient(test.base);
    await client.post('/api/v1/auth/phone/code', { phone });
    const code = await lastCode(test.dataDir, phone);
    const tries = [
      await client.post('/api/v1/auth/phone/log-in', { phone: other, code }),
      await client.post('/api/v1/auth/phone/log-in', {
        phone,
        code: code === '000000' ? '000001' : '000000',
      }),
    ];
    expect((await client.post('/api/v1/auth/phone/log-in', { phone, code })).status).toBe(200);
    tries.push(await new AccountClient(test.base).post('/api/v1/auth/phone/log-in', { phone, code }));
    expect(tries.map(({ status, body }) => [status, body.error.code])).toEqual(
      Array(3).fill([422, 'auth.code']),
    );
  });

  it('lets one of many that bring the right code at once in', async () => {
    const phone = nextPhone();
    await new AccountClient(test.base).post('/api/v1/auth/phone/code', { phone });
    const code = await lastCode(test.dataDir, phone);
    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        new AccountClient(test.base).post('/api/v1/auth/phone/log-in', { phone, code }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('looks at five guesses, then the right code does not hold either', async () => {
    const phone = nextPhone();
    const client = new AccountClient(test.base);
    await client.post('/api/v1/auth/phone/code', { phone });
    const code = await lastCode(test.dataDir, phone);
    const wrong = code === '111111' ? '222222' : '111111';
    await Promise.all(
      Array.from({ length: 5 }, () => client.post('/api/v1/auth/phone/log-in', { phone, code: wrong })),
    );
    expect((await client.post('/api/v1/auth/phone/log-in', { phone, code })).status).toBe(422);
  });

  it('keeps no code and no number of it in the database or the log', async () => {
    const phone = nextPhone();
    await new AccountClient(test.base).post('/api/v1/auth/phone/code', { phone });
    const code = await lastCode(test.dataDir, phone);
    expect(test.logged()).not.toContain(phone);
    expect(test.logged()).not.toMatch(new RegExp(`\\b${code}\\b`));
  });

  it('refuses what is no phone number', async () => {
    const answer = await new AccountClient(test.base).post('/api/v1/auth/phone/code', { phone: '10086' });
    expect(answer.status).toBe(400);
  });
});

describe('passwords', () => {
  it('let in by e-mail address and by user name, and refuse both alike', async () => {
    const admin = await asAdmin();
    expect((await admin.me()).body).toMatchObject({ email: adminEmail, platform: 'admin', password: true });
    const made = new AccountClient(test.base);
    const account = { account: 'dr.wang', password: 'a long password', name: '王医生' };
    expect((await made.post('/api/v1/auth/sign-up', account)).status).toBe(200);
    expect((await made.me()).body).toMatchObject({ username: 'dr.wang', name: '王医生', email: null });
    const again = new AccountClient(test.base);
    const { name: _, ...login } = account;
    expect((await again.post('/api/v1/auth/password/log-in', { ...login, account: 'DR.Wang' })).status).toBe(
      200,
    );
    const refusals = await Promise.all(
      ['dr.wang', 'nobody', 'nobody@example.org'].map((one) =>
        again.post('/api/v1/auth/password/log-in', { account: one, password: 'wrong password' }),
      ),
    );
    for (const { status, body } of refusals) expect([status, body.error.code]).toEqual([401, 'auth.wrong']);
  });

  it('an account is taken once, and a password is not the account', async () => {
    const client = new AccountClient(test.base);
    const account = { account: 'twice@example.org', password: 'a long password', name: 'A' };
    expect((await client.post('/api/v1/auth/sign-up', account)).status).toBe(200);
    const other = new AccountClient(test.base);
    expect((await other.post('/api/v1/auth/sign-up', account)).body.error.code).toBe('account.taken');
    expect(
      (
        await other.post('/api/v1/auth/sign-up', {
          ...account,
          account: 'same.as.password',
          password: 'Same.as.password',
        })
      ).body.error.code,
    ).toBe('account.password');
    expect((await other.me()).status).toBe(401);
  });

  it('fault 52: no role, and nothing else of better-auth, comes with a sign-up', async () => {
    const client = new AccountClient(test.base);
    const account = { account: 'role.wanted', password: 'a long password', name: 'A' };
    expect((await client.post('/api/v1/auth/sign-up', { ...account, role: 'admin' })).status).toBe(400);
    for (const path of [
      'sign-up/email',
      'sign-in/social',
      'sign-in/phone-number',
      'update-user',
      'link-social',
    ])
      expect((await client.post(`/api/v1/auth/${path}`, { userId: 'x' })).status, path).toBe(404);
  });

  it('are set first without, later with the one before; other sessions end', async () => {
    const phone = nextPhone();
    const [here, there] = [await byPhone(phone), await byPhone(phone)];
    expect((await here.post('/api/v1/me/password', { password: 'first password' })).status).toBe(200);
    expect((await there.me()).status).toBe(401);
    expect((await here.me()).body.password).toBe(true);
    const wrong = await here.post('/api/v1/me/password', {
      current: 'not this one',
      password: 'next password',
    });
    expect(wrong.body.error.code).toBe('auth.wrong');
    const right = await here.post('/api/v1/me/password', {
      current: 'first password',
      password: 'next password',
    });
    expect(right.status).toBe(200);
    expect((await here.me()).status).toBe(200);
  });
});

describe('the second step', () => {
  it('is asked for after a password and after a phone code alike, and backup codes hold once', async () => {
    const phone = nextPhone();
    const person = await byPhone(phone);
    const setup = (await person.post('/api/v1/me/two-factor')).body;
    expect(decodeURIComponent(setup.uri)).toMatch(/^otpauth:\/\/totp\/Rostrum:138\*{4}\d{4}\?/);
    const wrong = await person.post('/api/v1/me/two-factor/confirm', { code: '000000' });
    expect(wrong.body.error.code).toBe('auth.code');
    expect((await person.post('/api/v1/me/two-factor/confirm', { code: totp(setup.uri) })).status).toBe(200);
    expect((await person.me()).body).toMatchObject({ twoFactor: true });

    const enter = async () => {
      const client = new AccountClient(test.base);
      await client.post('/api/v1/auth/phone/code', { phone });
      const answer = await client.post('/api/v1/auth/phone/log-in', {
        phone,
        code: await lastCode(test.dataDir, phone),
      });
      expect(answer.body).toEqual({ secondStep: true });
      expect((await client.me()).status).toBe(401);
      return client;
    };
    const first = await enter();
    const refused = await first.post('/api/v1/auth/second-step', { code: '123456' });
    expect(refused.body.error.code).toBe('auth.code');
    expect((await first.post('/api/v1/auth/second-step', { code: totp(setup.uri) })).status).toBe(200);
    expect((await first.me()).status).toBe(200);

    const [backup] = setup.backupCodes as string[];
    const second = await enter();
    expect((await second.post('/api/v1/auth/second-step', { code: backup })).status).toBe(200);
    const third = await enter();
    expect((await third.post('/api/v1/auth/second-step', { code: backup })).status).toBe(422);

    expect((await second.post('/api/v1/me/two-factor/off', { code: '000000' })).status).toBe(422);
    expect((await second.post('/api/v1/me/two-factor/off', { code: totp(setup.uri) })).status).toBe(200);
    expect((await second.me()).body).toMatchObject({ twoFactor: false });
  });

  it('of a password account needs the password to be set up', async () => {
    const client = new AccountClient(test.base);
    const account = { account: 'second.step', password: 'a long password', name: 'A' };
    await client.post('/api/v1/auth/sign-up', account);
    expect((await client.post('/api/v1/me/two-factor', {})).status).toBe(400);
    const { body } = await client.post('/api/v1/me/two-factor', { password: account.password });
    expect((await client.post('/api/v1/me/two-factor/confirm', { code: totp(body.uri) })).status).toBe(200);
    const next = new AccountClient(test.base);
    const { name: _, ...login } = account;
    expect((await next.post('/api/v1/auth/password/log-in', login)).body).toEqual({ secondStep: true });
    expect((await next.me()).status).toBe(401);
  });
});

describe('sessions', () => {
  it('fault 69: the id after a log-in is a new one', async () => {
    const phone = nextPhone();
    const planted = new AccountClient(test.base);
    planted.cookies.set('rostrum.session_token', 'planted.signature');
    await planted.post('/api/v1/auth/phone/code', { phone });
    await planted.post('/api/v1/auth/phone/log-in', { phone, code: await lastCode(test.dataDir, phone) });
    expect(planted.cookies.get('rostrum.session_token')).not.toContain('planted');
    const before = planted.cookies.get('rostrum.session_token');
    expect((await byPhone(phone)).cookies.get('rostrum.session_token')).not.toBe(before);
  });

  it('fault 70: a session cookie that is altered, unsigned or of another purpose is nobody', async () => {
    const person = await byPhone(nextPhone());
    const [token = '', signature = ''] = (person.cookies.get('rostrum.session_token') ?? '').split('.');
    const jwt = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"sub":"admin"}').toString('base64url')}.`;
    for (const value of [
      token,
      `${token}.`,
      `${token}x.${signature}`,
      `${token}.${signature.slice(0, -3)}A%3D`,
      jwt,
    ]) {
      const client = new AccountClient(test.base);
      client.cookies.set('rostrum.session_token', value);
      expect((await client.me()).status, value).toBe(401);
    }
    const other = new AccountClient(test.base);
    other.cookies.set('rostrum.two_factor', person.cookies.get('rostrum.session_token') ?? '');
    expect((await other.post('/api/v1/auth/second-step', { code: '123456' })).status).toBe(422);
  });

  it('are listed, and ended one by one or all but this', async () => {
    const phone = nextPhone();
    const [one, two, three] = [await byPhone(phone), await byPhone(phone), await byPhone(phone)];
    const { sessions } = (await one.get('/api/v1/me/sessions')).body;
    expect(sessions).toHaveLength(3);
    expect(sessions.filter((session: { current: boolean }) => session.current)).toHaveLength(1);
    expect(JSON.stringify(sessions)).not.toContain('token');
    const { sessions: ofTwo } = (await two.get('/api/v1/me/sessions')).body;
    const { id } = ofTwo.find((session: { current: boolean }) => session.current);
    expect((await one.call('DELETE', `/api/v1/me/sessions/${id}`)).status).toBe(200);
    expect((await two.me()).status).toBe(401);
    expect((await three.me()).status).toBe(200);
    expect((await one.call('DELETE', '/api/v1/me/sessions')).body).toEqual({ ended: 1 });
    expect((await three.me()).status).toBe(401);
    expect((await one.me()).status).toBe(200);
  });

  it('of another person cannot be ended', async () => {
    const [one, other] = [await byPhone(nextPhone()), await byPhone(nextPhone())];
    const { sessions } = (await other.get('/api/v1/me/sessions')).body;
    expect((await one.call('DELETE', `/api/v1/me/sessions/${sessions[0].id}`)).status).toBe(404);
    expect((await other.me()).status).toBe(200);
  });
});

describe('a banned person', () => {
  it('is logged out everywhere and let in by no way', async () => {
    const phone = nextPhone();
    const person = await byPhone(phone);
    const { id } = (await person.me()).body;
    const admin = await asAdmin();
    expect((await admin.post('/api/v1/auth/admin/ban-user', { userId: id })).status).toBe(200);
    expect((await person.me()).status).toBe(401);
    await person.post('/api/v1/auth/phone/code', { phone });
    const code = await lastCode(test.dataDir, phone);
    expect((await person.post('/api/v1/auth/phone/log-in', { phone, code })).status).toBe(403);
    expect((await person.me()).status).toBe(401);
  });
});

describe('the profile', () => {
  it('keeps code, label and version, refuses codes there are not, and names the account', async () => {
    const person = await byPhone(nextPhone());
    const saved = await person.call('PUT', '/api/v1/me/profile', {
      name: '李明',
      hospital: '某市人民医院',
      department: { code: '03.04' },
      title: { code: 'other', label: '规培医师' },
    });
    expect(saved.body).toMatchObject({
      name: '李明',
      department: { code: '03.04', label: '内科 / 心血管内科', version: expect.stringMatching(/./) },
      title: { code: 'other', label: '规培医师' },
      region: null,
    });
    expect((await person.me()).body.name).toBe('李明');
    const refused = await person.call('PUT', '/api/v1/me/profile', {
      hospital: '另一家',
      region: { code: '999999' },
    });
    expect(refused.status).toBe(400);
    expect((await person.get('/api/v1/me/profile')).body).toMatchObject({ hospital: '某市人民医院' });
    expect((await person.call('PUT', '/api/v1/me/profile', { phone: '+8613900000000' })).status).toBe(400);
  });

  it('is answered from dictionaries that caches may keep', async () => {
    const answer = await new AccountClient(test.base).get('/api/v1/public/dictionaries/title');
    expect(answer.headers.get('cache-control')).toContain('public');
    expect(answer.body.entries[0].children[0]).toMatchObject({ code: '231', zh: '主任医师' });
    expect((await new AccountClient(test.base).get('/api/v1/public/dictionaries/phone')).status).toBe(400);
  });
});

describe("a person's data", () => {
  it('can be taken, and deleted: the session is over and the number makes a new account', async () => {
    const phone = nextPhone();
    const person = await byPhone(phone);
    await person.call('PUT', '/api/v1/me/profile', { name: '赵六', hospital: '某院' });
    const { id } = (await person.me()).body;
    const data = (await person.get('/api/v1/me/export')).body;
    expect(data).toMatchObject({ account: { id, phoneNumber: phone }, profile: { hospital: '某院' } });
    expect(JSON.stringify(data)).not.toMatch(/password|token/i);
    expect((await person.call('DELETE', '/api/v1/me', { confirm: 'yes' })).status).toBe(400);
    expect((await person.call('DELETE', '/api/v1/me', { confirm: 'DELETE' })).status).toBe(200);
    expect((await person.me()).status).toBe(401);
    const again = await byPhone(phone);
    expect((await again.me()).body.id).not.toBe(id);
    expect((await again.get('/api/v1/me/profile')).body.hospital).toBe('');
  });

  it('what was done as staff stays, without identity', async () => {
    const admin = await asAdmin();
    await admin.post('/api/v1/auth/admin/create-user', {
      ...{ email: 'second@example.org', password: 'a long password', name: 'Second', role: 'admin' },
    });
    const second = new AccountClient(test.base);
    await second.post('/api/v1/auth/password/log-in', {
      account: 'second@example.org',
      password: 'a long password',
    });
    expect((await second.post('/api/v1/venues', { title: 'Made by the second' })).status).toBe(201);
    const { id } = (await second.me()).body;
    expect((await second.call('DELETE', '/api/v1/me', { confirm: 'DELETE' })).status).toBe(200);
    const rows = await test.server.accounts.personalData.export(id);
    expect(rows.staffActs).toHaveLength(1);
    const audit = JSON.stringify((await admin.get('/api/v1/audit')).body);
    expect(audit).toContain(id);
    expect(audit).not.toContain('second@example.org');
  });

  it('the last administrator cannot go', async () => {
    const admin = await asAdmin();
    expect((await admin.call('DELETE', '/api/v1/me', { confirm: 'DELETE' })).status).toBe(403);
    expect((await admin.me()).status).toBe(200);
  });
});

describe('the phone of an account', () => {
  it('is confirmed by a code asked for by that account', async () => {
    const [person, other] = [new AccountClient(test.base), await byPhone(nextPhone())];
    await person.post('/api/v1/auth/sign-up', {
      ...{ account: 'no.phone.yet', password: 'a long password', name: 'A' },
    });
    const phone = nextPhone();
    await other.post('/api/v1/me/phone/code', { phone });
    const notTheirs = { phone, code: await lastCode(test.dataDir, phone) };
    expect((await person.post('/api/v1/me/phone', notTheirs)).status).toBe(422);
    await person.post('/api/v1/me/phone/code', { phone });
    const code = await lastCode(test.dataDir, phone);
    expect((await person.post('/api/v1/me/phone', { phone, code })).status).toBe(200);
    expect((await person.me()).body.phone).toBe(phone);
  });

  it('of another account is refused where that would hand over a password account', async () => {
    const phone = nextPhone();
    await byPhone(phone);
    const person = new AccountClient(test.base);
    await person.post('/api/v1/auth/sign-up', {
      ...{ account: 'wants.a.phone', password: 'a long password', name: 'A' },
    });
    await person.post('/api/v1/me/phone/code', { phone });
    const code = await lastCode(test.dataDir, phone);
    expect((await person.post('/api/v1/me/phone', { phone, code })).body.error.code).toBe('account.taken');
  });
});

describe('where staff must have a second step', () => {
  it('they can do nothing as staff before it is set up, and are told so', async () => {
    const strict = await startTestServer({ ROSTRUM_STAFF_2FA: 'required' });
    try {
      const admin = new AccountClient(strict.base);
      await admin.post('/api/v1/auth/password/log-in', { account: adminEmail, password: adminPassword });
      expect((await admin.me()).body).toMatchObject({ needsTwoFactor: true });
      expect((await admin.get('/api/v1/system')).body.error.code).toBe('auth.secondStep');
      const { uri } = (await admin.post('/api/v1/me/two-factor', { password: adminPassword })).body;
      expect((await admin.post('/api/v1/me/two-factor/confirm', { code: totp(uri) })).status).toBe(200);
      expect((await admin.get('/api/v1/system')).status).toBe(200);
    } finally {
      await strict.close();
    }
  }, 60_000);
});
