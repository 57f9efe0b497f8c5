import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Answer, ask, logIn, startTestServer, type TestServer } from '#tests/faults/server-double.ts';
import { type AccountClient, lastCode, logInByPhone } from '#tests/harness/account-client.ts';

vi.setConfig({ testTimeout: 30_000 });

let test: TestServer;
let cookie: string;
let number = 0;
const nextPhone = () => `+86137000${String(10_000 + number++)}`;
const byPhone = (phone = nextPhone()): Promise<AccountClient> => logInByPhone(test.base, test.dataDir, phone);
const staff = (method: string, path: string, body?: unknown): Promise<Answer> =>
  ask(test.base, method, `/api/v1${path}`, body, { cookie });
const upload = async (path: string, body: string): Promise<Answer> => {
  const answer = await fetch(`${test.base}/api/v1${path}`, {
    ...{ method: 'POST', body, headers: { cookie, 'content-type': 'application/octet-stream' } },
  });
  return { status: answer.status, headers: answer.headers, body: await answer.json() };
};
const sms = () => readFile(join(test.dataDir, 'sms.log'), 'utf8').catch(() => '');
const hospital = { hospital: '北京协和医院' };
const registration = { open: true, approval: false, capacity: null, waitingList: true };
const onlyHospital = [{ field: 'hospital', required: true }];

let made = 0;
type Made = { readonly id: string; readonly slug: string; readonly pub: string; readonly own: string };
async function conference(settings: Record<string, unknown> = {}): Promise<Made> {
  const slug = `meeting-${++made}`;
  const answer = await staff('POST', '/conferences', {
    ...{ slug, titleZh: `会议${made}`, startDate: '2026-12-01', endDate: '2026-12-02', fields: onlyHospital },
    ...settings,
  });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  const { id } = answer.body;
  expect((await staff('PATCH', `/conferences/${id}`, { state: 'published' })).status).toBe(200);
  return { id, slug, pub: `/api/v1/public/conferences/${slug}`, own: `/conferences/${id}` };
}
async function talkOf({ id }: Made, more: Record<string, unknown> = {}) {
  const venue = (await staff('POST', '/venues', { title: 'Hall', conferenceId: id })).body.id;
  const speakers = [{ name: '张三', unit: '协和', title: '教授' }];
  const answer = await staff('POST', `/venues/${venue}/talks`, { title: '报告', speakers, ...more });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return { venue, talk: answer.body.id as string };
}

beforeAll(async () => {
  test = await startTestServer({ ROSTRUM_SMS_SPACING: '0', ROSTRUM_PUBLIC_URL: '' });
  cookie = await logIn(test.base);
}, 60_000);
afterAll(() => test?.close());

