import { describe, expect, test } from 'vitest';
import { lcConfig } from './aac.ts';
import { audioInit, videoInit } from './fmp4-init.ts';
import { audioPart, readInit, readPart, videoPart } from './fmp4-part.ts';
import { avcConfig } from './h264.ts';

const config = avcConfig(
  Buffer.from('0142c028ffe100196742c028da01e0089f97011000000300100000030320f1832a01000468ce0fc8', 'hex'),
);

describe('an init read back', () => {
  test('is the configuration it was made of', () => {
    expect(readInit(videoInit(config))).toEqual({ kind: 'video', timescale: 90_000, config });
    const sound = lcConfig(44_100, 1);
    expect(readInit(audioInit(sound))).toEqual({ kind: 'audio', timescale: 44_100, config: sound });
  });

  test('that is cut is refused', () => {
    expect(() => readInit(videoInit(config).subarray(0, 200))).toThrow(RangeError);
  });
});

describe('a part read back', () => {
  const samples = [
    { dts: 2 ** 33, cts: 7200, duration: 3600, keyframe: true, data: Buffer.from('idr') },
    { dts: 2 ** 33 + 3600, cts: -3600, duration: 3690, keyframe: false, data: Buffer.from('b') },
  ];

  test('has its samples, negative composition offsets and decode times beyond 32 bits', () => {
    expect(readPart(videoPart(1, samples))).toEqual(samples);
  });

  test('of sound keeps durations that differ', () => {
    const sound = [1024, 1025, 1024].map((duration, i) => ({
      dts: 1024 * i + (i > 1 ? 1 : 0),
      cts: 0,
      duration,
      keyframe: true,
      data: Buffer.from([i]),
    }));
    expect(readPart(audioPart(1, sound))).toEqual(sound);
    const even = sound.slice(0, 2).map((sample) => ({ ...sample, duration: 1024 }));
    expect(readPart(audioPart(1, even))).toEqual(even);
    expect(audioPart(1, even).length).toBeLessThan(audioPart(1, sound.slice(0, 2)).length);
  });

  test('can be a whole segment of parts', () => {
    const next = samples.map((sample) => ({ ...sample, dts: sample.dts + 7290 }));
    expect(readPart(Buffer.concat([videoPart(1, samples), videoPart(2, next)]))).toEqual([
      ...samples,
      ...next,
    ]);
  });
});
