import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signCall } from '#server/auth/partner-call.ts';
import { type Answer, startTestServer, type TestServer } from '#tests/faults/server-double.ts';
import { AccountClient, lastCode, logInByPhone } from '#tests/harness/account-client.ts';
import { type OidcServer, type OidcUser, startOidc } from '#tests/harness/oidc-server.ts';
import { totp } from '#tests/harness/totp.ts';
import { startWeChat, type WeChatServer, type WeChatUser } from '#tests/harness/wechat-server.ts';

const site = 'http://rostrum.example';
const society = {
  id: 'society',
  name: '某某学会',
  secret: 'a secret that the two of us share, 1',
  trustPhones: true,
};
const other = { id: 'journal', name: '某某杂志', secret: 'a secret that the two of us share, 2' };
let wechat: WeChatServer;
let oidc: OidcServer;
let test: TestServer;
let number = 0;
const nextPhone = () => `+86139000${String(10000 + number++)}`;

beforeAll(async () => {
  wechat = await startWeChat({
    wxinside: { secret: 'inside secret', scope: 'snsapi_userinfo' },
    wxqr: { secret: 'qr secret', scope: 'snsapi_login' },
  });
  oidc = await startOidc({ id: 'rostrum', secret: 'client secret' });
  test = await startTestServer({
    ROSTRUM_PUBLIC_URL: site,
    ROSTRUM_SMS_SPACING: '0',
    ROSTRUM_WECHAT_APP_ID: 'wxinside',
    ROSTRUM_WECHAT_APP_SECRET: 'inside secret',
    ROSTRUM_WECHAT_QR_APP_ID: 'wxqr',
    ROSTRUM_WECHAT_QR_APP_SECRET: 'qr secret',
    ROSTRUM_WECHAT_OPEN_URL: wechat.url,
    ROSTRUM_WECHAT_API_URL: wechat.url,
    ROSTRUM_OIDC_PROVIDERS: JSON.stringify([
      {
        id: 'hospital',
        name: '某某医院',
        issuer: oidc.url,
        clientId: 'rostrum',
        clientSecret: 'client secret',
      },
      { id: 'gone', name: '停机', issuer: 'http://127.0.0.1:1', clientId: 'x', clientSecret: 'x' },
    ]),
    ROSTRUM_PARTNERS: JSON.stringify([
      { ...society, logInUrl: 'https://society.example/login?from=live' },
      other,
    ]),
  });
}, 60_000);
afterAll(async () => {
  await test?.close();
  await wechat?.close();
  await oidc?.close();
});

const browser = () => new AccountClient(test.base);
const to = ({ headers }: Answer) => headers.get('location') ?? '';
/** The page of ours a redirect leads to. */
const landed = (answer: Answer) => new URL(to(answer), site);
const problem = (answer: Answer) => landed(answer).searchParams.get('problem');
/** Turned away: nobody is logged in, and the log-in page says why. */
const expectRefused = async (client: AccountClient, answer: Answer, code = 'auth.outside') => {
  expect([answer.status, landed(answer).pathname, problem(answer)]).toEqual([302, '/login', code]);
  expect((await client.me()).status).toBe(401);
};

