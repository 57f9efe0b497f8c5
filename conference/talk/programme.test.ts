import pino from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { PlannedTalk, StageBody } from '#contracts/events.ts';
import { ClipStore } from '../clip/clip-store.ts';
import { type Rows, type Tables, Turns } from '../rows.ts';
import { Programme, type VenueStreams } from './programme.ts';
import { TalkStore } from './talk-store.ts';

type Told = { t?: number; body: StageBody | { type: 'programme'; talks: PlannedTalk[] } };

/** The streams of one venue, in memory. */
class Streams implements VenueStreams {
  readonly stage: Told[] = [];
  readonly hall: Told[] = [];
  fails = 0;
  now = () => 10_000;
  async append(stream: 'stage' | 'hall', items: readonly Told[]): Promise<void> {
    if (this.fails-- > 0) throw new Error('the disk is full');
    this[stream].push(...items);
  }
  state() {
    const body = this.stage.at(-1)?.body;
    return { talk: body?.type === 'talk' ? body.talk : null };
  }
  hallState() {
    const body = this.hall.at(-1)?.body;
    return { talks: body?.type === 'programme' ? body.talks : [] };
  }
  async redact(
    _stream: 'stage',
    which: (event: { type: string; t: number; talk?: { id: string } | null }) => boolean,
  ): Promise<void> {
    const stays = this.stage.filter(
      ({ t = 0, body }) =>
        !which({ type: body.type, t, ...(body.type === 'talk' ? { talk: body.talk } : {}) }),
    );
    this.stage.splice(0, this.stage.length, ...stays);
  }
}

let streams: Streams;
let cutPoint: number | undefined;
let databaseUp: boolean;
let programme: Programme;
let talks: TalkStore;
let clips: ClipStore;

/** A database that takes everything. */
const database = (): Tables => {
  const rows = {
    insert: () => ({ values: () => ({ onConflictDoUpdate: async () => undefined }) }),
    delete: () => ({ where: async () => undefined }),
  } as unknown as Rows;
  return {
    ...rows,
    transaction: async (work) => {
      const result = await work(rows);
      if (!databaseUp) throw new Error('the database is gone');
      return result;
    },
  };
};

beforeEach(() => {
  streams = new Streams();
  cutPoint = 1000;
  databaseUp = true;
  talks = new TalkStore();
  clips = new ClipStore();
  programme = new Programme({
    db: database(),
    talks,
    clips,
    turns: new Turns(),
    stage: { streams: (id) => (id === 'v' ? streams : undefined), cutPoint: () => cutPoint },
    log: pino({ level: 'silent' }),
  });
});
afterEach(async () => {
  vi.useRealTimers();
  await programme.close();
});

const stageTalks = () =>
  streams.stage.map(({ t, body }) => [t, body.type === 'talk' ? (body.talk?.title ?? null) : body.type]);
const add = (title: string) => programme.create('v', { title });
const next = async () => {
  await programme.nextTalk('v', 0);
  await programme.tell('v');
};

it('a cut is told on the stage at its moment, then the whole list in the hall with the replay', async () => {
  await add('A');
  await add('B');
  await next();
  cutPoint = 2000;
  await next();
  expect(stageTalks()).toEqual([
    [1000, 'A'],
    [2000, 'B'],
  ]);
  expect(streams.hallState().talks).toMatchObject([
    { title: 'A', state: 'done', actualStart: 1000, actualEnd: 2000, replay: { version: 1 } },
    { title: 'B', state: 'now', replay: null },
  ]);
  cutPoint = 3000;
  await programme.endTalk('v', 0);
  await programme.tell('v');
  expect(stageTalks().at(-1)).toEqual([3000, null]);
  const [a] = talks.list('v');
  expect(a && clips.ofTalk(a.id)?.ranges).toEqual([{ from: 1000, to: 2000 }]);
});

