/** AMF0 (Action Message Format 0, Adobe 2007): what RTMP commands and script data are written in. */
import { CodedError } from '#contracts/errors.ts';

export type AmfValue = number | boolean | string | null | undefined | AmfObject | AmfValue[];
/** Always without a prototype, so a key off the wire can never reach `Object.prototype`. */
export type AmfObject = { [key: string]: AmfValue };

const limits = {
  /** Nesting of objects and arrays. */
  depth: 32,
  /** Values in one message, of all kinds and at every depth. */
  values: 8192,
  /** Bytes of one string. */
  string: 65_536,
  /** Bytes of one key. */
  key: 1024,
};

const marker = {
  number: 0x00,
  boolean: 0x01,
  string: 0x02,
  object: 0x03,
  null: 0x05,
  undefined: 0x06,
  reference: 0x07,
  ecmaArray: 0x08,
  objectEnd: 0x09,
  strictArray: 0x0a,
  date: 0x0b,
  longString: 0x0c,
  unsupported: 0x0d,
  xml: 0x0f,
  typedObject: 0x10,
  avmPlus: 0x11,
} as const;

/** Keys that reach a prototype when a later reader copies the object by assignment. */
const droppedKeys = new Set(['__proto__', 'constructor', 'prototype']);

function refuse(detail: string): never {
  throw new CodedError('publish.protocol', `AMF0: ${detail}`);
}

/** Reads the values of one message; every claim of length is checked before it is believed. */
class AmfReader {
  readonly #bytes: Buffer;
  #at: number;
  #values = 0;

  constructor(bytes: Buffer, start: number) {
    this.#bytes = bytes;
    this.#at = start;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  value(depth: number): AmfValue {
    if (depth > limits.depth) refuse(`nested deeper than ${limits.depth}`);
    if (++this.#values > limits.values) refuse(`more than ${limits.values} values in one message`);
    const kind = this.#byte();
    switch (kind) {
      case marker.number:
        return this.#double();
      case marker.boolean:
        return this.#byte() !== 0;
      case marker.string:
        return this.#text(this.#uint16(), limits.string);
      case marker.longString:
      case marker.xml:
        return this.#text(this.#uint32(), limits.string);
      case marker.object:
        return this.#object(depth);
      case marker.typedObject:
        this.#text(this.#uint16(), limits.key);
        return this.#object(depth);
      case marker.ecmaArray:
        // The count is a hint that encoders get wrong (often 0); the end marker decides.
        this.#uint32();
        return this.#object(depth);
      case marker.strictArray:
        return this.#array(depth);
      case marker.date: {
        const milliseconds = this.#double();
        this.#uint16(); // time zone, reserved
        return milliseconds;
      }
      case marker.null:
        return null;
      case marker.undefined:
      case marker.unsupported:
        return undefined;
      case marker.reference:
        // Resolving references would allow cyclic values; no encoder needs them.
        this.#uint16();
        return undefined;
      default:
        return refuse(`unknown type marker 0x${kind.toString(16)}`);
    }
  }

  #object(depth: number): AmfObject {
    const object: AmfObject = Object.create(null);
    for (;;) {
      // Some encoders end onMetaData's array with the end of the message instead of the end marker.
      if (this.done) return object;
      const length = this.#uint16();
      if (length === 0 && this.#bytes[this.#at] === marker.objectEnd) {
        this.#at++;
        return object;
      }
      const key = this.#text(length, limits.key);
      const value = this.value(depth + 1);
      if (!droppedKeys.has(key)) object[key] = value;
    }
  }

  #array(depth: number): AmfValue[] {
    const count = this.#uint32();
    // Every value takes at least one byte, so a count past the rest of the message is a lie.
    const left = this.#bytes.length - this.#at;
    if (count > left) refuse(`array of ${count} items in ${left} bytes`);
    const items: AmfValue[] = [];
    for (let i = 0; i < count; i++) items.push(this.value(depth + 1));
    return items;
  }

  #take(count: number): number {
    const at = this.#at;
    if (count > this.#bytes.length - at) {
      refuse(`${count} bytes needed at offset ${at}, message has ${this.#bytes.length}`);
    }
    this.#at = at + count;
    return at;
  }

  #byte(): number {
    return this.#bytes.readUInt8(this.#take(1));
  }
  #uint16(): number {
    return this.#bytes.readUInt16BE(this.#take(2));
  }
  #uint32(): number {
    return this.#bytes.readUInt32BE(this.#take(4));
  }
  #double(): number {
    return this.#bytes.readDoubleBE(this.#take(8));
  }
  #text(length: number, cap: number): string {
    if (length > cap) refuse(`string of ${length} bytes, at most ${cap}`);
    const at = this.#take(length);
    return this.#bytes.toString('utf8', at, at + length);
  }
}

/**
 * Reads all values of a message from `start` on.
 * @throws CodedError 'publish.protocol' when a value is cut short, too deep, too long or of unknown type.
 */
export function decodeAmf0(bytes: Buffer, start = 0): AmfValue[] {
  const reader = new AmfReader(bytes, start);
  const values: AmfValue[] = [];
  while (!reader.done) values.push(reader.value(0));
  return values;
}

/** Writes values one after the other, as commands and script data want them. */
export function encodeAmf0(values: readonly AmfValue[]): Buffer {
  const parts: Buffer[] = [];
  for (const value of values) encodeValue(value, parts, 0);
  return Buffer.concat(parts);
}

function encodeValue(value: AmfValue, parts: Buffer[], depth: number): void {
  if (depth > limits.depth) throw new RangeError(`AMF0: value nested deeper than ${limits.depth}`);
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(9);
    bytes.writeDoubleBE(value, 1);
    parts.push(bytes);
  } else if (typeof value === 'boolean') {
    parts.push(Buffer.from([marker.boolean, value ? 1 : 0]));
  } else if (typeof value === 'string') {
    const text = Buffer.from(value, 'utf8');
    const head = Buffer.alloc(text.length > 0xffff ? 5 : 3);
    if (text.length > 0xffff) {
      head[0] = marker.longString;
      head.writeUInt32BE(text.length, 1);
    } else {
      head[0] = marker.string;
      head.writeUInt16BE(text.length, 1);
    }
    parts.push(head, text);
  } else if (value === null) {
    parts.push(Buffer.from([marker.null]));
  } else if (value === undefined) {
    parts.push(Buffer.from([marker.undefined]));
  } else if (Array.isArray(value)) {
    const head = Buffer.alloc(5);
    head[0] = marker.strictArray;
    head.writeUInt32BE(value.length, 1);
    parts.push(head);
    for (const item of value) encodeValue(item, parts, depth + 1);
  } else {
    parts.push(Buffer.from([marker.object]));
    for (const [key, item] of Object.entries(value)) {
      const name = Buffer.from(key, 'utf8');
      const head = Buffer.alloc(2);
      head.writeUInt16BE(name.length, 0);
      parts.push(head, name);
      encodeValue(item, parts, depth + 1);
    }
    parts.push(Buffer.from([0, 0, marker.objectEnd]));
  }
}
