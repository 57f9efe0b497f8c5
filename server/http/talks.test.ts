import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ask, logIn, startTestServer, type TestServer } from '#tests/faults/server-double.ts';

vi.setConfig({ testTimeout: 30_000 });

let test: TestServer;
let cookie: string;
const call = (method: string, path: string, body?: unknown) =>
  ask(test.base, method, `/api/v1${path}`, body, { cookie });
const makeVenue = async (live = true): Promise<string> => {
  const { id } = (await call('POST', '/venues', { title: 'Hall' })).body;
  if (live) await call('POST', `/venues/${id}/live`, {});
  return id;
};
const addTalk = async (venue: string, title: string) =>
  (await call('POST', `/venues/${venue}/talks`, { title })).body;
const cut = (venue: string, act: 'next-talk' | 'end-talk', secondsAgo = 0) =>
  call('POST', `/venues/${venue}/${act}`, { secondsAgo });
const publicClip = async (id: string) => (await ask(test.base, 'GET', `/api/v1/public/clips/${id}`)).status;
/** A later moment by the clock of the venue: two cuts cannot be at the same one. */
const moments = async (n = 20) => {
  const end = Date.now() + n;
  await vi.waitUntil(() => Date.now() >= end, { interval: 5 });
};

beforeAll(async () => {
  test = await startTestServer();
  cookie = await logIn(test.base);
}, 60_000);
afterAll(() => test?.close());

describe('talks of a venue', () => {
  it('are added at the end, changed, ordered and deleted by the staff, with a line in the audit log each', async () => {
    const venue = await makeVenue(false);
    const speaker = { name: '王小明', unit: '阜外医院', title: '教授' };
    const made = await call('POST', `/venues/${venue}/talks`, { title: 'A', speakers: [speaker] });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ title: 'A', position: 0, state: 'planned', deck: null, replay: null });
    const b = await addTalk(venue, 'B');
    const changed = await call('PATCH', `/talks/${made.body.id}`, { title: 'A2', plannedMinutes: 15 });
    expect(changed.body).toMatchObject({ title: 'A2', plannedMinutes: 15, speakers: [speaker] });
    const ordered = await call('POST', `/venues/${venue}/talks/order`, { ids: [b.id, made.body.id] });
    expect(ordered.body.talks.map(({ title }: { title: string }) => title)).toEqual(['B', 'A2']);
    expect((await call('POST', `/venues/${venue}/talks/order`, { ids: [b.id] })).status).toBe(400);
    expect((await call('DELETE', `/talks/${b.id}`)).status).toBe(204);
    expect((await call('GET', `/venues/${venue}/talks`)).body.talks).toHaveLength(1);
    const { items: entries } = (await call('GET', `/audit?venueId=${venue}`)).body;
    expect(entries.map(({ action }: { action: string }) => action)).toEqual(
      expect.arrayContaining(['talk.create', 'talk.change', 'talk.order', 'talk.delete']),
    );
  });

  it('are for the staff; everyone may know what the hall is told', async () => {
    const venue = await makeVenue(false);
    const talk = await addTalk(venue, 'Open talk');
    expect((await ask(test.base, 'GET', `/api/v1/venues/${venue}/talks`)).status).toBe(401);
    expect((await ask(test.base, 'POST', `/api/v1/venues/${venue}/next-talk`, {})).status).toBe(401);
    const open = await ask(test.base, 'GET', `/api/v1/public/venues/${venue}/talks`);
    expect(open.body.talks).toMatchObject([
      { id: talk.id, title: 'Open talk', state: 'planned', replay: null },
    ]);
    expect(open.body.talks[0]).not.toHaveProperty('download');
    expect((await ask(test.base, 'GET', '/api/v1/public/venues/none/talks')).status).toBe(404);
  });

  it('a talk is cancelled and planned again, and passed over at a cut meanwhile', async () => {
    const venue = await makeVenue();
    const a = await addTalk(venue, 'A');
    await addTalk(venue, 'B');
    await call('PATCH', `/talks/${a.id}`, { state: 'cancelled' });
    const { talks } = (await cut(venue, 'next-talk')).body;
    expect(talks.map(({ state }: { state: string }) => state)).toEqual(['cancelled', 'now']);
    expect((await call('PATCH', `/talks/${talks[1].id}`, { state: 'cancelled' })).status).toBe(409);
    expect((await call('DELETE', `/talks/${talks[1].id}`)).status).toBe(409);
  });
});

