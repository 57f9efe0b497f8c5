import { describe, expect, test } from 'vitest';
import { CodedError } from '#contracts/errors.ts';
import { encodeAmf0 } from '../../formats/amf0.ts';
import { encodeUint32, encodeUserControl } from '../../formats/rtmp-message.ts';
import type { PublishAnswer } from '../publish.ts';
import { RtmpConnection } from './connection.ts';
import { defaultRtmpLimits, type RtmpLimits } from './limits.ts';
import {
  audio,
  audioBody,
  audioConfigBody,
  command,
  connectCommand,
  goingLive,
  MemoryWire,
  message,
  plainHandshake,
  publishCommand,
  RecordingDoor,
  recordingLog,
  setChunkSize,
  video,
  videoBody,
  videoConfigBody,
} from './test-encoder.ts';

function connection(limits: Partial<RtmpLimits> = {}) {
  const wire = new MemoryWire();
  const door = new RecordingDoor();
  const logged = recordingLog();
  const clock = { now: 1000 };
  const it = new RtmpConnection({
    id: 'rtmp-1',
    wire,
    door,
    log: logged.log,
    limits: { ...defaultRtmpLimits, ...limits },
    now: () => clock.now,
  });
  return { it, wire, door, clock, ...logged };
}
async function published(limits: Partial<RtmpLimits> = {}, name = 'key') {
  const made = connection(limits);
  made.it.feed(goingLive(name));
  await expect.poll(() => made.it.publishing).toBe(true);
  return made;
}
const reason = (made: { closings(): Record<string, unknown>[] }) => {
  expect(made.closings()).toHaveLength(1);
  return String(made.closings()[0]!.reason);
};