describe('WeChat', () => {
  const begin = async (client: AccountClient, way: 'inside' | 'qr', next = '/watch/v1?t=1#chat') =>
    to(await client.get(`/api/v1/auth/wechat/start?${new URLSearchParams({ way, next })}`));
  const back = (client: AccountClient, query: Record<string, string>) =>
    client.get(`/api/v1/auth/wechat/callback?${new URLSearchParams(query)}`);
  const stateOf = (address: string) => new URL(address).searchParams.get('state') ?? '';
  const enter = async (client: AccountClient, way: 'inside' | 'qr', user: WeChatUser) => {
    const address = await begin(client, way);
    return back(client, { code: wechat.agree(address, user), state: stateOf(address) });
  };
  const person = (name: string, unionid?: string): WeChatUser => ({
    ...{ openid: `open-${name}`, nickname: name, ...(unionid ? { unionid } : {}) },
  });

  it('logs in inside WeChat and leads back to where the person was', async () => {
    const client = browser();
    const answer = await enter(client, 'inside', person('wang'));
    expect(to(answer)).toBe('/watch/v1?t=1#chat');
    expect((await client.me()).body).toMatchObject({ name: 'wang', links: ['wechat'], platform: null });
  });

  it('sends people back to our callback of the public address', async () => {
    const address = await begin(browser(), 'qr');
    expect(new URL(address).searchParams.get('redirect_uri')).toBe(`${site}/api/v1/auth/wechat/callback`);
  });

  it('knows one person by unionid, inside WeChat and by QR code', async () => {
    const [phone, pc] = [browser(), browser()];
    await enter(phone, 'inside', { ...person('li-inside', 'union-li') });
    await enter(pc, 'qr', { ...person('li-qr', 'union-li') });
    expect((await pc.me()).body.id).toBe((await phone.me()).body.id);
  });

  it('knows who logged in before the owner bound the two applications', async () => {
    const [before, after] = [browser(), browser()];
    await enter(before, 'inside', person('zhao'));
    await enter(after, 'inside', person('zhao', 'union-zhao'));
    expect((await after.me()).body.id).toBe((await before.me()).body.id);
    const qr = browser();
    await enter(qr, 'qr', { ...person('zhao-qr', 'union-zhao') });
    expect((await qr.me()).body.id).toBe((await before.me()).body.id);
  });

  it('fault 72: a wrong state, one of another browser, and none are refused without asking WeChat', async () => {
    const client = browser();
    const address = await begin(client, 'inside');
    const code = wechat.agree(address, person('state'));
    const asked = wechat.asked.length;
    await expectRefused(client, await back(client, { code, state: 'f'.repeat(40) }));
    await expectRefused(client, await back(client, { code }));
    const stranger = browser();
    await expectRefused(stranger, await back(stranger, { code, state: stateOf(address) }));
    expect(wechat.asked).toHaveLength(asked);
    // Nothing of that used the state up for the browser that began.
    expect(to(await back(client, { code, state: stateOf(address) }))).toBe('/watch/v1?t=1#chat');
  });

  it('fault 72: a state holds once, and a code used before (40163) is refused', async () => {
    const client = browser();
    const address = await begin(client, 'inside');
    const code = wechat.agree(address, person('replay'));
    const state = stateOf(address);
    const cookie = client.cookies.get('rostrum.outside') ?? '';
    expect((await back(client, { code, state })).status).toBe(302);
    const again = browser();
    again.cookies.set('rostrum.outside', cookie);
    await expectRefused(again, await back(again, { code, state }));
    const third = browser();
    const fresh = await begin(third, 'inside');
    await expectRefused(third, await back(third, { code, state: stateOf(fresh) }));
    expect(test.logged()).toContain('WeChat 40163');
  });

  it('fault 72: a code WeChat does not know (40029) is refused, and a person who does not agree comes back', async () => {
    const client = browser();
    const state = stateOf(await begin(client, 'inside'));
    await expectRefused(client, await back(client, { code: 'made-up', state }));
    expect(test.logged()).toContain('WeChat 40029');
    const refuses = browser();
    const asked = await back(refuses, { state: stateOf(await begin(refuses, 'qr', '/c/cardio')) });
    await expectRefused(refuses, asked);
    expect(landed(asked).searchParams.get('next')).toBe('/c/cardio');
  });

  it('is linked to an account by its person, and never taken from another', async () => {
    const doctor = await logInByPhone(test.base, test.dataDir, nextPhone());
    const link = async (user: WeChatUser) => {
      const { url } = (await doctor.post('/api/v1/me/links/wechat', { way: 'qr' })).body;
      return back(doctor, { code: wechat.agree(url, user), state: stateOf(url) });
    };
    expect(to(await link(person('sun')))).toBe('/account');
    expect((await doctor.me()).body.links).toEqual(['wechat']);
    const taken = browser();
    await enter(taken, 'qr', person('qian'));
    const refused = await link(person('qian'));
    expect(problem(refused)).toBe('account.taken');
    expect((await doctor.call('DELETE', '/api/v1/me/links/wechat')).status).toBe(200);
    expect((await taken.call('DELETE', '/api/v1/me/links/wechat')).status).toBe(400);
  });

  it('joins the account of the phone when its person confirms that', async () => {
    const phone = nextPhone();
    const doctor = await logInByPhone(test.base, test.dataDir, phone);
    const { id } = (await doctor.me()).body;
    const inWeChat = browser();
    await enter(inWeChat, 'inside', person('zhou'));
    await inWeChat.call('PUT', '/api/v1/me/profile', { hospital: '某院' });
    const before = (await inWeChat.me()).body.id;
    await inWeChat.post('/api/v1/me/phone/code', { phone });
    const code = await lastCode(test.dataDir, phone);
    expect((await inWeChat.post('/api/v1/me/phone', { phone, code })).status).toBe(200);
    expect((await inWeChat.me()).body).toMatchObject({ id, phone, links: ['wechat'] });
    expect((await doctor.get('/api/v1/me/profile')).body.hospital).toBe('某院');
    const again = browser();
    await enter(again, 'inside', person('zhou'));
    expect((await again.me()).body.id).toBe(id);
    expect(before).not.toBe(id);
  });

  it('asks for the second step of who has one', async () => {
    const doctor = browser();
    await enter(doctor, 'inside', person('wu'));
    const { uri } = (await doctor.post('/api/v1/me/two-factor')).body;
    expect((await doctor.post('/api/v1/me/two-factor/confirm', { code: totp(uri) })).status).toBe(200);
    const next = browser();
    const answer = await enter(next, 'inside', person('wu'));
    expect([landed(answer).pathname, landed(answer).searchParams.get('step')]).toEqual(['/login', 'second']);
    expect((await next.me()).status).toBe(401);
    expect((await next.post('/api/v1/auth/second-step', { code: totp(uri) })).status).toBe(200);
    expect((await next.me()).status).toBe(200);
  });
});

