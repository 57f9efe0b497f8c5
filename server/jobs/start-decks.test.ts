import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { PageFiles } from '#conference/deck/page-files.ts';
import { createPaperConverter, type PaperConverter } from '#tests/harness/paper-converter.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { type DecksAtWork, startDecks } from './start-decks.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

const log = pino({ level: 'silent' });
const venueId = 'venue-1';
let dataDir: string;
let database: Database;
let images: PageFiles;
let paper: PaperConverter;
let work: DecksAtWork;
let changed: string[];
const known = new Set<string>();
let talk: { id: string; venueId: string; download: 'no' | 'original' | 'pdf' };
let count = 0;
let shown: number[] = [];

const talks = {
  get: (id: string) => (known.has(id) ? ({ id } as never) : undefined),
  deckChanged: (id: string) => void changed.push(id),
};
const start = async () => {
  work = await startDecks({
    config: { dataDir, decks: { bytes: 1000, pages: 10, seconds: 60, memoryMiB: 512 } },
    database,
    talks,
    images,
    shownPages: () => [...shown],
    convert: (...given) => paper.convert(...given),
    log,
  });
};
const upload = async (text: string, name = 'talk.pptx') => {
  const bytes = Buffer.from(text);
  const { id } = await work.decks.startUpload(talk, [{ name, bytes: bytes.length }]);
  await work.decks.uploads.write(id, 0, 0, Readable.from([bytes]));
  return { id, deck: await work.decks.complete(id) };
};
const settled = (id: string, state: string) =>
  vi.waitFor(() => expect(work.decks.get(id)?.state).toBe(state), { timeout: 20_000, interval: 10 });
const pageFiles = () => readdir(join(dataDir, 'pages', venueId)).catch(() => []);

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rostrum-decks-'));
  database = await openDatabase({ dataDir, url: undefined, connections: 5, log });
});
afterAll(async () => {
  await database?.close();
  await rm(dataDir, { recursive: true, force: true });
});
beforeEach(async () => {
  talk = { id: `talk-${++count}`, venueId, download: 'pdf' };
  known.add(talk.id);
  changed = [];
  shown = [];
  paper = createPaperConverter();
  images = new PageFiles(join(dataDir, 'pages'));
  await rm(join(dataDir, 'pages'), { recursive: true, force: true });
  await start();
});
afterEach(() => work.close());

describe('a deck', () => {
  it('becomes pages that can be read, with its notes kept out of them', async () => {
    const { deck } = await upload('one\ntwo');
    expect(deck).toMatchObject({ version: 1, name: 'talk.pptx', state: 'waiting' });
    await settled(deck.id, 'ready');
    const view = await work.decks.view(deck.id);
    expect(view).toMatchObject({ done: 2, total: 2, losses: [{ what: 'animation' }] });
    const image = view!.pages[1]!.steps[0]!.image;
    expect(String(await images.read(venueId, `${image.id}.480.webp`))).toBe('webp of two');
    for (const file of await pageFiles())
      expect(await readFile(join(dataDir, 'pages', venueId, file), 'utf8')).not.toContain('secret');
    expect(changed).toContain(talk.id);
    expect(await readdir(join(dataDir, 'uploads'))).toEqual([]);
    expect(await readdir(join(dataDir, 'decks', deck.id))).toEqual(['0', 'deck.pdf']);
    expect(work.decks.courseware(talk)).toEqual([
      { name: 'talk.pdf', bytes: 14, href: `/api/v1/public/courseware/${talk.id}/pdf` },
    ]);
  });

  it('can be used from its first page on, while it is converted', async () => {
    const gate = Promise.withResolvers<void>();
    paper.gates.set(1, gate.promise);
    const { deck } = await upload('one\ntwo\nthree');
    await vi.waitFor(async () => expect((await work.decks.presented(talk.id))?.pages.length).toBe(1));
    expect(work.decks.get(deck.id)).toMatchObject({ state: 'converting', done: 1, total: 3 });
    gate.resolve();
    await settled(deck.id, 'ready');
  });

  it('that is completed twice is one version', async () => {
    const { id, deck } = await upload('one');
    expect((await work.decks.complete(id)).id).toBe(deck.id);
    await settled(deck.id, 'ready');
  });

  it('that is broken says so and leaves no page', async () => {
    const { deck } = await upload('broken');
    await settled(deck.id, 'failed');
    expect(work.decks.get(deck.id)?.error).toEqual({ code: 'deck.broken', detail: 'page 1' });
    expect(await pageFiles()).toEqual([]);
  });

  it('uploaded again is a new version; the ready one is presented until then', async () => {
    const first = await upload('one');
    await settled(first.deck.id, 'ready');
    const gate = Promise.withResolvers<void>();
    paper.gates.set(0, gate.promise);
    const second = await upload('new');
    expect(second.deck.version).toBe(2);
    expect((await work.decks.presented(talk.id))?.deck.id).toBe(first.deck.id);
    gate.resolve();
    await settled(second.deck.id, 'ready');
    expect((await work.decks.presented(talk.id))?.deck.id).toBe(second.deck.id);
    expect(work.decks.newest(talk.id)).toMatchObject({ version: 2, state: 'ready', pages: 1 });
  });

  it('when deleted leaves only the images of pages that were shown, and with the talk nothing', async () => {
    const { deck } = await upload('one\ntwo\nthree');
    await settled(deck.id, 'ready');
    await work.decks.markShown(deck.id, [1]);
    const kept = (await work.decks.view(deck.id))!.pages[1]!.steps[0]!.image.id;
    await work.decks.remove(deck.id);
    expect(work.decks.get(deck.id)).toBeUndefined();
    expect((await pageFiles()).sort()).toEqual([`${kept}.480.webp`, `${kept}.json`].sort());
    expect(await readdir(join(dataDir, 'decks'))).not.toContain(deck.id);
    await work.decks.removeTalk(talk.id);
    expect(await pageFiles()).toEqual([]);
    const { rows } = await database.pool.query('SELECT 1 FROM deck WHERE talk_id = $1', [talk.id]);
    expect(rows).toEqual([]);
  });

  it('that is deleted while it is converted ends at once', async () => {
    paper.gates.set(1, new Promise(() => undefined));
    const { deck } = await upload('one\ntwo');
    await vi.waitFor(() => expect(paper.begun).toBe(2));
    await work.decks.remove(deck.id);
    expect(await pageFiles()).toEqual([]);
    expect(await readdir(join(dataDir, 'decks'))).not.toContain(deck.id);
  });
});