describe('publishing', () => {
  test('what was sent comes to the sink in order with its time of arrival', async () => {
    const made = await published();
    expect(made.wire.text()).toContain('Publishing.');
    made.clock.now = 1040;
    made.it.feed(
      Buffer.concat([video(0, videoConfigBody), audio(0, audioConfigBody), video(0, videoBody(true))]),
    );
    made.clock.now = 1080;
    made.it.feed(Buffer.concat([audio(23, audioBody()), video(40, videoBody(false, undefined, 80))]));
    expect(made.door.tags.map((tag) => tag.kind)).toEqual([
      'videoConfig',
      'audioConfig',
      'video',
      'audio',
      'video',
    ]);
    expect(made.door.arrivals).toEqual([1040, 1040, 1040, 1080, 1080]);
    expect(made.door.tags[4]).toMatchObject({ dts: 40, cts: 80, keyframe: false });
  });

  test('no byte of media is parsed while the door is deciding, and none is lost', async () => {
    const made = connection();
    let open: (answer: PublishAnswer) => void = () => {};
    made.door.answer = () => new Promise((resolve) => (open = resolve));
    made.it.feed(Buffer.concat([goingLive(), video(0, videoConfigBody), video(0, videoBody(true))]));
    made.it.feed(video(40, videoBody(false)));
    expect(made.wire.paused).toBe(true);
    expect(made.it.buffered).toBe(0);
    open(made.door.accept());
    await expect.poll(() => made.door.tags.length).toBe(3);
    expect(made.wire.paused).toBe(false);
  });

  test('the query comes from the stream name, then from app and tcUrl', async () => {
    const made = connection();
    made.it.feed(
      Buffer.concat([
        plainHandshake,
        connectCommand({ app: 'live/?sign=app&room=1', tcUrl: 'rtmp://h/live?sign=url&day=2' }),
        publishCommand('key?sign=own&expires=9'),
      ]),
    );
    await expect.poll(() => made.it.publishing).toBe(true);
    const [request] = made.door.requests;
    expect(request).toMatchObject({ app: 'live', streamKey: 'key', encoder: 'FMLE/3.0 (compatible; test)' });
    expect(request!.query.toString()).toBe('sign=own&expires=9&room=1&day=2');
  });

  test('an empty stream name takes the key from the end of app', async () => {
    const made = connection();
    made.it.feed(Buffer.concat([plainHandshake, connectCommand({ app: 'live/SECRET' }), publishCommand('')]));
    await expect.poll(() => made.it.publishing).toBe(true);
    expect(made.door.requests[0]).toMatchObject({ app: 'live', streamKey: 'SECRET' });
    expect(JSON.stringify(made.lines)).not.toContain('SECRET');
  });

  test('metadata is taken from @setDataFrame, in AMF0 and behind the AMF3 byte', async () => {
    const made = await published();
    const values = encodeAmf0(['@setDataFrame', 'onMetaData', { width: 1280 }]);
    made.it.feed(message(18, 0, values));
    made.it.feed(message(15, 0, Buffer.concat([Buffer.from([0]), values])));
    expect(made.door.tags).toHaveLength(2);
    expect(made.door.tags[0]).toMatchObject({ kind: 'metadata', values: { width: 1280 } });
  });

  test('the parts of an aggregate message are taken one by one', async () => {
    const made = await published();
    const part = (type: number, body: Buffer) => {
      const head = Buffer.alloc(11);
      head[0] = type;
      head.writeUIntBE(body.length, 1, 3);
      return Buffer.concat([head, body, Buffer.alloc(4)]);
    };
    made.it.feed(message(22, 500, Buffer.concat([part(8, audioBody()), part(9, videoBody(true))])));
    expect(made.door.tags).toMatchObject([
      { kind: 'audio', dts: 500 },
      { kind: 'video', dts: 500 },
    ]);
  });

  test('a ping is answered, and bytes are acknowledged once per window', async () => {
    const made = await published();
    made.it.feed(message(4, 0, encodeUserControl(6, 0x01020304), 2));
    expect(made.wire.written.at(-1)!.subarray(-6).toString('hex')).toBe('000701020304');
    made.it.feed(message(5, 0, encodeUint32(5000), 2));
    const before = made.wire.written.length;
    made.it.feed(audio(0, audioBody(3000)));
    made.it.feed(audio(0, audioBody(3000)));
    const sent = made.wire.written.slice(before);
    expect(sent.map((bytes) => bytes[7])).toContain(3);
    expect(sent.length).toBeLessThanOrEqual(2);
  });

  test('deleteStream ends the publisher in good order', async () => {
    const made = await published();
    made.it.feed(command('FCUnpublish', 6, null, 'key'));
    expect(made.it.publishing).toBe(true);
    made.it.feed(command('deleteStream', 7, null, 1));
    expect(made.wire.text()).toContain('NetStream.Unpublish.Success');
    expect(made.wire.ended).toBe(true);
    expect(made.door.closed).toEqual(['the encoder ended the stream']);
    expect(reason(made)).toBe('the encoder ended the stream');
  });

  test('an encoder that knows Enhanced RTMP is told the codecs', () => {
    const made = connection();
    made.it.feed(Buffer.concat([plainHandshake, connectCommand({ fourCcList: ['hvc1'] })]));
    expect(made.wire.text()).toContain('av01');
  });

  test('the closing line has the reason and no key', async () => {
    const made = await published({}, 'SECRETKEY?sign=SECRETSIGN');
    made.it.feed(audio(0, audioBody()));
    made.it.peerEnded('the connection was lost');
    made.it.peerEnded('again');
    made.it.close('server.unavailable');
    expect(made.closings()).toHaveLength(1);
    expect(made.closings()[0]).toMatchObject({
      level: 30,
      reason: 'the connection was lost',
      phase: 'publishing',
      remote: '192.0.2.1:40000',
      app: 'live',
      tags: 1,
    });
    expect(JSON.stringify(made.lines)).not.toContain('SECRET');
    expect(made.door.closed).toEqual(['the connection was lost']);
  });
});

