import { expect, test } from 'vitest';
import { av1Config, isAv1Keyframe } from './av1.ts';

const record = Buffer.from('81000c000a0b000000043ea7bcdaf90040', 'hex');

test('an av1C record tells codec string and size', () => {
  expect(av1Config(record)).toMatchObject({ codecs: 'av01.0.00M.08', width: 426, height: 240 });
});

test('fault 12: an av1C record without a sequence header, or cut, is refused', () => {
  for (let length = 0; length < 12; length++)
    expect(() => av1Config(record.subarray(0, length))).toThrow(RangeError);
});

test('a temporal unit is a keyframe when its first frame is a shown key frame', () => {
  expect(isAv1Keyframe(Buffer.from([0x0a, 0x01, 0x00, 0x32, 0x02, 0x10, 0x00]))).toBe(true);
  expect(isAv1Keyframe(Buffer.from([0x32, 0x02, 0x30, 0x00]))).toBe(false);
  expect(isAv1Keyframe(Buffer.from([0x32, 0x7f, 0x10]))).toBe(false);
});