describe('OpenID Connect', () => {
  const begin = async (client: AccountClient, next = '/c/cardio') =>
    to(await client.get(`/api/v1/auth/oidc/hospital/start?${new URLSearchParams({ next })}`));
  const back = (client: AccountClient, query: Record<string, string>) =>
    client.get(`/api/v1/auth/callback/oidc-hospital?${new URLSearchParams(query)}`);
  const enter = async (client: AccountClient, user: OidcUser, next?: string) => {
    const { code, state } = oidc.agree(await begin(client, next), user);
    return back(client, { code, state });
  };

  it('logs in and leads back to where the person was; the same person again is the same account', async () => {
    const [client, again] = [browser(), browser()];
    const user = { sub: 'u1', email: 'chen@hospital.example', email_verified: true, name: '陈医生' };
    expect(to(await enter(client, user, '/watch/v1#x'))).toBe('/watch/v1#x');
    expect((await client.me()).body).toMatchObject({ name: '陈医生', links: ['oidc-hospital'] });
    await enter(again, user);
    expect((await again.me()).body.id).toBe((await client.me()).body.id);
    expect((await again.get('/api/v1/me/sessions')).body.sessions).toHaveLength(2);
  });

  it('takes people whose provider tells no e-mail address', async () => {
    const client = browser();
    expect(to(await enter(client, { sub: 'u2', name: '无邮箱' }))).toBe('/c/cardio');
    expect((await client.me()).body).toMatchObject({ name: '无邮箱', email: null });
  });

  it('fault 72: a wrong state and a code used before are refused', async () => {
    const client = browser();
    const { code, state } = oidc.agree(await begin(client), { sub: 'u3', name: 'A' });
    const stranger = browser();
    await expectRefused(stranger, await back(stranger, { code, state }));
    await expectRefused(client, await back(client, { code, state: 'made-up' }));
    const second = browser();
    const one = oidc.agree(await begin(second), { sub: 'u3', name: 'A' });
    await back(second, { code: one.code, state: one.state });
    expect((await second.me()).status).toBe(200);
    const third = browser();
    const fresh = oidc.agree(await begin(third), { sub: 'u4', name: 'B' });
    await expectRefused(third, await back(third, { code: one.code, state: fresh.state }));
  });

  it.each(['none', 'signature', 'audience'] as const)(
    'fault 70: an ID token with a wrong %s is refused',
    async (spoil) => {
      oidc.spoil = spoil;
      const client = browser();
      const answer = await enter(client, {
        sub: 'u5',
        email: 'a@b.example',
        email_verified: true,
        name: 'A',
      });
      delete oidc.spoil;
      await expectRefused(client, answer);
    },
  );

  it('a provider that is away leads back to the log-in page, and the other ways go on', async () => {
    const client = browser();
    const answer = await client.get('/api/v1/auth/oidc/gone/start?next=/c/cardio');
    expect(landed(answer).pathname).toBe('/login');
    expect(problem(answer)).toBe('server.unavailable');
    const unknown = await client.get('/api/v1/auth/oidc/none/start');
    expect(problem(unknown)).toBe('auth.way');
  });
});

