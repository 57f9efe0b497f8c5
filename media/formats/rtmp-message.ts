/** RTMP messages (Adobe RTMP 1.0, 5.4 and 7): their type numbers, control payloads and commands. */
import { CodedError } from '#contracts/errors.ts';
import { type AmfObject, type AmfValue, decodeAmf0, encodeAmf0 } from './amf0.ts';

export const messageType = {
  setChunkSize: 1,
  abort: 2,
  acknowledgement: 3,
  userControl: 4,
  windowAcknowledgementSize: 5,
  setPeerBandwidth: 6,
  audio: 8,
  video: 9,
  dataAmf3: 15,
  sharedObjectAmf3: 16,
  commandAmf3: 17,
  dataAmf0: 18,
  sharedObjectAmf0: 19,
  commandAmf0: 20,
  aggregate: 22,
} as const;

/** User control events (7.1.7). */
export const userControl = { streamBegin: 0, pingRequest: 6, pingResponse: 7 } as const;

/** Script data and commands stay far under this many bytes. */
const maxAmfMessage = 65_536;

export type Command = {
  readonly name: string;
  readonly transaction: number;
  /** The command object, then the arguments. */
  readonly values: readonly AmfValue[];
};

/** The AMF0 values of a command or data message; an AMF3 message wraps AMF0 behind a byte of 0. */
export function decodeValues(payload: Buffer, type: number): AmfValue[] {
  if (payload.length > maxAmfMessage) {
    throw new CodedError(
      'publish.protocol',
      `command or script data of ${payload.length} bytes, at most ${maxAmfMessage}`,
    );
  }
  const wrapped = type === messageType.commandAmf3 || type === messageType.dataAmf3;
  return decodeAmf0(payload, wrapped && payload[0] === 0 ? 1 : 0);
}

/** @throws CodedError 'publish.protocol' when the message does not begin with a name. */
export function decodeCommand(payload: Buffer, type: number): Command {
  const [name, transaction, ...values] = decodeValues(payload, type);
  if (typeof name !== 'string')
    throw new CodedError('publish.protocol', 'a command must begin with its name');
  return { name, transaction: typeof transaction === 'number' ? transaction : 0, values };
}

export function encodeCommand(name: string, transaction: number, ...values: AmfValue[]): Buffer {
  return encodeAmf0([name, transaction, ...values]);
}

/** A protocol control message of one 32-bit number: chunk size, acknowledgement, window. */
export function encodeUint32(value: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(value >>> 0);
  return payload;
}

/** @throws CodedError 'publish.protocol' when it is cut short. */
export function decodeUint32(payload: Buffer, what: string): number {
  if (payload.length < 4)
    throw new CodedError('publish.protocol', `${what} needs 4 bytes (got ${payload.length})`);
  return payload.readUInt32BE(0);
}

export function encodeUserControl(event: number, value: number): Buffer {
  const payload = Buffer.alloc(6);
  payload.writeUInt16BE(event);
  payload.writeUInt32BE(value >>> 0, 2);
  return payload;
}

/** `value` is the first 32-bit number after the event type, 0 when there is none. */
export function decodeUserControl(payload: Buffer): { event: number; value: number } {
  if (payload.length < 2)
    throw new CodedError('publish.protocol', 'user control message without an event type');
  return { event: payload.readUInt16BE(0), value: payload.length >= 6 ? payload.readUInt32BE(2) : 0 };
}

/** The information object of onStatus and of answers. */
export function statusInfo(level: 'status' | 'error', code: string, description: string): AmfObject {
  return { level, code, description };
}

/**
 * The messages inside an aggregate (7.1.6), which look like FLV tags. Their timestamps are moved so that the first
 * one gets the aggregate's own.
 * @throws CodedError 'publish.protocol' when one is longer than the rest.
 */
export function splitAggregate(
  payload: Buffer,
  timestamp: number,
  each: (type: number, timestamp: number, payload: Buffer) => void,
): void {
  let shift: number | undefined;
  for (let at = 0; at < payload.length; ) {
    if (payload.length - at < 11) throw new CodedError('publish.protocol', 'aggregate message cut short');
    const length = payload.readUIntBE(at + 1, 3);
    const own = (payload.readUIntBE(at + 4, 3) | (payload.readUInt8(at + 7) << 24)) >>> 0;
    const end = at + 11 + length;
    if (end > payload.length) {
      throw new CodedError(
        'publish.protocol',
        `aggregate part of ${length} bytes, ${payload.length - at - 11} left`,
      );
    }
    shift ??= timestamp - own;
    each(payload.readUInt8(at), (own + shift) >>> 0, payload.subarray(at + 11, end));
    at = end + 4; // the back pointer
  }
}
