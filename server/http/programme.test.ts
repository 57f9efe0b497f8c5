import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { writeWorkbook } from '#conference/sheet/workbook-writer.ts';
import { programmeSchema } from '#contracts/conference.ts';
import { ask, logIn, startTestServer, type TestServer } from '#tests/faults/server-double.ts';

vi.setConfig({ testTimeout: 30_000 });

let test: TestServer;
let cookie: string;
let conference: { id: string; slug: string };
let n = 0;
const call = (method: string, path: string, body?: unknown) =>
  ask(test.base, method, `/api/v1${path}`, body, { cookie });
const minute = 60_000;
/** 08:00 on the first day in Shanghai. */
const morning = Date.parse('2026-11-22T08:00:00+08:00');
const at = (minutes: number) => morning + minutes * minute;
const of = (path: string) => `/conferences/${conference.id}${path}`;
const open = (path: string) => `/public/conferences/${conference.slug}${path}`;

const makeVenue = async (title = `Hall ${++n}`): Promise<string> => {
  const { id } = (await call('POST', '/venues', { title, conferenceId: conference.id })).body;
  return id;
};
const addTalk = async (venue: string, title: string, minutes: number, more: object = {}) =>
  (
    await call('POST', `/venues/${venue}/talks`, {
      title,
      plannedStart: at(minutes),
      plannedMinutes: 20,
      ...more,
    })
  ).body;
const starts = async (venue: string): Promise<[string, number][]> => {
  const { talks } = (await call('GET', `/venues/${venue}/talks`)).body;
  return talks.map((talk: { title: string; plannedStart: number }) => [
    talk.title,
    (talk.plannedStart - morning) / minute,
  ]);
};
const upload = async (bytes: Uint8Array | string) => {
  const response = await fetch(`${test.base}/api/v1${of('/imports?name=x')}`, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/octet-stream' },
    body: bytes as BodyInit,
  });
  return { status: response.status, body: await response.json() };
};

beforeAll(async () => {
  test = await startTestServer({ ROSTRUM_OUTSIDE_PRIVATE: '127.0.0.1', ROSTRUM_OUTSIDE_HTTP: 'true' });
  cookie = await logIn(test.base);
  const made = await test.server.conferences.create({
    slug: 'heart-2026',
    state: 'published',
    settings: {
      titleZh: '心血管大会',
      startDate: '2026-11-22',
      endDate: '2026-11-24',
      timeZone: 'Asia/Shanghai',
    },
  });
  conference = made;
}, 60_000);
afterAll(() => test?.close());

describe('the editor', () => {
  it('puts a talk where its time says, into the session it falls into, and marks what changed for viewers', async () => {
    const venue = await makeVenue();
    const session = (
      await call('POST', of('/sessions'), {
        venueId: venue,
        title: 'S',
        chairs: [],
        plannedStart: at(60),
        plannedMinutes: 60,
      })
    ).body;
    await addTalk(venue, 'A', 0);
    const b = await addTalk(venue, 'B', 20);
    await addTalk(venue, 'C', 60);
    const moved = await call('PATCH', `/talks/${b.id}`, { plannedStart: at(80) });
    expect(moved.body).toMatchObject({ sessionId: session.id, changed: { what: ['new', 'time'] } });
    expect(await starts(venue)).toEqual([
      ['A', 0],
      ['C', 60],
      ['B', 80],
    ]);
  });

  it('moves a talk to another venue of the conference, not after it has begun, nor into another conference', async () => {
    const [from, to] = [await makeVenue(), await makeVenue()];
    const talk = await addTalk(from, 'Moves', 0);
    expect((await call('PATCH', `/talks/${talk.id}`, { venueId: to })).body).toMatchObject({ venueId: to });
    expect(await starts(from)).toEqual([]);
    const foreign = (await call('POST', '/venues', { title: 'Elsewhere' })).body.id;
    expect((await call('PATCH', `/talks/${talk.id}`, { venueId: foreign })).body.error.code).toBe(
      'venue.notFound',
    );
    await call('POST', `/venues/${to}/live`, {});
    await call('POST', `/venues/${to}/next-talk`, {});
    expect((await call('PATCH', `/talks/${talk.id}`, { venueId: from })).body.error.code).toBe('talk.begun');
  });

  it('moves the talks of a session with it, and keeps them when it is deleted', async () => {
    const venue = await makeVenue();
    const session = (
      await call('POST', of('/sessions'), {
        venueId: venue,
        title: 'S',
        chairs: [],
        plannedStart: at(0),
        plannedMinutes: 60,
      })
    ).body;
    await addTalk(venue, 'A', 0);
    await addTalk(venue, 'B', 20);
    await call('PATCH', `/sessions/${session.id}`, { plannedStart: at(30) });
    expect(await starts(venue)).toEqual([
      ['A', 30],
      ['B', 50],
    ]);
    expect((await call('DELETE', `/sessions/${session.id}`)).status).toBe(204);
    const { talks } = (await call('GET', `/venues/${venue}/talks`)).body;
    expect(talks.map(({ sessionId }: { sessionId: string | null }) => sessionId)).toEqual([null, null]);
  });
});

