import { expect, test } from 'vitest';
import { encodeAmf0 } from './amf0.ts';
import {
  decodeCommand,
  decodeUint32,
  decodeUserControl,
  decodeValues,
  encodeCommand,
  encodeUserControl,
  messageType,
  splitAggregate,
} from './rtmp-message.ts';

test('a command is its name, its transaction and its values', () => {
  const payload = encodeCommand('publish', 5, null, 'key', 'live');
  const command = { name: 'publish', transaction: 5, values: [null, 'key', 'live'] };
  expect(decodeCommand(payload, messageType.commandAmf0)).toEqual(command);
});

test('an AMF3 command may or may not have its wrapper byte', () => {
  const payload = encodeCommand('connect', 1);
  const wrapped = Buffer.concat([Buffer.from([0]), payload]);
  for (const bytes of [payload, wrapped]) {
    expect(decodeCommand(bytes, messageType.commandAmf3).name).toBe('connect');
  }
});

test('a message that does not begin with a name, or is over 64 KiB, is refused', () => {
  expect(() => decodeCommand(encodeAmf0([1]), messageType.commandAmf0)).toThrow('must begin with its name');
  expect(() => decodeCommand(Buffer.alloc(0), messageType.commandAmf0)).toThrow('must begin with its name');
  expect(() => decodeValues(Buffer.alloc(65_537), messageType.dataAmf0)).toThrow(
    '65537 bytes, at most 65536',
  );
});

test('control messages cut short are refused', () => {
  expect(() => decodeUint32(Buffer.alloc(3), 'Window')).toThrow('Window needs 4 bytes (got 3)');
  expect(() => decodeUserControl(Buffer.alloc(1))).toThrow('without an event type');
  expect(decodeUserControl(encodeUserControl(6, 77))).toEqual({ event: 6, value: 77 });
});

function aggregatePart(type: number, timestamp: number, body: Buffer): Buffer {
  const head = Buffer.alloc(11);
  head[0] = type;
  head.writeUIntBE(body.length, 1, 3);
  head.writeUIntBE(timestamp & 0xffffff, 4, 3);
  head[7] = timestamp >>> 24;
  return Buffer.concat([head, body, Buffer.alloc(4)]);
}

test('the parts of an aggregate keep their distance and begin at its timestamp', () => {
  const payload = Buffer.concat([
    aggregatePart(8, 0xfffffff0, Buffer.from('a')),
    aggregatePart(9, 0x10, Buffer.from('bc')),
  ]);
  const parts: unknown[] = [];
  splitAggregate(payload, 1000, (type, timestamp, part) => parts.push([type, timestamp, part.toString()]));
  expect(parts).toEqual([
    [8, 1000, 'a'],
    [9, 1032, 'bc'],
  ]);
});

test('an aggregate part longer than the rest, or without its header, is refused', () => {
  const part = aggregatePart(8, 0, Buffer.from('abc'));
  expect(() => splitAggregate(part.subarray(0, 12), 0, () => {})).toThrow('part of 3 bytes, 1 left');
  expect(() => splitAggregate(part.subarray(0, 5), 0, () => {})).toThrow('cut short');
});