describe('cuts', () => {
  it('next talk: the one that is on ends at that moment and its replay is there with the answer', async () => {
    const venue = await makeVenue();
    await addTalk(venue, 'A');
    await addTalk(venue, 'B');
    await cut(venue, 'next-talk');
    await moments();
    const { talks } = (await cut(venue, 'next-talk')).body;
    const [a, b] = talks;
    expect(a).toMatchObject({ state: 'done', replay: { version: 1, state: 'published' } });
    expect(b).toMatchObject({ state: 'now', actualStart: a.actualEnd, replay: null });
    const { clips } = (await call('GET', `/venues/${venue}/clips`)).body;
    expect(clips).toMatchObject([
      { id: a.replay.clip, talkId: a.id, title: 'A', ranges: [{ from: a.actualStart, to: a.actualEnd }] },
    ]);
    const open = await ask(test.base, 'GET', `/api/v1/public/clips/${a.replay.clip}`);
    expect(open.body).toEqual({ id: a.replay.clip, venueId: venue, talkId: a.id, version: 1, title: 'A' });
  });

  it('are refused when the venue is not live, or nothing is left to begin or end', async () => {
    const venue = await makeVenue(false);
    await addTalk(venue, 'A');
    expect((await cut(venue, 'next-talk')).body.error.code).toBe('talk.order');
    await call('POST', `/venues/${venue}/live`, {});
    expect((await cut(venue, 'end-talk')).status).toBe(409);
    expect((await cut(venue, 'next-talk')).status).toBe(200);
    await moments();
    expect((await cut(venue, 'next-talk')).status).toBe(409);
    expect((await cut(venue, 'end-talk')).status).toBe(200);
  });

  it('"it was 30 s ago" puts the cut there', async () => {
    const venue = await makeVenue();
    await addTalk(venue, 'A');
    await addTalk(venue, 'B');
    await cut(venue, 'next-talk', 60);
    const before = Date.now();
    const { talks } = (await cut(venue, 'next-talk', 30)).body;
    expect(Math.abs(talks[1].actualStart - (before - 30_000))).toBeLessThan(2000);
    expect((await cut(venue, 'end-talk', 3000)).status).toBe(409);
  });

  it('the last one is taken back once: the talk goes on, its replay is gone, and comes back as a new version', async () => {
    const venue = await makeVenue();
    await addTalk(venue, 'A');
    await addTalk(venue, 'B');
    await cut(venue, 'next-talk');
    await moments();
    const [ended] = (await cut(venue, 'next-talk')).body.talks;
    const undone = (await call('POST', `/venues/${venue}/undo-cut`)).body.talks;
    expect(undone).toMatchObject([
      {
        state: 'now',
        actualStart: ended.actualStart,
        actualEnd: null,
        replay: { version: 2, state: 'hidden' },
      },
      { state: 'planned', actualStart: null },
    ]);
    expect(await publicClip(ended.replay.clip)).toBe(404);
    expect((await call('POST', `/venues/${venue}/undo-cut`)).status).toBe(409);
    await moments();
    const [again] = (await cut(venue, 'next-talk')).body.talks;
    expect(again.replay).toEqual({ clip: ended.replay.clip, version: 3, state: 'published' });
  });

  it('two presses at once make one cut each, never two talks at a time', async () => {
    const venue = await makeVenue();
    for (const title of ['A', 'B', 'C']) await addTalk(venue, title);
    await Promise.all([cut(venue, 'next-talk', 1), cut(venue, 'next-talk')]);
    const { talks } = (await call('GET', `/venues/${venue}/talks`)).body;
    expect(talks.filter(({ state }: { state: string }) => state === 'now')).toHaveLength(1);
  });

  it('the end of the run ends the talk too', async () => {
    const venue = await makeVenue();
    await addTalk(venue, 'A');
    await cut(venue, 'next-talk', 10);
    test.desk.context.onRunEnded(venue, 'run', Date.now());
    const talks = await vi.waitUntil(async () => {
      const answer = (await call('GET', `/venues/${venue}/talks`)).body.talks;
      return answer[0].state === 'done' && answer;
    });
    expect(talks[0].replay).toMatchObject({ state: 'published' });
  });
});