describe('registration', () => {
  it('asks the fields of the conference, checks them, and is known to the profile afterwards', async () => {
    const { pub } = await conference({
      fields: [...onlyHospital, { field: 'title', required: true }],
    });
    const person = await byPhone();
    expect((await person.get(`${pub}/registration`)).body).toMatchObject({
      state: null,
      form: 'open',
      answers: { hospital: '' },
    });
    const part = await person.post(`${pub}/registration`, { answers: hospital });
    expect([part.status, part.body.error.code]).toEqual([422, 'registration.incomplete']);
    const odd = { ...hospital, title: { code: 'nonsense', label: '', version: '' } };
    expect((await person.post(`${pub}/registration`, { answers: odd })).status).toBe(400);
    const other = { ...hospital, title: { code: 'other', label: '访问学者', version: '' }, position: '主任' };
    const done = await person.post(`${pub}/registration`, { answers: other });
    expect(done.body).toMatchObject({ state: 'approved', answers: { title: { label: '访问学者' } } });
    expect(done.body.answers.position).toBeUndefined();
    const elsewhere = await conference();
    expect((await person.get(`${elsewhere.pub}/registration`)).body.answers).toEqual(hospital);
  });

  it('fault 52: fields that are not of the form are refused or ignored, a state cannot be set', async () => {
    const { pub } = await conference({ registration: { ...registration, approval: true } });
    const person = await byPhone();
    const answer = await person.post(`${pub}/registration`, { answers: hospital, state: 'approved' });
    expect(answer.status).toBe(400);
    const done = await person.post(`${pub}/registration`, { answers: { ...hospital, role: 'admin' } });
    expect(done.body).toMatchObject({ state: 'pending' });
    expect(done.body.answers).toEqual(hospital);
  });

  it('lets the next who waits move up when somebody leaves, in order, and tells them', async () => {
    const { pub, id } = await conference({ registration: { ...registration, capacity: 1 } });
    const phones = [nextPhone(), nextPhone(), nextPhone()];
    const people = await Promise.all(phones.map((phone) => byPhone(phone)));
    const states: unknown[] = [];
    for (const person of people) {
      const { body } = await person.post(`${pub}/registration`, { answers: hospital });
      states.push([body.state, body.ahead]);
    }
    expect(states).toEqual([
      ['approved', null],
      ['waiting', 0],
      ['waiting', 1],
    ]);
    expect((await people[0]!.call('DELETE', `${pub}/registration`)).body.state).toBe('cancelled');
    expect((await people[1]!.get(`${pub}/registration`)).body.state).toBe('approved');
    expect((await people[2]!.get(`${pub}/registration`)).body).toMatchObject({ state: 'waiting', ahead: 0 });
    await vi.waitUntil(async () => (await sms()).includes(phones[1]!), { timeout: 15_000 });
    expect((await staff('GET', `/conferences/${id}`)).body.registration.capacity).toBe(1);
    await staff('PATCH', `/conferences/${id}`, { registration: { ...registration, capacity: 2 } });
    await vi.waitUntil(async () => (await people[2]!.get(`${pub}/registration`)).body.state === 'approved');
  });

  it('race: of twelve at once for four places four are approved, the others wait in order', async () => {
    const { pub, own } = await conference({ registration: { ...registration, capacity: 4 } });
    const people = await Promise.all(Array.from({ length: 12 }, () => byPhone()));
    const answers = await Promise.all(
      people.map((person) => person.post(`${pub}/registration`, { answers: hospital })),
    );
    expect(answers.filter(({ body }) => body.state === 'approved')).toHaveLength(4);
    expect((await staff('GET', `${own}/registrations`)).body.counts).toMatchObject({
      approved: 4,
      waiting: 8,
      capacity: 4,
    });
  });

  it('is listed, filtered, decided in bulk and exported by the staff', async () => {
    const { pub, own } = await conference({
      registration: { ...registration, approval: true, capacity: 2 },
    });
    const phones = [nextPhone(), nextPhone(), nextPhone()];
    const people = await Promise.all(phones.map((phone) => byPhone(phone)));
    for (const [n, person] of people.entries())
      await person.post(`${pub}/registration`, { answers: { hospital: `医院${n}` } });
    const list = async (query: string) => (await staff('GET', `${own}/registrations?${query}`)).body;
    expect(await list('')).toMatchObject({ total: 3, next: null });
    expect((await list('q=医院1')).items).toMatchObject([{ hospital: '医院1', phone: phones[1] }]);
    expect((await list(`q=${encodeURIComponent(phones[2]!)}`)).items).toMatchObject([{ hospital: '医院2' }]);
    expect((await list('state=approved')).total).toBe(0);
    const first = await list('limit=2&sort=hospital');
    const rest = await list(`limit=2&sort=hospital&cursor=${first.next}`);
    expect([...first.items, ...rest.items].map(({ hospital }: { hospital: string }) => hospital)).toEqual([
      '医院0',
      '医院1',
      '医院2',
    ]);
    expect((await staff('GET', `${own}/registrations?sort=password`)).status).toBe(400);
    const decided = await staff('POST', `${own}/registrations/decide`, {
      filter: {},
      state: 'approved',
      note: '欢迎',
      tell: false,
    });
    expect(decided.body).toEqual({ approved: 2, waiting: 1, refused: 0, pending: 0, unchanged: 0 });
    expect((await people[0]!.get(`${pub}/registration`)).body).toMatchObject({
      state: 'approved',
      note: '欢迎',
    });
    const ids = (await list('state=approved&sort=hospital')).items.map(
      ({ userId }: { userId: string }) => userId,
    );
    await staff('POST', `${own}/registrations/decide`, { ids: [ids[0]], state: 'refused', note: '名额' });
    expect((await people[2]!.get(`${pub}/registration`)).body.state).toBe('approved');
    const again = await people[0]!.post(`${pub}/registration`, { answers: hospital });
    expect(again.body.error.code).toBe('registration.refused');
    const file = await fetch(`${test.base}/api/v1${own}/registrations.xlsx?fields=name,hospital`, {
      headers: { cookie },
    });
    expect(file.status).toBe(200);
    expect(Buffer.from(await file.arrayBuffer()).toString('latin1', 0, 2)).toBe('PK');
  });

  it('of a draft is not there, and needs a log-in', async () => {
    const draft = await staff('POST', '/conferences', {
      slug: 'hidden-one',
      titleZh: 'x',
      startDate: '2026-12-01',
      endDate: '2026-12-02',
    });
    expect(draft.status).toBe(201);
    const person = await byPhone();
    expect((await person.get('/api/v1/public/conferences/hidden-one/registration')).status).toBe(404);
    const { pub } = await conference();
    expect((await ask(test.base, 'GET', `${pub}/registration`)).status).toBe(401);
  });
});

