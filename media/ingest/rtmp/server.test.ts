/** The server on real sockets: each fault by its number, beside a publisher that must not notice. */
import { connect as connectTcp } from 'node:net';
import { generate } from 'selfsigned';
import { afterEach, describe, expect, test } from 'vitest';
import { encodeAmf0 } from '../../formats/amf0.ts';
import { encodeCommand, messageType } from '../../formats/rtmp-message.ts';
import { createRtmpServer, type RtmpServer, type RtmpServerOptions } from './server.ts';
import {
  audio,
  audioBody,
  command,
  connectCommand,
  goingLive,
  message,
  plainHandshake,
  publishCommand,
  RecordingDoor,
  recordingLog,
  SocketEncoder,
  setChunkSize,
  video,
  videoBody,
} from './test-encoder.ts';

/** Waits longer than the default 1 s: the machine may be busy. */
const until = <T>(value: () => T) => expect.poll(value, { timeout: 8000 });

const servers: RtmpServer[] = [];
const encoders: SocketEncoder[] = [];
afterEach(async () => {
  for (const encoder of encoders.splice(0)) encoder.close();
  for (const server of servers.splice(0)) await server.close();
});

async function serve(options: Partial<RtmpServerOptions> = {}) {
  const door = new RecordingDoor();
  const logged = recordingLog();
  const server = createRtmpServer({ door, log: logged.log, ...options });
  servers.push(server);
  const { port } = await server.listen(0, '127.0.0.1');
  const encoder = () => {
    const made = new SocketEncoder(port, options.tls !== undefined);
    encoders.push(made);
    return made;
  };
  return { server, door, port, encoder, ...logged };
}

/** Rejects when the server does not end the connection within 1 s. */
async function endsWithin1s(encoder: SocketEncoder): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('still open after 1 s')), 1000);
  });
  await Promise.race([encoder.ended, late]);
  clearTimeout(timer);
}

const connected = [plainHandshake, connectCommand()];
const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const publishing = [goingLive('other')];
const commandOf = (payload: Buffer) => message(messageType.commandAmf0, 0, payload, 3);

