import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { lcConfig } from '../formats/aac.ts';
import { readPart } from '../formats/fmp4-part.ts';
import {
  avcRecord,
  type EncoderOptions,
  encode,
  nal,
  otherAvcRecord,
  type SentTag,
} from '../track/encoder-fixture.ts';
import type { RunPosition } from '../track/publication.ts';
import { Track, type TrackSink } from '../track/track.ts';
import { KeptOutput, type KeptRendition, newRun } from './segmenter-fixture.ts';

const log = pino({ level: 'silent' });
const usual: EncoderOptions = { fps: 25, gop: 50, bframes: 2, sampleRate: 48_000, seconds: 10 };

class Stage {
  now = 50_000;
  readonly clock = { now: () => this.now, epoch: () => this.now + 1_700_000_000_000 };
  readonly track: Track;
  readonly output = new KeptOutput();
  constructor(name: 'program' | 'slides' = 'program') {
    this.track = new Track({ name, log, clock: this.clock });
  }
  connect(): TrackSink {
    return this.track.connect({ encoder: 'test', remote: '127.0.0.1:1', protocol: 'rtmp' });
  }
  send(sink: TrackSink, tags: readonly SentTag[]): void {
    const begin = this.now;
    for (const { tag, at } of tags) {
      this.now = begin + at;
      sink.tag(tag, this.now);
    }
  }
  run(position: RunPosition = newRun): this {
    this.track.startRun(this.output, position);
    return this;
  }
}

const msns = (rendition: KeptRendition | undefined) => rendition?.segments.map(({ msn }) => msn);
const length = (rendition: KeptRendition | undefined) =>
  rendition?.parts.reduce((sum, { duration }) => sum + duration, 0);
const samples = (rendition: KeptRendition | undefined) =>
  rendition?.parts.flatMap((part) => readPart(part.bytes)) ?? [];

describe('the beginning of a run', () => {
  test('publishes nothing before the second IDR, then all that was held', () => {
    const stage = new Stage().run();
    const sink = stage.connect();
    const tags = encode({ ...usual, gop: 150 });
    stage.send(
      sink,
      tags.filter(({ at }) => at < 6000),
    );
    expect(stage.output.target).toBe(0);
    expect(stage.output.video).toBeUndefined();
    stage.now = 50_000;
    stage.send(
      sink,
      tags.filter(({ at }) => at >= 6000),
    );
    expect(stage.output.target).toBe(6);
    expect(stage.output.video!.segments[0]!.parts[0]!.start).toBe(0);
  });

  test('waits 10 s for a second IDR and then takes the longest target', () => {
    const stage = new Stage().run();
    stage.send(stage.connect(), encode({ ...usual, gop: 1000, seconds: 12 }));
    expect(stage.output.target).toBe(10);
    expect(length(stage.output.video)).toBeGreaterThan(11);
  });

  test('waits longer than 2 s for a picture whose configuration has come', () => {
    const stage = new Stage().run();
    const drop = (kind: string, time: number) => kind === 'video' && time < 6000;
    stage.send(stage.connect(), encode({ ...usual, seconds: 14, gop: 150, drop }));
    stage.track.stopRun();
    expect(stage.output.target).toBe(6);
    expect(stage.output.video!.inits).toHaveLength(1);
    expect(stage.output.audio!.inits).toHaveLength(1);
  });

  test('tells the announced frame rate where the measured one agrees, else the measured one', () => {
    for (const [fps, rate] of [[30, 30_000 / 1001] as const, [15, 15] as const]) {
      const stage = new Stage().run();
      stage.send(stage.connect(), encode({ ...usual, fps, gop: fps * 5 }));
      expect(stage.output.video!.inits[0]!.frameRate).toBeCloseTo(rate, 1);
    }
  });

  test('is at once at the last IDR where the GOP is known from the armed time', () => {
    const stage = new Stage();
    const sink = stage.connect();
    stage.send(sink, encode({ ...usual, seconds: 5 }));
    stage.run();
    expect(stage.output.target).toBe(4);
    expect(stage.output.video!.parts.length).toBeGreaterThan(1);
    expect(length(stage.output.video)).toBeLessThan(1);
    expect(stage.output.video!.parts[0]!.independent).toBe(true);
  });

  test('goes on where a run was: numbers, inits, target, media time and date above the last', () => {
    const stage = new Stage().run({
      msn: 700,
      videoInit: 3,
      audioInit: 2,
      targetDuration: 5,
      lastProgramDateTime: 1_700_000_050_500,
      mediaTime: 1400.5,
    });
    stage.send(stage.connect(), encode({ ...usual, seconds: 3 }));
    const position = stage.track.stopRun()!;
    expect(stage.output.target).toBe(0);
    expect(msns(stage.output.video)).toEqual([700, 701]);
    expect(stage.output.video!.inits[0]!.k).toBe(3);
    expect(stage.output.audio!.inits[0]!.k).toBe(2);
    expect(stage.output.video!.segments[0]).toMatchObject({ discontinuity: true, init: 3 });
    expect(stage.output.video!.segments[0]!.programDateTime).toBe(1_700_000_050_500);
    expect(stage.output.video!.parts[0]!.start).toBeCloseTo(1400.5, 4);
    expect(position).toMatchObject({ msn: 702, videoInit: 4, audioInit: 3, targetDuration: 5 });
    expect(position.lastProgramDateTime).toBeGreaterThan(1_700_000_052_900);
    expect(position.mediaTime).toBeGreaterThan(1403.4);
  });
});