describe('delegate lists', () => {
  it('let in who is on them by the phone, or by name and ID tail; guessing is limited and tells nothing', async () => {
    const { id, pub, own } = await conference();
    const list = (await staff('POST', `${own}/delegate-lists`, { name: '代表' })).body;
    const phone = nextPhone();
    const csv = `姓名,手机,证件后四位,级别\n张三,${phone.slice(3)},,金卡\n李四,,123X,\n`;
    const seen = await upload(`${own}/delegate-lists/${list.id}/import?name=a.csv`, csv);
    expect([seen.status, seen.body.state, seen.body.sample.length]).toEqual([201, 'ready', 2]);
    const begun = await staff('POST', `${own}/delegate-imports/${seen.body.id}/apply`, {});
    expect(begun.status).toBe(202);
    const state = async () => (await staff('GET', `${own}/delegate-imports/${seen.body.id}`)).body;
    await vi.waitUntil(async () => (await state()).state === 'done', { timeout: 15_000 });
    expect((await state()).counts).toMatchObject({ rows: 2, added: 2, errors: 0 });
    const { facts } = test.server.audience;
    const listed = await byPhone(phone);
    const me = (await listed.me()).body.id;
    expect(await facts.factsOf(me, id)).toMatchObject({
      lists: new Set([list.id]),
      tiers: new Set(['金卡']),
    });
    const other = await byPhone();
    const claim = (name: string, idTail: string) => other.post(`${pub}/delegate`, { name, idTail });
    const wrong = [await claim('李四', '1239'), await claim('王五', '123X'), await claim('张三', '1234')];
    expect(new Set(wrong.map(({ status, body }) => `${status} ${JSON.stringify(body)}`)).size).toBe(1);
    expect(wrong[0]!.body.error.code).toBe('delegate.notMatched');
    expect((await claim('李四', '123x')).body).toEqual({ lists: [list.id] });
    for (let n = 0; n < 4; n++) await claim('某人', '0000');
    expect((await claim('某人', '0001')).status).toBe(429);
    const shown = (await staff('GET', `${own}/delegate-lists/${list.id}/delegates`)).body;
    expect(
      shown.items.map(({ phone: text, present }: { phone: string; present: boolean }) => [text, present]),
    ).toEqual([
      [`${phone.slice(3, 6)}****${phone.slice(-4)}`, true],
      ['', true],
    ]);
  });

  it('faults 68, 74: a list, an import or a batch of another conference is not there', async () => {
    const [one, other] = [await conference(), await conference()];
    const list = (await staff('POST', `${one.own}/delegate-lists`, { name: 'L' })).body.id;
    const batch = (
      await staff('POST', `${one.own}/code-batches`, { name: 'B', codes: 1, uses: 1, expiresAt: null })
    ).body.id;
    const brought = await upload(`${one.own}/delegate-lists/${list}/import`, '手机\n13700001111\n');
    for (const [method, path] of [
      ['GET', `/delegate-lists/${list}/delegates`],
      ['DELETE', `/delegate-lists/${list}`],
      ['GET', `/delegate-imports/${brought.body.id}`],
      ['POST', `/delegate-imports/${brought.body.id}/apply`],
      ['GET', `/code-batches/${batch}/codes.csv`],
      ['DELETE', `/code-batches/${batch}`],
    ] as const)
      expect([
        path,
        (await staff(method, `${other.own}${path}`, method === 'POST' ? {} : undefined)).status,
      ]).toEqual([path, 404]);
    expect((await upload(`${other.own}/delegate-lists/${list}/import`, '手机\n')).status).toBe(404);
  });
});

