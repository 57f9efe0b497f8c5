/** Codes sent to phones, and to mailboxes of speakers without one: six digits, five minutes, five tries, used once, kept only as keyed hashes. */
import { createHmac, randomInt, timingSafeEqual } from 'node:crypto';
import { and, eq, gt, lt, sql } from 'drizzle-orm';
import { CodedError } from '#contracts/errors.ts';
import type { Db } from '../db/database.ts';
import { phoneCodeTable } from '../db/schema.ts';
import type { SmsSender } from '../messages/sms.ts';

/** `login` also makes accounts; `phone` confirms a number for an account; `consent` signs for a speaker. */
export type CodePurpose = 'login' | 'phone' | 'consent';

export const codeMinutes = 5;
const mostTries = 5;

export type PhoneCodesOptions = {
  readonly db: Db;
  readonly sms: SmsSender;
  readonly secret: string;
  readonly now?: () => number;
};

export class PhoneCodes {
  readonly #db: Db;
  readonly #sms: SmsSender;
  readonly #secret: string;
  readonly #now: () => number;

  constructor({ db, sms, secret, now = Date.now }: PhoneCodesOptions) {
    this.#db = db;
    this.#sms = sms;
    this.#secret = secret;
    this.#now = now;
  }

  /**
   * Sends a new code; the one before does not hold any more. `about`: what it is for within the purpose, such as a talk's id.
   * Throws as SmsSender.send; then the code before still holds.
   */
  async send(phone: string, purpose: CodePurpose, client: string | undefined, about = ''): Promise<void> {
    await this.sendBy(phone, purpose, about, (values) =>
      this.#sms.send({ phone, purpose: 'code', values }, client),
    );
  }

  /** As `send`, to any address: `deliver` has budgets of its own. Throws as it does; then the code before still holds. */
  async sendBy(
    address: string,
    purpose: CodePurpose,
    about: string,
    deliver: (values: { readonly code: string; readonly minutes: string }) => Promise<void>,
  ): Promise<void> {
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    await deliver({ code, minutes: String(codeMinutes) });
    const row = {
      codeHash: this.#hash(address, purpose, about, code),
      tries: 0,
      expiresAt: new Date(this.#now() + codeMinutes * 60_000),
    };
    await this.#db
      .insert(phoneCodeTable)
      .values({ phoneHash: this.#hash(address), purpose: `${purpose} ${about}`, ...row })
      .onConflictDoUpdate({ target: [phoneCodeTable.phoneHash, phoneCodeTable.purpose], set: row });
  }

  /** Uses the code up. Throws `auth.code` when it is wrong, old, used, or was guessed at too often: all look the same. */
  async use(address: string, purpose: CodePurpose, code: string, about = ''): Promise<void> {
    const which = and(
      eq(phoneCodeTable.phoneHash, this.#hash(address)),
      eq(phoneCodeTable.purpose, `${purpose} ${about}`),
    );
    // Counted before it is compared: of a hundred guesses at once five are looked at.
    const [row] = await this.#db
      .update(phoneCodeTable)
      .set({ tries: sql`${phoneCodeTable.tries} + 1` })
      .where(
        and(which, lt(phoneCodeTable.tries, mostTries), gt(phoneCodeTable.expiresAt, new Date(this.#now()))),
      )
      .returning({ codeHash: phoneCodeTable.codeHash });
    const given = Buffer.from(this.#hash(address, purpose, about, code));
    if (!row || !timingSafeEqual(Buffer.from(row.codeHash), given)) throw new CodedError('auth.code');
    const used = await this.#db
      .delete(phoneCodeTable)
      .where(and(which, eq(phoneCodeTable.codeHash, row.codeHash)))
      .returning({ purpose: phoneCodeTable.purpose });
    if (used.length === 0) throw new CodedError('auth.code');
  }

  async prune(): Promise<void> {
    await this.#db.delete(phoneCodeTable).where(lt(phoneCodeTable.expiresAt, new Date(this.#now())));
  }

  #hash(...parts: string[]): string {
    return createHmac('sha256', this.#secret).update(parts.join('\n')).digest('base64url');
  }
}
