/** Seeded: whatever an encoder does, what is published keeps DESIGN 4's rules. */
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { readPart, type Sample } from '../formats/fmp4-part.ts';
import { avcRecord, type EncoderOptions, encode, otherAvcRecord, seeded } from '../track/encoder-fixture.ts';
import { Track } from '../track/track.ts';
import { KeptOutput, type KeptRendition, newRun } from './segmenter-fixture.ts';

const log = pino({ level: 'silent' });
const rates = [24, 25, 30_000 / 1001, 30, 50, 60];
const sampleRates = [44_100, 48_000, 32_000];
const seeds = Array.from({ length: 40 }, (_, i) => i + 1);

type Scenario = {
  readonly connections: EncoderOptions[];
  readonly shifts: readonly number[];
  readonly jitter: number;
};

/** One kind, or both, missing for a while in every second connection. */
function hole(random: () => number): NonNullable<EncoderOptions['drop']> {
  const kind = random() < 0.4 ? 'video' : random() < 0.7 ? 'audio' : undefined;
  const from = random() * 15_000;
  const until = from + (random() < 0.5 ? random() * 6000 : 0);
  return (dropped, time) => (kind === undefined || kind === dropped) && time > from && time < until;
}

function scenario(seed: number): Scenario {
  const random = seeded(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const connections = Array.from({ length: 1 + Math.floor(random() * 3) }, (): EncoderOptions => {
    const fps = pick(rates);
    return {
      fps,
      gop: Math.max(1, Math.round(fps * (0.4 + random() * 9))),
      bframes: pick([0, 0, 1, 2, 3]),
      sampleRate: pick(sampleRates),
      seconds: 4 + random() * 16,
      start: pick([0, 0, 2 ** 32 - 5000, Math.floor(random() * 2 ** 32)]),
      record: pick([avcRecord, otherAvcRecord]),
      muxSkew: pick([0, 0, 30, 300, -100, -400]),
      drop: hole(random),
    };
  });
  const shifts = Array.from({ length: Math.floor(random() * 3) }, () =>
    pick([2 ** 30, -7000, 3000, -400, -(2 ** 30), 60_000]),
  );
  return { connections, shifts, jitter: random() < 0.5 ? 0 : random() * 150 };
}

function play({ connections, shifts, jitter }: Scenario, seed: number): KeptOutput {
  const random = seeded(seed + 1000);
  let now = 10_000;
  const track = new Track({
    name: 'program',
    log,
    clock: { now: () => now, epoch: () => now + 1_700_000_000_000 },
  });
  const output = new KeptOutput();
  track.startRun(output, newRun);
  for (const options of connections) {
    const sink = track.connect({ encoder: 'test', remote: '127.0.0.1:1', protocol: 'rtmp' });
    const begin = now;
    let shift = 0;
    const jumps = shifts.map((by) => ({ at: random() * options.seconds * 1000, by, done: false }));
    for (const { tag, at } of encode(options)) {
      for (const jump of jumps) {
        if (jump.done || at < jump.at) continue;
        jump.done = true;
        shift += jump.by;
      }
      now = Math.max(now, begin + at + (random() < 0.2 ? random() * jitter : 0));
      sink.tag('dts' in tag ? { ...tag, dts: (tag.dts + shift) >>> 0 } : tag, now);
    }
    sink.close('test');
    now += random() * 3000;
  }
  track.stopRun();
  return output;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function checkRendition(rendition: KeptRendition, timescale: (init: number) => number, target: number): void {
  let end: number | undefined;
  let clock = 0;
  for (const [i, segment] of rendition.segments.entries()) {
    expect(segment.ended).toBe(true);
    if (i > 0) expect(segment.msn).toBe(rendition.segments[i - 1]!.msn + 1);
    expect(segment.programDateTime).toBeGreaterThan(clock);
    clock = segment.programDateTime;
    expect(segment.discontinuity).toBe(i > 0 && segment.init !== rendition.segments[i - 1]!.init);
    const scale = timescale(segment.init);
    if (segment.discontinuity) end = undefined;
    const lengths: number[] = [];
    for (const part of segment.parts) {
      const samples = readPart(part.bytes);
      const [first] = samples;
      expect(first).toBeDefined();
      if (end !== undefined) expect(first!.dts).toBe(end);
      expect(part.start).toBeCloseTo(first!.dts / scale, 6);
      expect(part.independent).toBe(first!.keyframe);
      expect(part.duration).toBeCloseTo(sum(samples.map(({ duration }) => duration)) / scale, 6);
      if (samples.length > 1) expect(part.duration).toBeLessThanOrEqual(0.334 + 1e-9);
      end = first!.dts + sum(samples.map(({ duration }) => duration));
      lengths.push(part.duration);
    }
    expect(Math.round(sum(lengths))).toBeLessThanOrEqual(target);
  }
}

/** Short parts are allowed where they start with an IDR, end a segment, or the next sample would not have fitted. */
function checkPartLengths(rendition: KeptRendition, scale: number): void {
  for (const { parts } of rendition.segments) {
    for (const [i, part] of parts.entries()) {
      const next = parts[i + 1];
      if (!next || part.independent || part.duration >= 0.334 * 0.85) continue;
      const following = readPart(next.bytes)[0] as Sample;
      expect(part.duration + following.duration / scale).toBeGreaterThan(0.334);
    }
  }
}

describe('whatever an encoder does', () => {
  test.each(seeds)('segments, parts and times stay in order (seed %i)', (seed) => {
    const plan = scenario(seed);
    const output = play(plan, seed);
    const { video, audio, target } = output;
    expect(video).toBeDefined();
    expect(audio).toBeDefined();
    checkRendition(video!, () => 90_000, target);
    const scales = audio!.inits.map((init) => init.bytes.readUInt32BE(init.bytes.indexOf('mdhd') + 16));
    checkRendition(audio!, (init) => scales[init]!, target + 1);
    checkPartLengths(video!, 90_000);

    expect(audio!.segments.map(({ msn }) => msn)).toEqual(video!.segments.map(({ msn }) => msn));
    for (const [i, segment] of video!.segments.entries()) {
      const sound = audio!.segments[i]!;
      expect(sound.discontinuity).toBe(segment.discontinuity);
      const picture = readPart(segment.parts[0]!.bytes)[0]!;
      const heard = readPart(sound.parts[0]!.bytes)[0]!;
      const scale = scales[sound.init]!;
      const apart = heard.dts / scale - (picture.dts + picture.cts) / 90_000;
      expect(apart).toBeGreaterThan(-0.001);
      expect(apart).toBeLessThan(1024 / scale + 0.001);
      expect(sound.programDateTime - segment.programDateTime).toBeCloseTo(apart * 1000, 0);
    }
  });

  test.each(rates)('every part but first and last ones is at least 85 %% of PART-TARGET at %d fps', (fps) => {
    const connection = { fps, gop: Math.round(fps * 2), bframes: 2, sampleRate: 48_000, seconds: 20 };
    const { video, audio } = play({ connections: [connection], shifts: [], jitter: 40 }, 1);
    for (const rendition of [video!, audio!]) {
      for (const { parts } of rendition.segments) {
        for (const part of parts.slice(0, -1)) expect(part.duration).toBeGreaterThanOrEqual(0.334 * 0.85);
      }
    }
    expect(video!.segments).toHaveLength(10);
    expect(sum(video!.parts.map(({ duration }) => duration))).toBeCloseTo(20, 1);
    expect(sum(audio!.parts.map(({ duration }) => duration))).toBeGreaterThan(19.8);
  });
});
