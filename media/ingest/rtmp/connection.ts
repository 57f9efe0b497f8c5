/**
 * One encoder's connection: handshake → connect → publish → media. Bytes, time and the wire are given from outside,
 * so that it runs the same on a socket and in a test.
 *
 * It closes when: the peer ends or breaks the protocol, a deadline passes, the door refuses, the desk or the sink ends
 * the publisher, or the server stops. Whatever comes first is logged and told to the sink; the rest is ignored.
 */
import type { Logger } from 'pino';
import { CodedError, type ErrorCode } from '#contracts/errors.ts';
import { ChunkReader, commandLimits } from '../../formats/rtmp-chunk.ts';
import { ServerHandshake } from '../../formats/rtmp-handshake.ts';
import {
  type Command,
  decodeCommand,
  decodeUint32,
  decodeUserControl,
  messageType,
  userControl,
} from '../../formats/rtmp-message.ts';
import type { PublishAnswer, PublishDoor, PublishRequest, PublishSession } from '../publish.ts';
import { type ConnectInfo, readConnect, readStreamName } from './address.ts';
import type { RtmpLimits } from './limits.ts';
import { Publisher } from './publisher.ts';
import { acknowledgementWindow, describe, publishStream, replies } from './replies.ts';

/** The socket as the connection sees it. */
export interface Wire {
  readonly protocol: 'rtmp' | 'rtmps';
  /** Address and port of the peer. */
  readonly remote: string;
  /** Bytes written that the peer has not taken. */
  readonly backlog: number;
  write(bytes: Buffer): void;
  pause(): void;
  resume(): void;
  /** Sends what was written, then closes. Called once. */
  end(): void;
}

export type ConnectionOptions = {
  readonly id: string;
  readonly wire: Wire;
  readonly door: PublishDoor;
  readonly log: Logger;
  readonly limits: RtmpLimits;
  /** performance.now() or a test's clock. */
  readonly now: () => number;
};

type Phase =
  | { readonly name: 'handshake'; readonly handshake: ServerHandshake }
  | { readonly name: 'connecting' }
  | { readonly name: 'connected'; readonly connect: ConnectInfo }
  | { readonly name: 'opening'; readonly since: number }
  | { readonly name: 'publishing'; readonly publisher: Publisher }
  | { readonly name: 'closed'; readonly reason: string };

const commandWindow = 10_000;

export class RtmpConnection implements PublishSession {
  readonly id: string;
  readonly #wire: Wire;
  readonly #door: PublishDoor;
  readonly #log: Logger;
  readonly #limits: RtmpLimits;
  readonly #clock: () => number;
  readonly #reader: ChunkReader;
  readonly #openedAt: number;
  #phase: Phase = { name: 'handshake', handshake: new ServerHandshake() };
  #connect: ConnectInfo | undefined;
  #connectTransaction = 1;
  #handshakeKind = '';
  /** When the bytes being parsed were read. */
  #arrival: number;
  #lastMedia = 0;
  #bytes = 0;
  #acknowledged = 0;
  #window = acknowledgementWindow;
  #commands = 0;
  #commandsSince: number;