it('fault 89: the database killed in a conversion: it goes on when that is back, and so does the queue', async () => {
  const gate = Promise.withResolvers<void>();
  paper.gates.set(1, gate.promise);
  const { deck } = await upload('one\ntwo');
  await vi.waitFor(() => expect(paper.begun).toBe(2));
  process.kill(database.postgres!.pid!, 'SIGKILL');
  gate.resolve();
  await settled(deck.id, 'ready');
  const { rows } = await database.pool.query('SELECT state, done FROM deck WHERE id = $1', [deck.id]);
  expect(rows).toEqual([{ state: 'ready', done: 2 }]);
  await settled((await upload('next')).deck.id, 'ready');
});

describe('a stop of the server', () => {
  it('fault 95: in a conversion lets the next start do it again, without counting it', async () => {
    paper.gates.set(1, new Promise(() => undefined));
    const { deck } = await upload('one\ntwo');
    await vi.waitFor(() => expect(paper.begun).toBe(2));
    for (let stop = 0; stop < 2; stop++) {
      const before = paper.begun;
      await work.close();
      await start();
      await vi.waitFor(() => expect(paper.begun).toBe(before + 2));
    }
    await work.close();
    paper.gates.clear();
    await start();
    await settled(deck.id, 'ready');
    expect((await pageFiles()).length).toBe(4);
    expect(await readdir(join(dataDir, 'decks', deck.id))).toEqual(['0', 'deck.pdf']);
  });

  it('keeps the pages that were shown while it was converted', async () => {
    paper.gates.set(2, new Promise(() => undefined));
    const { deck } = await upload('one\ntwo\nthree');
    await vi.waitFor(() => expect(paper.begun).toBe(3));
    const before = (await work.decks.view(deck.id))!.pages;
    await work.close();
    paper.gates.clear();
    shown = [1];
    await start();
    await settled(deck.id, 'ready');
    const after = (await work.decks.view(deck.id))!.pages;
    expect(after[1]).toEqual(before[1]);
    expect(after[0]).not.toEqual(before[0]);
    const names = new Set((await pageFiles()).map((name) => name.split('.')[0]));
    expect(names).toEqual(new Set(after.map(({ steps }) => steps[0]!.image.id)));
  });

  it('loses no upload: it goes on where it was', async () => {
    const { id } = await work.decks.startUpload(talk, [{ name: 'a.pdf', bytes: 6 }]);
    await work.decks.uploads.write(id, 0, 0, Readable.from([Buffer.from('abc')]));
    await work.close();
    await start();
    expect(work.decks.uploads.get(id)?.files).toEqual([{ name: 'a.pdf', bytes: 6, received: 3 }]);
    await work.decks.uploads.write(id, 0, 3, Readable.from([Buffer.from('def')]));
    const deck = await work.decks.complete(id);
    await settled(deck.id, 'ready');
  });

  it('removes at the next start what belongs to talks that are gone', async () => {
    const { deck } = await upload('one');
    await settled(deck.id, 'ready');
    await work.close();
    known.delete(talk.id);
    await start();
    expect(await pageFiles()).toEqual([]);
    expect(work.decks.get(deck.id)).toBeUndefined();
  });
});

describe('a talk in another venue', () => {
  const filesOf = (venue: string) => readdir(join(dataDir, 'pages', venue)).catch(() => []);

  it('takes its pages along, also what a crash had left behind', async () => {
    const { deck } = await upload('one\ntwo');
    await settled(deck.id, 'ready');
    const before = await pageFiles();
    expect(before.length).toBeGreaterThan(0);
    await work.decks.moveTalk(talk.id, 'venue-2');
    expect([await pageFiles(), (await filesOf('venue-2')).sort()]).toEqual([[], before.sort()]);
    expect(work.decks.get(deck.id)).toMatchObject({ state: 'ready', venueId: 'venue-2' });
    await work.decks.settle((id) => (id === talk.id ? venueId : undefined));
    expect([(await pageFiles()).sort(), await filesOf('venue-2')]).toEqual([before, []]);
  });

  it('is converted there when it was on its way', async () => {
    const { deck } = await upload('one\ntwo');
    await work.decks.moveTalk(talk.id, 'venue-3');
    await settled(deck.id, 'ready');
    expect(await pageFiles()).toEqual([]);
    expect((await filesOf('venue-3')).length).toBeGreaterThan(0);
  });
});