describe('the director', () => {
  it('delays the rest of the day; undo puts everything back, unless something later touched it', async () => {
    const venue = await makeVenue();
    const talks = [
      await addTalk(venue, 'A', 0),
      await addTalk(venue, 'B', 20),
      await addTalk(venue, 'C', 40),
    ];
    const answer = await call('POST', of('/programme/delay'), {
      talkId: talks[1].id,
      minutes: 15,
      scope: 'day',
    });
    expect(answer.status).toBe(200);
    expect(await starts(venue)).toEqual([
      ['A', 0],
      ['B', 35],
      ['C', 55],
    ]);
    const undone = await call('POST', of('/programme/undo'));
    expect(await starts(venue)).toEqual([
      ['A', 0],
      ['B', 20],
      ['C', 40],
    ]);
    await call('POST', of('/programme/delay'), { talkId: talks[1].id, minutes: 5, scope: 'talk' });
    const [delay] = (await call('GET', of('/programme/history?limit=1'))).body.items;
    expect(delay).toMatchObject({ kind: 'talk.delay', undone: false });
    await call('PATCH', `/talks/${talks[1].id}`, { title: 'B2' });
    const refused = await call('POST', of('/programme/undo'), { change: delay.id });
    expect(refused.body.error.code).toBe('programme.touched');
    const { items } = (await call('GET', of('/programme/history'))).body;
    expect(items.find(({ id }: { id: number }) => id === undone.body.undone)).toMatchObject({ undone: true });
  });

  it('swaps two talks of two venues, and an undo of the undo swaps them again', async () => {
    const [one, two] = [await makeVenue(), await makeVenue()];
    const [a, b] = [await addTalk(one, 'A', 0), await addTalk(two, 'B', 30)];
    await call('POST', of('/programme/swap'), { a: a.id, b: b.id });
    expect([await starts(one), await starts(two)]).toEqual([[['B', 0]], [['A', 30]]]);
    await call('POST', of('/programme/undo'));
    expect([await starts(one), await starts(two)]).toEqual([[['A', 0]], [['B', 30]]]);
    const [undo] = (await call('GET', of('/programme/history?limit=1'))).body.items;
    await call('POST', of('/programme/undo'), { change: undo.id });
    expect([await starts(one), await starts(two)]).toEqual([[['B', 0]], [['A', 30]]]);
  });

  it('cannot delay what has begun, and a deleted talk comes back by undo', async () => {
    const venue = await makeVenue();
    const talk = await addTalk(venue, 'A', 0);
    await call('DELETE', `/talks/${talk.id}`);
    await call('POST', of('/programme/undo'));
    expect(await starts(venue)).toEqual([['A', 0]]);
    await call('POST', `/venues/${venue}/live`, {});
    await call('POST', `/venues/${venue}/next-talk`, {});
    const refused = await call('POST', of('/programme/delay'), {
      talkId: talk.id,
      minutes: 5,
      scope: 'talk',
    });
    expect(refused.body.error.code).toBe('talk.begun');
  });
});

