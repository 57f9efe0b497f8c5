import { expect, test } from 'vitest';
import { hevcConfig, inspectHevc } from './hevc.ts';

/** x265, 640x358 (cropped from 640x360), 50 fps, Main. */
const vps = '40010c01ffff016000000300900000030000' + '03005a959809';
const sps = '42010101600000030090000003000003005aa005020169f596566924caf0168080000003008000001904';
const pps = '4401c172b46240';
const head = '0101600000009000000000005af000fcfdf8f800000f';
const array = (type: string, nal: string) =>
  `${type}0001${(nal.length / 2).toString(16).padStart(4, '0')}${nal}`;
const record = (...arrays: string[]) =>
  Buffer.from(`${head}${arrays.length.toString(16).padStart(2, '0')}${arrays.join('')}`, 'hex');

test('an hvcC record tells codec string and cropped size', () => {
  const config = hevcConfig(record(array('20', vps), array('21', sps), array('22', pps)));
  expect(config).toMatchObject({ codecs: 'hvc1.1.6.L90.90', width: 640, height: 358, lengthSize: 4 });
});

test('fault 12: an hvcC record without one of its parameter sets, or cut, is refused by name', () => {
  expect(() => hevcConfig(record(array('20', vps), array('21', sps)))).toThrow('no PPS');
  expect(() => hevcConfig(record(array('20', vps), array('22', pps)))).toThrow('no SPS');
  const whole = record(array('20', vps), array('21', sps), array('22', pps));
  for (let length = 0; length < whole.length; length++) {
    expect(() => hevcConfig(whole.subarray(0, length))).toThrow(RangeError);
  }
});

test('IDR and CRA pictures are random access points, trailing pictures are not', () => {
  const unit = (type: number) => Buffer.from([0, 0, 0, 3, type << 1, 1, 0x80]);
  expect(inspectHevc(unit(19), 4).randomAccess).toBe(true);
  expect(inspectHevc(unit(21), 4).randomAccess).toBe(true);
  expect(inspectHevc(unit(1), 4)).toEqual({ valid: true, randomAccess: false, reference: true });
  expect(inspectHevc(unit(0), 4).reference).toBe(false);
  expect(inspectHevc(unit(39), 4).valid).toBe(false);
});
