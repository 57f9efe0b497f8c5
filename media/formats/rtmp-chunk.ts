/** RTMP's chunk streams (Adobe RTMP 1.0, 5.3): messages cut into chunks, several interleaved. Reader and writer. */
import { CodedError } from '#contracts/errors.ts';

export type ChunkLimits = {
  /** The largest message taken, in bytes. */
  readonly message: number;
  /** Bytes of all messages begun and not finished, as claimed by their headers. */
  readonly buffered: number;
  /** Chunk-stream ids one connection may use. */
  readonly streams: number;
};
/** A publisher's: no encoder's keyframe comes near 8 MB. */
export const mediaLimits: ChunkLimits = { message: 8 * 1024 * 1024, buffered: 32 * 1024 * 1024, streams: 64 };
/** Before publishing a peer only sends commands. */
export const commandLimits: ChunkLimits = { message: 64 * 1024, buffered: 256 * 1024, streams: 64 };

/** `payload` is memory of its own: never written again, so it may be kept. `timestamp` in ms modulo 2³². */
export type MessageHandler = (type: number, streamId: number, timestamp: number, payload: Buffer) => void;

/** The longest header: 3 bytes of basic header, 11 of message header, 4 of extended timestamp. */
const maxHeader = 18;
const headerSizes = [11, 7, 3, 0] as const;
const extendedMark = 0xffffff;
/** Bytes kept while stopped: the socket is paused then, so this is one read or two. */
const maxHeld = 1024 * 1024;
const noBytes = Buffer.alloc(0);

class ChunkStream {
  timestamp = 0;
  /** The timestamp field as last sent: absolute in type 0, a delta in types 1 and 2; repeated by type 3. */
  field = 0;
  extended = false;
  length = 0;
  type = 0;
  streamId = 0;
  /** The message being filled; undefined between messages. */
  message: Buffer | undefined;
  filled = 0;
}

function refuse(detail: string): never {
  throw new CodedError('publish.protocol', `RTMP chunk: ${detail}`);
}

/**
 * Push parser. Payload bytes are copied once, from the socket's buffer into the message's; nothing is allocated per
 * chunk. Set Chunk Size and Abort are obeyed here, every other message goes to the handler.
 */
export class ChunkReader {
  /** To be raised once the peer may send media. */
  limits: ChunkLimits;
  readonly #handler: MessageHandler;
  readonly #streams = new Map<number, ChunkStream>();
  readonly #carry = Buffer.alloc(maxHeader);
  #carried = 0;
  #chunkSize = 128;
  #buffered = 0;
  #current: ChunkStream | undefined;
  #chunkLeft = 0;
  #stopped = false;
  #held: Buffer = noBytes;
  /** Set once the peer was seen to leave the extended timestamp out of type 3 chunks. */
  #extendedMissing = false;

  constructor(handler: MessageHandler, limits: ChunkLimits) {
    this.#handler = handler;
    this.limits = limits;
  }

  /** Bytes claimed by unfinished messages. */
  get buffered(): number {
    return this.#buffered;
  }
  get stopped(): boolean {
    return this.#stopped;
  }

  /** From within the handler: hand over nothing more until `resume`. What was read already is kept. */
  stop(): void {
    this.#stopped = true;
  }
  resume(): void {
    this.#stopped = false;
    const held = this.#held;
    this.#held = noBytes;
    if (held.length > 0) this.push(held);
  }