it('a code lets its people in until its batch is revoked; its name is the staff’s', async () => {
  const { id, pub, own } = await conference();
  const batch = (
    await staff('POST', `${own}/code-batches`, { name: '内部', codes: 2, uses: 1, expiresAt: null })
  ).body;
  const csv = (await staff('GET', `${own}/code-batches/${batch.id}/codes.csv`)).body as string;
  const code = /[A-Z2-9]{5}-[A-Z2-9]{5}/.exec(csv)![0];
  const person = await byPhone();
  expect((await person.post(`${pub}/code`, { code: ` ${code.toLowerCase()} ` })).body).toEqual({
    ...{ batch: { id: batch.id, name: '' }, again: false },
  });
  const late = await (await byPhone()).post(`${pub}/code`, { code });
  expect(late.body.error.code).toBe('code.usedUp');
  const { facts } = test.server.audience;
  const me = (await person.me()).body.id;
  expect((await facts.factsOf(me, id)).batches.size).toBe(1);
  expect((await staff('DELETE', `${own}/code-batches/${batch.id}`)).status).toBe(204);
  expect((await facts.factsOf(me, id)).batches.size).toBe(0);
});

it('a grant is given to accounts and to phones of people to come, and taken back', async () => {
  const { id, own } = await conference();
  const { venue } = await talkOf({ id } as Made);
  const [early, late] = [nextPhone(), nextPhone()];
  const first = (await (await byPhone(early)).me()).body.id;
  const thing = { kind: 'venue', id: venue };
  const given = await staff('POST', `${own}/grants`, {
    userIds: [first, 'nobody'],
    phones: [late, '12'],
    thing,
    fen: 5000,
    note: '对公转账',
  });
  expect(given.body).toEqual({ made: 2, same: 0, refused: ['nobody', '12'] });
  const second = (await (await byPhone(late)).me()).body.id;
  const { facts } = test.server.audience;
  for (const user of [first, second]) expect((await facts.factsOf(user, id)).grants).toEqual([thing]);
  expect((await staff('POST', `${own}/grants`, { userIds: [first], thing })).body).toMatchObject({
    made: 0,
    same: 1,
  });
  const foreign = await conference();
  expect((await staff('POST', `${foreign.own}/grants`, { userIds: [first], thing })).status).toBe(404);
  const list = (await staff('GET', `${own}/grants`)).body;
  expect(list.total).toBe(2);
  for (const { id: grant } of list.items) await staff('DELETE', `${own}/grants/${grant}`);
  for (const user of [first, second]) expect((await facts.factsOf(user, id)).grants).toEqual([]);
  expect((await staff('GET', `${own}/grants?revoked=no`)).body.total).toBe(0);
});

