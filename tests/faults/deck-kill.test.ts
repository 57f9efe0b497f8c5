import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Snapshot } from '#contracts/events.ts';
import type { StageState } from '#contracts/stage-state.ts';
import { PresenterDevice, plainPdf } from '#tests/harness/presenter.ts';
import { until } from '#tests/harness/until.ts';
import { LiveRig } from './live-rig.ts';

/** Takes a few seconds to convert, behind everything else on the machine. */
const pageCount = 15;
let rig: LiveRig;

beforeAll(async () => {
  rig = await LiveRig.start();
}, 120_000);
afterAll(() => rig?.close());

it('fault 86: kill -9 during a conversion: it is done again, pages shown before stay, no file is left over', async () => {
  const api = await rig.api();
  const venue = await rig.makeVenue({ title: 'Decks' });
  const talk = await api.request<{ id: string }>('POST', `/venues/${venue.id}/talks`, { title: 'A talk' });
  let speaker = await PresenterDevice.open(rig.demo.info.apiBase, api, talk.id);
  const { id } = await speaker.upload('slides.pdf', plainPdf(pageCount));
  const begun = await until(
    async () => {
      const deck = await speaker.deck(id);
      return deck.pages.length >= 2 ? deck : undefined;
    },
    { seconds: 40, everyMs: 10 },
  );
  expect(begun.state).toBe('converting');
  const shown = begun.pages[1]?.steps[0]?.image;
  expect((await speaker.send({ type: 'goto', page: 1, step: 0 })).refused).toBeUndefined();

  await rig.restart('SIGKILL');
  speaker = await PresenterDevice.open(rig.demo.info.apiBase, api, talk.id);
  const deck = await until(
    async () => {
      const now = await speaker.deck(id);
      return now.state === 'ready' || now.state === 'failed' ? now : undefined;
    },
    { seconds: 100 },
  );
  expect(deck).toMatchObject({ state: 'ready', done: pageCount, total: pageCount });
  expect(deck.pages.map(({ text }) => text.trim())).toEqual(
    Array.from({ length: pageCount }, (_, k) => `Page number ${k + 1}`),
  );
  expect(deck.pages[1]?.steps[0]?.image).toEqual(shown);

  const names = new Set(
    (await readdir(join(rig.folder, 'pages', venue.id))).map((name) => name.split('.')[0]),
  );
  expect(names).toEqual(new Set(deck.pages.map(({ steps }) => steps[0]?.image.id)));
  expect(await readdir(join(rig.folder, 'decks', id))).toEqual(['0']);

  const base = venue.base;
  const stage = (await (await fetch(`${base}/now.json`)).json()).events.stage;
  const snapshot = await fetch(`${base}/events/stage/${stage.rev}/snapshot-${stage.snapshot}.json`);
  const { state } = (await snapshot.json()) as Snapshot<StageState>;
  expect(state.page?.image ?? (await speaker.talk()).stage.page?.image).toEqual(shown);
  const picture = await fetch(`${base}/pages/${shown?.id}.${shown?.widths[0]}.webp`);
  expect(picture.headers.get('content-type')).toBe('image/webp');
  expect(picture.headers.get('cache-control')).toContain('immutable');
  expect((await picture.arrayBuffer()).byteLength).toBeGreaterThan(200);
  expect((await fetch(`${base}/pages/${shown?.id}.json`)).status).toBe(200);
  expect((await fetch(`${base}/pages/${'x'.repeat(22)}.480.webp`)).status).toBe(404);
});
