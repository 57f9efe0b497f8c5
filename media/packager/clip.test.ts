import { expect, it } from 'vitest';
import { checkMediaPlaylist, readMediaPlaylist } from '#tests/interop/playlist-check.ts';
import { Clip } from './clip.ts';
import { PublishedTrack } from './published-track.ts';
import { Hand, newRendition, settled, testInit } from './rendition-fixture.ts';

const run = async (name: string, segments: number) => {
  const track = new PublishedTrack({ run: name, track: 'program', offered: ['source'] });
  const { rendition, recording } = newRendition({ windowSeconds: 20, memorySeconds: 4 });
  track.add('source', rendition);
  rendition.init(testInit());
  const hand = new Hand(rendition);
  for (let i = 0; i < segments; i++) hand.segment();
  await settled();
  return { track, rendition, recording, hand, tracks: { program: track } };
};
const text = (clip: Clip, skip = false) => clip.playlist('program', 'source', skip)?.body.toString() ?? '';

it('a live run is an EVENT playlist of all its segments, far beyond the live window', async () => {
  const { hand, tracks } = await run('r1', 30);
  const clip = new Clip([{ run: 'r1', tracks }]);
  const before = text(clip);
  expect(checkMediaPlaylist(before)).toEqual([]);
  const read = readMediaPlaylist(before);
  expect(read).toMatchObject({ type: 'EVENT', ended: false, mediaSequence: 0, hint: undefined });
  expect(read.segments).toHaveLength(30);
  expect(read.segments[3]?.uri).toBe('../../../runs/r1/program/source/3.m4s');
  expect(read.segments[3]?.map).toBe('../../../runs/r1/program/source/init-0.mp4');
  hand.start();
  hand.part();
  await settled();
  expect(clip.playlist('program', 'source', false)).toBe(clip.playlist('program', 'source', false));
  hand.end();
  hand.segment();
  await settled();
  expect(checkMediaPlaylist(text(clip), before)).toEqual([]);
  expect(readMediaPlaylist(text(clip)).segments).toHaveLength(32);
  expect(clip.multivariant('program')?.body.toString()).toContain('\nprogram-source.m3u8\n');
});

it('delta updates of a growing clip keep the skip boundary', async () => {
  const { tracks } = await run('r1', 40);
  const clip = new Clip([{ run: 'r1', tracks }]);
  const delta = text(clip, true);
  expect(checkMediaPlaylist(delta, text(clip))).toEqual([]);
  expect(readMediaPlaylist(delta).skipped).toBe(27);
});

it('an ended run is VOD with ENDLIST at once', async () => {
  const { track, tracks } = await run('r1', 5);
  const clip = new Clip([{ run: 'r1', tracks }]);
  const live = text(clip);
  await track.end();
  await settled();
  expect(clip.ended).toBe(true);
  expect(readMediaPlaylist(text(clip, true))).toMatchObject({ type: 'VOD', ended: true, skipped: 0 });
  expect(checkMediaPlaylist(text(clip), live)).toEqual([]);
});

it('a range takes the segments that overlap it, and is complete once the run has passed its end', async () => {
  const { hand, tracks } = await run('r1', 4);
  const from = hand.origin + 2500;
  const clip = new Clip([{ run: 'r1', tracks }], [{ from, to: hand.origin + 9000 }]);
  expect(readMediaPlaylist(text(clip))).toMatchObject({ type: 'EVENT', mediaSequence: 1 });
  for (let i = 0; i < 3; i++) hand.segment();
  await settled();
  const whole = readMediaPlaylist(text(clip));
  expect(whole).toMatchObject({ type: 'VOD', ended: true });
  expect(whole.segments.map((segment) => segment.msn)).toEqual([1, 2, 3, 4]);
  expect(checkMediaPlaylist(text(clip))).toEqual([]);
});

it('a clip may span runs: a DISCONTINUITY stands between them', async () => {
  const first = await run('r1', 2);
  const second = await run('r2', 2);
  await first.track.end();
  await second.track.end();
  await settled();
  const clip = new Clip([
    { run: 'r1', tracks: first.tracks },
    { run: 'r2', tracks: second.tracks },
  ]);
  const { segments } = readMediaPlaylist(text(clip));
  expect(segments.map((segment) => [segment.uri, segment.discontinuity])).toEqual([
    ['../../../runs/r1/program/source/0.m4s', false],
    ['../../../runs/r1/program/source/1.m4s', false],
    ['../../../runs/r2/program/source/0.m4s', true],
    ['../../../runs/r2/program/source/1.m4s', false],
  ]);
});

it('fault 88: what could not be recorded and has left memory becomes a gap in the clip too', async () => {
  const { rendition, recording, hand, tracks } = await run('r1', 2);
  const clip = new Clip([{ run: 'r1', tracks }]);
  recording.disk = () => Promise.resolve(false);
  hand.segment();
  await settled();
  recording.disk = () => Promise.resolve(true);
  expect(readMediaPlaylist(text(clip)).segments.map(({ gap }) => gap)).toEqual([false, false, false]);
  for (let i = 0; i < 20; i++) hand.segment();
  await settled();
  expect(rendition.segments.rewrites).toBeGreaterThan(0);
  expect(
    readMediaPlaylist(text(clip))
      .segments.slice(0, 4)
      .map(({ gap }) => gap),
  ).toEqual([false, false, true, false]);
});

it('a clip of nothing does not exist', async () => {
  const { tracks } = await run('r1', 2);
  const clip = new Clip([{ run: 'r1', tracks }]);
  expect(clip.playlist('program', '720', false)).toBeUndefined();
  expect(clip.multivariant('slides')).toBeUndefined();
  expect(clip.playlist('slides', 'source', false)).toBeUndefined();
});