  constructor(options: ConnectionOptions) {
    this.id = options.id;
    this.#wire = options.wire;
    this.#door = options.door;
    this.#log = options.log;
    this.#limits = options.limits;
    this.#clock = options.now;
    this.#openedAt = options.now();
    this.#arrival = this.#openedAt;
    this.#commandsSince = this.#openedAt;
    this.#reader = new ChunkReader(
      (type, _streamId, timestamp, payload) => this.#message(type, timestamp, payload),
      commandLimits,
    );
  }

  get closed(): boolean {
    return this.#phase.name === 'closed';
  }
  get publishing(): boolean {
    return this.#phase.name === 'publishing';
  }
  /** Bytes held for unfinished messages. */
  get buffered(): number {
    return this.#reader.buffered;
  }

  /** Takes what the socket read; never throws. */
  feed(bytes: Buffer): void {
    if (this.closed) return;
    this.#bytes += bytes.length;
    this.#arrival = this.#clock();
    try {
      this.#parse(bytes);
      this.#acknowledge();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Checks the deadlines; to be called several times a second. */
  tick(): void {
    const now = this.#clock();
    const { publishWithin, doorWithin, silence } = this.#limits;
    switch (this.#phase.name) {
      case 'handshake':
      case 'connecting':
      case 'connected':
        if (now - this.#openedAt >= publishWithin) {
          this.close('publish.timeout', `no publish command within ${publishWithin / 1000} s`);
        }
        return;
      case 'opening':
        if (now - this.#phase.since >= doorWithin) {
          this.close('server.unavailable', `no decision within ${doorWithin / 1000} s`);
        }
        return;
      case 'publishing':
        if (now - this.#lastMedia >= silence) {
          this.close('publish.timeout', `no complete audio or video message for ${silence / 1000} s`);
        }
        return;
      case 'closed':
        return;
    }
  }

  /** Tells the encoder why, then closes. */
  close(code: ErrorCode, detail?: string): void {
    if (this.closed) return;
    const farewell =
      this.#phase.name === 'handshake'
        ? undefined
        : this.#phase.name === 'connecting'
          ? replies.connectRefused(this.#connectTransaction, code, detail)
          : replies.publishRefused(code, detail);
    this.#end(describe(code, detail), code, farewell);
  }

  /** The socket is gone, or the peer sent all it had. */
  peerEnded(reason: string): void {
    this.#end(reason, undefined, undefined);
  }

  #parse(bytes: Buffer): void {
    if (this.#phase.name !== 'handshake') {
      this.#reader.push(bytes);
      return;
    }
    const { handshake } = this.#phase;
    const { used, answer } = handshake.push(bytes);
    if (answer) this.#wire.write(answer);
    if (!handshake.done) return;
    this.#handshakeKind = handshake.kind ?? '';
    this.#phase = { name: 'connecting' };
    if (used < bytes.length) this.#reader.push(bytes.subarray(used));
  }

  #acknowledge(): void {
    if (this.#bytes - this.#acknowledged < this.#window || this.closed) return;
    this.#acknowledged = this.#bytes;
    this.#send(replies.acknowledgement(this.#bytes));
  }

  #send(bytes: Buffer): void {
    if (this.#wire.backlog > this.#limits.backlog) {
      throw new CodedError('publish.protocol', `${this.#wire.backlog} bytes of answers not read`);
    }
    this.#wire.write(bytes);
  }

  #message(type: number, timestamp: number, payload: Buffer): void {
    switch (type) {
      case messageType.audio:
      case messageType.video:
      case messageType.dataAmf0:
      case messageType.dataAmf3:
      case messageType.aggregate:
        this.#media(type, timestamp, payload);
        return;
      case messageType.commandAmf0:
      case messageType.commandAmf3:
        this.#countCommand();
        this.#command(decodeCommand(payload, type));
        return;
      case messageType.userControl: {
        const { event, value } = decodeUserControl(payload);
        if (event !== userControl.pingRequest) return;
        this.#countCommand();
        this.#send(replies.pong(value));
        return;
      }
      case messageType.windowAcknowledgementSize: {
        const window = decodeUint32(payload, 'Window Acknowledgement Size');
        if (window === 0) throw new CodedError('publish.protocol', 'acknowledgement window must not be 0');
        this.#window = window;
        return;
      }
      case messageType.acknowledgement:
      case messageType.setPeerBandwidth:
      case messageType.sharedObjectAmf0:
      case messageType.sharedObjectAmf3:
        return;
      default:
        throw new CodedError('publish.protocol', `unknown RTMP message type ${type}`);
    }
  }

  #media(type: number, timestamp: number, payload: Buffer): void {
    if (this.#phase.name !== 'publishing') {
      const script = type === messageType.dataAmf0 || type === messageType.dataAmf3;
      if (script && this.#phase.name === 'connected') return;
      throw new CodedError('publish.protocol', 'media before publish');
    }
    const { publisher } = this.#phase;
    const before = publisher.tags;
    publisher.message(type, timestamp, payload, this.#arrival);
    // Empty messages and script data do not keep a publisher alive.
    if (publisher.tags > before && type !== messageType.dataAmf0 && type !== messageType.dataAmf3) {
      this.#lastMedia = this.#arrival;
    }
  }

  #countCommand(): void {
    if (this.#arrival - this.#commandsSince >= commandWindow) {
      this.#commandsSince = this.#arrival;
      this.#commands = 0;
    }
    if (++this.#commands > this.#limits.commands) {
      throw new CodedError('publish.protocol', `more than ${this.#limits.commands} commands in 10 s`);
    }
  }

  #command(command: Command): void {
    const { name, transaction, values } = command;
    const connected = this.#phase.name !== 'connecting';
    switch (name) {
      case 'connect':
        this.#connectTransaction = transaction;
        if (connected) throw new CodedError('publish.protocol', 'connect sent twice');
        this.#connected(transaction, readConnect(values));
        return;
      case 'publish':
        this.#publish(values);
        return;
      case 'play':
      case 'play2':
        if (this.#connect) this.#send(replies.playRefused());
        throw new CodedError('publish.protocol', 'playing over RTMP is not offered; open the watch page');
      case 'createStream':
        if (connected) this.#send(replies.result(transaction, publishStream));
        return;
      case 'releaseStream':
        if (connected) this.#send(replies.result(transaction, null));
        return;
      case 'FCPublish':
        if (!connected) return;
        this.#send(replies.result(transaction, null));
        this.#send(replies.onFcPublish(transaction, streamName(values)));
        return;
      case 'FCUnpublish':
        // deleteStream or the end of the connection follows.
        if (connected) this.#send(replies.onFcUnpublish(transaction, streamName(values)));
        return;
      case 'deleteStream':
      case 'closeStream':
        if (this.#phase.name === 'publishing') {
          this.#end('the encoder ended the stream', undefined, replies.unpublished());
        }
        return;
      default:
        this.#log.debug({ remote: this.#wire.remote, command: name.slice(0, 64) }, 'rtmp command ignored');
    }
  }

  #connected(transaction: number, connect: ConnectInfo): void {
    this.#connect = connect;
    this.#phase = { name: 'connected', connect };
    this.#send(replies.connected(transaction, connect.enhanced));
  }

  #publish(values: Command['values']): void {
    if (this.#phase.name === 'publishing') throw new CodedError('publish.protocol', 'publish sent twice');
    if (this.#phase.name !== 'connected') throw new CodedError('publish.protocol', 'publish before connect');
    const { connect } = this.#phase;
    const { app, streamKey, query } = readStreamName(values[1], connect);
    this.#phase = { name: 'opening', since: this.#clock() };
    // No byte of media is read until the door has decided.
    this.#reader.stop();
    this.#wire.pause();
    const { protocol, remote } = this.#wire;
    void this.#open({ protocol, app, streamKey, query, remote, encoder: connect.encoder });
  }

  async #open(request: PublishRequest): Promise<void> {
    let answer: PublishAnswer;
    try {
      answer = await this.#door.open(request, this);
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (this.#phase.name === 'closed') {
      if (answer.accepted) this.#closeSink(new Publisher(answer.sink), this.#phase.reason);
    } else if (answer.accepted) {
      this.#start(new Publisher(answer.sink), request);
    } else {
      this.close(answer.code, answer.detail);
    }
  }

  #start(publisher: Publisher, request: PublishRequest): void {
    this.#phase = { name: 'publishing', publisher };
    this.#arrival = this.#clock();
    this.#lastMedia = this.#arrival;
    const { protocol, remote, encoder } = request;
    this.#log.info(
      { remote, protocol, app: topFolder(request.app), encoder, handshake: this.#handshakeKind },
      'rtmp publishing',
    );
    try {
      this.#send(replies.publishStarted());
      this.#reader.limits = this.#limits.media;
      this.#wire.resume();
      this.#reader.resume();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (error instanceof CodedError) {
      this.close(error.code, error.detail);
      return;
    }
    this.#log.error({ err: error, remote: this.#wire.remote }, 'rtmp connection failed');
    this.close('server.failed');
  }

  #closeSink(publisher: Publisher, reason: string): void {
    try {
      publisher.close(reason);
    } catch (error) {
      this.#log.error({ err: error, remote: this.#wire.remote }, 'publish sink failed to close');
    }
  }

  #end(reason: string, code: ErrorCode | undefined, farewell: Buffer | undefined): void {
    const phase = this.#phase;
    if (phase.name === 'closed') return;
    this.#phase = { name: 'closed', reason };
    this.#reader.stop();
    if (farewell && this.#wire.backlog <= this.#limits.backlog) this.#wire.write(farewell);
    this.#wire.end();
    const publisher = phase.name === 'publishing' ? phase.publisher : undefined;
    // Keys never reach the log; an encoder may have put its key behind the app's first folder.
    this.#log.info(
      {
        remote: this.#wire.remote,
        protocol: this.#wire.protocol,
        phase: phase.name,
        reason,
        ...(code ? { code } : {}),
        app: topFolder(this.#connect?.app ?? ''),
        encoder: this.#connect?.encoder ?? '',
        bytes: this.#bytes,
        tags: publisher?.tags ?? 0,
        ignored: publisher?.ignored ?? 0,
        seconds: Math.round((this.#clock() - this.#openedAt) / 100) / 10,
      },
      `rtmp closed: ${reason}`,
    );
    if (publisher) this.#closeSink(publisher, reason);
  }
}

/** What an encoder calls its stream, said back to it. */
function streamName(values: Command['values']): string {
  return typeof values[1] === 'string' ? values[1].slice(0, 256) : '';
}

function topFolder(app: string): string {
  return app.split('/', 1)[0] ?? '';
}