describe('the feed of open pages', () => {
  it('is whole at first, then what changed, held until something does, within two seconds', async () => {
    const venue = await makeVenue();
    const talk = await addTalk(venue, 'Seen', 0);
    const whole = await vi.waitUntil(async () => {
      const { body } = await ask(test.base, 'GET', `/api/v1${open('/programme')}`);
      return body.talks.some(({ id }: { id: string }) => id === talk.id) && body;
    });
    expect(programmeSchema.parse(whole)).toMatchObject({ full: true, gone: [] });
    const rev = await vi.waitUntil(async () => {
      // Until nothing is on its way any more.
      const { body } = await ask(test.base, 'GET', `/api/v1${open('/programme')}`);
      await new Promise((resolve) => setTimeout(resolve, 150));
      const again = await ask(test.base, 'GET', `/api/v1${open('/programme')}`);
      return again.body.rev === body.rev && body.rev;
    });
    const held = Array.from({ length: 20 }, () =>
      fetch(`${test.base}/api/v1${open(`/programme/changes?after=${rev}`)}`, {
        headers: { 'accept-encoding': 'gzip' },
      }),
    );
    await vi.waitUntil(() => test.server.programme.feed.held === 20);
    const from = Date.now();
    await call('PATCH', `/talks/${talk.id}`, { title: 'Seen anew' });
    const answers = await Promise.all(held.map(async (answer) => (await answer).text()));
    expect(Date.now() - from).toBeLessThan(2000);
    expect(new Set(answers).size).toBe(1);
    const change = programmeSchema.parse(JSON.parse(answers[0]!));
    expect(change).toMatchObject({ full: false, talks: [{ id: talk.id, title: 'Seen anew' }], sessions: [] });
    await call('DELETE', `/talks/${talk.id}`);
    const next = await ask(test.base, 'GET', `/api/v1${open(`/programme/changes?after=${change.rev}`)}`);
    expect(next.body.gone).toEqual([talk.id]);
  });

  it('answers a revision of another time with the whole, and gzip to those who take it', async () => {
    for (const after of [0, 9e15]) {
      const { body } = await ask(test.base, 'GET', `/api/v1${open(`/programme/changes?after=${after}`)}`);
      expect(body.full).toBe(true);
    }
    const raw = await fetch(`${test.base}/api/v1${open('/programme')}`, {
      headers: { 'accept-encoding': 'identity' },
    });
    expect(raw.headers.get('content-encoding')).toBeNull();
    expect(gunzipSync(await test.server.programme.feed.whole(conference.id).gzip())).toEqual(
      Buffer.from(await raw.text()),
    );
  });

  it('tells the state of a venue by itself', async () => {
    const venue = await makeVenue();
    const state = async () =>
      (await ask(test.base, 'GET', `/api/v1${open('/programme')}`)).body.venues.find(
        ({ id }: { id: string }) => id === venue,
      )?.state;
    await vi.waitUntil(async () => (await state()) === 'off', { timeout: 5000 });
    await call('POST', `/venues/${venue}/live`, {});
    await vi.waitUntil(async () => (await state()) === 'live', { timeout: 5000 });
  });

  it('is not there for a draft, except for its staff', async () => {
    await test.server.conferences.create({
      slug: 'draft-2026',
      state: 'draft',
      settings: { titleZh: '草稿', startDate: '2026-11-22', endDate: '2026-11-22' },
    });
    const path = '/api/v1/public/conferences/draft-2026/programme';
    expect((await ask(test.base, 'GET', path)).status).toBe(404);
    expect((await ask(test.base, 'GET', path, undefined, { cookie })).status).toBe(200);
  });
});