it('what did not change is not told again; a title corrected while the talk is on is told on the stage too', async () => {
  const a = await add('A');
  await next();
  const before = [streams.stage.length, streams.hall.length];
  await programme.tell('v');
  expect([streams.stage.length, streams.hall.length]).toEqual(before);
  await programme.update(a.id, { title: 'A, corrected' });
  await programme.tell('v');
  expect(stageTalks().at(-1)).toEqual([1000, 'A, corrected']);
});

it('taking back a cut takes the talk that did not begin out of the stream', async () => {
  await add('A');
  await add('B');
  await next();
  cutPoint = 2000;
  await next();
  await programme.undoCut('v', { id: 'u', name: 'Desk' });
  await programme.tell('v');
  expect(stageTalks()).toEqual([[1000, 'A']]);
  expect(streams.hallState().talks).toMatchObject([
    { state: 'now', replay: null },
    { state: 'planned', actualStart: null },
  ]);
});

it('fault 88: a stream that cannot be written is told as soon as it can; the cut stands', async () => {
  vi.useFakeTimers();
  await add('A');
  await programme.tell('v');
  streams.fails = 2;
  await next();
  expect(streams.stage).toEqual([]);
  expect(talks.list('v')[0]?.state).toBe('now');
  await vi.advanceTimersByTimeAsync(2100);
  await vi.advanceTimersByTimeAsync(2100);
  expect(stageTalks()).toEqual([[1000, 'A']]);
  expect(streams.hallState().talks).toMatchObject([{ state: 'now' }]);
});

it('fault 89: a cut the database did not take has not happened, neither in memory nor in the streams', async () => {
  await add('A');
  databaseUp = false;
  await expect(programme.nextTalk('v', 0)).rejects.toThrow();
  expect(talks.list('v')[0]?.state).toBe('planned');
  expect(streams.stage).toEqual([]);
  databaseUp = true;
  await programme.nextTalk('v', 5);
  await programme.tell('v');
  expect(stageTalks()).toEqual([[1000, 'A']]);
});

it('fault 86: at start a talk whose run has ended ends too, with its replay, and the streams are told', async () => {
  const a = await add('A');
  await next();
  streams.stage.length = 0;
  cutPoint = undefined;
  await programme.recover(['v', 'unknown']);
  await programme.tell('v');
  expect(talks.get(a.id)).toMatchObject({ state: 'done', actualEnd: 10_000 });
  expect(clips.ofTalk(a.id)).toMatchObject({ state: 'published', ranges: [{ from: 1000, to: 10_000 }] });
});

it('fault 86: at start a talk that is done without a replay gets its own', async () => {
  const a = await add('A');
  talks.put([{ ...a, state: 'done', actualStart: 1000, actualEnd: 2000 }]);
  await programme.recover(['v']);
  await programme.tell('v');
  expect(clips.ofTalk(a.id)).toMatchObject({ version: 1, ranges: [{ from: 1000, to: 2000 }] });
  expect(streams.hallState().talks).toMatchObject([{ replay: { version: 1 } }]);
});

it('decks are asked where they are said to be, and their changes told', async () => {
  const a = await add('A');
  const deck = { id: 'd', version: 2, state: 'ready' as const, pages: 9, name: 'a.pptx' };
  programme.decksFrom({
    newest: (id) => (id === a.id ? deck : null),
    courseware: () => [{ name: 'a.pdf', bytes: 5, href: '/x' }],
  });
  expect(programme.view(a).deck).toEqual(deck);
  programme.deckChanged(a.id);
  await programme.tell('v');
  expect(streams.hallState().talks).toMatchObject([{ courseware: [{ name: 'a.pdf' }] }]);
});

it('what hangs on a talk is told when it goes, also with its venue', async () => {
  const gone: string[] = [];
  const end = programme.onRemoved(({ title }) => void gone.push(title));
  const a = await add('A');
  await add('B');
  await programme.remove(a.id);
  programme.venueRemoved('v');
  expect(gone).toEqual(['A', 'B']);
  expect(programme.list('v')).toEqual([]);
  end();
});