describe('a speaker', () => {
  const yes = { replay: 'all', download: true, embargo: null, reviewFirst: false, reviewed: false };

  it('answers by a link and a code to the phone on file, changes it later, and the strictest holds', async () => {
    const meeting = await conference({ replayPolicy: 'consent' });
    const { talk } = await talkOf(meeting);
    const { consents } = test.server.audience;
    expect(consents.verdict(talk).out).toBe('no');
    const phone = nextPhone();
    const link = await staff('POST', `${meeting.own}/consents/${talk}/link`, { name: '张三', phone });
    expect(link.status).toBe(201);
    const token = link.body.url.split('/consent#')[1];
    const speak = (path: string, body: object, cookies = '') =>
      ask(
        test.base,
        'POST',
        `/api/v1/consent/${path}`,
        { token, ...body },
        cookies ? { cookie: cookies } : {},
      );
    const opened = (await speak('open', {})).body;
    expect(opened).toMatchObject({
      name: '张三',
      phoneTail: phone.slice(-4),
      confirmed: false,
      answer: null,
    });
    expect(JSON.stringify(opened)).not.toContain(phone.slice(3));
    expect((await speak('answer', { answer: yes })).body.error.code).toBe('consent.code');
    expect((await speak('code', {})).body).toMatchObject({ phoneTail: phone.slice(-4) });
    const code = await lastCode(test.dataDir, phone);
    const wrong = code === '000000' ? '111111' : '000000';
    expect((await speak('answer', { answer: yes, code: wrong })).body.error.code).toBe('consent.code');
    const answered = await speak('answer', { answer: yes, code });
    expect(answered.body).toMatchObject({ confirmed: true, answer: yes });
    expect(consents.verdict(talk)).toEqual({ out: 'yes', from: null, download: true });
    const cookies = answered.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    await speak('answer', { answer: { ...yes, replay: 'nobody', download: false } }, cookies);
    expect(consents.verdict(talk)).toEqual({ out: 'no', from: null, download: false });
    expect((await speak('open', {})).body).toMatchObject({ confirmed: false, answer: { replay: 'nobody' } });
    const listed = (await staff('GET', `${meeting.own}/consents?state=answered`)).body.items;
    expect(listed).toMatchObject([
      { talkId: talk, state: 'answered', missing: [], consents: [{ answeredBy: 'speaker' }] },
    ]);
    const gone = `${meeting.own}/consents/${talk}/${link.body.consent.id}/links`;
    expect((await staff('DELETE', gone)).status).toBe(204);
    expect((await speak('open', {})).body.error.code).toBe('consent.link');
    expect((await speak('answer', { answer: yes }, cookies)).body.error.code).toBe('consent.link');
    expect(consents.verdict(talk).out).toBe('no');
  });

  it('sees the replay before it is published, on one device, until the link is revoked', async () => {
    const meeting = await conference({ replayPolicy: 'consent' });
    const { talk, venue } = await talkOf(meeting);
    const phone = nextPhone();
    const link = await staff('POST', `${meeting.own}/consents/${talk}/link`, { name: '张三', phone });
    const token = link.body.url.split('#')[1];
    const device = 'device-of-the-speaker-1';
    const speak = (path: string, body: object, headers = {}) =>
      ask(test.base, 'POST', `/api/v1/consent/${path}`, { token, ...body }, headers);
    const replay = async (on: string) => {
      const { body } = await ask(test.base, 'POST', `/api/v1/public/venues/${venue}/sitting`, {
        ...{ talkId: talk, device: on, takeOver: false },
      });
      const own = body.talks.find(({ id }: { id: string }) => id === talk) ?? body;
      return own.replay.allowed as boolean;
    };
    expect(await replay(device)).toBe(false);
    expect((await speak('review', { device })).body.error.code).toBe('consent.code');
    await speak('code', {});
    const code = await lastCode(test.dataDir, phone);
    const confirmed = await speak('confirm', { code });
    const cookie = confirmed.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    expect((await speak('review', { device }, { cookie })).status).toBe(204);
    expect([await replay(device), await replay('device-of-somebody-1')]).toEqual([true, false]);
    await staff('DELETE', `${meeting.own}/consents/${talk}/${link.body.consent.id}/links`);
    await vi.waitUntil(async () => !(await replay(device)), { timeout: 10_000 });
  });

  it('is reminded once a day by a link of its own, while the first goes on working', async () => {
    const meeting = await conference({ replayPolicy: 'consent' });
    const { talk } = await talkOf(meeting);
    const phone = nextPhone();
    const link = await staff('POST', `${meeting.own}/consents/${talk}/link`, { name: '张三', phone });
    const remind = () => staff('POST', `${meeting.own}/consents/remind`, { talkIds: [talk] });
    expect((await remind()).body).toEqual({ sent: 1, skipped: 0 });
    expect((await remind()).body).toEqual({ sent: 0, skipped: 1 });
    await vi.waitUntil(async () => (await sms()).includes(phone), { timeout: 15_000 });
    const line = (await sms()).split('\n').findLast((text) => text.includes(phone))!;
    const second = /consent#([\w-]+)/.exec(line)![1];
    const first = link.body.url.split('#')[1];
    expect(second).not.toBe(first);
    for (const token of [first, second])
      expect((await ask(test.base, 'POST', '/api/v1/consent/open', { token })).status).toBe(200);
  });

  it('gets the link and the reminder by e-mail too, which the log never tells', async () => {
    const meeting = await conference({ replayPolicy: 'consent' });
    const { talk } = await talkOf(meeting);
    const mails = async () =>
      (await readFile(join(test.dataDir, 'mail.log'), 'utf8').catch(() => ''))
        .split('\n')
        .filter((line) => line.includes('zhangsan@example.org'));
    const contact = { name: '张三', email: 'zhangsan@example.org', send: true };
    const link = await staff('POST', `${meeting.own}/consents/${talk}/link`, contact);
    expect(link.status).toBe(201);
    await vi.waitUntil(async () => (await mails()).length === 1, { timeout: 15_000 });
    expect((await mails())[0]).toContain(link.body.url);
    const remind = await staff('POST', `${meeting.own}/consents/remind`, { talkIds: [talk] });
    expect(remind.body).toEqual({ sent: 1, skipped: 0 });
    await vi.waitUntil(async () => (await mails()).length === 2, { timeout: 15_000 });
    expect(test.logged()).not.toContain('zhangsan');
    expect(test.logged()).not.toContain(link.body.url.split('#')[1]);
    const nowhere = { name: '李四', send: true };
    const refused = await staff('POST', `${meeting.own}/consents/${talk}/link`, nowhere);
    expect(refused.body.error.code).toBe('consent.noPhone');
  });

  it('of whom only the e-mail is known confirms by a code to it, and by no other', async () => {
    const meeting = await conference({ replayPolicy: 'consent' });
    const { talk } = await talkOf(meeting);
    const email = 'prof.wu@hospital.example.org';
    const linkOf = (more: object) =>
      staff('POST', `${meeting.own}/consents/${talk}/link`, { name: '张三', ...more });
    const token = (await linkOf({ email })).body.url.split('/consent#')[1];
    const speak = (path: string, body: object = {}) =>
      ask(test.base, 'POST', `/api/v1/consent/${path}`, { token, ...body });
    const opened = (await speak('open')).body;
    expect(opened).toMatchObject({ phoneTail: null, email: 'p…@hospital.example.org', confirmed: false });
    expect((await speak('code')).body).toMatchObject({ phoneTail: null, email: 'p…@hospital.example.org' });
    expect((await speak('code')).body.error.code).toBe('request.tooMany');
    const line = (await readFile(join(test.dataDir, 'mail.log'), 'utf8'))
      .split('\n')
      .findLast((one) => one.includes(email));
    const code = /\d{6}/.exec(line ?? '')![0];
    const wrong = code === '000000' ? '111111' : '000000';
    expect((await speak('answer', { answer: yes, code: wrong })).body.error.code).toBe('consent.code');
    expect((await speak('answer', { answer: yes, code })).body).toMatchObject({ answer: yes });
    expect((await speak('answer', { answer: yes, code })).body.error.code).toBe('consent.code');
    expect(test.logged()).not.toContain('prof.wu');
    expect(test.logged()).not.toContain(code);
  });

  it('is let in by a link that works however many from the same address answer; who guesses links is not', async () => {
    const meeting = await conference({ replayPolicy: 'consent' });
    const { talk } = await talkOf(meeting);
    const link = await staff('POST', `${meeting.own}/consents/${talk}/link`, { name: '张三' });
    const token = link.body.url.split('/consent#')[1];
    const open = async (text: string) =>
      (await ask(test.base, 'POST', '/api/v1/consent/open', { token: text })).status;
    const guesses: number[] = [];
    for (let i = 0; i < 22; i++) {
      expect(await open(token)).toBe(200);
      guesses.push(await open(`${i}`.padStart(43, 'x')));
    }
    expect(guesses[0]).toBe(403);
    expect(guesses.at(-1)).toBe(429);
  });

  it('keeps the link they have when another cannot be sent', async () => {
    const meeting = await conference({ replayPolicy: 'consent' });
    const { talk } = await talkOf(meeting);
    const link = (more: object) =>
      staff('POST', `${meeting.own}/consents/${talk}/link`, { name: '张三', ...more });
    const token = (await link({})).body.url.split('/consent#')[1];
    expect((await link({ send: true })).body.error.code).toBe('consent.noPhone');
    expect((await ask(test.base, 'POST', '/api/v1/consent/open', { token })).status).toBe(200);
  });

  it('may answer on paper: the staff record it with a note', async () => {
    const meeting = await conference({ replayPolicy: 'consent' });
    const { talk } = await talkOf(meeting);
    const path = `${meeting.own}/consents/${talk}`;
    expect((await staff('PATCH', path, { name: '张三', answer: yes, note: '' })).status).toBe(400);
    const answer = { ...yes, replay: 'delegates' };
    const recorded = await staff('PATCH', path, { name: '张三', answer, note: '纸质授权书 3 号' });
    expect(recorded.body).toMatchObject({
      state: 'answered',
      verdict: { out: 'delegates' },
      consents: [{ answeredBy: 'staff', note: '纸质授权书 3 号' }],
    });
    const { id } = recorded.body.consents[0];
    const back = await staff('PATCH', path, { consentId: id, answer: null, note: '撤回' });
    expect(back.body).toMatchObject({ state: 'waiting', verdict: { out: 'no' } });
  });

  it('policy: what silence means follows the conference at once', async () => {
    const meeting = await conference({ replayPolicy: 'consent' });
    const { talk } = await talkOf(meeting);
    const { consents } = test.server.audience;
    const told = vi.fn();
    consents.onChanged(told);
    expect(consents.verdict(talk).out).toBe('no');
    await staff('PATCH', `/conferences/${meeting.id}`, { replayPolicy: 'unless-refused' });
    expect(consents.verdict(talk).out).toBe('yes');
    expect(told).toHaveBeenCalled();
  });

  it('keeps contacts out of the programme, the database in plain, and the log', async () => {
    const meeting = await conference();
    const { talk, venue } = await talkOf(meeting);
    const phone = nextPhone();
    const email = 'zhang.san@hospital.example';
    const link = await staff('POST', `${meeting.own}/consents/${talk}/link`, { name: '张三', phone, email });
    expect(link.body.consent).toMatchObject({ phone: expect.stringContaining('****'), email });
    const token = link.body.url.split('#')[1];
    const seen = JSON.stringify((await ask(test.base, 'GET', `/api/v1/public/venues/${venue}/talks`)).body);
    const { rows } = await test.server.audience.db.execute(
      `SELECT p::text || l::text || c::text AS row FROM conference_person p
       JOIN consent c ON c.person_id = p.id JOIN consent_link l ON l.consent_id = c.id WHERE c.talk_id = '${talk}'`,
    );
    for (const text of [seen, JSON.stringify(rows), test.logged()])
      for (const secret of [phone.slice(3), email, token]) expect(text).not.toContain(secret);
  });
});

