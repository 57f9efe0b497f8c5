import { expect, it } from 'vitest';
import { checkMediaPlaylist, readMediaPlaylist } from '#tests/interop/playlist-check.ts';
import { Clip } from './clip.ts';
import { partBorder } from './clip-range.ts';
import { PublishedTrack } from './published-track.ts';
import { Rendition } from './rendition.ts';
import { Hand, newRendition, settled, silent, testInit, testSoundInit } from './rendition-fixture.ts';

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

/** Segments of 6 parts of 0.32 s, 100 bytes each. */
const segmentMs = 1920;
const partMs = 320;
const lengths = (playlist: string) => readMediaPlaylist(playlist).segments.map(({ duration }) => duration);

it('begins at the keyframe before its beginning, with EXT-X-START at the exact frame, and ends at its part', async () => {
  const { hand, tracks } = await run('r1', 6);
  const from = hand.origin + segmentMs + 700;
  const to = hand.origin + 3 * segmentMs + 2 * partMs;
  const clip = new Clip([{ run: 'r1', tracks }], [{ from, to }]);
  const read = readMediaPlaylist(text(clip));
  expect(checkMediaPlaylist(text(clip))).toEqual([]);
  expect(read).toMatchObject({ type: 'VOD', ended: true, mediaSequence: 1, start: 0.7 });
  expect(read.segments.map(({ msn, bytes }) => [msn, bytes])).toEqual([
    [1, undefined],
    [2, undefined],
    [3, 200],
  ]);
  expect(lengths(text(clip))).toEqual([1.92, 1.92, 0.64]);
  expect(clip.multivariant('program')?.body.toString()).toContain(
    '\n#EXT-X-START:TIME-OFFSET=0.7,PRECISE=YES\n',
  );
});

it('is complete as soon as its last part is there, though its segment is still being made', async () => {
  const { hand, tracks } = await run('r1', 2);
  const clip = new Clip(
    [{ run: 'r1', tracks }],
    [{ from: hand.origin, to: hand.origin + 2 * segmentMs + partMs }],
  );
  expect(readMediaPlaylist(text(clip))).toMatchObject({ type: 'EVENT', ended: false });
  hand.start();
  hand.part();
  await settled();
  const done = text(clip);
  expect(readMediaPlaylist(done)).toMatchObject({ type: 'VOD', ended: true });
  expect(readMediaPlaylist(done).segments.at(-1)).toMatchObject({ msn: 2, bytes: 100, duration: 0.32 });
  hand.part();
  hand.end();
  hand.segment();
  await settled();
  expect(text(clip)).toBe(done);
});

it('a segment being made is waited for by who asks for it whole', async () => {
  const { hand, rendition } = await run('r1', 1);
  hand.start();
  const first = hand.part();
  await settled();
  const asked = rendition.readSegment(1, new AbortController().signal);
  expect(await rendition.readSegment(1)).toBeUndefined();
  const second = hand.part();
  hand.end();
  await settled();
  expect(await asked).toEqual(Buffer.concat([first.bytes, second.bytes]));
});

it('a segment that does not begin with an IDR is never the first', async () => {
  const { rendition, hand, tracks } = await run('r1', 2);
  hand.start();
  for (let i = 0; i < 6; i++) hand.part(0.32, false);
  hand.end();
  await settled();
  expect(rendition.segments.records).toHaveLength(3);
  const from = hand.origin + 2 * segmentMs + 500;
  const clip = new Clip([{ run: 'r1', tracks }], [{ from, to: from + 1000 }]);
  expect(readMediaPlaylist(text(clip))).toMatchObject({ mediaSequence: 1, start: 2.42 });
});

it('sound begins at the same segment as the picture and ends at its own part', async () => {
  const { track, hand, tracks } = await run('r1', 4);
  const { rendition: sound } = newRendition();
  track.add('audio', sound);
  sound.init(testSoundInit());
  const voice = new Hand(sound, { partBytes: 50, time: 0.015 });
  for (let i = 0; i < 4; i++) voice.segment();
  await settled();
  const from = hand.origin + segmentMs + 5;
  const to = hand.origin + 2 * segmentMs + partMs;
  const clip = new Clip([{ run: 'r1', tracks }], [{ from, to }]);
  const heard = readMediaPlaylist(clip.playlist('program', 'audio', false)?.body.toString() ?? '');
  expect(heard).toMatchObject({ mediaSequence: 1, ended: true });
  expect(heard.segments.map(({ bytes }) => bytes)).toEqual([undefined, 50]);
  expect(readMediaPlaylist(text(clip)).segments.map(({ bytes }) => bytes)).toEqual([undefined, 100]);
});

it('a correction of the delay moves the range on the media, not the media', async () => {
  const { hand, tracks } = await run('r1', 6);
  const shifted = (ms: number) => (_track: string, at: number) => (at >= hand.origin + segmentMs ? ms : 0);
  const from = hand.origin + 3 * segmentMs;
  const clip = new Clip([{ run: 'r1', tracks }], [{ from, to: from + 2 * partMs }], shifted(-segmentMs));
  const read = readMediaPlaylist(text(clip));
  expect(read.segments.map(({ msn, bytes }) => [msn, bytes])).toEqual([[4, 200]]);
  expect(read.segments[0]?.dateTime).toBe(hand.origin + 4 * segmentMs);
});