  /** @throws CodedError 'publish.protocol'; the reader must not be used after that. */
  push(bytes: Buffer): void {
    let data = bytes;
    if (this.#stopped) {
      if (this.#held.length + data.length > maxHeld) refuse(`more than ${maxHeld} bytes sent ahead`);
      this.#held = this.#held.length === 0 ? data : Buffer.concat([this.#held, data]);
      return;
    }
    let at = 0;
    while (at < data.length) {
      if (this.#chunkLeft > 0) {
        at = this.#payload(data, at);
      } else if (this.#carried === 0) {
        const used = this.#header(data, at, data.length);
        if (used < 0) {
          this.#carried = data.copy(this.#carry, 0, at);
          return;
        }
        at += used;
      } else {
        const before = this.#carried;
        const added = data.copy(this.#carry, before, at);
        const used = this.#header(this.#carry, 0, before + added);
        if (used < 0) {
          this.#carried = before + added;
          at += added;
          continue;
        }
        this.#carried = 0;
        if (used < before) {
          // Only after a missing extended timestamp: bytes carried as header were payload.
          data = Buffer.concat([this.#carry.subarray(used, before), data.subarray(at)]);
          at = 0;
        } else {
          at += used - before;
        }
      }
      if (this.#chunkLeft === 0 && this.#current) this.#finish(this.#current);
      if (this.#stopped) {
        this.#held = data.subarray(at);
        return;
      }
    }
  }

  #payload(data: Buffer, at: number): number {
    const stream = this.#current;
    const message = stream?.message;
    if (!stream || !message) return refuse('payload without a header');
    const count = Math.min(this.#chunkLeft, data.length - at);
    data.copy(message, stream.filled, at, at + count);
    stream.filled += count;
    this.#chunkLeft -= count;
    return at + count;
  }

  /** At the end of a chunk: hands the message over when it is whole. */
  #finish(stream: ChunkStream): void {
    this.#current = undefined;
    const message = stream.message;
    if (!message || stream.filled < stream.length) return;
    stream.message = undefined;
    this.#buffered -= stream.length;
    if (stream.type === 1) this.#setChunkSize(message);
    else if (stream.type === 2) this.#abort(message);
    else this.#handler(stream.type, stream.streamId, stream.timestamp, message);
  }

  /** Reads one chunk header in data[at, end) and begins the chunk; gives its length, or -1 when more bytes are needed. */
  #header(data: Buffer, at: number, end: number): number {
    const first = data.readUInt8(at);
    const format = (first >> 6) as 0 | 1 | 2 | 3;
    let id = first & 0x3f;
    let p = at + 1;
    if (id < 2) {
      if (end - p < id + 1) return -1;
      id = 64 + data.readUInt8(p) + (id === 1 ? data.readUInt8(p + 1) * 256 : 0);
      p += (first & 0x3f) + 1;
    }
    const fieldsAt = p;
    p += headerSizes[format];
    if (p > end) return -1;
    const stream = this.#stream(id, format);
    const continues = stream.message !== undefined;
    if (continues && format !== 3) refuse(`type ${format} header inside a message on id ${id}`);

    let field = format === 3 ? stream.field : data.readUIntBE(fieldsAt, 3);
    const extended = format === 3 ? stream.extended : field === extendedMark;
    if (extended && !(format === 3 && this.#extendedMissing)) {
      if (end - p < 4) return -1;
      const value = data.readUInt32BE(p);
      // Some encoders leave it out of type 3 chunks, against 5.3.1.3; then these four bytes are payload.
      if (format === 3 && value !== stream.field) this.#extendedMissing = true;
      else {
        field = value;
        p += 4;
      }
    }
    if (!continues) {
      let length = stream.length;
      if (format <= 1) {
        length = data.readUIntBE(fieldsAt + 3, 3);
        stream.type = data.readUInt8(fieldsAt + 6);
      }
      if (format === 0) stream.streamId = data.readUInt32LE(fieldsAt + 7);
      this.#begin(stream, length);
      stream.field = field;
      stream.extended = extended;
      // A type 3 header that begins a message repeats the last field as a delta, also after a type 0 (5.3.1.2.4).
      stream.timestamp = format === 0 ? field : (stream.timestamp + field) >>> 0;
    }
    this.#current = stream;
    this.#chunkLeft = Math.min(this.#chunkSize, stream.length - stream.filled);
    return p - at;
  }

  #stream(id: number, format: number): ChunkStream {
    const known = this.#streams.get(id);
    if (known) return known;
    // librtmp begins a stream with type 1; nothing could be said about types 2 and 3.
    if (format > 1) refuse(`id ${id} begins with a type ${format} header`);
    if (this.#streams.size >= this.limits.streams) refuse(`more than ${this.limits.streams} ids`);
    const made = new ChunkStream();
    this.#streams.set(id, made);
    return made;
  }

  #begin(stream: ChunkStream, length: number): void {
    if (length > this.limits.message) refuse(`message of ${length} bytes, at most ${this.limits.message}`);
    if (this.#buffered + length > this.limits.buffered) {
      refuse(`unfinished messages of ${this.#buffered + length} bytes, at most ${this.limits.buffered}`);
    }
    this.#buffered += length;
    stream.length = length;
    stream.filled = 0;
    stream.message = length === 0 ? noBytes : Buffer.allocUnsafe(length);
  }

  #setChunkSize(message: Buffer): void {
    if (message.length < 4) refuse(`Set Chunk Size needs 4 bytes (got ${message.length})`);
    const size = message.readUInt32BE(0);
    if (size < 1 || size > 0x7fffffff) refuse(`chunk size must be 1 to 2³¹−1 (got ${size})`);
    this.#chunkSize = size;
  }

  #abort(message: Buffer): void {
    if (message.length < 4) refuse(`Abort needs 4 bytes (got ${message.length})`);
    const stream = this.#streams.get(message.readUInt32BE(0));
    if (!stream?.message) return;
    this.#buffered -= stream.length;
    stream.message = undefined;
    stream.filled = 0;
  }
}

export type OutgoingMessage = {
  /** Chunk-stream id, 2 to 63. */
  readonly chunkStream: number;
  readonly type: number;
  readonly streamId: number;
  /** Ms; 0 when left out. */
  readonly timestamp?: number;
  readonly payload: Buffer;
};

/** One message as chunks: a type 0 header, then type 3 for each further `chunkSize` bytes. */
export function encodeMessage(message: OutgoingMessage, chunkSize: number): Buffer {
  const { payload, timestamp = 0 } = message;
  const extended = timestamp >= extendedMark;
  const more = Math.max(0, Math.ceil(payload.length / chunkSize) - 1);
  const perChunk = extended ? 5 : 1;
  const out = Buffer.allocUnsafe(perChunk + 11 + more * perChunk + payload.length);
  out[0] = message.chunkStream;
  out.writeUIntBE(extended ? extendedMark : timestamp, 1, 3);
  out.writeUIntBE(payload.length, 4, 3);
  out[7] = message.type;
  out.writeUInt32LE(message.streamId, 8);
  let at = 12;
  for (let from = 0; from === 0 || from < payload.length; from += chunkSize) {
    if (from > 0) out[at++] = 0xc0 | message.chunkStream;
    if (extended) at = out.writeUInt32BE(timestamp, at);
    at += payload.copy(out, at, from, Math.min(from + chunkSize, payload.length));
  }
  return out;
}
