/** For tests: the bytes an encoder sends, a wire in memory, and an encoder on a real socket that says what it is told. */
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { pino } from 'pino';
import type { AmfValue } from '../../formats/amf0.ts';
import type { MediaTag } from '../../formats/media-tag.ts';
import { encodeMessage } from '../../formats/rtmp-chunk.ts';
import { handshakeSize } from '../../formats/rtmp-handshake.ts';
import { encodeCommand, encodeUint32, messageType } from '../../formats/rtmp-message.ts';
import type { PublishAnswer, PublishDoor, PublishRequest, PublishSession } from '../publish.ts';
import type { Wire } from './connection.ts';

export const plainHandshake = Buffer.concat([Buffer.from([3]), Buffer.alloc(2 * handshakeSize)]);

/** 1280×720 High profile, from x264. */
export const avcConfig = Buffer.from(
  '01640028ffe1001967640028acd940500 5bb0110000003001000000303 20f18319 6001000568ebecb22c'.replaceAll(
    ' ',
    '',
  ),
  'hex',
);
export const stereoAsc = Buffer.from('1190', 'hex');

export function command(name: string, transaction: number, ...values: AmfValue[]): Buffer {
  return encodeMessage(
    {
      chunkStream: 3,
      type: messageType.commandAmf0,
      streamId: 0,
      payload: encodeCommand(name, transaction, ...values),
    },
    128,
  );
}
export function message(type: number, timestamp: number, payload: Buffer, chunkStream = 4): Buffer {
  return encodeMessage({ chunkStream, type, streamId: 1, timestamp, payload }, 128);
}
export const setChunkSize = (size: number) =>
  encodeMessage({ chunkStream: 2, type: 1, streamId: 0, payload: encodeUint32(size) }, 128);

export const connectCommand = (object: Record<string, AmfValue> = {}) =>
  command('connect', 1, {
    app: 'live',
    tcUrl: 'rtmp://localhost/live',
    flashVer: 'FMLE/3.0 (compatible; test)',
    ...object,
  });
export const publishCommand = (name: string) => command('publish', 5, null, name, 'live');
export const goingLive = (name = 'key') =>
  Buffer.concat([
    plainHandshake,
    connectCommand(),
    command('releaseStream', 2, null, name),
    command('FCPublish', 3, null, name),
    command('createStream', 4, null),
    publishCommand(name),
  ]);

/** One NAL unit of `size` bytes behind its length. */
export function nal(size: number, type = 1): Buffer {
  const data = Buffer.alloc(4 + size, 0x55);
  data.writeUInt32BE(size);
  if (size > 0) data[4] = type;
  return data;
}
export const videoConfigBody = Buffer.concat([Buffer.from([0x17, 0, 0, 0, 0]), avcConfig]);
export const videoBody = (keyframe: boolean, data = nal(700), cts = 0) =>
  Buffer.concat([Buffer.from([keyframe ? 0x17 : 0x27, 1, 0, cts >> 8, cts & 255]), data]);
export const audioConfigBody = Buffer.concat([Buffer.from([0xaf, 0]), stereoAsc]);
export const audioBody = (size = 300) => Buffer.concat([Buffer.from([0xaf, 1]), Buffer.alloc(size, 0x21)]);

export const video = (timestamp: number, body: Buffer) => message(messageType.video, timestamp, body, 6);
export const audio = (timestamp: number, body: Buffer) => message(messageType.audio, timestamp, body, 4);

/** A door that takes everyone and remembers what it got. */
export class RecordingDoor implements PublishDoor {
  readonly requests: PublishRequest[] = [];
  readonly sessions: PublishSession[] = [];
  readonly tags: MediaTag[] = [];
  readonly arrivals: number[] = [];
  readonly closed: string[] = [];
  /** Replaces the answer when set. */
  answer: (() => PublishAnswer | Promise<PublishAnswer>) | undefined;

  accept(): PublishAnswer {
    return {
      accepted: true,
      sink: {
        tag: (tag, arrival) => {
          this.tags.push(tag);
          this.arrivals.push(arrival);
        },
        close: (reason) => this.closed.push(reason),
      },
    };
  }
  async open(request: PublishRequest, session: PublishSession): Promise<PublishAnswer> {
    this.requests.push(request);
    this.sessions.push(session);
    return this.answer ? this.answer() : this.accept();
  }
}

export class MemoryWire implements Wire {
  readonly protocol = 'rtmp';
  readonly remote = '192.0.2.1:40000';
  backlog = 0;
  readonly written: Buffer[] = [];
  paused = false;
  ended = false;
  write(bytes: Buffer): void {
    this.written.push(bytes);
  }
  pause(): void {
    this.paused = true;
  }
  resume(): void {
    this.paused = false;
  }
  end(): void {
    this.ended = true;
  }
  /** All that was said, for looking strings up in. */
  text(): string {
    return Buffer.concat(this.written).toString('latin1');
  }
}

export class SocketEncoder {
  readonly socket: Socket;
  received = '';
  /** Resolves when the server has ended the connection. */
  readonly ended: Promise<void>;
  constructor(port: number, secure = false) {
    this.socket = secure
      ? connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
      : connectTcp(port, '127.0.0.1');
    this.socket.on('data', (bytes) => {
      this.received += bytes.toString('latin1');
    });
    this.socket.on('error', () => {});
    this.ended = new Promise((resolve) => {
      this.socket.once('end', resolve);
      this.socket.once('close', () => resolve());
    });
  }
  send(...bytes: Buffer[]): void {
    for (const part of bytes) if (this.socket.writable) this.socket.write(part);
  }
  close(): void {
    this.socket.destroy();
  }
}

/** A logger whose lines can be looked at. */
export function recordingLog() {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const closings = () => lines.filter((line) => String(line.msg).startsWith('rtmp closed: '));
  return { log, lines, closings };
}