describe('the door', () => {
  test.each([
    ['publish.badKey', 'NetStream.Publish.BadName'],
    ['publish.busy', 'NetStream.Publish.BadName'],
    ['publish.blocked', 'NetStream.Publish.Rejected'],
    ['publish.expired', 'NetStream.Publish.Rejected'],
  ] as const)('refusing with %s says %s and why', async (code, status) => {
    const made = connection();
    made.door.answer = () => ({ accepted: false, code, detail: 'hall 3' });
    made.it.feed(goingLive());
    await expect.poll(() => made.wire.ended).toBe(true);
    expect(made.wire.text()).toContain(status);
    expect(made.wire.text()).toContain('(hall 3)');
    expect(made.closings()[0]).toMatchObject({ code });
  });

  test('that throws is a failure of the server, logged as an error', async () => {
    const made = connection();
    made.door.answer = () => Promise.reject(new Error('database gone'));
    made.it.feed(goingLive());
    await expect.poll(() => made.wire.ended).toBe(true);
    expect(made.lines.some((line) => line.level === 50)).toBe(true);
    expect(made.closings()[0]).toMatchObject({ code: 'server.failed' });
  });

  test('that does not answer within 5 s refuses; a late yes closes its sink at once', async () => {
    const made = connection();
    let open: (answer: PublishAnswer) => void = () => {};
    made.door.answer = () => new Promise((resolve) => (open = resolve));
    made.it.feed(goingLive());
    made.clock.now += 4999;
    made.it.tick();
    expect(made.wire.ended).toBe(false);
    made.clock.now += 1;
    made.it.tick();
    expect(reason(made)).toContain('no decision within 5 s');
    open(made.door.accept());
    await expect.poll(() => made.door.closed.length).toBe(1);
    expect(made.wire.text()).not.toContain('Publishing.');
  });

  test('an encoder that leaves while the door is deciding closes the sink it would have got', async () => {
    const made = connection();
    let open: (answer: PublishAnswer) => void = () => {};
    made.door.answer = () => new Promise((resolve) => (open = resolve));
    made.it.feed(goingLive());
    made.it.peerEnded('the encoder closed the connection');
    open(made.door.accept());
    await expect.poll(() => made.door.closed).toEqual(['the encoder closed the connection']);
  });

  test('can end the session at any time, also while deciding, and twice', async () => {
    const made = await published();
    made.door.sessions[0]!.close('publish.superseded');
    made.door.sessions[0]!.close('publish.superseded');
    expect(made.wire.text()).toContain('Another encoder has taken over this track.');
    expect(made.door.closed).toHaveLength(1);
    made.it.feed(audio(0, audioBody()));
    expect(made.door.tags).toHaveLength(0);
  });
});

describe('the sink', () => {
  test.each([
    [new CodedError('publish.codec', 'profile 4:4:4'), 'publish.codec'],
    [new TypeError('bug'), 'server.failed'],
  ])('that throws %s closes the publisher with the reason', async (error, code) => {
    const made = connection();
    const closed: string[] = [];
    made.door.answer = () => ({
      accepted: true,
      sink: {
        tag: () => {
          throw error;
        },
        close: (why) => {
          closed.push(why);
          throw new Error('and again');
        },
      },
    });
    made.it.feed(goingLive());
    await expect.poll(() => made.it.publishing).toBe(true);
    made.it.feed(audio(0, audioBody()));
    expect(made.closings()[0]).toMatchObject({ code });
    expect(closed).toHaveLength(1);
  });
});

describe('deadlines', () => {
  test('fault 14: a stall after the first byte is out in 10 s', () => {
    const made = connection();
    made.it.feed(Buffer.from([3]));
    made.clock.now += 9999;
    made.it.tick();
    expect(made.wire.ended).toBe(false);
    made.clock.now += 1;
    made.it.tick();
    expect(made.wire.ended).toBe(true);
    expect(reason(made)).toContain('no publish command within 10 s');
  });

  test('fault 14: a handshake dripping in, or a connect without publish, is out 10 s after it began', () => {
    for (const start of [plainHandshake.subarray(0, 1), Buffer.concat([plainHandshake, connectCommand()])]) {
      const made = connection();
      made.it.feed(start);
      for (let i = 0; i < 10; i++) {
        made.clock.now += 1000;
        if (start.length === 1) made.it.feed(Buffer.alloc(1));
        made.it.tick();
      }
      expect(made.it.closed).toBe(true);
    }
  });

  test('fault 14: a publisher whose message drips in byte by byte is out 10 s after the last whole one', async () => {
    const made = await published();
    made.it.feed(audio(0, audioBody()));
    const drip = video(0, videoBody(true));
    for (let i = 0; i < 10; i++) {
      expect(made.it.closed).toBe(false);
      made.it.feed(drip.subarray(i, i + 1));
      made.clock.now += 1000;
      made.it.tick();
    }
    expect(reason(made)).toContain('no complete audio or video message for 10 s');
    expect(made.wire.text()).toContain('The encoder sent nothing for too long.');
  });

  test('fault 14: empty messages, pings and metadata do not keep a publisher', async () => {
    const made = await published();
    for (let i = 0; i < 10; i++) {
      made.clock.now += 1000;
      made.it.feed(audio(0, Buffer.alloc(0)));
      made.it.feed(message(4, 0, encodeUserControl(6, 1), 2));
      made.it.feed(message(18, 0, encodeAmf0(['onMetaData', { a: 1 }])));
      made.it.tick();
    }
    expect(made.it.closed).toBe(true);
  });
});