describe('log-in by a partner', () => {
  const call = (changes: Record<string, string> = {}, partner: { id: string; secret: string } = society) => {
    const parameters: Record<string, string> = {
      ...{ partner: partner.id, uid: 'm-1', name: '孙教授', next: '/c/cardio' },
      ...{
        timestamp: String(Math.floor(Date.now() / 1000)),
        nonce: `nonce-${Math.random().toString(36).slice(2)}`,
      },
      ...changes,
    };
    return `/api/v1/auth/external?${new URLSearchParams({ ...parameters, sign: signCall(parameters, partner.secret) })}`;
  };

  it('logs in, the same member as the same person', async () => {
    const [client, again] = [browser(), browser()];
    expect(to(await client.get(call()))).toBe('/c/cardio');
    expect((await client.me()).body).toMatchObject({ name: '孙教授', links: ['partner-society'] });
    await again.get(call());
    expect((await again.me()).body.id).toBe((await client.me()).body.id);
  });

  it('refuses an altered, an unsigned, an old and a repeated call, and one signed by another partner', async () => {
    const refused = async (path: string) => {
      const client = browser();
      await expectRefused(client, await client.get(path));
    };
    await refused(call().replace('uid=m-1', 'uid=m-2'));
    await refused(`${call()}&uid=m-2`);
    await refused(call().replace(/sign=.{4}/, 'sign=0000'));
    await refused(call().replace(/&sign=\w+/, ''));
    await refused(call({ timestamp: String(Math.floor(Date.now() / 1000) - 301) }));
    await refused(call({ timestamp: String(Math.floor(Date.now() / 1000) + 310) }));
    await refused(call({ partner: 'journal' }));
    const path = call();
    expect(to(await browser().get(path))).toBe('/c/cardio');
    await refused(path);
  });

  it('fault 73: leads to addresses of ours only', async () => {
    expect(to(await browser().get(call({ next: 'https://evil.example/' })))).toBe('/account');
    expect(to(await browser().get(call({ next: '//evil.example' })))).toBe('/account');
  });

  it('sends people without a log-in to the partner, and takes its answer in the browser that began only', async () => {
    const client = browser();
    const url = new URL(to(await client.get('/api/v1/auth/external/society/start?next=/watch/v9')));
    expect(`${url.origin}${url.pathname}`).toBe('https://society.example/login');
    expect(url.searchParams.get('from')).toBe('live');
    expect(url.searchParams.get('return')).toBe(`${site}/api/v1/auth/external`);
    const state = url.searchParams.get('state') ?? '';
    const stranger = browser();
    await expectRefused(stranger, await stranger.get(call({ state, next: '' })));
    expect(to(await client.get(call({ state, next: '' })))).toBe('/watch/v9');
    expect(problem(await client.get('/api/v1/auth/external/journal/start'))).toBe('auth.way');
  });

  it('joins by the phone where the partner is trusted with phones, never to the staff', async () => {
    const phone = nextPhone();
    const doctor = await logInByPhone(test.base, test.dataDir, phone);
    const { id } = (await doctor.me()).body;
    const trusted = browser();
    await trusted.get(call({ uid: 'm-7', phone: phone.slice(3) }));
    expect((await trusted.me()).body.id).toBe(id);
    const untrusted = browser();
    await untrusted.get(call({ uid: 'm-7', phone }, other));
    expect((await untrusted.me()).body.id).not.toBe(id);

    const staffPhone = nextPhone();
    const staff = await logInByPhone(test.base, test.dataDir, staffPhone);
    const { id: staffId } = (await staff.me()).body;
    await test.server.members.set('first', staffId, () => ['organiser']);
    const claimed = browser();
    await claimed.get(call({ uid: 'm-8', phone: staffPhone }));
    expect((await claimed.me()).body.id).not.toBe(staffId);
  });
});

describe('which ways are open', () => {
  it('is told to everyone, secrets are not', async () => {
    const { body } = await browser().get('/api/v1/public/log-in');
    expect(body).toMatchObject({
      wechat: { inside: true, qr: true },
      oidc: [{ id: 'hospital' }, { id: 'gone' }],
      partners: [{ id: 'society', name: '某某学会' }],
      signUp: { phone: true, password: false },
    });
    expect(JSON.stringify(body)).not.toContain('secret');
    const signUp = { account: 'someone', password: 'a long password', name: 'A' };
    expect((await browser().post('/api/v1/auth/sign-up', signUp)).body.error.code).toBe('auth.way');
  });
});
