import { describe, expect, test } from 'vitest';
import { encodeAmf0 } from './amf0.ts';
import { FlvReader } from './flv.ts';

const bytes = (...parts: (number | string | Buffer)[]) =>
  Buffer.concat(
    parts.map((part) =>
      typeof part === 'number'
        ? Buffer.from([part])
        : typeof part === 'string'
          ? Buffer.from(part, 'latin1')
          : part,
    ),
  );
const nal = (size: number, lengthSize = 4) => {
  const data = Buffer.alloc(lengthSize + size, 0x41);
  data.writeUIntBE(size, 0, lengthSize);
  return data;
};
const avcC = (lengthSize = 4) => bytes(1, 0x64, 0, 0x28, 0xfc | (lengthSize - 1), 0xe0, 0);
const hvcC = (lengthSize = 4) => {
  const record = Buffer.alloc(23);
  record[0] = 1;
  record[21] = lengthSize - 1;
  return record;
};
const video = (body: Buffer, timestamp = 1000) => new FlvReader().video(body, timestamp);
const audio = (body: Buffer, timestamp = 1000) => new FlvReader().audio(body, timestamp);

describe('legacy tags', () => {
  test('H.264: configuration, keyframe, frame with a negative composition offset', () => {
    expect(video(bytes(0x17, 0, 0, 0, 0, avcC()))).toEqual({
      kind: 'videoConfig',
      codec: 'avc',
      record: avcC(),
    });
    expect(video(bytes(0x17, 1, 0, 0, 80, nal(9)))).toEqual({
      kind: 'video',
      codec: 'avc',
      dts: 1000,
      cts: 80,
      keyframe: true,
      data: nal(9),
    });
    expect(video(bytes(0x27, 1, 0xff, 0xff, 0xd8, nal(9)))).toMatchObject({ cts: -40, keyframe: false });
  });

  test('HEVC under the unofficial codec id 12', () => {
    expect(video(bytes(0x1c, 0, 0, 0, 0, hvcC()))).toMatchObject({ kind: 'videoConfig', codec: 'hevc' });
    expect(video(bytes(0x1c, 1, 0, 0, 0, nal(5)))).toMatchObject({
      kind: 'video',
      codec: 'hevc',
      keyframe: true,
    });
  });

  test('AAC: configuration and frame', () => {
    expect(audio(bytes(0xaf, 0, 0x11, 0x90))).toEqual({
      kind: 'audioConfig',
      codec: 'aac',
      asc: bytes(0x11, 0x90),
    });
    expect(audio(bytes(0xaf, 1, 'frame'))).toEqual({
      kind: 'audio',
      codec: 'aac',
      dts: 1000,
      data: bytes('frame'),
    });
  });

  test('empty bodies, ends of sequence and command frames carry nothing and are counted', () => {
    const reader = new FlvReader();
    for (const body of [bytes(), bytes(0x17, 2, 0, 0, 0), bytes(0x57, 0), bytes(0x17, 0, 0, 0, 0)]) {
      expect(reader.video(body, 0)).toBeUndefined();
    }
    for (const body of [bytes(), bytes(0xaf), bytes(0xaf, 1)]) expect(reader.audio(body, 0)).toBeUndefined();
    expect(reader.ignored).toBe(7);
  });
});

describe('Enhanced RTMP', () => {
  test.each([
    ['avc1', 'avc', avcC()],
    ['hvc1', 'hevc', hvcC()],
    ['av01', 'av1', bytes(0x81, 4, 0, 0)],
  ] as const)('%s: SequenceStart, CodedFrames, CodedFramesX, SequenceEnd', (fourCc, codec, record) => {
    const reader = new FlvReader();
    expect(reader.video(bytes(0x90, fourCc, record), 0)).toEqual({ kind: 'videoConfig', codec, record });
    const offset = codec === 'av1' ? bytes() : bytes(0, 0, 40);
    const frame = { kind: 'video', codec, dts: 7, data: nal(9) };
    expect(reader.video(bytes(0x91, fourCc, offset, nal(9)), 7)).toEqual({
      ...frame,
      cts: codec === 'av1' ? 0 : 40,
      keyframe: true,
    });
    expect(reader.video(bytes(0xa3, fourCc, nal(9)), 7)).toEqual({ ...frame, cts: 0, keyframe: false });
    expect(reader.video(bytes(0x92, fourCc), 7)).toBeUndefined();
  });

  test('mp4a: SequenceStart, CodedFrames, MultichannelConfig, SequenceEnd', () => {
    expect(audio(bytes(0x90, 'mp4a', 0x11, 0x90))).toMatchObject({ kind: 'audioConfig' });
    expect(audio(bytes(0x91, 'mp4a', 'frame'), 7)).toMatchObject({
      kind: 'audio',
      dts: 7,
      data: bytes('frame'),
    });
    expect(audio(bytes(0x94, 'mp4a', 0, 2))).toBeUndefined();
    expect(audio(bytes(0x92, 'mp4a'))).toBeUndefined();
  });

  test('modifiers before the packet type are skipped, short and long', () => {
    const nano = bytes(0x97, 2, 0, 0, 1, 0x03, 'hvc1', nal(3)); // 3 bytes, then type 0, CodedFramesX
    expect(video(nano)).toMatchObject({ kind: 'video', codec: 'hevc' });
    const long = bytes(0x97, 255, 0, 4, Buffer.alloc(5), 0x07, 0, 9, 0x03, 'hvc1', nal(3));
    expect(video(long)).toMatchObject({ kind: 'video', codec: 'hevc' });
    expect(() => video(bytes(0x97, 200, 1, 2, 3))).toThrow('modifier of 201 bytes is longer than its packet');
    expect(() => video(bytes(0x97, 200))).toThrow('ends inside a modifier');
  });

  test('video metadata comes out as metadata', () => {
    const body = bytes(0x94, 'hvc1', encodeAmf0(['colorInfo', { colorConfig: { bitDepth: 10 } }]));
    expect(video(body)).toMatchObject({
      kind: 'metadata',
      values: { colorInfo: { colorConfig: { bitDepth: 10 } } },
    });
  });

  test('a packet that ends before its FourCC or composition time is refused', () => {
    expect(() => video(bytes(0x90, 'hv'))).toThrow('ends before its FourCC');
    expect(() => video(bytes(0x91, 'hvc1', 0, 0))).toThrow('ends inside its composition time');
    expect(() => audio(bytes(0x90, 'mp'))).toThrow('ends before its FourCC');
  });
});