describe('import and export', () => {
  const sheet = (rows: (string | number)[][]) =>
    writeWorkbook([{ name: '11月23日', header: ['编号', '时间', '会场', '题目', '讲者'], rows }]);

  it('is looked at, applied as one change, applied again by code without losing anything, and undone as one', async () => {
    const preview = await upload(
      sheet([
        ['K1', '8:30-8:50', '导入一厅', '报告一', '张三（协和医院）'],
        ['K2', '08：50～09：10', '导入一厅', '报告二', '李四 教授/瑞金医院'],
        ['K3', '坏', '导入二厅', '报告三', ''],
        ['K4', '99:00-99:20', '导入二厅', '报告四', ''],
      ]),
    );
    expect(preview.status).toBe(200);
    expect(preview.body).toMatchObject({
      format: 'xlsx',
      newVenues: ['导入一厅', '导入二厅'],
      counts: { add: 3, error: 1 },
    });
    expect(preview.body.rows[3].problems[0].zh).toContain('B5');
    const applied = await call('POST', of(`/imports/${preview.body.id}/apply`), {});
    expect(applied.body).toMatchObject({ counts: { add: 3 }, cancelled: 0 });
    const talks = () =>
      test.server.programme.editor.talks(conference.id).filter(({ key }) => key?.startsWith('K'));
    const [k1] = talks().filter(({ key }) => key === 'K1');
    expect(k1).toMatchObject({
      title: '报告一',
      plannedMinutes: 20,
      speakers: [{ name: '张三', unit: '协和医院' }],
    });
    await test.server.programme.editor.updateTalk({ id: 'x', name: 'x' }, k1!.id, { download: 'pdf' });
    const again = await upload(
      sheet([
        ['K1', '10:00-10:30', '导入一厅', '报告一（改）', '张三（协和医院）'],
        ['K2', '8:50-9:10', '导入一厅', '报告二', '李四 教授/瑞金医院'],
      ]),
    );
    expect(again.body.counts).toMatchObject({ change: 1, same: 1, add: 0 });
    expect(again.body.missing.map(({ title }: { title: string }) => title)).toEqual(['报告三']);
    const result = await call('POST', of(`/imports/${again.body.id}/apply`), { cancelMissing: true });
    expect(result.body).toMatchObject({ cancelled: 1 });
    expect(talks().find(({ key }) => key === 'K1')).toMatchObject({
      id: k1!.id,
      title: '报告一（改）',
      download: 'pdf',
      plannedMinutes: 30,
    });
    expect(talks().find(({ key }) => key === 'K3')).toMatchObject({ state: 'cancelled' });
    await call('POST', of('/programme/undo'), { change: result.body.change });
    expect(talks().find(({ key }) => key === 'K1')).toMatchObject({ title: '报告一', plannedMinutes: 20 });
    expect(talks().find(({ key }) => key === 'K3')).toMatchObject({ state: 'planned' });
    expect((await call('POST', of(`/imports/${again.body.id}/apply`), {})).status).toBe(404);
  });

  it('refuses what is no programme, with a reason', async () => {
    expect((await upload('hello')).body.error.code).toBe('import.kind');
    expect((await upload('{"a":1}')).body.error.code).toBe('import.kind');
    expect((await upload(Buffer.from('PK\x03\x04broken'))).body.error.code).toBe('import.broken');
    expect(
      (await upload(writeWorkbook([{ name: 'x', header: ['foo'], rows: [['bar']] }]))).body.error.code,
    ).toBe('import.empty');
  });

  it('what was exported as a workbook or a calendar is the same when it is brought in again', async () => {
    const venue = await makeVenue('往返厅');
    await call('POST', of('/sessions'), {
      ...{ venueId: venue, title: '往返单元', plannedStart: at(0), plannedMinutes: 60 },
      chairs: [{ name: '王伟', unit: '华西医院', title: '教授' }],
    });
    await addTalk(venue, '=1+1 的陷阱', 0, {
      speakers: [{ name: '张三', unit: '协和医院', title: '主任医师' }],
      abstract: '-摘要',
    });
    await addTalk(venue, '讨论', 20, { type: 'discussion' });
    await addTalk(venue, '之后', 90);
    for (const kind of ['xlsx', 'ics']) {
      const file = await fetch(`${test.base}/api/v1${of(`/programme.${kind}`)}`, { headers: { cookie } });
      expect(file.status).toBe(200);
      const preview = await upload(new Uint8Array(await file.arrayBuffer()));
      const other = preview.body.rows.filter(({ action }: { action: string }) => action !== 'same');
      if (kind === 'xlsx') expect(other).toEqual([]);
      expect(preview.body.counts).toMatchObject({ add: 0, error: 0 });
    }
  });

  it('a source at an address inside is refused', async () => {
    const refused = await call('POST', of('/sources'), { url: 'https://127.0.0.2/x.ics', everyMinutes: 5 });
    expect(refused.body.error.code).toBe('outside.refused');
    expect((await call('POST', of('/imports/url'), { url: 'https://10.0.0.1/' })).body.error.code).toBe(
      'outside.refused',
    );
  });

  it('a source is asked, applied, the same again is not, and a broken answer is said', async () => {
    let body = '';
    const event = (title: string) =>
      `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:s1@far\r\nDTSTART:20261124T010000Z\r\nDURATION:PT15M\r\nLOCATION:远方厅\r\nSUMMARY:${title}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`;
    const far = createServer((_request, response) => response.end(body));
    await new Promise<void>((resolve) => far.listen(0, '127.0.0.1', resolve));
    try {
      const url = `http://127.0.0.1:${(far.address() as AddressInfo).port}/x.ics`;
      const source = (await call('POST', of('/sources'), { url, everyMinutes: 60 })).body;
      const run = async (answer: string) => {
        body = answer;
        return (await call('POST', of(`/sources/${source.id}/run`))).body.result;
      };
      const titles = () =>
        test.server.programme.editor
          .talks(conference.id)
          .flatMap(({ key, title }) => (key === 's1@far' ? [title] : []));
      expect(await run(event('One'))).toMatchObject({ state: 'applied', counts: { add: 1 } });
      expect(await run(event('One'))).toMatchObject({ state: 'same' });
      expect(await run(event('Two'))).toMatchObject({ state: 'applied', counts: { change: 1 } });
      expect(titles()).toEqual(['Two']);
      expect(await run('nothing')).toMatchObject({
        state: 'failed',
        message: { en: expect.stringContaining('not a programme') },
      });
      expect((await call('DELETE', of(`/sources/${source.id}`))).status).toBe(204);
      expect((await call('GET', of('/sources'))).body.items).toEqual([]);
    } finally {
      far.close();
    }
  });

  it('everyone may have the calendar and the printed programme; the template is read by the import', async () => {
    const ics = await fetch(`${test.base}/api/v1${open('/programme.ics')}`);
    expect(ics.headers.get('content-type')).toContain('text/calendar');
    expect(await ics.text()).toContain('BEGIN:VTIMEZONE\r\nTZID:Asia/Shanghai');
    const pdf = await fetch(`${test.base}/api/v1${open('/programme.pdf')}`);
    expect(Buffer.from(await pdf.arrayBuffer()).toString('latin1', 0, 5)).toBe('%PDF-');
    const template = await fetch(`${test.base}/api/v1/programme-template.xlsx?conference=${conference.id}`);
    const preview = await upload(new Uint8Array(await template.arrayBuffer()));
    expect(preview.body.counts).toMatchObject({ add: 6, error: 0 });
  });
});