describe('what breaks the protocol', () => {
  const afterConnect = (...bytes: Buffer[]) => {
    const made = connection();
    made.it.feed(Buffer.concat([plainHandshake, connectCommand(), ...bytes]));
    return made;
  };

  test('fault 9: connect without tcUrl', () => {
    const made = connection();
    made.it.feed(Buffer.concat([plainHandshake, connectCommand({ tcUrl: undefined })]));
    expect(made.wire.text()).toContain('NetConnection.Connect.Rejected');
    expect(reason(made)).toContain('connect needs tcUrl');
  });

  test.each(['../../etc', 'live/../..', 'live\\..', '/live', 'live//x', '.', 'a\0b', '直播', ''])(
    'fault 10: the app %j never reaches the door',
    (app) => {
      const made = connection();
      made.it.feed(Buffer.concat([plainHandshake, connectCommand({ app }), publishCommand('key')]));
      expect(made.wire.text()).toContain('_error');
      expect(made.wire.ended).toBe(true);
      expect(made.door.requests).toHaveLength(0);
    },
  );

  test.each(['../key', '..', 'a/b', 'a\\b', 'a\0', 'a\r\nb', '', '%2e%2e', 'x'.repeat(257)])(
    'fault 10: the key %j never reaches the door',
    (key) => {
      const made = afterConnect(publishCommand(key));
      expect(made.wire.text()).toContain('NetStream.Publish.BadName');
      expect(made.door.requests).toHaveLength(0);
    },
  );

  test('fault 11: publish before connect', () => {
    const made = connection();
    made.it.feed(Buffer.concat([plainHandshake, publishCommand('key')]));
    expect(made.wire.ended).toBe(true);
    expect(reason(made)).toContain('publish before connect');
  });

  test('fault 11: publish twice', async () => {
    const made = await published();
    made.it.feed(publishCommand('other'));
    expect(reason(made)).toContain('publish sent twice');
    expect(made.door.requests).toHaveLength(1);
    expect(made.door.closed).toHaveLength(1);
  });

  test('connect twice, media before publish, an unknown message type', () => {
    expect(reason(afterConnect(connectCommand()))).toContain('connect sent twice');
    expect(reason(afterConnect(audio(0, audioBody())))).toContain('media before publish');
    expect(reason(afterConnect(message(99, 0, Buffer.alloc(1))))).toContain('unknown RTMP message type 99');
    expect(reason(afterConnect(message(5, 0, encodeUint32(0), 2)))).toContain('window must not be 0');
  });

  test('play is refused clearly', () => {
    const made = afterConnect(command('play', 4, null, 'key'));
    expect(made.wire.text()).toContain('NetStream.Play.Failed');
    expect(reason(made)).toContain('open the watch page');
  });

  test('before publish no message over 64 KiB is taken', () => {
    const made = afterConnect(setChunkSize(65_536), message(20, 0, Buffer.alloc(65_537)));
    expect(reason(made)).toContain('message of 65537 bytes, at most 65536');
  });

  test('more than 200 commands in 10 s, or answers left unread', () => {
    const flood = afterConnect(...Array.from({ length: 201 }, (_, i) => command('createStream', i, null)));
    expect(reason(flood)).toContain('more than 200 commands in 10 s');
    const unread = afterConnect();
    unread.wire.backlog = 70_000;
    unread.it.feed(command('createStream', 2, null));
    expect(reason(unread)).toContain('70000 bytes of answers not read');
  });

  test('another protocol on the port is dropped without an answer', () => {
    const made = connection();
    made.it.feed(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
    expect(made.wire.ended).toBe(true);
    expect(made.wire.written).toHaveLength(0);
    expect(reason(made)).toContain('RTMP version must be 3 (got 71)');
  });

  test('an unsupported codec is named to the encoder', async () => {
    const made = await published();
    made.it.feed(audio(0, Buffer.from([0x2f, 1, 2])));
    expect(made.wire.text()).toContain('(audio is MP3 (FLV sound format 2))');
    expect(made.closings()[0]).toMatchObject({ code: 'publish.codec' });
  });
});
