import { describe, expect, test } from 'vitest';
import { ChunkReader, encodeMessage, mediaLimits } from './rtmp-chunk.ts';

type Got = { type: number; streamId: number; timestamp: number; payload: string };
function reading(message = 1 << 20) {
  const got: Got[] = [];
  const reader = new ChunkReader(
    (type, streamId, timestamp, payload) =>
      got.push({ type, streamId, timestamp, payload: payload.toString('latin1') }),
    { ...mediaLimits, message },
  );
  return { reader, got };
}
const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');
/** A type 0 header on id 4 for an audio message on stream 1. */
const begin = (timestamp: string, length: string) => hex(`04 ${timestamp} ${length} 08 01000000`);

test('what the writer cuts the reader joins, whatever the chunk size and however the bytes are split', () => {
  const payload = Buffer.from(Array.from({ length: 1000 }, (_, i) => i & 255));
  for (const timestamp of [0, 1234, 0xfffffe, 0xffffff, 0x1000000, 0xfffffffe]) {
    const bytes = Buffer.concat([
      encodeMessage({ chunkStream: 6, type: 9, streamId: 1, timestamp, payload }, 128),
      encodeMessage({ chunkStream: 4, type: 8, streamId: 1, timestamp, payload: Buffer.alloc(0) }, 128),
      encodeMessage(
        { chunkStream: 6, type: 9, streamId: 1, timestamp, payload: payload.subarray(0, 128) },
        128,
      ),
    ]);
    for (const step of [1, 2, 7, 127, 129, bytes.length]) {
      const { reader, got } = reading();
      for (let at = 0; at < bytes.length; at += step) reader.push(bytes.subarray(at, at + step));
      expect(got.map((message) => message.payload.length)).toEqual([1000, 0, 128]);
      expect(got[0]).toEqual({ type: 9, streamId: 1, timestamp, payload: payload.toString('latin1') });
      expect(reader.buffered).toBe(0);
    }
  }
});

test('types 1, 2 and 3 add their deltas, and type 3 repeats the last field', () => {
  const { reader, got } = reading();
  reader.push(
    Buffer.concat([
      begin('000010', '000001'),
      hex('61'),
      hex('c4 62'), // type 3 after type 0: the field, 16, is the delta
      hex('44 000005 000002 09 6364'), // type 1
      hex('84 000003 6566'), // type 2
      hex('c4 6768'), // type 3
    ]),
  );
  expect(got.map(({ type, timestamp, payload }) => [type, timestamp, payload])).toEqual([
    [8, 16, 'a'],
    [8, 32, 'b'],
    [9, 37, 'cd'],
    [9, 40, 'ef'],
    [9, 43, 'gh'],
  ]);
});

test('timestamps wrap at 2³²', () => {
  const { reader, got } = reading();
  reader.push(hex('04 ffffff 000001 08 01000000 fffffff0 61 44 000020 000001 08 62'));
  expect(got.map((message) => message.timestamp)).toEqual([0xfffffff0, 0x10]);
});

test('ids of one, two and three bytes keep their messages apart while interleaved', () => {
  const { reader, got } = reading();
  const half = (id: string, letter: string) =>
    Buffer.concat([hex(`${id} 000000 000081 08 01000000`), Buffer.alloc(128, letter)]);
  reader.push(Buffer.concat([half('03', 'a'), half('0001', 'b'), half('010102', 'c')]));
  expect(got).toHaveLength(0);
  expect(reader.buffered).toBe(3 * 129);
  reader.push(Buffer.concat([hex('c10102 7a'), hex('c3 78'), hex('c001 79')]));
  expect(got.map((message) => message.payload.slice(-2))).toEqual(['cz', 'ax', 'by']);
});

describe('extended timestamps', () => {
  const payload = 'x'.repeat(128);
  test('are read on type 3 chunks, inside and at the start of a message', () => {
    const { reader, got } = reading();
    reader.push(hex('04 ffffff 000081 08 01000000 01000000'));
    reader.push(Buffer.concat([Buffer.from(payload), hex('c4 01000000 79')]));
    reader.push(Buffer.concat([hex('c4 01000000'), Buffer.from(payload), hex('c4 01000000 7a')]));
    expect(got.map((message) => [message.timestamp, message.payload])).toEqual([
      [0x1000000, `${payload}y`],
      [0x2000000, `${payload}z`],
    ]);
  });

  test('may be missing from type 3 chunks, as old librtmp leaves them out, at any split of the bytes', () => {
    const bytes = Buffer.concat([
      hex('04 ffffff 000104 08 01000000 01000000'),
      Buffer.from(payload),
      hex('c4'),
      Buffer.from(payload),
      hex('c4'),
      Buffer.from('tail'),
      begin('000001', '000001'),
      Buffer.from('n'),
    ]);
    for (const step of [1, 3, 148, 149, 150, bytes.length]) {
      const { reader, got } = reading();
      for (let at = 0; at < bytes.length; at += step) reader.push(bytes.subarray(at, at + step));
      expect(got.map((message) => message.payload)).toEqual([`${payload}${payload}tail`, 'n']);
      expect(got[0]!.timestamp).toBe(0x1000000);
    }
  });
});

