import { describe, expect, test } from 'vitest';
import { avcConfig, inspectAvc, parseAvcC, withDelimiter } from './h264.ts';

const high720 = '0164001fffe100186764001facd9405005bb011000003e90000ea600f183196001000668ebe3cb22c0fdf8f800';
const baseline1080 = '0142c028ffe100196742c028da01e0089f97011000000300100000030320f1832a01000468ce0fc8';
const interlaced576 =
  '0164001effe100186764001eacd940b424d8088000000300800000190f8a14cb01000668fba3cb22c0fdf8f800';
const record = (hex: string) => Buffer.from(hex, 'hex');
const unit = (...nals: number[][]) =>
  Buffer.concat(nals.map((nal) => Buffer.from([0, 0, 0, nal.length, ...nal])));

describe('an avcC record', () => {
  test.each([
    [high720, 'avc1.64001f', 1280, 720, 30_000 / 1001],
    [baseline1080, 'avc1.42c028', 1920, 1080, 25],
    [interlaced576, 'avc1.64001e', 720, 576, 25],
  ])('tells codec string, cropped size and announced rate (%#)', (hex, codecs, width, height, rate) => {
    const config = avcConfig(record(hex));
    expect(config).toMatchObject({ codec: 'avc', codecs, width, height, lengthSize: 4 });
    expect(config.frameRate).toBeCloseTo(rate, 3);
  });

  test.each([
    ['', 'at least 7 bytes'],
    ['0164001fffe00100', 'no SPS'],
    ['0164001fffe1000001000668ebe3cb22c0', 'empty or cut SPS'],
    ['0164001fffe100186764001facd9405005bb011000003e90000ea600f183196000', 'no PPS'],
    ['0164001fffe100186764001facd9405005bb011000003e90000ea600f1831960010000', 'empty or cut PPS'],
    ['0164001fffe1001867', 'empty or cut SPS'],
    ['0164001ffee100186764001f', 'length size'],
    ['0064001fffe100', 'version'],
  ])('fault 12: %s is refused, naming what is wrong', (hex, reason) => {
    expect(() => avcConfig(record(hex))).toThrow(reason);
  });

  test('cut anywhere, it is refused with a RangeError and nothing else', () => {
    const whole = record(high720);
    for (let length = 0; length < whole.length - 4; length++) {
      try {
        avcConfig(whole.subarray(0, length));
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }
    expect(parseAvcC(whole).pps).toHaveLength(1);
  });
});

describe('an access unit', () => {
  test('is a random access point only with an IDR slice', () => {
    expect(inspectAvc(unit([6, 5, 1], [0x65, 1]), 4)).toEqual({
      valid: true,
      randomAccess: true,
      reference: true,
    });
    expect(inspectAvc(unit([0x41, 1]), 4)).toEqual({ valid: true, randomAccess: false, reference: true });
    expect(inspectAvc(unit([0x01, 1]), 4)).toEqual({ valid: true, randomAccess: false, reference: false });
  });

  test('fault 15: a NAL unit longer than its packet makes it invalid', () => {
    const data = unit([0x65, 1, 2, 3]);
    data.writeUInt32BE(200, 0);
    expect(inspectAvc(data, 4).valid).toBe(false);
    expect(inspectAvc(Buffer.from([0, 0]), 4).valid).toBe(false);
    data.writeUInt32BE(0xffffffff, 0);
    expect(inspectAvc(data, 4).valid).toBe(false);
  });

  test('without a picture is invalid', () => {
    expect(inspectAvc(unit([6, 1], [9, 0x10]), 4).valid).toBe(false);
  });

  test('gets a delimiter in front with the same length size', () => {
    const data = unit([0x65, 1]);
    expect(inspectAvc(withDelimiter(data, 4), 4)).toEqual(inspectAvc(data, 4));
  });
});