it('预约: a reminder is sent once, 15 minutes before, following the programme', async () => {
  const meeting = await conference();
  const start = Date.now() + 3600_000;
  const { talk } = await talkOf(meeting, { plannedStart: start, plannedMinutes: 20 });
  const phone = nextPhone();
  const person = await byPhone(phone);
  const asked = await person.post(`${meeting.pub}/reminder`, { talkId: talk });
  expect(asked.body).toMatchObject({ reminders: [{ talkId: talk, start, sentAt: null }] });
  expect((await person.post(`${meeting.pub}/reminder`, { talkId: 'none' })).status).toBe(404);
  const { reminders } = test.server.audience;
  await reminders.run();
  expect((await person.get(`${meeting.pub}/reminder`)).body.reminders[0].sentAt).toBeNull();
  await staff('PATCH', `/talks/${talk}`, { plannedStart: Date.now() + 14 * 60_000 });
  await reminders.run();
  await reminders.run();
  const sent = async () =>
    (await sms()).split('\n').filter((line) => line.includes(phone) && line.includes('报告'));
  await vi.waitUntil(async () => (await sent()).length > 0, { timeout: 15_000 });
  await reminders.run();
  await test.server.audience.notices.run();
  expect(await sent()).toHaveLength(1);
  expect((await person.get(`${meeting.pub}/reminder`)).body.reminders[0].sentAt).not.toBeNull();
});

