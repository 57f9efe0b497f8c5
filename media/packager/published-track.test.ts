import { expect, it } from 'vitest';
import { readMediaPlaylist } from '#tests/interop/playlist-check.ts';
import { PublishedTrack } from './published-track.ts';
import type { Rendition } from './rendition.ts';
import { Hand, newRendition, settled, testInit, testSoundInit } from './rendition-fixture.ts';

const make = async (offered: ConstructorParameters<typeof PublishedTrack>[0]['offered']) => {
  const track = new PublishedTrack({ run: 'r1', track: 'program', offered });
  const [source, audio] = [newRendition().rendition, newRendition().rendition];
  track.add('source', source);
  track.add('audio', audio);
  expect(track.multivariant('low-latency')).toBeUndefined();
  source.init(testInit());
  audio.init(testSoundInit());
  const picture = new Hand(source, { partBytes: 1000 });
  const voice = new Hand(audio);
  for (let i = 0; i < 4; i++) {
    picture.segment();
    voice.segment();
  }
  await settled();
  return { track, source, audio, picture, voice };
};
const text = (track: PublishedTrack, tier: 'low-latency' | 'standard' = 'low-latency') =>
  track.multivariant(tier)?.body.toString() ?? '';
const playlist = async (rendition: Rendition) => {
  const answer = await rendition.playlist(
    { tier: 'low-latency', msn: undefined, part: undefined, skip: false },
    new AbortController().signal,
  );
  if (answer.kind !== 'playlist') throw new Error(answer.kind);
  return readMediaPlaylist(answer.rendered.body.toString());
};

it('lists what is offered and can be played, in both tiers', async () => {
  const { track } = await make(['source', '480', 'audio']);
  expect(track.listed).toEqual(['source', 'audio']);
  expect(text(track)).toContain('\nsource/live.m3u8\n');
  expect(text(track, 'standard')).toContain('\nsource/std.m3u8\n');
  expect(track.audioOnly('low-latency')?.body.toString()).toContain('\naudio/live.m3u8\n');
  expect(track.multivariant('low-latency')).toBe(track.multivariant('low-latency'));
});

it('the offer may change at run time; the source is listed when nothing else is left', async () => {
  const { track } = await make(['480', 'audio']);
  expect(track.listed).toEqual(['source', 'audio']);
  const rung = newRendition().rendition;
  track.add('480', rung);
  rung.init(testInit(0, { width: 854, height: 480 }));
  expect(track.listed).toEqual(['source', 'audio']);
  const hand = new Hand(rung, { msn: 4 });
  hand.segment();
  await settled();
  expect(track.listed).toEqual(['480', 'audio']);
  expect(text(track)).not.toContain('source');
  track.remove('480');
  expect(track.listed).toEqual(['source', 'audio']);
  track.offer(['source']);
  expect(text(track)).not.toContain('\naudio/live.m3u8\n');
});

it('bandwidth is measured: peak and average over finished segments', async () => {
  const { track, picture } = await make(['source']);
  const bits = (name: string) => Number(new RegExp(`[:,]${name}=(\\d+)`).exec(text(track))?.[1]);
  const steady = (6000 * 8 + 600 * 8) / (6 * 0.32);
  expect(bits('BANDWIDTH')).toBeCloseTo(steady, -1);
  Object.assign(picture, { partBytes: 5000 });
  picture.segment();
  await settled();
  // Segments of 1.92 s are shorter than half a target duration: two count together.
  expect(bits('BANDWIDTH')).toBeCloseTo(((30_000 + 6000) * 8) / 3.84 + (600 * 8) / 1.92, -1);
  expect(bits('AVERAGE-BANDWIDTH')).toBeCloseTo(((30_000 + 24_000) * 8) / 9.6 + (600 * 8) / 1.92, -1);
});

it('each rendition reports on the others (rule 3)', async () => {
  const { source, audio, voice } = await make(['source', 'audio']);
  voice.start();
  voice.part();
  await settled();
  expect((await playlist(audio)).reports).toEqual([
    { URI: '../source/live.m3u8', 'LAST-MSN': '3', 'LAST-PART': '5' },
  ]);
  source.startSegment({ msn: 4, init: 0, programDateTime: Date.UTC(2027, 0), discontinuity: false });
  source.part({ msn: 4, index: 0, bytes: Buffer.alloc(9), duration: 0.3, independent: true, start: 9 });
  await settled();
  expect((await playlist(source)).reports).toEqual([
    { URI: '../audio/live.m3u8', 'LAST-MSN': '4', 'LAST-PART': '0' },
  ]);
});

it('a rung that begins in the middle of a run counts discontinuities as the source does', async () => {
  const { track, source, picture } = await make(['source', '480']);
  source.init(testInit(1));
  picture.init = 1;
  picture.segment(6, true);
  picture.segment();
  await settled();
  const { rendition: rung, recording } = newRendition();
  track.add('480', rung);
  rung.init(testInit());
  new Hand(rung, { msn: 6 }).segment();
  await settled();
  expect(await playlist(rung)).toMatchObject({ mediaSequence: 6, discontinuitySequence: 1 });
  const restored = newRendition({ recording, recorded: recording.read() }).rendition;
  track.add('480', restored);
  expect(await playlist(restored)).toMatchObject({ mediaSequence: 6, discontinuitySequence: 1 });
});

it('fault 35: of a rung that was given up the playlist is gone at once, its media stays readable', async () => {
  const { track } = await make(['source', '480']);
  const rung = newRendition().rendition;
  track.add('480', rung);
  rung.init(testInit());
  new Hand(rung).segment();
  await settled();
  const held = rung.playlist(
    { tier: 'low-latency', msn: 1, part: 0, skip: false },
    new AbortController().signal,
  );
  track.remove('480');
  expect(await held).toEqual({ kind: 'gone' });
  expect(rung.waiting).toBe(0);
  expect(track.listed).toEqual(['source', 'audio']);
  expect(await track.rendition('480')?.readSegment(0)).toHaveLength(600);
});

it('ends with all its renditions', async () => {
  const { track, source } = await make(['source', 'audio']);
  await source.end();
  expect(track.ended).toBe(false);
  await track.end();
  await settled();
  expect(track.ended).toBe(true);
});