describe('replays', () => {
  const withClip = async () => {
    const venue = await makeVenue();
    const talk = await addTalk(venue, 'A');
    await cut(venue, 'next-talk', 100);
    const { talks } = (await cut(venue, 'end-talk', 10)).body;
    return { venue, talk, clip: talks[0].replay.clip as string, range: talks[0] };
  };

  it('cut anew, renamed, hidden: a new version each, and only what changes makes one', async () => {
    const { venue, talk, clip, range } = await withClip();
    const ranges = [{ from: range.actualStart + 1000, to: range.actualEnd }];
    expect((await call('PATCH', `/clips/${clip}`, { ranges })).body).toMatchObject({ version: 2, ranges });
    expect((await call('PATCH', `/clips/${clip}`, { ranges })).body.version).toBe(2);
    expect((await call('PATCH', `/talks/${talk.id}`, { title: 'New name' })).body.replay.version).toBe(3);
    expect((await call('GET', `/venues/${venue}/clips`)).body.clips[0].title).toBe('New name');
    await call('PATCH', `/clips/${clip}`, { state: 'hidden' });
    expect(await publicClip(clip)).toBe(404);
    const open = await ask(test.base, 'GET', `/api/v1/public/venues/${venue}/talks`);
    expect(open.body.talks[0].replay).toBeNull();
    expect((await call('PATCH', `/clips/${clip}`, { state: 'published' })).body.version).toBe(5);
    expect(await publicClip(clip)).toBe(200);
  });

  it('ranges must lie in the past, end after their beginning, and have a recording', async () => {
    const { venue } = await withClip();
    const now = Date.now();
    const create = (ranges: unknown) => call('POST', `/venues/${venue}/clips`, { title: 'X', ranges });
    expect((await create([{ from: now - 5000, to: now - 6000 }])).status).toBe(400);
    expect((await create([{ from: now + 50_000, to: null }])).status).toBe(400);
    expect(
      (
        await create([
          { from: now - 9000, to: null },
          { from: now - 5000, to: now - 4000 },
        ])
      ).status,
    ).toBe(400);
    expect((await create([])).status).toBe(400);
    expect((await create([{ from: now - 9000, to: now - 8000 }])).status).toBe(201);
    test.desk.media = false;
    expect((await create([{ from: now - 9000, to: now - 8000 }])).body.error.code).toBe('clip.empty');
    test.desk.media = true;
  });

  it('are joined in the order given', async () => {
    const a = await withClip();
    const other = (
      await call('POST', `/venues/${a.venue}/clips`, { title: 'Q', ranges: [{ from: 1000, to: 2000 }] })
    ).body;
    const joined = await call('POST', '/clips/join', { ids: [other.id, a.clip], title: 'Both' });
    expect(joined.body).toMatchObject({
      title: 'Both',
      version: 1,
      ranges: [
        { from: 1000, to: 2000 },
        { from: a.range.actualStart, to: a.range.actualEnd },
      ],
    });
    const b = await withClip();
    expect((await call('POST', '/clips/join', { ids: [b.clip, a.clip], title: 'No' })).status).toBe(404);
  });

  it('deleted: gone from lists and addresses, with an audit line', async () => {
    const { venue, clip } = await withClip();
    expect((await call('DELETE', `/clips/${clip}`)).status).toBe(204);
    expect((await call('GET', `/venues/${venue}/clips`)).body.clips).toEqual([]);
    expect(await publicClip(clip)).toBe(404);
    expect((await call('GET', `/venues/${venue}/talks`)).body.talks[0].replay).toBeNull();
    const { items: entries } = (await call('GET', `/audit?venueId=${venue}`)).body;
    expect(entries[0]).toMatchObject({ action: 'clip.delete', details: { clip } });
  });

  it('of which the recording was deleted are marked and answer no more', async () => {
    const { venue, clip } = await withClip();
    test.desk.media = false;
    test.desk.context.onRunsDeleted(venue);
    await vi.waitUntil(async () => (await publicClip(clip)) === 404);
    expect((await call('GET', `/venues/${venue}/clips`)).body.clips[0]).toMatchObject({ empty: true });
    test.desk.media = true;
  });
});
