import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ask, logIn, startTestServer, type TestServer } from '#tests/faults/server-double.ts';

vi.setConfig({ testTimeout: 30_000 });

let test: TestServer;
let cookie: string;
let id: string;
let n = 0;
const call = (method: string, path: string, body?: unknown) =>
  ask(test.base, method, `/api/v1${path}`, body, { cookie });
const of = (path: string) => `/conferences/${id}${path}`;
const minute = 60_000;
const morning = Date.parse('2026-11-22T08:00:00+08:00');
const at = (minutes: number) => morning + minutes * minute;

beforeAll(async () => {
  test = await startTestServer();
  cookie = await logIn(test.base);
  const settings = {
    ...{ titleZh: '心血管大会', startDate: '2026-11-22', endDate: '2026-11-24', timeZone: 'Asia/Shanghai' },
  };
  ({ id } = await test.server.conferences.create({ slug: 'arranged', state: 'published', settings }));
}, 60_000);
afterAll(() => test?.close());

const makeVenue = async (conferenceId = id): Promise<string> =>
  (await call('POST', '/venues', { title: `Hall ${++n}`, conferenceId })).body.id;
const makeTalk = async (venue: string, minutes: number | null): Promise<string> => {
  const plannedStart = minutes === null ? null : at(minutes);
  const talk = { title: `Talk ${++n}`, plannedStart, plannedMinutes: 20 };
  return (await call('POST', `/venues/${venue}/talks`, talk)).body.id;
};
const makeSession = async (venueId: string, minutes: number, plannedMinutes = 60): Promise<string> => {
  const session = { venueId, title: `Session ${++n}`, chairs: [], plannedStart: at(minutes), plannedMinutes };
  return (await call('POST', of('/sessions'), session)).body.id;
};
const arrange = (arrangement: object) =>
  call('POST', of('/programme/arrange'), { talks: [], sessions: [], ...arrangement });
const talksOf = async () => {
  const { talks } = (await call('GET', of('/programme'))).body;
  return new Map<string, { venueId: string; plannedStart: number; sessionId: string | null; state: string }>(
    talks.map((talk: { id: string }) => [talk.id, talk]),
  );
};

it('many talks are moved as one change, told with marks, and taken back as one', async () => {
  const [a, b] = [await makeVenue(), await makeVenue()];
  const [one, two] = [await makeTalk(a, 0), await makeTalk(a, 20)];
  const taken = await makeTalk(b, 5);
  const answer = await arrange({
    talks: [one, two].map((talk, i) => ({ id: talk, venueId: b, plannedStart: at(i * 20) })),
  });
  expect(answer.status).toBe(200);
  expect(answer.body.talks.map(({ venueId }: { venueId: string }) => venueId)).toEqual([b, b]);
  expect(answer.body.marks).toContainEqual(
    expect.objectContaining({ kind: 'overlap', things: [one, taken] }),
  );
  await call('POST', of('/programme/undo'), { change: answer.body.change });
  const talks = await talksOf();
  expect([one, two].map((talk) => talks.get(talk)?.venueId)).toEqual([a, a]);
});

it('a session takes its talks along, those named go their own way, and a talk joins the session it falls into', async () => {
  const [a, b] = [await makeVenue(), await makeVenue()];
  const session = await makeSession(a, 0);
  const [along, own, stranger] = [await makeTalk(a, 0), await makeTalk(a, 20), await makeTalk(b, 200)];
  const { body } = await arrange({
    sessions: [{ id: session, venueId: b, plannedStart: at(100) }],
    talks: [
      { id: own, plannedStart: at(300) },
      { id: stranger, plannedStart: at(140) },
    ],
  });
  expect(body.sessions).toMatchObject([{ id: session, venueId: b, plannedStart: at(100) }]);
  const talks = await talksOf();
  expect(talks.get(along)).toMatchObject({ venueId: b, plannedStart: at(100), sessionId: session });
  expect(talks.get(own)).toMatchObject({ venueId: a, plannedStart: at(300), sessionId: null });
  expect(talks.get(stranger)).toMatchObject({ venueId: b, plannedStart: at(140), sessionId: session });
});

it('lengths and cancellations are changes too; what is there already leaves no line', async () => {
  const venue = await makeVenue();
  const talk = await makeTalk(venue, 0);
  const { body } = await arrange({ talks: [{ id: talk, plannedMinutes: 35, state: 'cancelled' }] });
  expect(body.talks).toMatchObject([{ plannedMinutes: 35, state: 'cancelled', plannedStart: at(0) }]);
  expect((await arrange({ talks: [{ id: talk, plannedMinutes: 35 }] })).body.change).toBeNull();
});

it('all or nothing: one thing that is not there, or elsewhere, and nothing moves', async () => {
  const venue = await makeVenue();
  const talk = await makeTalk(venue, 0);
  const settings = { titleZh: '别的会', startDate: '2026-11-22', endDate: '2026-11-22' };
  const other = await test.server.conferences.create({ slug: 'elsewhere', state: 'draft', settings });
  const foreign = await makeVenue(other.id);
  const foreignTalk = await makeTalk(foreign, 0);
  const moved = { id: talk, plannedStart: at(60) };
  for (const [arrangement, code] of [
    [{ talks: [moved, { id: 'nobody', plannedStart: at(0) }] }, 'talk.notFound'],
    [{ talks: [moved, { id: foreignTalk, plannedStart: at(0) }] }, 'talk.notFound'],
    [{ talks: [{ ...moved, venueId: foreign }] }, 'venue.notFound'],
    [{ talks: [moved], sessions: [{ id: 'nobody', plannedStart: at(0) }] }, 'session.notFound'],
  ] as const) {
    const answer = await arrange(arrangement);
    expect([answer.status, answer.body.error.code]).toEqual([404, code]);
  }
  expect((await talksOf()).get(talk)?.plannedStart).toBe(at(0));
});
