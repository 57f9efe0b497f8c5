/** One encoder's connection: connects, publishes, plays the tape by the clock until it is cut or closed. */
import { connect, type Socket } from 'node:net';
import type { AmfValue } from '#media/formats/amf0.ts';
import { encodeMessage } from '#media/formats/rtmp-chunk.ts';
import { handshakeSize } from '#media/formats/rtmp-handshake.ts';
import { encodeCommand, encodeUint32, messageType } from '#media/formats/rtmp-message.ts';
import { type Tape, tapeMs } from './tape.ts';

/** As OBS sends. */
const chunkSize = 4096;
/** Unsent bytes at which a server counts as gone. */
const mostUnsent = 16 * 1024 * 1024;

export type PushTarget = {
  /** rtmp://host:port/app/key */
  readonly url: string;
  /** Ms the tape starts after the publish was accepted: encoders are not in step. */
  readonly phaseMs: number;
};

/** Encoded messages that several connections send: the same bytes, made once. */
export class EncodedTape {
  readonly tape: Tape;
  readonly #made: { timestamp: number; bytes: Buffer }[] = [];
  constructor(tape: Tape) {
    this.tape = tape;
  }
  /** Tag `index` counted on over repetitions. */
  message(index: number): { readonly at: number; readonly bytes: Buffer } {
    const { tags } = this.tape;
    const place = index % tags.length;
    const tag = tags[place];
    if (!tag) throw new Error('the tape is empty');
    const timestamp = tag.at + Math.floor(index / tags.length) * tapeMs;
    const known = this.#made[place];
    if (known?.timestamp === timestamp) return { at: timestamp, bytes: known.bytes };
    const bytes = mediaMessage(tag.type, timestamp, tag.payload);
    this.#made[place] = { timestamp, bytes };
    return { at: timestamp, bytes };
  }
}

const mediaMessage = (type: number, timestamp: number, payload: Buffer): Buffer =>
  encodeMessage(
    { chunkStream: type === messageType.audio ? 4 : 6, type, streamId: 1, timestamp, payload },
    chunkSize,
  );

export class PushConnection {
  readonly #socket: Socket;
  readonly #encoded: EncodedTape;
  readonly #target: PushTarget;
  #heard = '';
  #heardBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #startedAt = 0;
  #next = 0;
  /** Resolves with true when the publish was accepted, false when the connection ended before. */
  readonly accepted: Promise<boolean>;
  /** Resolves when the connection is over. */
  readonly ended: Promise<void>;
  #accept: (accepted: boolean) => void = () => undefined;

  constructor(encoded: EncodedTape, target: PushTarget) {
    this.#encoded = encoded;
    this.#target = target;
    const { hostname, port } = new URL(target.url.replace('rtmp:', 'http:'));
    this.accepted = new Promise((resolve) => {
      this.#accept = resolve;
    });
    this.#socket = connect({ host: hostname, port: Number(port), noDelay: true });
    this.ended = new Promise((resolve) =>
      this.#socket.once('close', () => {
        clearTimeout(this.#timer);
        this.#accept(false);
        resolve();
      }),
    );
    this.#socket.on('error', () => undefined);
    this.#socket.once('connect', () => this.#open());
    this.#socket.on('data', (bytes) => this.#hear(bytes));
  }

  close(): void {
    this.#socket.destroy();
  }

  #open(): void {
    const [, app = 'live', name = ''] = new URL(this.#target.url.replace('rtmp:', 'http:')).pathname.split(
      '/',
    );
    const tcUrl = this.#target.url.slice(0, -name.length - 1);
    this.#socket.write(
      Buffer.concat([
        Buffer.from([3]),
        Buffer.alloc(2 * handshakeSize),
        encodeMessage({ chunkStream: 2, type: 1, streamId: 0, payload: encodeUint32(chunkSize) }, 128),
        command('connect', 1, { app, type: 'nonprivate', flashVer: 'FMLE/3.0 (compatible; tape)', tcUrl }),
        command('releaseStream', 2, null, name),
        command('FCPublish', 3, null, name),
        command('createStream', 4, null),
        command('publish', 5, null, name, 'live'),
      ]),
    );
  }

  #hear(bytes: Buffer): void {
    if (this.#startedAt > 0) return;
    this.#heardBytes += bytes.length;
    this.#heard = (this.#heard + bytes.toString('latin1')).slice(-4096);
    if (this.#heardBytes < 2 * handshakeSize || !this.#heard.includes('NetStream.Publish.Start')) return;
    this.#startedAt = performance.now() + this.#target.phaseMs;
    for (const { type, payload } of this.#encoded.tape.opening)
      this.#socket.write(mediaMessage(type, 0, payload));
    this.#accept(true);
    this.#play();
  }

  #play(): void {
    const elapsed = performance.now() - this.#startedAt;
    this.#socket.cork();
    let message = this.#encoded.message(this.#next);
    while (message.at <= elapsed) {
      this.#socket.write(message.bytes);
      this.#next++;
      message = this.#encoded.message(this.#next);
    }
    this.#socket.uncork();
    if (this.#socket.writableLength > mostUnsent) this.close();
    else this.#timer = setTimeout(() => this.#play(), Math.max(1, message.at - elapsed));
  }
}

const command = (name: string, transaction: number, ...values: AmfValue[]): Buffer =>
  encodeMessage(
    {
      chunkStream: 3,
      type: messageType.commandAmf0,
      streamId: name === 'publish' ? 1 : 0,
      payload: encodeCommand(name, transaction, ...values),
    },
    chunkSize,
  );
