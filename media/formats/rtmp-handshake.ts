/**
 * The RTMP handshake (Adobe RTMP 1.0, 5.2), server side. C1 either carries a version of 0 (plain: echo it) or hides
 * a digest signed with Adobe's published key in one of two places; such clients expect a signed answer.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { CodedError } from '#contracts/errors.ts';

/** C1, C2, S1 and S2 are of this many bytes; C0 and S0 of one. */
export const handshakeSize = 1536;
const digestSize = 32;
/** Where the four bytes that give the digest's place start, by schema. */
const schemaBase = [8, 772] as const;

const signature = Buffer.from('f0eec24a8068bee82e00d0d1029e7e576eec5d2d29806fab93b8e636cfeb31ae', 'hex');
const clientKey = Buffer.from('Genuine Adobe Flash Player 001', 'latin1');
const serverKey = Buffer.from('Genuine Adobe Flash Media Server 001', 'latin1');
const serverKeyFull = Buffer.concat([serverKey, signature]);
/** For test clients: the key a client signs C1 with. */
export const clientDigestKey = clientKey;

export type HandshakeKind = 'plain' | 'digest0' | 'digest1';

/** Where the digest lies in C1 or S1 for a schema: the sum of four bytes, modulo 728, past those bytes. */
export function digestOffset(block: Buffer, schema: 0 | 1): number {
  const base = schemaBase[schema];
  let sum = 0;
  for (let i = 0; i < 4; i++) sum += block.readUInt8(base + i);
  return (sum % 728) + base + 4;
}

/** HMAC-SHA-256 of a block without the 32 bytes at `offset`. */
export function blockDigest(block: Buffer, offset: number, key: Buffer): Buffer {
  return createHmac('sha256', key)
    .update(block.subarray(0, offset))
    .update(block.subarray(offset + digestSize))
    .digest();
}

function findDigest(c1: Buffer): { schema: 0 | 1; digest: Buffer } | undefined {
  for (const schema of [1, 0] as const) {
    const offset = digestOffset(c1, schema);
    const digest = c1.subarray(offset, offset + digestSize);
    if (timingSafeEqual(digest, blockDigest(c1, offset, clientKey))) return { schema, digest };
  }
  return undefined;
}

/** S0, S1 and S2 for a client's C1. */
export function answerHandshake(c1: Buffer): { kind: HandshakeKind; answer: Buffer } {
  const s0 = Buffer.from([3]);
  const s1 = randomBytes(handshakeSize);
  const signed = c1.readUInt32BE(4) === 0 ? undefined : findDigest(c1);
  s1.writeUInt32BE(0, 0);
  if (!signed) {
    s1.writeUInt32BE(0, 4);
    return { kind: 'plain', answer: Buffer.concat([s0, s1, c1]) };
  }
  s1.writeUInt32BE(0x04_05_00_01, 4);
  const offset = digestOffset(s1, signed.schema);
  blockDigest(s1, offset, serverKey).copy(s1, offset);
  const s2 = randomBytes(handshakeSize);
  const key = createHmac('sha256', serverKeyFull).update(signed.digest).digest();
  const end = handshakeSize - digestSize;
  createHmac('sha256', key).update(s2.subarray(0, end)).digest().copy(s2, end);
  return { kind: signed.schema === 0 ? 'digest0' : 'digest1', answer: Buffer.concat([s0, s1, s2]) };
}

/** Takes the client's bytes as they come; done when C2 has passed. */
export class ServerHandshake {
  readonly #opening = Buffer.alloc(1 + handshakeSize);
  #read = 0;
  #kind: HandshakeKind | undefined;

  get done(): boolean {
    return this.#read === 1 + 2 * handshakeSize;
  }
  /** Known once C1 was read. */
  get kind(): HandshakeKind | undefined {
    return this.#kind;
  }

  /**
   * Consumes handshake bytes from the start of `data`, and gives how many, and what to send when C1 is complete.
   * @throws CodedError 'publish.protocol' when the first byte is not version 3.
   */
  push(data: Buffer): { used: number; answer?: Buffer } {
    let used = 0;
    let answer: Buffer | undefined;
    if (this.#read < this.#opening.length) {
      used = data.copy(this.#opening, this.#read);
      this.#read += used;
      const version = this.#opening.readUInt8(0);
      if (version !== 3) {
        throw new CodedError('publish.protocol', `RTMP version must be 3 (got ${version})`);
      }
      if (this.#read < this.#opening.length) return { used };
      const made = answerHandshake(this.#opening.subarray(1));
      this.#kind = made.kind;
      answer = made.answer;
    }
    // C2 echoes S1; peers send it wrong in every way, so only its length counts.
    const rest = Math.min(data.length - used, 1 + 2 * handshakeSize - this.#read);
    this.#read += rest;
    used += rest;
    return answer ? { used, answer } : { used };
  }
}
