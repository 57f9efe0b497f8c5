import { expect, test } from 'vitest';
import { type AmfValue, decodeAmf0, encodeAmf0 } from './amf0.ts';

const roundTrip = (values: AmfValue[]) => decodeAmf0(encodeAmf0(values));

test('every kind of value comes back as it was written', () => {
  const values: AmfValue[] = [
    1.5,
    -0.25,
    true,
    false,
    'onMetaData',
    '直播',
    'x'.repeat(70_000).slice(0, 65_536),
    null,
    undefined,
    [1, [2, 'three']],
  ];
  expect(roundTrip(values)).toEqual(values);
  const [object] = roundTrip([{ width: 1280, nested: { audio: 'mp4a' } }]);
  expect({ ...(object as object) }).toMatchObject({ width: 1280 });
});

test('an ECMA array with a wrong count, and one that ends with the message, are read to their real end', () => {
  const entry = Buffer.from('0005 7769647468 00 4094000000000000'.replaceAll(' ', ''), 'hex');
  const head = Buffer.from('08ffffffff', 'hex');
  const [whole] = decodeAmf0(Buffer.concat([head, entry, Buffer.from('000009', 'hex')]));
  expect(whole).toMatchObject({ width: 1280 });
  const [open] = decodeAmf0(Buffer.concat([head, entry]));
  expect(open).toMatchObject({ width: 1280 });
});

test('dates are milliseconds, typed objects plain objects, references and unsupported values undefined', () => {
  const date = Buffer.from('0b 4094000000000000 0000'.replaceAll(' ', ''), 'hex');
  const typed = Buffer.from('10 0001 41 0001 61 05 000009'.replaceAll(' ', ''), 'hex');
  const rest = Buffer.from('0700010d', 'hex');
  const values = decodeAmf0(Buffer.concat([date, typed, rest]));
  expect(values[0]).toBe(1280);
  expect(values[1]).toMatchObject({ a: null });
  expect(values.slice(2)).toEqual([undefined, undefined]);
});

test('fault 5: values nested 20,000 deep are refused at a depth of 32', () => {
  const object = Buffer.from('0300 0161'.replaceAll(' ', ''), 'hex');
  expect(() => decodeAmf0(Buffer.concat(Array(20_000).fill(object)))).toThrow('nested deeper than 32');
  const array = Buffer.from('0a00000001', 'hex');
  expect(() => decodeAmf0(Buffer.concat(Array(20_000).fill(array)))).toThrow('nested deeper than 32');
});

test('fault 6: an array that claims 2³² − 1 items is refused without allocating them', () => {
  expect(() => decodeAmf0(Buffer.from('0affffffff05', 'hex'))).toThrow(
    'array of 4294967295 items in 1 bytes',
  );
});

test('more than 8192 values in one message are refused', () => {
  expect(() => decodeAmf0(Buffer.alloc(9000, 0x05))).toThrow('more than 8192 values');
});

test('fault 7: a string longer than its buffer is refused, short or long', () => {
  expect(() => decodeAmf0(Buffer.from('02ffff6162', 'hex'))).toThrow('65535 bytes needed at offset 3');
  expect(() => decodeAmf0(Buffer.from('0c7fffffff6162', 'hex'))).toThrow('string of 2147483647 bytes');
  expect(() => decodeAmf0(Buffer.from('0300', 'hex'))).toThrow('2 bytes needed');
});

test('fault 8: prototype keys reach no prototype', () => {
  const evil: Record<string, AmfValue> = Object.create(null);
  for (const key of ['__proto__', 'constructor', 'prototype', 'app']) evil[key] = { polluted: true };
  const [object] = decodeAmf0(encodeAmf0([evil]));
  expect(Object.getPrototypeOf(object)).toBeNull();
  expect(Object.keys(object as object)).toEqual(['app']);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test('an unknown type marker is named', () => {
  expect(() => decodeAmf0(Buffer.from([0x11, 1]))).toThrow('unknown type marker 0x11');
});