it('预约: of what has begun or is cancelled nobody is promised a reminder', async () => {
  const today = new Date().toISOString().slice(0, 10);
  const meeting = await conference({ startDate: today, endDate: today });
  const at = (minutes: number) => ({ plannedStart: Date.now() + minutes * 60_000, plannedMinutes: 20 });
  const { talk: over } = await talkOf(meeting, at(-60));
  const { talk: ahead } = await talkOf(meeting, at(60));
  const { talk: off } = await talkOf(meeting, at(90));
  await staff('PATCH', `/talks/${off}`, { state: 'cancelled' });
  const person = await byPhone(nextPhone());
  const promise = async (talkId: string | null) =>
    (await person.post(`${meeting.pub}/reminder`, { talkId })).body.error?.code;
  for (const talkId of [null, over, off]) expect(await promise(talkId)).toBe('reminder.begun');
  expect(await promise(ahead)).toBeUndefined();
});

it('a person takes their data along, and deletes it; lists and books stay without them', async () => {
  const { id, pub, own } = await conference();
  const phone = nextPhone();
  const person = await byPhone(phone);
  const me = (await person.me()).body.id;
  await person.post(`${pub}/registration`, { answers: hospital });
  await person.post(`${pub}/reminder`, { talkId: null });
  await staff('POST', `${own}/grants`, {
    userIds: [me],
    thing: { kind: 'conference', id },
    fen: 100,
    note: '王先生',
  });
  const { personalData } = test.server.accounts;
  const data = await personalData.export(me);
  expect(data).toMatchObject({
    registrations: [{ conferenceId: id, answers: hospital }],
    grants: [{ fen: 100 }],
    reminders: [{ talkId: '' }],
  });
  await personalData.erase(me);
  expect(await personalData.export(me)).not.toHaveProperty('registrations');
  expect((await staff('GET', `${own}/registrations`)).body.total).toBe(0);
  expect((await staff('GET', `${own}/grants`)).body.items).toMatchObject([
    { userId: null, note: '', fen: 100 },
  ]);
});