describe('refused by name with publish.codec', () => {
  test.each([
    [bytes(0x12, 0), 'video is Sorenson H.263 (FLV codec id 2)'],
    [bytes(0x1d, 0, 0, 0, 0), 'video is AV1 (codec id 13) (FLV codec id 13)'],
    [bytes(0x1f), 'video is of unknown kind (FLV codec id 15)'],
    [bytes(0x91, 'vp09', 1), 'video is vp09 (FourCC)'],
    [bytes(0x91, 0, 10, 'ab', 1), 'video is ??ab (FourCC)'],
    [bytes(0x96, 0, 'hvc1'), 'video is multitrack; send one track'],
    [bytes(0x95, 'av01', 1), 'video packet type 5 (Enhanced RTMP)'],
  ])('%#', (body, detail) => {
    expect(() => video(body)).toThrow(expect.objectContaining({ code: 'publish.codec', detail }));
  });
  test.each([
    [bytes(0x2f, 1), 'audio is MP3 (FLV sound format 2)'],
    [bytes(0xb2, 1), 'audio is Speex (FLV sound format 11)'],
    [bytes(0x91, 'Opus', 1), 'audio is Opus (FourCC)'],
    [bytes(0x91, 'ac-3', 1), 'audio is ac-3 (FourCC)'],
    [bytes(0x95, 0, 'mp4a'), 'audio is multitrack; send one track'],
  ])('sound %#', (body, detail) => {
    expect(() => audio(body)).toThrow(expect.objectContaining({ code: 'publish.codec', detail }));
  });
});

describe('fault 15: NAL units', () => {
  test('a length past the packet is refused, also behind good ones and in every codec that has them', () => {
    const bad = bytes(nal(5), 0, 0, 1, 0, 'short');
    const code = { code: 'publish.protocol', detail: 'FLV: NAL unit of 256 bytes in a packet with 5 left' };
    expect(() => video(bytes(0x17, 1, 0, 0, 0, bad))).toThrow(expect.objectContaining(code));
    expect(() => video(bytes(0x1c, 1, 0, 0, 0, bad))).toThrow(expect.objectContaining(code));
    expect(() => video(bytes(0x93, 'hvc1', bad))).toThrow(expect.objectContaining(code));
    expect(() => video(bytes(0x17, 1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 1))).toThrow(
      'NAL unit of 4294967295 bytes',
    );
    expect(() => video(bytes(0x17, 1, 0, 0, 0, nal(5), 0, 0))).toThrow(
      '2 stray bytes after the last NAL unit',
    );
  });

  test('the length size is the one the last configuration gave', () => {
    const reader = new FlvReader();
    reader.video(bytes(0x17, 0, 0, 0, 0, avcC(2)), 0);
    expect(reader.video(bytes(0x17, 1, 0, 0, 0, nal(5, 2), nal(3, 2)), 0)).toMatchObject({ kind: 'video' });
    expect(() => reader.video(bytes(0x17, 1, 0, 0, 0, nal(5, 1)), 0)).toThrow('NAL unit of');
    reader.video(bytes(0x90, 'hvc1', hvcC(1)), 0);
    expect(reader.video(bytes(0x93, 'hvc1', nal(5, 1)), 0)).toMatchObject({ kind: 'video' });
  });
});

test('a decoder configuration too short to be one is refused', () => {
  expect(() => video(bytes(0x17, 0, 0, 0, 0, 1, 2, 3))).toThrow('avc configuration of 3 bytes, at least 7');
  expect(() => video(bytes(0x90, 'hvc1', 1))).toThrow('hevc configuration of 1 bytes, at least 23');
  expect(() => audio(bytes(0xaf, 0, 0x11))).toThrow('AudioSpecificConfig of 1 byte');
});

test('onMetaData is taken bare or behind @setDataFrame, other script data is ignored', () => {
  const reader = new FlvReader();
  expect(reader.script(['@setDataFrame', 'onMetaData', { width: 1 }])).toEqual({
    kind: 'metadata',
    values: { width: 1 },
  });
  expect(reader.script(['onMetaData', { width: 1 }])).toMatchObject({ kind: 'metadata' });
  for (const values of [['onCuePoint', {}], ['onMetaData', [1]], ['onMetaData'], [], ['@setDataFrame']]) {
    expect(reader.script(values)).toBeUndefined();
  }
});