test('Set Chunk Size holds for every id, also in the middle of a message', () => {
  const { reader, got } = reading();
  reader.push(Buffer.concat([begin('000000', '000100'), Buffer.alloc(128, 'a')]));
  reader.push(hex('02 000000 000004 01 00000000 00000040'));
  reader.push(Buffer.concat([hex('c4'), Buffer.alloc(64, 'b'), hex('c4'), Buffer.alloc(64, 'c')]));
  expect(got[0]!.payload).toBe('a'.repeat(128) + 'b'.repeat(64) + 'c'.repeat(64));
});

test('Abort drops the unfinished message of its id', () => {
  const { reader, got } = reading();
  reader.push(Buffer.concat([begin('000000', '000100'), Buffer.alloc(128)]));
  reader.push(hex('02 000000 000004 02 00000000 00000004'));
  expect(reader.buffered).toBe(0);
  reader.push(Buffer.concat([begin('000000', '000001'), Buffer.from('n')]));
  expect(got.map((message) => message.payload)).toEqual(['n']);
});

test('payloads stay as they are when more is read into the same socket buffer', () => {
  const payloads: Buffer[] = [];
  const reader = new ChunkReader((_type, _stream, _time, payload) => payloads.push(payload), mediaLimits);
  const socketBuffer = Buffer.concat([begin('000000', '000003'), Buffer.from('one')]);
  reader.push(socketBuffer);
  socketBuffer.fill(0xff);
  expect(payloads[0]!.toString()).toBe('one');
});

test('a handler can stop the reader between two messages of one push and go on later', () => {
  const got: string[] = [];
  const reader = new ChunkReader((_type, _stream, _time, payload) => {
    got.push(payload.toString());
    if (got.length === 1) reader.stop();
  }, mediaLimits);
  reader.push(
    Buffer.concat([begin('000000', '000001'), Buffer.from('a'), begin('000000', '000001'), Buffer.from('b')]),
  );
  reader.push(Buffer.concat([begin('000000', '000001'), Buffer.from('c')]));
  expect(got).toEqual(['a']);
  reader.resume();
  expect(got).toEqual(['a', 'b', 'c']);
});

describe('refused', () => {
  const refusal = (bytes: Buffer, reader = reading().reader) => expect(() => reader.push(bytes));

  test('fault 1: a Set Chunk Size without its 4 bytes', () => {
    refusal(hex('02 000000 000000 01 00000000')).toThrow('Set Chunk Size needs 4 bytes (got 0)');
  });
  test('fault 2: a chunk size of 0 or of 2³¹ and more', () => {
    refusal(hex('02 000000 000004 01 00000000 00000000')).toThrow('chunk size must be 1 to 2³¹−1 (got 0)');
    refusal(hex('02 000000 000004 01 00000000 80000000')).toThrow('got 2147483648');
    refusal(hex('02 000000 000004 01 00000000 ffffffff')).toThrow('got 4294967295');
  });
  test('fault 3: more than 64 chunk-stream ids', () => {
    const ids = Array.from({ length: 65_536 }, (_, i) => {
      const header = hex('01 0000 000000 000000 08 01000000');
      header.writeUInt16LE(i, 1);
      return header;
    });
    const { reader, got } = reading();
    refusal(Buffer.concat(ids), reader).toThrow('more than 64 ids');
    expect(got).toHaveLength(64);
  });
  test('fault 4: 60 ids with 16 MB half sent each, at 32 MB in all', () => {
    const { reader } = reading(0xffffff);
    let begun = 0;
    expect(() => {
      for (let id = 3; id < 63; id++, begun++) {
        reader.push(Buffer.concat([Buffer.from([id]), hex('000000 ffffff 09 01000000'), Buffer.alloc(128)]));
      }
    }).toThrow('unfinished messages of 50331645 bytes, at most 33554432');
    expect(begun).toBe(2);
  });
  test('fault 15: a message over the limit, by its header alone', () => {
    refusal(begin('000000', 'ffffff'), reading(8 << 20).reader).toThrow(
      'message of 16777215 bytes, at most 8388608',
    );
  });
  test('a header other than type 3 inside a message', () => {
    refusal(Buffer.concat([begin('000000', '000100'), Buffer.alloc(128), begin('000000', '000100')])).toThrow(
      'type 0 header inside a message',
    );
  });
  test('an id that begins with type 2 or 3', () => {
    refusal(hex('c4')).toThrow('id 4 begins with a type 3 header');
    refusal(hex('84 000000')).toThrow('id 4 begins with a type 2 header');
  });
});
