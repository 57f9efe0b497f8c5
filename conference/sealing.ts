/**
 * What a stolen dump must not tell (docs/decisions/0010): phones, ID tails and codes are matched by keyed hashes and, where they
 * must be read again, kept encrypted. The keys come from a secret of the server that is not in the database.
 */
import { createCipheriv, createDecipheriv, hash, hkdfSync, randomBytes } from 'node:crypto';

const nonceBytes = 12;
/** Of SHA-256 (RFC 2104). */
const blockBytes = 64;
const tagBytes = 16;

export class Sealing {
  /** The key in the two forms that HMAC hashes before a message and before its hash. */
  readonly #inner: Buffer;
  readonly #outer: Buffer;
  readonly #sealKey: Buffer;

  /** `secret`: at least 128 bits. */
  constructor(secret: string) {
    const key = (purpose: string): Buffer =>
      Buffer.from(hkdfSync('sha256', secret, 'rostrum personal data 1', purpose, 32));
    const markKey = Buffer.concat([key('mark')], blockBytes);
    this.#inner = markKey.map((byte) => byte ^ 0x36) as Buffer;
    this.#outer = markKey.map((byte) => byte ^ 0x5c) as Buffer;
    this.#sealKey = key('seal');
  }

  /** HMAC-SHA-256 cut to 128 bits, base64url (22 characters). The same parts give the same mark; no part runs into the next. */
  mark(...parts: readonly string[]): string {
    const message = Buffer.from(parts.map((part) => `${Buffer.byteLength(part)}:${part}`).join(''));
    // HMAC by its definition: node's own spends 20 µs on the key at each call, two a row of a list.
    const inner = hash('sha256', Buffer.concat([this.#inner, message]), 'buffer');
    return hash('sha256', Buffer.concat([this.#outer, inner]), 'buffer')
      .subarray(0, 16)
      .toString('base64url');
  }

  /** AES-256-GCM, base64url. `context` must be given again to open it: a text cannot be moved to another row. */
  seal(text: string, context: string): string {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', this.#sealKey, nonce).setAAD(Buffer.from(context));
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
  }

  /** Throws when it was altered, or sealed by another secret or for another context. */
  open(sealed: string, context: string): string {
    const bytes = Buffer.from(sealed, 'base64url');
    if (bytes.length < nonceBytes + tagBytes) throw new Error('sealed text must have at least 28 bytes');
    const decipher = createDecipheriv('aes-256-gcm', this.#sealKey, bytes.subarray(0, nonceBytes));
    decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
    return Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]).toString(
      'utf8',
    );
  }
}
