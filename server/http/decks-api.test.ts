import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { deckSchema, uploadSchema } from '#contracts/deck.ts';
import { ask, cookiesOf, logIn, startTestServer, type TestServer } from '#tests/faults/server-double.ts';
import { createPaperConverter, type PaperConverter } from '#tests/harness/paper-converter.ts';
import { createStageDouble, type StageDouble } from '#tests/harness/stage-double.ts';

vi.setConfig({ testTimeout: 30_000 });

let test: TestServer;
let paper: PaperConverter;
let stage: StageDouble;
let cookie: string;
const call = (method: string, path: string, body?: unknown, as = cookie) =>
  ask(test.base, method, `/api/v1${path}`, body, as === '' ? {} : { cookie: as });
const makeTalk = async (download = 'no') => {
  const venue = (await call('POST', '/venues', { title: 'Hall' })).body;
  const made = await call('POST', `/venues/${venue.id}/talks`, { title: '心脏 报告', download });
  expect(made.status).toBe(201);
  return made.body as { id: string; venueId: string };
};
const put = async (uid: string, offset: number, bytes: string | Buffer, as = cookie, k = 0) => {
  const answer = await fetch(`${test.base}/api/v1/uploads/${uid}/files/${k}?offset=${offset}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream', cookie: as },
    body: typeof bytes === 'string' ? bytes : new Uint8Array(bytes),
  });
  return { status: answer.status, body: await answer.json() };
};
const announce = (talkId: string, files: { name: string; bytes: number }[], as = cookie) =>
  call('POST', `/talks/${talkId}/uploads`, { files }, as);
const uploaded = async (talkId: string, text: string, name = '讲稿 "1".pptx') => {
  const bytes = Buffer.from(text);
  const upload = uploadSchema.parse((await announce(talkId, [{ name, bytes: bytes.length }])).body);
  expect((await put(upload.id, 0, bytes)).status).toBe(200);
  const done = await call('POST', `/uploads/${upload.id}/complete`, {});
  expect(done.status).toBe(201);
  return deckSchema.parse(done.body);
};
const readyDeck = async (talkId: string, text: string, name?: string) => {
  const { id } = await uploaded(talkId, text, name);
  await vi.waitFor(async () => expect((await call('GET', `/decks/${id}`)).body.state).toBe('ready'), {
    timeout: 10_000,
  });
  return deckSchema.parse((await call('GET', `/decks/${id}`)).body);
};
const openLink = async (talkId: string, name = '张医生') => {
  const made = await call('POST', `/talks/${talkId}/presenter-links`, { name: 'lectern' });
  expect(made.status).toBe(201);
  const token = String(made.body.url).split('#')[1];
  const opened = await call('POST', '/presenter/open', { token, name }, '');
  expect(opened.status).toBe(200);
  return { link: made.body.link, url: made.body.url, opened, cookie: cookiesOf(opened).split('; ')[0]! };
};
let commandCount = 0;
const command = (what: object, t = Date.now()) => ({ id: `command-${++commandCount}`, t, do: what });
const turn = (page: number, step = 0) => command({ type: 'goto', page, step });

beforeAll(async () => {
  paper = createPaperConverter();
  test = await startTestServer({}, { convert: paper.convert });
  cookie = await logIn(test.base);
  const stages = new Map<string, StageDouble>();
  test.desk.events = ((venueId: string) => {
    const known = stages.get(venueId) ?? createStageDouble();
    stages.set(venueId, known);
    stage = known;
    return known;
  }) as never;
}, 60_000);
afterAll(() => test?.close());

describe('an upload', () => {
  it('is announced, filled in chunks, completed, and becomes a deck with notes for the staff', async () => {
    const talk = await makeTalk();
    const { body } = await announce(talk.id, [{ name: 'a.pptx', bytes: 7 }]);
    expect(uploadSchema.parse(body).files).toEqual([{ name: 'a.pptx', bytes: 7, received: 0 }]);
    expect((await put(body.id, 0, 'one')).body.files[0].received).toBe(3);
    expect((await call('GET', `/uploads/${body.id}`)).body.files[0].received).toBe(3);
    expect((await call('POST', `/uploads/${body.id}/complete`, {})).body.error).toMatchObject({
      code: 'deck.offset',
      detail: 'a.pptx: received 3 of 7',
    });
    await put(body.id, 3, '\ntwo');
    const deck = (await call('POST', `/uploads/${body.id}/complete`, {})).body;
    expect((await call('POST', `/uploads/${body.id}/complete`, {})).body.id).toBe(deck.id);
    await vi.waitFor(async () =>
      expect((await call('GET', `/talks/${talk.id}/decks`)).body.decks).toMatchObject([
        { id: deck.id, state: 'ready', done: 2, total: 2, pages: [] },
      ]),
    );
    const { pages } = (await call('GET', `/decks/${deck.id}`)).body;
    expect(pages[1]).toMatchObject({ title: 'two', notes: 'secret note two' });
    expect((await call('GET', `/venues/${talk.venueId}/talks`)).body.talks[0].deck).toMatchObject({
      id: deck.id,
      state: 'ready',
      pages: 2,
    });
    const picture = await call('GET', `/decks/${deck.id}/pages/1.480.webp`);
    expect(picture.body).toBe('webp of two');
    expect(picture.headers.get('cache-control')).toContain('private');
    for (const name of ['2.480.webp', '1.960.webp', '1.480.avif', '../1.480.webp', '1.480'])
      expect((await call('GET', `/decks/${deck.id}/pages/${encodeURIComponent(name)}`)).status).toBe(404);
  });

  it('goes on where it was: a chunk at another offset is refused with what was received', async () => {
    const talk = await makeTalk();
    const { body } = await announce(talk.id, [{ name: 'a.pdf', bytes: 10 }]);
    await put(body.id, 0, 'abc');
    for (const offset of [0, 2, 4, 11]) {
      const refused = await put(body.id, offset, 'x');
      expect(refused.status).toBe(409);
      expect(refused.body.error).toMatchObject({ code: 'deck.offset', detail: 'received 3' });
    }
    expect((await put(body.id, 3, 'defghij')).body.files[0].received).toBe(10);
  });

  it('is refused beyond what was announced, beyond a chunk, and beyond a deck', async () => {
    const talk = await makeTalk();
    const { body } = await announce(talk.id, [{ name: 'a.pdf', bytes: 3 }]);
    await put(body.id, 0, 'abcd').catch(() => undefined);
    expect((await call('GET', `/uploads/${body.id}`)).body.files[0].received).toBe(0);
    const large = await put(body.id, 0, Buffer.alloc(9 * 1024 * 1024)).catch(() => ({ status: 413 }));
    expect(large.status).toBe(413);
    expect((await announce(talk.id, [{ name: 'a.pdf', bytes: 201 * 1024 * 1024 }])).body.error.code).toBe(
      'deck.tooLarge',
    );
    const two = [
      { name: 'a.png', bytes: 150 * 1024 * 1024 },
      { name: 'b.png', bytes: 51 * 1024 * 1024 },
    ];
    expect((await announce(talk.id, two)).status).toBe(413);
  });

  it('fault 64: of another kind is refused when it is announced', async () => {
    const talk = await makeTalk();
    for (const files of [
      [{ name: 'a.exe', bytes: 1 }],
      [{ name: 'pptx', bytes: 1 }],
      [
        { name: 'a.pdf', bytes: 1 },
        { name: 'b.pdf', bytes: 1 },
      ],
    ])
      expect((await announce(talk.id, files)).body.error.code).toBe('deck.kind');
  });

  it('fault 57: is stored under our names, whatever its file is called', async () => {
    const talk = await makeTalk();
    const deck = await readyDeck(talk.id, 'one', '..\\..\\/etc/\u202epasswd.pdf');
    expect(deck.name).toBe('passwd.pdf');
    expect(await readdir(join(test.dataDir, 'decks', deck.id))).toEqual(['0', 'deck.pdf']);
  });

  it('fault 68: belongs to the staff and the presenters of its talk, to nobody else', async () => {
    const [mine, other] = [await makeTalk(), await makeTalk()];
    const own = await openLink(mine.id);
    const foreign = await openLink(other.id);
    const { body } = await announce(mine.id, [{ name: 'a.pdf', bytes: 3 }], own.cookie);
    expect(body.id).toBeTruthy();
    for (const [as, status] of [
      ['', 401],
      [foreign.cookie, 404],
      [own.cookie, 200],
    ] as const) {
      expect((await call('GET', `/uploads/${body.id}`, undefined, as)).status).toBe(status);
      expect((await put(body.id, 0, '', as)).status).toBe(status);
    }
    expect((await announce(mine.id, [{ name: 'a.pdf', bytes: 3 }], foreign.cookie)).status).toBe(404);
    expect((await call('GET', `/uploads/nope`)).status).toBe(404);
  });

  it('that is broken fails with a message, and the next version may be uploaded', async () => {
    const talk = await makeTalk();
    const { id } = await uploaded(talk.id, 'broken');
    await vi.waitFor(async () =>
      expect((await call('GET', `/decks/${id}`)).body).toMatchObject({
        state: 'failed',
        error: { code: 'deck.broken', detail: 'page 1' },
      }),
    );
    expect((await readyDeck(talk.id, 'fine')).version).toBe(2);
  });
});

describe('courseware', () => {
  it('is downloaded only if the talk allows it, under its own name', async () => {
    const talk = await makeTalk();
    await readyDeck(talk.id, 'one\ntwo');
    const get = (form: string) => ask(test.base, 'GET', `/api/v1/public/courseware/${talk.id}/${form}`);
    expect((await get('original')).status).toBe(404);
    expect((await get('pdf')).status).toBe(404);
    await call('PATCH', `/talks/${talk.id}`, { download: 'original' });
    const original = await get('original');
    expect(original.body).toBe('one\ntwo');
    expect(original.headers.get('content-disposition')).toBe(
      `attachment; filename="__ _1_.pptx"; filename*=UTF-8''%E8%AE%B2%E7%A8%BF%20%221%22.pptx`,
    );
    expect((await get('pdf')).status).toBe(404);
    await call('PATCH', `/talks/${talk.id}`, { download: 'pdf' });
    expect((await get('pdf')).headers.get('content-type')).toBe('application/pdf');
    expect((await get('original')).status).toBe(404);
    const { body } = await ask(test.base, 'GET', `/api/v1/public/venues/${talk.venueId}/talks`);
    expect(body.talks[0].courseware).toMatchObject([{ name: '讲稿 "1".pdf' }]);
    await call('PATCH', `/talks/${talk.id}`, { download: 'no' });
    expect((await get('pdf')).status).toBe(404);
  });
});

describe('a presenter', () => {
  it('opens a secret link for a cookie of one talk that pages cannot read', async () => {
    const talk = await makeTalk();
    const { url, opened, link, cookie: own } = await openLink(talk.id);
    expect(url).toMatch(/\/present#[A-Za-z0-9_-]{43}$/);
    expect(opened.body).toEqual({ talkId: talk.id, venueId: talk.venueId, name: '张医生' });
    for (const line of opened.headers.getSetCookie()) {
      expect(line).toMatch(/HttpOnly; SameSite=Strict$/);
      expect(line).toMatch(/Path=\/api\/v1\/(presenter|decks|uploads|talks\/)/);
    }
    expect((await call('GET', `/presenter/talk`, undefined, own)).body).toMatchObject({
      venueId: talk.venueId,
      talk: { id: talk.id },
      deck: null,
      stage: { page: null },
      name: '张医生',
    });
    const { rows } = await listRows();
    expect(JSON.stringify(rows)).not.toContain(url.split('#')[1]);
    expect((await call('GET', `/talks/${talk.id}/presenter-links`)).body.links).toMatchObject([
      { id: link.id, name: 'lectern', revokedAt: null, lastUsedAt: expect.any(Number) },
    ]);
    expect(test.logged()).not.toContain(url.split('#')[1]);
  });
  const listRows = async () => ({
    rows: (await call('GET', '/audit?limit=100')).body.items as unknown[],
  });

  it('is out at once when the link is revoked', async () => {
    const talk = await makeTalk();
    const { link, url, cookie: own } = await openLink(talk.id);
    expect((await call('DELETE', `/presenter-links/${link.id}`)).status).toBe(204);
    expect((await call('GET', `/presenter/talk?talk=${talk.id}`, undefined, own)).status).toBe(401);
    const again = await call('POST', '/presenter/open', { token: url.split('#')[1], name: 'x' }, '');
    expect(again.body.error.code).toBe('presenter.link');
  });

  it('is one of many lecterns behind one address: links that work are not counted as tries', async () => {
    const talk = await makeTalk();
    const { url } = await openLink(talk.id);
    for (let times = 0; times < 25; times++)
      expect(
        (await call('POST', '/presenter/open', { token: url.split('#')[1], name: 'x' }, '')).status,
      ).toBe(200);
  });

  it('fault 70: cannot make a cookie', async () => {
    const talk = await makeTalk();
    const { cookie: own } = await openLink(talk.id);
    const [name, value = ''] = own.split(/=(.*)/s);
    const [body = '', mac] = value.split('.');
    const other = Buffer.from(
      JSON.stringify({ ...JSON.parse(String(Buffer.from(body, 'base64url'))), name: 'x' }),
    );
    for (const forged of [`${other.toString('base64url')}.${mac}`, `${body}.`, body, `${body}.AAAA`, 'x.y'])
      expect(
        (await call('GET', `/presenter/talk?talk=${talk.id}`, undefined, `${name}=${forged}`)).status,
      ).toBe(401);
  });

  it('sees nothing of another talk', async () => {
    const [mine, other] = [await makeTalk(), await makeTalk()];
    const deck = await readyDeck(other.id, 'one');
    const { cookie: own } = await openLink(mine.id);
    for (const path of [
      `/presenter/talk?talk=${other.id}`,
      `/decks/${deck.id}`,
      `/decks/${deck.id}/pages/0.480.webp`,
      `/talks/${other.id}/decks`,
    ])
      expect((await call('GET', path, undefined, own)).status).toBe(404);
    const answer = await call('POST', `/presenter/commands?talk=${other.id}`, { commands: [turn(0)] }, own);
    expect(answer.status).toBe(404);
    expect((await call('DELETE', `/decks/${deck.id}`, undefined, own)).status).toBe(401);
    expect((await call('POST', `/talks/${mine.id}/presenter-links`, {}, own)).status).toBe(401);
  });

  it('turns pages: the audience gets the image, the next one, and no notes', async () => {
    const talk = await makeTalk();
    const deck = await readyDeck(talk.id, 'one\ntwo\nthree');
    const { cookie: own } = await openLink(talk.id);
    const commands = [turn(0), turn(1), command({ type: 'black', on: true })];
    const answer = await call('POST', `/presenter/commands?talk=${talk.id}`, { commands }, own);
    expect(answer.body).toEqual({ accepted: commands.map(({ id }) => id) });
    expect(stage.written.map(({ type }) => type)).toEqual(['page', 'page', 'black']);
    expect(stage.written[1]).toMatchObject({
      deck: deck.id,
      page: 1,
      step: 0,
      pages: 3,
      image: deck.pages[1]!.steps[0]!.image,
      next: deck.pages[2]!.steps[0]!.image,
      title: 'two',
      source: 'presenter',
      by: '张医生',
      t: commands[1]!.t,
    });
    expect(JSON.stringify(stage.written)).not.toContain('secret');
    await call('POST', `/presenter/commands?talk=${talk.id}`, { commands: [turn(2)] });
    expect(stage.written.at(-1)).toMatchObject({ page: 2, next: null, source: 'operator' });
  });

  it('may send a command twice: it is done once', async () => {
    const talk = await makeTalk();
    await readyDeck(talk.id, 'one\ntwo');
    const commands = [turn(0), turn(1)];
    const send = () => call('POST', `/presenter/commands?talk=${talk.id}`, { commands });
    const answers = await Promise.all([send(), send(), send()]);
    for (const { body } of answers) expect(body.accepted).toEqual(commands.map(({ id }) => id));
    expect(stage.written.length).toBe(2);
  });

  it('is told the first command refused; those before it are done', async () => {
    const talk = await makeTalk();
    await readyDeck(talk.id, 'one\ntwo');
    const commands = [turn(1), turn(2), turn(0)];
    const { body } = await call('POST', `/presenter/commands?talk=${talk.id}`, { commands });
    expect(body).toMatchObject({
      accepted: [commands[0]!.id],
      refused: {
        id: commands[1]!.id,
        error: { code: 'request.invalid', detail: 'page must be 0 to 1 (got 2)' },
      },
    });
    expect(stage.written.length).toBe(1);
  });

  it('draws only on pages the audience has been shown', async () => {
    const talk = await makeTalk();
    const deck = await readyDeck(talk.id, 'one\ntwo\nthree');
    const ink = (page: number) =>
      command({
        ...{ type: 'ink', stroke: 's1', image: deck.pages[page]!.steps[0]!.image.id, tool: 'pen' },
        ...{ colour: '#ff0000', size: 0.003, points: [[0, 0.5, 0.5, 0.5]], end: true },
      });
    const send = (commands: object[]) => call('POST', `/presenter/commands?talk=${talk.id}`, { commands });
    expect((await send([turn(0), ink(0)])).body.refused).toBeUndefined();
    expect((await send([ink(2)])).body.refused.error.code).toBe('request.invalid');
    expect((await send([command({ type: 'ink', stroke: 's', image: 'x' })])).status).toBe(400);
  });

  it('follows the stage with the cookie, whoever else may watch the venue', async () => {
    const talk = await makeTalk();
    await readyDeck(talk.id, 'one\ntwo');
    const { cookie: mine } = await openLink(talk.id);
    const stageOf = (path: string, as = mine, id = talk.id) =>
      call('GET', `/presenter/stage/${id}/${path}`, undefined, as);
    expect((await stageOf('now.json')).body).toEqual({ events: { stage: { rev: 1, next: 0, snapshot: 0 } } });
    const turned = await call('POST', `/presenter/commands?talk=${talk.id}`, { commands: [turn(0)] }, mine);
    expect(turned.status).toBe(200);
    expect((await stageOf('events/stage/1/snapshot-0.json')).body).toMatchObject({
      rev: 1,
      state: { page: { page: 0, by: '张医生' } },
    });
    expect((await stageOf('events/stage/1/0.json')).body).toMatchObject({
      n: 0,
      events: [{ type: 'page', page: 0 }],
    });
    expect((await stageOf('events/stage/2/0.json')).status).toBe(404);
    const other = await makeTalk();
    for (const path of ['now.json', 'events/stage/1/snapshot-0.json', 'events/stage/1/0.json']) {
      expect((await stageOf(path, mine, other.id)).status).toBe(404);
      expect((await stageOf(path, '')).status).toBe(401);
    }
  });

  it('may not turn pages while another talk of the venue is on', async () => {
    const talk = await makeTalk();
    await readyDeck(talk.id, 'one');
    const other = (await call('POST', `/venues/${talk.venueId}/talks`, { title: 'Other' })).body;
    const talks = test.server.talks;
    const now = vi.spyOn(talks, 'list').mockReturnValue([{ ...talks.get(other.id)!, state: 'now' }]);
    const refused = await call('POST', `/presenter/commands?talk=${talk.id}`, { commands: [turn(0)] });
    now.mockRestore();
    expect(refused.status).toBe(409);
    expect(refused.body.error).toMatchObject({ code: 'talk.order', detail: 'now on: Other' });
    expect((await call('POST', `/presenter/commands?talk=${talk.id}`, { commands: [turn(0)] })).status).toBe(
      200,
    );
  });

  it('loses the page with the talk, and the courseware is gone from disk', async () => {
    const talk = await makeTalk();
    const deck = await readyDeck(talk.id, 'one');
    const { cookie: own } = await openLink(talk.id);
    expect((await call('DELETE', `/talks/${talk.id}`)).status).toBe(204);
    await vi.waitFor(async () => {
      expect(await readdir(join(test.dataDir, 'decks'))).not.toContain(deck.id);
      expect(await readdir(join(test.dataDir, 'pages', talk.venueId)).catch(() => [])).toEqual([]);
    });
    expect((await call('GET', `/presenter/talk?talk=${talk.id}`, undefined, own)).status).toBe(401);
  });
});

it('deleting a version leaves an audit line and its shown pages', async () => {
  const talk = await makeTalk();
  const deck = await readyDeck(talk.id, 'one\ntwo');
  await call('POST', `/presenter/commands?talk=${talk.id}`, { commands: [turn(0)] });
  expect((await call('DELETE', `/decks/${deck.id}`)).status).toBe(204);
  expect((await call('GET', `/decks/${deck.id}`)).status).toBe(404);
  const { id } = deck.pages[0]!.steps[0]!.image;
  const left = await readdir(join(test.dataDir, 'pages', talk.venueId));
  expect(left.sort()).toEqual([`${id}.480.webp`, `${id}.json`].sort());
  const { items } = (await call('GET', `/audit?limit=5&venueId=${talk.venueId}`)).body;
  expect(items[0]).toMatchObject({ action: 'deck.delete', details: { deck: deck.id, talk: talk.id } });
});

it('nothing of a page under /media holds its notes', async () => {
  const talk = await makeTalk();
  await readyDeck(talk.id, 'one\ntwo');
  const folder = join(test.dataDir, 'pages', talk.venueId);
  const files = await readdir(folder);
  expect(files.length).toBe(4);
  for (const file of files) expect(await readFile(join(folder, file), 'utf8')).not.toContain('secret');
});

it('guessing links is limited', async () => {
  const answers = [];
  for (let guess = 0; guess < 25; guess++)
    answers.push(
      (await call('POST', '/presenter/open', { token: `${'x'.repeat(40)}${guess}`, name: 'x' }, '')).status,
    );
  expect(answers[0]).toBe(403);
  expect(answers.at(-1)).toBe(429);
});
