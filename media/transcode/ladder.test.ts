import { pino } from 'pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { parseVideoConfig, type VideoConfig } from '../formats/codec-config.ts';
import { readInit, readPart } from '../formats/fmp4-part.ts';
import type { MediaTag } from '../formats/media-tag.ts';
import type { Init, Part, RenditionSink, SegmentStart } from '../packager/segment.ts';
import { Segmenter } from '../packager/segmenter.ts';
import { createLadder, type Ladder, type LadderOptions, type LadderRung } from './ladder.ts';
import { makeMedia, type TestMedia } from './test-media.ts';

const log = pino({ level: 'silent' });
const epoch = 1_700_000_000_000;
const patience = { timeout: 40_000, interval: 20 };

type Segment = { start: SegmentStart; parts: Part[]; ended: boolean; gap: number | undefined };

/** Keeps what a rendition gets, and checks that the calls come in the order the contract says. */
class Kept implements RenditionSink {
  readonly inits: Init[] = [];
  readonly segments: Segment[] = [];

  init(init: Init): void {
    expect(init.k).toBe(this.inits.length);
    expect(this.open).toBeUndefined();
    this.inits.push(init);
  }
  startSegment(start: SegmentStart): void {
    this.#follows(start);
    expect(start.init).toBe(this.inits.length - 1);
    this.segments.push({ start, parts: [], ended: false, gap: undefined });
  }
  part(part: Part): void {
    expect(this.open?.start.msn).toBe(part.msn);
    expect(part.index).toBe(this.open?.parts.length);
    this.open?.parts.push(part);
  }
  endSegment(msn: number): void {
    expect(this.open?.start.msn).toBe(msn);
    this.segments.at(-1)!.ended = true;
  }
  gap(start: SegmentStart, duration: number): void {
    this.#follows(start);
    this.segments.push({ start, parts: [], ended: true, gap: duration });
  }
  get open(): Segment | undefined {
    const last = this.segments.at(-1);
    return last?.ended === false ? last : undefined;
  }
  get done(): number[] {
    return this.segments.filter(({ ended }) => ended).map(({ start }) => start.msn);
  }
  #follows({ msn }: SegmentStart): void {
    expect(this.open).toBeUndefined();
    const last = this.segments.at(-1);
    if (last) expect(msn).toBe(last.start.msn + 1);
  }
}

/** Presentation times in ticks, and where keyframes are. */
function pictures(parts: readonly Part[]): { time: number; keyframe: boolean }[] {
  return parts
    .flatMap(({ bytes }) => readPart(bytes))
    .map(({ dts, cts, keyframe }) => ({ time: dts + cts, keyframe }))
    .sort((a, b) => a.time - b.time);
}

/** The segmenter of the live path, writing to the ladder and to `kept`. */
class Source {
  readonly kept = new Kept();
  readonly #segmenter: Segmenter;
  #config: VideoConfig | undefined;

  constructor(ladder: Ladder, targetDuration: number) {
    const { kept } = this;
    const both: RenditionSink = {
      init: (init) => {
        kept.init(init);
        ladder.source.init(init);
      },
      startSegment: (start) => {
        kept.startSegment(start);
        ladder.source.startSegment(start);
      },
      part: (part) => {
        kept.part(part);
        ladder.source.part(part);
      },
      endSegment: (msn) => {
        kept.endSegment(msn);
        ladder.source.endSegment(msn);
      },
      gap: (start, duration) => {
        kept.gap(start, duration);
        ladder.source.gap(start, duration);
      },
    };
    this.#segmenter = new Segmenter({
      output: { fixTarget: () => undefined, openVideo: () => both, openAudio: () => new Kept() },
      position: {
        msn: 7,
        videoInit: 0,
        audioInit: 0,
        targetDuration,
        lastProgramDateTime: 0,
        mediaTime: 3,
      },
      frameRate: () => 25,
      log,
    });
    this.#segmenter.axis = (time) => epoch + time;
  }

  /** Feeds pictures whose times are shifted by `offset` ms. */
  feed(tags: readonly MediaTag[], offset = 0): void {
    for (const tag of tags) {
      if (tag.kind === 'videoConfig') this.#config = parseVideoConfig(tag.codec, tag.record);
      if (tag.kind !== 'video' || !this.#config) continue;
      const { dts, cts, keyframe, data } = tag;
      const time = dts + offset;
      const config = this.#config;
      const frame = {
        kind: 'video',
        time,
        cts,
        keyframe,
        disposable: false,
        data,
        arrival: time,
        config,
      } as const;
      this.#segmenter.frame(frame);
    }
  }
  flush(): void {
    this.#segmenter.flush();
  }
}

