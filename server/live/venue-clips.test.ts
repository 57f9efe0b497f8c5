import { expect, it } from 'vitest';
import type { ClipEvents, ClipInfo } from '#contracts/clip.ts';
import type { StageEvent } from '#contracts/events.ts';
import { emptyStage, type StageState, stageAfter } from '#contracts/stage-state.ts';
import { PublishedTrack } from '#media/packager/published-track.ts';
import { Hand, newRendition, settled, testInit } from '#media/packager/rendition-fixture.ts';
import { readMediaPlaylist } from '#tests/interop/playlist-check.ts';
import { type ClipTarget, VenueClips } from './venue-clips.ts';

/** A venue with one open run of eight segments of 1.92 s, and a stage that holds the events given. */
const venue = async () => {
  const { rendition } = newRendition();
  const track = new PublishedTrack({ run: 'r1', track: 'program', offered: ['source'] });
  track.add('source', rendition);
  rendition.init(testInit());
  const hand = new Hand(rendition);
  for (let i = 0; i < 8; i++) hand.segment();
  await settled();
  let stage: readonly StageEvent[] = [];
  let rev = 1;
  const upTo = (t: number): StageState =>
    stage
      .filter((event) => event.t <= t)
      .sort((a, b) => a.t - b.t || a.i - b.i)
      .reduce(stageAfter, emptyStage);
  const clips = new VenueClips({
    title: 'Hall',
    runs: [
      {
        id: 'r1',
        startedAt: hand.origin,
        endedAt: undefined,
        reason: undefined,
        targets: {},
        delays: {},
      },
    ],
    events: {
      now: () => hand.origin + hand.time * 1000,
      state: () => stage.reduce(stageAfter, emptyStage),
      stageAt: async (t) => upTo(t),
      between: async (from, to) => stage.filter(({ t }) => t > from && t <= to),
      position: () => ({ rev, next: stage.length, snapshot: 0 }),
    },
    publishedTrack: async (run, name) => (run === 'r1' && name === 'program' ? track : undefined),
    quiet: () => false,
  });
  const at = (seconds: number) => hand.origin + seconds * 1000;
  return {
    clips,
    at,
    append: (...events: StageEvent[]) => {
      stage = [...stage, ...events];
    },
    redact: (i: number) => {
      stage = stage.filter((event) => event.i !== i);
      rev++;
    },
    target: (from: number, to: number, over: Partial<ClipTarget> = {}): ClipTarget => ({
      ...{ id: 'c1', version: 1, title: 'A', speakers: [], ranges: [{ from: at(from), to: at(to) }] },
      ...over,
    }),
  };
};
const talk = (i: number, t: number, id: string): StageEvent => ({
  ...{ i, at: t, t, type: 'talk', talk: { id, title: `Talk ${id}`, speakers: [] } },
});
const delay = (i: number, t: number, from: number, shift: number): StageEvent => ({
  ...{ i, at: t, t, type: 'delay', track: 'program', from, shift },
});
const read = async <T>(
  clips: VenueClips,
  target: ClipTarget,
  file: 'clip.json' | 'events.json',
): Promise<T> => {
  const data = await clips.data(target, file);
  if (!data) throw new Error('nothing to play');
  return JSON.parse(data.rendered.body.toString()) as T;
};

it('a correction of the delay cuts the clips anew: the same range, other media', async () => {
  const { clips, at, append, target } = await venue();
  const msns = async () => {
    const clip = await clips.clip(target(5.76, 7.68));
    return readMediaPlaylist(clip?.playlist('program', 'source', false)?.body.toString() ?? '').segments.map(
      ({ msn }) => msn,
    );
  };
  expect(await msns()).toEqual([3]);
  const before = await clips.clip(target(5.76, 7.68));
  expect(await clips.clip(target(5.76, 7.68))).toBe(before);
  append(delay(0, at(15), at(0), -1920));
  expect(await msns()).toEqual([4]);
});

it('events are those of the range, with the stage as it stood; what begins at its end is not in it', async () => {
  const { clips, at, append, target } = await venue();
  append(talk(0, at(2), 'a'), talk(1, at(6), 'b'), talk(2, at(9), 'c'));
  const events = await read<ClipEvents>(clips, target(2, 9), 'events.json');
  expect(events.ranges).toMatchObject([
    { from: at(2), state: { talk: { id: 'a' } }, events: [{ t: at(6), talk: { id: 'b' } }] },
  ]);
  const info = await read<ClipInfo>(clips, target(2, 9), 'clip.json');
  expect(info.chapters.map(({ title }) => title)).toEqual(['Talk a', 'Talk b']);
});

it('X6: what a closed talk left on the stage is neither in the state a replay begins with nor a chapter', async () => {
  const { clips, at, append, target } = await venue();
  const page = (i: number, t: number, deck: string): StageEvent => ({
    ...{ i, at: t, t, type: 'page', deck, page: 0, step: 0, pages: 1, next: null, title: deck },
    ...{ image: { id: deck, width: 16, height: 9, widths: [480], avif: false }, source: 'presenter', by: '' },
  });
  append(talk(0, at(1), 'a'), page(1, at(2), 'of-a'), talk(2, at(5), 'b'), page(3, at(8), 'of-b'));
  const open = JSON.stringify(await read<ClipEvents>(clips, target(5, 9), 'events.json'));
  expect(open).toContain('of-a');
  const closed = target(5, 9, { before: [{ from: 0, to: at(1) }] });
  for (const file of ['events.json', 'clip.json'] as const) {
    const text = JSON.stringify(await read<unknown>(clips, closed, file));
    expect(text).toContain('of-b');
    expect(text).not.toContain('of-a');
  }
  // Who may see it still gets it.
  expect(JSON.stringify(await read<ClipEvents>(clips, target(5, 9), 'events.json'))).toBe(open);
});

it('a redaction is out of the files at once, whatever they were made from', async () => {
  const { clips, at, append, redact, target } = await venue();
  append(talk(0, at(2), 'a'), talk(1, at(6), 'b'));
  expect((await read<ClipEvents>(clips, target(2, 9), 'events.json')).ranges[0]?.events).toHaveLength(1);
  redact(1);
  expect((await read<ClipEvents>(clips, target(2, 9), 'events.json')).ranges[0]?.events).toEqual([]);
});

it('the whole run is a clip of its own, open while the run is', async () => {
  const { clips, at } = await venue();
  const run = clips.ofRun('r1');
  if (!run) throw new Error('no such run');
  expect(await read<ClipInfo>(clips, run, 'clip.json')).toMatchObject({
    ...{ id: 'r1', version: 1, title: 'Hall', open: true, ranges: [{ from: at(0), to: null }] },
    tracks: { program: 'clips/r1/1/index.m3u8' },
  });
  expect(clips.ofRun('other')).toBeUndefined();
});

it('where nothing was recorded there is nothing to play', async () => {
  const { clips, at, target } = await venue();
  expect(await clips.hasMedia([{ from: at(1), to: at(3) }])).toBe(true);
  expect(await clips.hasMedia([{ from: at(-60), to: at(-50) }])).toBe(false);
  expect(await clips.data(target(-60, -50, { id: 'c2' }), 'clip.json')).toBeUndefined();
});
