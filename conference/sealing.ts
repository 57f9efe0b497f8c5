/**
 * What a stolen dump must not tell (docs/decisions/0010): phones, ID tails and codes are matched by keyed hashes and, where they
 * must be read again, kept encrypted. The keys come from a secret of the server that is not in the database.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

const nonceBytes = 12;
const tagBytes = 16;

export class Sealing {
  readonly #markKey: Buffer;
  readonly #sealKey: Buffer;

  /** `secret`: at least 128 bits. */
  constructor(secret: string) {
    const key = (purpose: string): Buffer =>
      Buffer.from(hkdfSync('sha256', secret, 'rostrum personal data 1', purpose, 32));
    this.#markKey = key('mark');
    this.#sealKey = key('seal');
  }

  /** HMAC-SHA-256 cut to 128 bits, base64url (22 characters). The same parts give the same mark; no part runs into the next. */
  mark(...parts: readonly string[]): string {
    const hmac = createHmac('sha256', this.#markKey);
    for (const part of parts) hmac.update(`${Buffer.byteLength(part)}:${part}`);
    return hmac.digest().subarray(0, 16).toString('base64url');
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