it('over a break it is complete without media at its end, and what comes after the break is not in it', async () => {
  const { hand, tracks } = await run('r1', 2);
  let quiet = false;
  const to = hand.origin + 60_000;
  const clip = new Clip([{ run: 'r1', tracks, quiet: () => quiet }], [{ from: hand.origin, to }]);
  expect(readMediaPlaylist(text(clip)).ended).toBe(false);
  quiet = true;
  expect(readMediaPlaylist(text(clip)).ended).toBe(true);
  quiet = false;
  hand.time = 70;
  hand.segment(6, true);
  await settled();
  expect(readMediaPlaylist(text(clip)).segments).toHaveLength(2);
  const across = new Clip(
    [{ run: 'r1', tracks }],
    [{ from: hand.origin + 30_000, to: hand.origin + 71_000 }],
  );
  expect(readMediaPlaylist(text(across))).toMatchObject({ mediaSequence: 2, start: undefined });
});

it('joined ranges play in their order, with a DISCONTINUITY between', async () => {
  const { hand, tracks } = await run('r1', 8);
  const ranges = [
    { from: hand.origin + 4 * segmentMs + 100, to: hand.origin + 5 * segmentMs },
    { from: hand.origin, to: hand.origin + segmentMs + partMs },
  ];
  const clip = new Clip([{ run: 'r1', tracks }], ranges);
  const read = readMediaPlaylist(text(clip));
  expect(checkMediaPlaylist(text(clip))).toEqual([]);
  expect(read).toMatchObject({ start: 0.1, mediaSequence: 4, ended: true });
  expect(
    read.segments.map(({ uri, discontinuity, bytes }) => [uri?.split('/').at(-1), discontinuity, bytes]),
  ).toEqual([
    ['4.m4s', false, undefined],
    ['0.m4s', true, undefined],
    ['1.m4s', false, 100],
  ]);
});

it('renditions that are not in all of its runs are not offered; runs it has nothing of do not matter', async () => {
  const first = await run('r1', 3);
  const second = await run('r2', 3);
  const { rendition: small } = newRendition();
  second.track.offer(['source', '720']);
  second.track.add('720', small);
  small.init(testInit(0, { height: 720 }));
  const hand = new Hand(small);
  for (let i = 0; i < 3; i++) hand.segment();
  await first.track.end();
  await settled();
  const runs = [
    { run: 'r1', tracks: first.tracks },
    { run: 'r2', tracks: second.tracks },
  ];
  expect(new Clip(runs).multivariant('program')?.body.toString()).not.toContain('program-720');
  const later = { from: hand.origin + 3 * segmentMs + 60_000 };
  expect(new Clip(runs, [later]).multivariant('program')).toBeUndefined();
  const only = new Clip(runs.slice(1)).multivariant('program')?.body.toString();
  expect(only).toContain('program-720');
});

it('a clip of a run that ended is complete though the next run has begun since', async () => {
  const first = await run('r1', 3);
  await first.track.end();
  const second = await run('r2', 0);
  second.hand.time = 100;
  second.hand.segment();
  await settled();
  const runs = [
    { run: 'r1', tracks: first.tracks },
    { run: 'r2', tracks: second.tracks },
  ];
  const clip = new Clip(runs, [{ from: first.hand.origin, to: first.hand.origin + 30_000 }]);
  expect(readMediaPlaylist(text(clip))).toMatchObject({ type: 'VOD', ended: true });
  expect(readMediaPlaylist(text(clip)).segments).toHaveLength(3);
});

it('fault 86: read back from its recording a range is the same to the byte', async () => {
  const { track, recording, hand, tracks } = await run('r1', 6);
  const range = { from: hand.origin + 2500, to: hand.origin + 4 * segmentMs + 3 * partMs };
  const before = text(new Clip([{ run: 'r1', tracks }], [range]));
  await track.end();
  const again = new PublishedTrack({ run: 'r1', track: 'program', offered: ['source'] });
  again.add(
    'source',
    new Rendition({ targetDuration: 4, recording, recorded: recording.read(), log: silent }),
  );
  expect(text(new Clip([{ run: 'r1', tracks: { program: again } }], [range]))).toBe(before);
});

it('a cut falls on the border of the part it lies in, or on the end of the newest', async () => {
  const { hand, rendition } = await run('r1', 2);
  hand.start();
  hand.part();
  await settled();
  const border = (ms: number) =>
    Math.round(partBorder(rendition.segments, hand.origin + ms, () => 0, 500) - hand.origin);
  expect(border(segmentMs + 700)).toBe(segmentMs + 640);
  expect(border(segmentMs)).toBe(segmentMs);
  expect(border(2 * segmentMs + partMs + 200)).toBe(2 * segmentMs + partMs);
  expect(border(2 * segmentMs + partMs + 4000)).toBe(2 * segmentMs + partMs + 4000);
  expect(border(-50)).toBe(-50);
});