describe('one kind alone', () => {
  test('sound only has segments of 2 s of its own', () => {
    const stage = new Stage().run();
    stage.send(stage.connect(), encode({ ...usual, fps: 0 }));
    stage.track.stopRun();
    expect(stage.output.video).toBeUndefined();
    expect(msns(stage.output.audio)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(length(stage.output.audio)).toBeCloseTo(10, 1);
    expect(stage.output.audio!.parts.every(({ independent }) => independent)).toBe(true);
  });

  test('pictures only have no sound rendition', () => {
    const stage = new Stage().run();
    stage.send(stage.connect(), encode({ ...usual, sampleRate: 0 }));
    stage.track.stopRun();
    expect(stage.output.audio).toBeUndefined();
    expect(msns(stage.output.video)).toEqual([0, 1, 2, 3, 4]);
  });

  test('the slides track publishes no sound', () => {
    const stage = new Stage('slides').run();
    stage.send(stage.connect(), encode(usual));
    expect(stage.output.audio).toBeUndefined();
    expect(stage.output.video!.segments.length).toBeGreaterThan(3);
  });

  test('sound that begins late starts a discontinuity with both at the next IDR', () => {
    const stage = new Stage().run();
    const drop = (kind: string, time: number) => kind === 'audio' && time < 5000;
    stage.send(stage.connect(), encode({ ...usual, drop }));
    stage.track.stopRun();
    expect(stage.output.audio!.segments[0]).toMatchObject({ msn: 3, discontinuity: true });
    expect(stage.output.video!.segments[3]).toMatchObject({ msn: 3, discontinuity: true });
  });

  test('a connection with sound only goes on with the last picture where there was one', () => {
    const stage = new Stage().run();
    const first = stage.connect();
    stage.send(first, encode({ ...usual, seconds: 6 }));
    first.close('gone');
    stage.send(stage.connect(), encode({ ...usual, fps: 0, seconds: 6 }));
    stage.track.stopRun();
    expect(msns(stage.output.audio)).toEqual(msns(stage.output.video));
    expect(length(stage.output.video)).toBeGreaterThan(11);
  });
});

describe('after a restart of the process', () => {
  const position = {
    msn: 10,
    videoInit: 1,
    audioInit: 1,
    targetDuration: 4,
    lastProgramDateTime: 0,
    mediaTime: 20,
  };

  test('sound without the picture there was has gaps beside it', () => {
    const stage = new Stage().run(position);
    stage.send(stage.connect(), encode({ ...usual, fps: 0, seconds: 9 }));
    stage.track.stopRun();
    const { video, audio } = stage.output;
    expect(msns(audio)![0]).toBe(10);
    expect(video!.segments.map(({ msn, discontinuity }) => [msn, discontinuity])).toEqual(
      audio!.segments.map(({ msn, discontinuity }) => [msn, discontinuity]),
    );
    expect(video!.segments.every(({ gap }) => gap > 0)).toBe(true);
    expect(video!.inits).toHaveLength(0);
  });

  test('a picture without the sound there was has silence beside it', () => {
    const stage = new Stage().run(position);
    stage.send(stage.connect(), encode({ ...usual, sampleRate: 0, seconds: 9 }));
    stage.track.stopRun();
    expect(msns(stage.output.audio)).toEqual(msns(stage.output.video));
    expect(Math.abs(length(stage.output.video)! - length(stage.output.audio)!)).toBeLessThan(0.1);
    expect(stage.output.audio!.inits).toMatchObject([{ k: 1, channels: 2 }]);
  });
});

describe('what stops is filled (rule 9)', () => {
  test('pictures that stop while sound goes on: the last IDR, in segments of its own, until an IDR comes', () => {
    const stage = new Stage().run();
    const drop = (kind: string, time: number) => kind === 'video' && time > 4500 && time < 8700;
    stage.send(stage.connect(), encode({ ...usual, seconds: 14, drop }));
    stage.track.stopRun();
    const { video, audio } = stage.output;
    expect(video!.inits).toHaveLength(1);
    expect(msns(audio)).toEqual(msns(video));
    expect(Math.abs(length(video)! - length(audio)!)).toBeLessThan(0.1);
    expect(video!.segments.every(({ parts }) => parts[0]!.independent)).toBe(true);
    expect(video!.parts.every(({ duration }) => duration <= 0.334)).toBe(true);
    let end = 0;
    for (const sample of samples(video)) {
      expect(sample.dts).toBe(end);
      end += sample.duration;
    }
  });

  test('sound that stops while pictures go on: silence, and the sound again in its place', () => {
    const stage = new Stage().run();
    const drop = (kind: string, time: number) => kind === 'audio' && time > 4500 && time < 8700;
    stage.send(stage.connect(), encode({ ...usual, seconds: 14, drop }));
    stage.track.stopRun();
    const { video, audio } = stage.output;
    const { silence } = lcConfig(48_000, 2);
    const silent = samples(audio).filter(({ data }) => data.equals(silence));
    expect(silent.length * 1024).toBeGreaterThan(4 * 48_000);
    expect(silent.length * 1024).toBeLessThan(4.4 * 48_000);
    expect(audio!.inits).toHaveLength(1);
    expect(Math.abs(length(video)! - length(audio)!)).toBeLessThan(0.1);
    const late = samples(audio).find(({ data }) => data[0] === 0x21 && data.readUInt16LE(1) === 563);
    expect(late!.dts / 48_000).toBeCloseTo((563 * 1024) / 48_000, 1);
  });

  test('a hole in the sound of 200 ms becomes silence of 200 ms', () => {
    const stage = new Stage().run();
    const drop = (kind: string, time: number) => kind === 'audio' && time > 3000 && time < 3200;
    stage.send(stage.connect(), encode({ ...usual, drop }));
    stage.track.stopRun();
    const { silence } = lcConfig(48_000, 2);
    const silent = samples(stage.output.audio).filter(({ data }) => data.equals(silence));
    expect(silent.length).toBeGreaterThanOrEqual(9);
    expect(silent.length).toBeLessThanOrEqual(12);
  });

  test('a pause of everything longer than a segment becomes a discontinuity', () => {
    const stage = new Stage().run();
    const drop = (_: string, time: number) => time > 4500 && time < 12_000;
    stage.send(stage.connect(), encode({ ...usual, seconds: 16, drop }));
    stage.track.stopRun();
    expect(stage.output.video!.inits).toHaveLength(2);
    expect(length(stage.output.video)).toBeLessThan(9.5);
  });
});

describe('sound sent long before its picture', () => {
  test.each([-1500, -9000])('by %i ms is neither lost nor held without bound', (muxSkew) => {
    const stage = new Stage().run();
    stage.send(stage.connect(), encode({ ...usual, seconds: 20, muxSkew }));
    stage.track.stopRun();
    expect(msns(stage.output.audio)).toEqual(msns(stage.output.video));
    expect(Math.abs(length(stage.output.video)! - length(stage.output.audio)!)).toBeLessThan(0.2);
    expect(length(stage.output.audio)).toBeGreaterThan(muxSkew === -1500 ? 19.8 : 10);
  });
});

describe('a change of the stream', () => {
  test('fault 12: another size is a discontinuity with new inits for both, and numbers go on', () => {
    const stage = new Stage().run();
    const sink = stage.connect();
    stage.send(sink, encode({ ...usual, seconds: 6 }));
    const start = 6000;
    const second = encode({ ...usual, seconds: 6, start, record: otherAvcRecord });
    stage.send(sink, second);
    stage.track.stopRun();
    const { video, audio } = stage.output;
    expect(video!.inits.map(({ width }) => width)).toEqual([1280, 1920]);
    expect(audio!.inits).toHaveLength(2);
    expect(msns(video)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(video!.segments.map(({ discontinuity }) => discontinuity)).toEqual([
      false,
      false,
      false,
      true,
      false,
      false,
    ]);
    expect(msns(audio)).toEqual(msns(video));
  });

  test('fault 12: missing, empty or broken SPS/PPS hold pictures back until a valid configuration', () => {
    const stage = new Stage().run();
    const sink = stage.connect();
    const [config, ...media] = encode({ ...usual, seconds: 8 });
    stage.send(
      sink,
      media.filter(({ at }) => at < 1000),
    );
    for (const hex of ['', '01', '0164001fffe00100', '0164001fffe1000001000668ebe3cb22c0']) {
      sink.tag({ kind: 'videoConfig', codec: 'avc', record: Buffer.from(hex, 'hex') }, stage.now);
    }
    expect(stage.track.health()!.video).toBeNull();
    stage.now = 50_000;
    const rest = media.filter(({ at }) => at >= 1000);
    stage.send(sink, [config!, ...rest]);
    stage.track.stopRun();
    expect(length(stage.output.video)).toBeGreaterThan(5.5);
    expect(stage.output.video!.parts[0]!.independent).toBe(true);
  });

  test('the same configuration again is no change', () => {
    const stage = new Stage().run();
    const sink = stage.connect();
    const tags = encode(usual);
    stage.send(
      sink,
      tags.flatMap((sent) => (sent.at % 1000 === 0 ? [{ ...tags[0]!, at: sent.at }, sent] : [sent])),
    );
    expect(tags[0]!.tag).toMatchObject({ record: avcRecord });
    expect(stage.output.video!.inits).toHaveLength(1);
  });

  test('fault 15: an access unit with a NAL unit longer than its packet is left out, the rest goes on', () => {
    const stage = new Stage().run();
    const sink = stage.connect();
    const tags = encode({ ...usual, bframes: 0 }).map((sent): SentTag => {
      if (sent.tag.kind !== 'video' || sent.at !== 5000 - 40) return sent;
      const data = nal(0x41, 100);
      data.writeUInt32BE(90_000, 0);
      return { ...sent, tag: { ...sent.tag, data } };
    });
    stage.send(sink, tags);
    stage.track.stopRun();
    expect(samples(stage.output.video)).toHaveLength(249);
    expect(length(stage.output.video)).toBeCloseTo(10, 1);
  });

  test('fault 13: timestamps that jump by 2^30, back, or wrap leave one run of consecutive segments', () => {
    const stage = new Stage().run();
    const sink = stage.connect();
    for (const start of [2 ** 32 - 3000, 2 ** 30, 100, 3_000_000_000]) {
      stage.send(sink, encode({ ...usual, seconds: 6, start }).slice(start === 2 ** 32 - 3000 ? 0 : 2));
    }
    stage.track.stopRun();
    const { video, audio } = stage.output;
    expect(video!.inits).toHaveLength(1);
    expect(samples(video)).toHaveLength(600);
    expect(length(video)).toBeCloseTo(24, 0);
    expect(Math.abs(length(video)! - length(audio)!)).toBeLessThan(0.15);
  });

  test('a reconnect is a discontinuity, and everything received before it is playable', () => {
    const stage = new Stage().run();
    const first = stage.connect();
    stage.send(first, encode({ ...usual, seconds: 5 }));
    first.close('gone');
    expect(samples(stage.output.video)).toHaveLength(125);
    expect(stage.output.video!.segments.at(-1)!.ended).toBe(true);
    stage.now += 30_000;
    const before = stage.output.video!.segments.at(-1)!.programDateTime;
    stage.send(stage.connect(), encode({ ...usual, seconds: 5 }));
    const again = stage.output.video!.segments[3]!;
    expect(again).toMatchObject({ msn: 3, discontinuity: true, init: 1 });
    expect(again.programDateTime - before).toBeGreaterThan(30_000);
  });
});

describe('PROGRAM-DATE-TIME', () => {
  test('is arrival less the delay of the desk', () => {
    const stage = new Stage();
    stage.track.setDelay(1500);
    stage.run();
    stage.send(stage.connect(), encode({ ...usual, bframes: 0 }));
    expect(stage.output.video!.segments[0]!.programDateTime).toBeCloseTo(1_700_000_050_000 - 1500, 0);
  });

  test('reaches a longer delay over some segments, without going back', () => {
    const stage = new Stage().run();
    const sink = stage.connect();
    const tags = encode({ ...usual, seconds: 30 });
    stage.send(
      sink,
      tags.filter(({ at }) => at < 10_000),
    );
    stage.track.setDelay(5000);
    stage.now = 50_000;
    stage.send(
      sink,
      tags.filter(({ at }) => at >= 10_000),
    );
    const dates = stage.output.video!.segments.map(
      ({ programDateTime }) => programDateTime - 1_700_000_050_000,
    );
    for (const [i, date] of dates.entries()) if (i > 0) expect(date).toBeGreaterThan(dates[i - 1]!);
    expect(dates.at(-1)).toBeCloseTo((dates.length - 1) * 2000 + 40 - 5000, -1);
  });
});

describe('segments', () => {
  test('end at the first keyframe after 2 s', () => {
    const stage = new Stage().run();
    stage.send(stage.connect(), encode({ ...usual, gop: 20 }));
    const [first] = stage.output.video!.segments;
    expect(first!.parts.reduce((sum, { duration }) => sum + duration, 0)).toBeCloseTo(2.4, 3);
  });

  test('are cut without a keyframe only beyond TARGETDURATION', () => {
    const stage = new Stage().run();
    stage.send(stage.connect(), encode({ ...usual, gop: 100, seconds: 8.2 }));
    const sink = stage.connect();
    stage.send(sink, encode({ ...usual, gop: 1000, seconds: 14 }));
    stage.track.stopRun();
    expect(stage.output.target).toBe(4);
    const independent = stage.output
      .video!.segments.filter(({ init }) => init === 1)
      .map(({ parts }) => parts[0]!.independent);
    expect(independent).toEqual([true, false, false, false]);
  });

  test('of 5 and of 2 frames a second work', () => {
    for (const fps of [5, 2]) {
      const stage = new Stage().run();
      stage.send(stage.connect(), encode({ ...usual, fps, gop: fps * 2, bframes: 0 }));
      stage.track.stopRun();
      expect(samples(stage.output.video)).toHaveLength(fps * 10);
      expect(msns(stage.output.audio)).toEqual(msns(stage.output.video));
    }
  });
});