describe('a hostile peer is out within 1 s with a reason, and the publisher beside it loses nothing', () => {
  const attacks: [string, Buffer[], string][] = [
    [
      'fault 1: Set Chunk Size of no bytes',
      [...connected, hex('02 000000 000000 01 00000000')],
      'needs 4 bytes',
    ],
    ['fault 2: chunk size 0', [...connected, setChunkSize(0)], 'chunk size must be'],
    ['fault 2: chunk size 2³¹', [...connected, setChunkSize(0x80000000)], 'chunk size must be'],
    [
      'fault 3: 64k chunk-stream ids',
      [
        ...connected,
        ...Array.from({ length: 65_536 }, (_, i) => hex(`01 ${hex16(i)} 000000 000000 03 00000000`)),
      ],
      'more than 64 ids',
    ],
    [
      'fault 4: 60 ids with 16 MB half sent, before publish',
      [...connected, ...Array.from({ length: 60 }, (_, i) => halfMessage(i + 3))],
      'at most 65536',
    ],
    [
      'fault 4: 60 ids with 16 MB half sent, by a publisher',
      [...publishing, ...Array.from({ length: 60 }, (_, i) => halfMessage(i + 3))],
      'at most 8388608',
    ],
    [
      'fault 4: 60 ids with 8 MB half sent, by a publisher',
      [...publishing, ...Array.from({ length: 60 }, (_, i) => halfMessage(i + 3, '7fffff'))],
      'unfinished messages',
    ],
    [
      'fault 5: AMF nested 20,000 deep',
      [
        ...connected,
        commandOf(Buffer.concat([encodeCommand('x', 1), ...Array(20_000).fill(hex('0a00000001'))])),
      ],
      'at most 65536',
    ],
    [
      'fault 5: AMF nested 10,000 deep',
      [
        ...connected,
        commandOf(Buffer.concat([encodeCommand('x', 1), ...Array(10_000).fill(hex('0a00000001'))])),
      ],
      'nested deeper than 32',
    ],
    [
      'fault 6: an array of 2³² − 1 items',
      [...connected, commandOf(Buffer.concat([encodeCommand('x', 1), hex('0affffffff')]))],
      'array of 4294967295 items',
    ],
    ['fault 7: a string longer than its buffer', [...connected, commandOf(hex('02ffff61'))], 'bytes needed'],
    [
      'fault 9: connect without tcUrl',
      [plainHandshake, connectCommand({ tcUrl: undefined })],
      'connect needs tcUrl',
    ],
    [
      'fault 10: ../ in app',
      [plainHandshake, connectCommand({ app: '../../etc/passwd' })],
      'app must be letters',
    ],
    ['fault 10: ../ in the key', [...connected, publishCommand('../../secret')], 'a stream key is letters'],
    ['fault 11: publish before connect', [plainHandshake, publishCommand('key')], 'publish before connect'],
    ['fault 11: publish twice', [...publishing, publishCommand('other')], 'publish sent twice'],
    [
      'fault 15: a NAL unit longer than its packet',
      [...publishing, video(0, videoBody(true, hex('00ffffff 65')))],
      'NAL unit of 16777215 bytes',
    ],
    ['fault 15: a 16 MB frame', [...publishing, halfMessage(6)], 'message of 16777215 bytes'],
  ];

  test.each(attacks)('%s', async (_title, bytes, expected) => {
    const { encoder, door, closings, server } = await serve();
    const incumbent = encoder();
    incumbent.send(goingLive());
    await until(() => door.requests.length).toBe(1);
    const attacker = encoder();
    attacker.send(...bytes);
    for (let i = 0; i < 20; i++) incumbent.send(audio(i * 23, audioBody(10 + i)));
    await endsWithin1s(attacker);
    await until(() => closings().length).toBe(1);
    expect(String(closings()[0]!.reason)).toContain(expected);

    for (let i = 20; i < 40; i++) incumbent.send(audio(i * 23, audioBody(10 + i)));
    await until(() => door.tags.length).toBe(40);
    expect(door.tags.map((tag) => tag.kind === 'audio' && tag.data.length)).toEqual(
      Array.from({ length: 40 }, (_, i) => 10 + i),
    );
    await until(() => server.connections()).toBe(1);
  });

  test('fault 8: __proto__ keys in commands and metadata change nothing', async () => {
    const { encoder, door } = await serve();
    const evil = Object.create(null);
    for (const key of ['__proto__', 'constructor']) evil[key] = { polluted: 1 };
    const it = encoder();
    it.send(plainHandshake, connectCommand({ a: evil }), publishCommand('key?__proto__=1'));
    it.send(message(18, 0, encodeAmf0(['@setDataFrame', 'onMetaData', evil])));
    await until(() => door.tags.length).toBe(1);
    expect(Object.keys((door.tags[0] as { values: object }).values)).toEqual([]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('fault 11: over a live publisher', async () => {
    const { encoder, door, closings } = await serve();
    const incumbent = encoder();
    incumbent.send(goingLive());
    await until(() => door.requests.length).toBe(1);
    door.answer = () => ({ accepted: false, code: 'publish.busy' });
    const second = encoder();
    second.send(goingLive());
    await endsWithin1s(second);
    expect(second.received).toContain('NetStream.Publish.BadName');
    expect(second.received).toContain('Another encoder is already publishing to this track.');
    incumbent.send(audio(0, audioBody()));
    await until(() => door.tags.length).toBe(1);
    expect(closings()).toHaveLength(1);
  });

  test('fault 13: timestamps that go back, wrap or jump are handed over as they came', async () => {
    const { encoder, door } = await serve();
    const it = encoder();
    const times = [1000, 500, 0xffffffff, 0, 2 ** 30, 16_777_215, 16_777_214];
    it.send(goingLive(), ...times.map((time) => audio(time, audioBody())));
    await until(() => door.tags.length).toBe(times.length);
    expect(door.tags.map((tag) => tag.kind === 'audio' && tag.dts)).toEqual(times);
  });
});

function hex16(i: number): string {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(i);
  return bytes.toString('hex');
}
function halfMessage(id: number, length = 'ffffff'): Buffer {
  return Buffer.concat([Buffer.from([id]), hex(`000000 ${length} 09 01000000`), Buffer.alloc(128)]);
}

describe('deadlines on a socket', () => {
  const limits = { publishWithin: 200, silence: 200, doorWithin: 200 };
  test.each([
    ['silence from the start', []],
    ['a stall after the first byte', [Buffer.from([3])]],
    ['a stall after the handshake', [plainHandshake]],
    ['a stall after connect', connected],
    ['a publisher that falls silent', publishing],
  ])('fault 14: %s ends the connection', async (_title, bytes) => {
    const { encoder, closings, server } = await serve({ limits });
    const it = encoder();
    it.send(...bytes);
    await endsWithin1s(it);
    await until(() => closings().length).toBe(1);
    expect(closings()[0]).toMatchObject({ code: 'publish.timeout' });
    await until(() => server.connections()).toBe(0);
  });

  test('fault 14: bytes dripping in do not hold a connection', async () => {
    const { encoder } = await serve({ limits });
    const it = encoder();
    const drip = setInterval(() => it.send(Buffer.from([3])), 20);
    await endsWithin1s(it).finally(() => clearInterval(drip));
  });

  test('a peer that keeps its side open after the refusal is cut off', async () => {
    const { encoder, door, server } = await serve({ limits: { linger: 50 } });
    door.answer = () => ({ accepted: false, code: 'publish.badKey' });
    const it = encoder();
    it.socket.allowHalfOpen = true;
    it.send(goingLive());
    await endsWithin1s(it);
    expect(it.received).toContain('Stream key is not valid');
    await until(() => server.connections()).toBe(0);
  });
});

describe('connections', () => {
  test('are limited in total and per address, and turning away is logged once a second', async () => {
    const { encoder, server, lines } = await serve({ limits: { perAddress: 2, silence: 200 } });
    const kept = [encoder(), encoder()];
    await until(() => server.connections()).toBe(2);
    const third = encoder();
    await third.ended;
    expect(server.connections()).toBe(2);
    await until(() => lines.filter((line) => line.level === 40).length).toBe(1);
    kept[0]!.close();
    await until(() => server.connections()).toBe(1);
    const next = encoder();
    next.send(goingLive());
    await until(() => next.received).toContain('Publishing.');
  });

  test('that are reset leave one closing line and a closed sink', async () => {
    const { encoder, door, closings } = await serve();
    const it = encoder();
    it.send(goingLive());
    await until(() => it.received).toContain('Publishing.');
    it.socket.resetAndDestroy();
    await until(() => door.closed.length).toBe(1);
    expect(closings()).toHaveLength(1);
  });

  test('are told that the server is stopping, and stopping twice is once', async () => {
    const { encoder, server, door } = await serve();
    const it = encoder();
    it.send(goingLive());
    await until(() => it.received).toContain('Publishing.');
    await Promise.all([server.close(), server.close()]);
    await it.ended;
    expect(it.received).toContain('the server is stopping');
    expect(door.closed).toHaveLength(1);
    expect(server.connections()).toBe(0);
  });

  test('a port in use is an error to the caller', async () => {
    const { port } = await serve();
    const second = createRtmpServer({ door: new RecordingDoor(), log: recordingLog().log });
    await expect(second.listen(port, '127.0.0.1')).rejects.toThrow('EADDRINUSE');
    await second.close();
  });
});

describe('RTMPS', () => {
  const certificate = async () => {
    const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }]);
    return { cert, key };
  };

  test('takes a publisher over TLS', async () => {
    const { encoder, door, server } = await serve({ tls: await certificate() });
    const it = encoder();
    it.send(goingLive(), audio(0, audioBody()));
    await until(() => door.tags.length).toBe(1);
    expect(door.requests[0]).toMatchObject({ protocol: 'rtmps' });
    expect(door.requests[0]!.remote).toMatch(/^127\.0\.0\.1:\d+$/);
    it.send(command('deleteStream', 9, null, 1));
    await it.ended;
    await until(() => server.connections()).toBe(0);
  });

  test('a refusal over TLS can be read', async () => {
    const { encoder, door } = await serve({ tls: await certificate() });
    door.answer = () => ({ accepted: false, code: 'publish.expired' });
    const it = encoder();
    it.send(goingLive());
    await endsWithin1s(it);
    expect(it.received).toContain('The push address has expired');
  });

  test('bytes that are no TLS, and a TLS handshake that stalls, end with one closing line each', async () => {
    const { port, closings, server } = await serve({
      tls: await certificate(),
      limits: { publishWithin: 200 },
    });
    const plain = connectTcp(port, '127.0.0.1', () => plain.write(goingLive()));
    plain.on('error', () => {});
    await until(() => closings().length).toBe(1);
    const stalled = connectTcp(port, '127.0.0.1', () => stalled.write(hex('16 0301 00ff 01')));
    stalled.on('error', () => {});
    await until(() => closings().length).toBe(2);
    expect(closings()[1]).toMatchObject({ reason: 'TLS handshake failed', phase: 'tls' });
    await until(() => server.connections()).toBe(0);
    plain.destroy();
    stalled.destroy();
  });
});