describe('the ladder', { timeout: 120_000 }, () => {
  const rungs = new Map<LadderRung, Kept>();
  const givenUp: LadderRung[] = [];
  let ladder: Ladder | undefined;

  function start(options: Partial<LadderOptions>): Ladder {
    rungs.clear();
    givenUp.length = 0;
    ladder = createLadder({
      rungs: ['360'],
      log,
      openRung: (name) => {
        const kept = new Kept();
        rungs.set(name, kept);
        return kept;
      },
      onGivenUp: (name) => givenUp.push(name),
      // The tests feed seconds of media in a moment, and the machine may be busy with others.
      tooLateSeconds: 60,
      niceness: 0,
      ...options,
    });
    return ladder;
  }

  afterEach(async () => {
    await ladder?.close();
  });

  const media = (options: Partial<TestMedia>) =>
    makeMedia({ seconds: 8, width: 640, height: 480, audio: null, ...options });

  it.each([
    ['without B-frames', { bFrames: 0, fps: 25 }],
    ['with B-frames', { bFrames: 2, fps: 25 }],
    ['with B-frames at 60 fps', { bFrames: 3, fps: 60, seconds: 6 }],
    ['at 30 fps with a GOP of 1 s', { bFrames: 0, fps: 30, gopSeconds: 1 }],
  ])('keeps msn, parts, IDRs and presentation times of a source %s', async (_, options) => {
    const source = new Source(start({}), 4);
    source.feed(media(options));
    source.flush();
    const from = source.kept;
    await vi.waitFor(() => expect(rungs.get('360')?.done).toEqual(from.done), patience);
    const rung = rungs.get('360')!;
    expect(rung.inits.length).toBe(1);
    const init = readInit(rung.inits[0]!.bytes);
    expect(init.kind === 'video' && [init.config.width, init.config.height]).toEqual([480, 360]);
    expect(from.done.length).toBeGreaterThan(2);
    const frame = 90_000 / options.fps;
    for (const [i, made] of rung.segments.entries()) {
      const original = from.segments[i]!;
      expect(made.gap).toBeUndefined();
      expect(made.start.programDateTime).toBe(original.start.programDateTime);
      expect(made.start.discontinuity).toBe(original.start.discontinuity);
      expect(made.parts.map(({ index }) => index)).toEqual(original.parts.map(({ index }) => index));
      expect(made.parts.map(({ independent }) => independent)).toEqual(
        original.parts.map(({ independent }) => independent),
      );
      const [a, b] = [pictures(made.parts), pictures(original.parts)];
      expect(a.map(({ time }) => time)).toEqual(b.map(({ time }) => time));
      expect(a[0]).toEqual(b[0]);
      expect(made.parts[0]!.start).toBeCloseTo(b[0]!.time / 90_000, 6);
      for (const [j, part] of made.parts.entries()) {
        expect(part.duration).toBeCloseTo(original.parts[j]!.duration, 1);
        // Each part covers what the source's does, to within one picture; its samples fill it.
        const samples = readPart(part.bytes);
        const ticks = samples.reduce((sum, { duration }) => sum + duration, 0);
        expect(Math.abs(ticks - part.duration * 90_000)).toBeLessThan(frame);
        expect(samples.every(({ cts }) => cts === 0)).toBe(true);
      }
    }
  });

  it('makes no rung larger than the source', async () => {
    const source = new Source(start({ rungs: ['720', '480', '360'] }), 4);
    source.feed(media({ seconds: 6 }));
    source.flush();
    await vi.waitFor(() => expect(rungs.get('360')?.done.length).toBeGreaterThan(1), patience);
    expect([...rungs.keys()].sort()).toEqual(['360', '480']);
    expect(rungs.get('480')?.inits[0]).toMatchObject({ width: 640, height: 480 });
    expect(givenUp).toEqual([]);
  });

  it('takes a new init and a discontinuity over from the source', async () => {
    const source = new Source(start({}), 4);
    source.feed(media({ seconds: 4 }));
    source.flush();
    source.feed(media({ seconds: 4, width: 960, height: 720 }), 10_000);
    source.flush();
    await vi.waitFor(() => expect(rungs.get('360')?.done).toEqual(source.kept.done), patience);
    const discontinuities = (kept: Kept) =>
      kept.segments.map(({ start: { discontinuity } }) => discontinuity);
    expect(discontinuities(rungs.get('360')!)).toEqual(discontinuities(source.kept));
    expect(discontinuities(source.kept)).toContain(true);
  });

  it('marks what a killed process did not make as gaps, and goes on in step with the source', async () => {
    const running = start({});
    const source = new Source(running, 4);
    const tags = media({ seconds: 4 });
    source.feed(tags);
    await vi.waitFor(() => expect(rungs.get('360')?.segments.length).toBeGreaterThan(0), patience);
    process.kill(running.pid()!, 'SIGKILL');
    await vi.waitFor(() => expect(running.pid()).toBeUndefined(), patience);
    source.feed(tags, 4000);
    await vi.waitFor(() => expect(running.pid()).toBeDefined(), patience);
    source.feed(tags, 8000);
    source.feed(tags, 12_000);
    source.flush();
    await vi.waitFor(() => expect(rungs.get('360')?.done).toEqual(source.kept.done), patience);
    const rung = rungs.get('360')!;
    expect(rung.segments.some(({ gap }) => gap !== undefined && gap > 1)).toBe(true);
    expect(rung.segments.at(-1)?.gap).toBeUndefined();
    expect(rung.inits.length).toBe(1);
    for (const [i, { start }] of rung.segments.entries()) {
      expect(start.programDateTime).toBe(source.kept.segments[i]?.start.programDateTime);
    }
  });

  it('kills a process that hangs, and goes on', async () => {
    const running = start({});
    const source = new Source(running, 4);
    const tags = media({ seconds: 4 });
    source.feed(tags);
    await vi.waitFor(() => expect(rungs.get('360')?.segments.length).toBeGreaterThan(0), patience);
    const hanging = running.pid()!;
    process.kill(hanging, 'SIGSTOP');
    source.feed(tags, 4000);
    await vi.waitFor(() => expect(running.pid()).not.toBe(hanging), patience);
    await vi.waitFor(() => expect(running.pid()).toBeDefined(), patience);
    source.feed(tags, 8000);
    source.flush();
    await vi.waitFor(() => expect(rungs.get('360')?.done).toEqual(source.kept.done), patience);
  });

  it('gives up the highest rung first when it is too slow, and ends what it had begun', async () => {
    const source = new Source(start({ rungs: ['360', '480'], slowMs: 45, tooLateSeconds: 3 }), 4);
    const tags = media({ seconds: 4 });
    for (let i = 0; i < 6; i++) source.feed(tags, i * 4000);
    await vi.waitFor(() => expect(givenUp[0]).toBe('480'), patience);
    expect(rungs.get('480')?.open).toBeUndefined();
    const before = rungs.get('360')!.done.length;
    await vi.waitFor(() => expect(rungs.get('360')!.done.length).toBeGreaterThan(before), patience);
  });

  it('finishes the last segment when it is closed', async () => {
    const running = start({});
    const source = new Source(running, 4);
    source.feed(media({ seconds: 6, bFrames: 2 }));
    await vi.waitFor(() => expect(rungs.get('360')?.done.length).toBeGreaterThan(0), patience);
    source.flush();
    await running.close();
    expect(rungs.get('360')?.done).toEqual(source.kept.done);
    expect(running.pid()).toBeUndefined();
  });
});