it('a conference made after another has its programme at the new dates, planned, without marks', async () => {
  const venue = await makeVenue('Copied');
  const chairs = [{ name: '王伟', unit: '', title: '' }];
  const made = { venueId: venue, title: 'S', chairs, plannedStart: at(0), plannedMinutes: 60 };
  await call('POST', of('/sessions'), made);
  await addTalk(venue, 'Copied talk', 0);
  const dates = { startDate: '2027-11-22', endDate: '2027-11-24' };
  const copy = await call('POST', '/conferences', {
    slug: 'heart-2027',
    titleZh: '二',
    ...dates,
    copyFrom: conference.id,
  });
  const { talks, sessions } = (await call('GET', `/conferences/${copy.body.id}/programme`)).body;
  const [talk] = talks.filter(({ title }: { title: string }) => title === 'Copied talk');
  expect(talk).toMatchObject({ plannedStart: at(365 * 24 * 60), state: 'planned', changed: null });
  expect(sessions.find(({ id }: { id: string }) => id === talk.sessionId)).toMatchObject({
    title: 'S',
    chairs,
  });
});

it('courseware follows a talk to another venue', async () => {
  const moved = vi.spyOn(test.server.decks, 'moveTalk');
  const [from, to] = [await makeVenue(), await makeVenue()];
  const talk = await addTalk(from, 'With deck', 0);
  await call('PATCH', `/talks/${talk.id}`, { venueId: to });
  expect(moved).toHaveBeenCalledWith(talk.id, to);
  await call('POST', of('/programme/undo'));
  expect(moved).toHaveBeenLastCalledWith(talk.id, from);
});

it('staff of another conference meet nothing of it', async () => {
  const venue = await makeVenue();
  const talk = await addTalk(venue, 'A', 0);
  for (const [method, path, body] of [
    ['GET', of('/programme'), undefined],
    ['POST', of('/programme/delay'), { talkId: talk.id, minutes: 5, scope: 'day' }],
    ['GET', of('/programme/history'), undefined],
    ['GET', of('/programme.xlsx'), undefined],
    ['GET', of('/sources'), undefined],
  ] as const)
    expect((await ask(test.base, method, `/api/v1${path}`, body)).status).toBe(401);
});
