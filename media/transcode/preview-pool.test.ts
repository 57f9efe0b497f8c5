import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MediaTag } from '../formats/media-tag.ts';
import type { PreviewTap } from '../track/publication.ts';
import { createPreviewPool, type Preview, type PreviewPool } from './preview-pool.ts';
import { makeMedia } from './test-media.ts';

const log = pino({ level: 'silent' });
const t0 = 1_700_000_000_000;
const patience = { timeout: 15_000, interval: 25 };

/** Feeds the tags, shifted by `offset` ms. */
function feed(tap: PreviewTap, tags: readonly MediaTag[], offset = 0): void {
  for (const tag of tags) {
    if (tag.kind === 'videoConfig') tap.videoConfig(tag.codec, tag.record);
    else if (tag.kind === 'audioConfig') tap.audioConfig(tag.asc);
    else if (tag.kind === 'audio') tap.audio(tag.data, t0 + offset + tag.dts);
    else if (tag.kind === 'video' && tag.keyframe) tap.keyframe(tag.data, t0 + offset + tag.dts, 0, 0);
  }
}

/** Feeds the same 4 s again and again, each time when the sound of the time before has been measured. */
async function feedFor(preview: Preview, tags: readonly MediaTag[], rounds: number): Promise<void> {
  const media = tags.filter(({ kind }) => kind === 'audio' || kind === 'video');
  feed(
    preview.tap,
    tags.filter(({ kind }) => kind === 'videoConfig' || kind === 'audioConfig'),
  );
  for (let i = 0; i < rounds; i++) {
    feed(preview.tap, media, i * 4000);
    await vi.waitFor(() => expect(preview.sound()?.at).toBeGreaterThan(t0 + i * 4000 + 2500), patience);
  }
}

const kinds = (preview: Preview): string[] => preview.warnings().map(({ kind }) => kind);

describe('the preview pool', { timeout: 60_000 }, () => {
  let pool: PreviewPool;
  const updated = new Set<string>();

  beforeEach(() => {
    updated.clear();
    pool = createPreviewPool({ log, cpuBudget: 2, onUpdate: (id) => updated.add(id) });
  });
  afterEach(() => pool.close());

  it('makes a JPEG of at most 640 px and measures both sides, with B-frames too', async () => {
    const preview = pool.open('a', { picture: 'must-move' });
    await feedFor(preview, makeMedia({ seconds: 4, width: 1280, height: 720, bFrames: 2 }), 1);
    await vi.waitFor(() => expect(preview.picture()).toBeDefined(), patience);
    const jpeg = preview.picture()!.jpeg;
    expect(jpeg.subarray(0, 2).toString('hex')).toBe('ffd8');
    expect(jpeg.subarray(-2).toString('hex')).toBe('ffd9');
    // Start of frame: height and width.
    const sof = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
    expect([jpeg.readUInt16BE(sof + 7), jpeg.readUInt16BE(sof + 5)]).toEqual([640, 360]);
    expect(jpeg.length).toBeLessThan(120_000);
    // ffmpeg's sine is 1/8 of full scale, and 3 dB less on each of two sides: -21 dBFS peak, -24 RMS.
    const { left, right, peakLeft } = preview.sound()!;
    for (const level of [left, right]) expect(level).toBeCloseTo(-24, 0);
    expect(peakLeft).toBeCloseTo(-21, 0);
    expect(preview.warnings()).toEqual([]);
    expect(updated).toEqual(new Set(['a']));
  });

  it('finds one-sided sound, silence, and black and frozen pictures, each on its own track', async () => {
    const oneSided = pool.open('oneSided', { picture: 'must-move' });
    const silent = pool.open('silent', { picture: 'must-move' });
    const frozen = pool.open('frozen', { picture: 'must-move' });
    const slides = pool.open('slides', { picture: 'may-freeze' });
    const tone = 'sine=f=300:r=48000';
    const still = makeMedia({ seconds: 4, video: 'smptebars=s=320x180:r=25' });
    await Promise.all([
      feedFor(oneSided, makeMedia({ seconds: 4, audio: `${tone},pan=stereo|c0=c0|c1=0*c0` }), 2),
      feedFor(
        silent,
        makeMedia({ seconds: 4, video: 'color=black:s=320x180:r=25', audio: 'anullsrc=r=48000:cl=stereo' }),
        3,
      ),
      feedFor(frozen, still, 7),
      feedFor(slides, still, 7),
    ]);
    expect(oneSided.warnings()).toMatchObject([{ kind: 'oneSided', values: { side: 'right' } }]);
    await vi.waitFor(() => expect(kinds(silent).sort()).toEqual(['black', 'silence']), patience);
    expect(silent.sound()).toMatchObject({ left: -100, right: -100 });
    await vi.waitFor(() => expect(kinds(frozen)).toEqual(['frozen']), patience);
    expect(slides.warnings()).toEqual([]);
  });

  it('recovers when its process is killed, and says so meanwhile', async () => {
    const tags = makeMedia({ seconds: 4 });
    const preview = pool.open('a', { picture: 'must-move' });
    await feedFor(preview, tags, 1);
    const pid = pool.pid()!;
    process.kill(pid, 'SIGKILL');
    await vi.waitFor(() => expect(kinds(preview)).toEqual(['previewFailed']), patience);
    await vi.waitFor(() => expect(pool.pid()).toBeDefined(), patience);
    expect(pool.pid()).not.toBe(pid);
    const media = tags.filter(({ kind }) => kind === 'audio' || kind === 'video');
    feed(preview.tap, media, 60_000);
    await vi.waitFor(() => expect(preview.picture()?.at).toBeGreaterThanOrEqual(t0 + 60_000), patience);
    expect(preview.warnings()).toEqual([]);
  });

  it('survives bytes that are no picture and no sound, and other tracks do not notice', async () => {
    const good = pool.open('good', { picture: 'must-move' });
    const bad = pool.open('bad', { picture: 'must-move' });
    const tags = makeMedia({ seconds: 4 });
    feed(
      bad.tap,
      tags.filter(({ kind }) => kind === 'videoConfig' || kind === 'audioConfig'),
    );
    const junk = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) & 255));
    for (let i = 0; i < 5; i++) {
      bad.tap.keyframe(junk, t0 + i * 4000, 0, 0);
      bad.tap.audio(junk, t0 + i * 1000);
    }
    const pid = pool.pid();
    await feedFor(good, tags, 1);
    await vi.waitFor(() => expect(kinds(bad)).toEqual(['previewFailed']), patience);
    expect(good.warnings()).toEqual([]);
    expect(pool.pid()).toBe(pid);
    expect(pool.dropped()).toBe(0);
  });
});
