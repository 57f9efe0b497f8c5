/**
 * Messages to people that nobody waits for: written with what causes them, sent one after the other, tried again, never twice at a
 * restart: one is counted as sent before it is handed over. What they say is encrypted until then, and gone afterwards.
 */
import { eq, sql } from 'drizzle-orm';
import type { Logger } from 'pino';
import type { People } from '../registration/people.ts';
import type { Sealing } from '../sealing.ts';
import { rowsOf, type SqlDb, type SqlRows } from '../sql.ts';
import { noticeTable } from './notice-tables.ts';

/** Purposes of the SMS port with the values each has (server/messages/sms.ts). */
export type Notice =
  | {
      readonly purpose: 'registration';
      readonly values: { readonly conference: string; readonly state: string };
    }
  | {
      readonly purpose: 'reminder';
      readonly values: { readonly title: string; readonly time: string; readonly url: string };
    }
  | { readonly purpose: 'consent'; readonly values: { readonly talk: string; readonly url: string } };

/** Rejects when the message was not taken; `again` says whether trying later makes sense. */
export interface Sender {
  send(to: Address, notice: Notice): Promise<void>;
  worthAgain(error: unknown): boolean;
}
export type Address = { readonly phone: string } | { readonly email: string };
export type Addressee = { readonly userId: string } | Address;

export type NoticesOptions = {
  readonly db: SqlDb;
  readonly sealing: Sealing;
  readonly people: Pick<People, 'known'>;
  readonly sender: Sender;
  readonly log: Logger;
  readonly now?: () => number;
};

const mostAttempts = 4;
/** Ms before the second, third… attempt. */
const again = (attempts: number): number => 30_000 * 4 ** (attempts - 1);
const pollMs = 10_000;
/** Sent ones are kept so long: who was told what kind of thing. */
const keptFor = 30 * 24 * 3600_000;
const atOnce = 20;

export class Notices {
  readonly #options: NoticesOptions;
  readonly #now: () => number;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: NoticesOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /**
   * In the caller's transaction: the message is sent if and only if that is kept. `until`: ms from now after which it would help
   * nobody. Call `wake` when the transaction is done.
   */
  async write(
    rows: SqlRows,
    conferenceId: string,
    to: readonly Addressee[],
    notice: Notice,
    until = 24 * 3600_000,
  ): Promise<void> {
    const { sealing } = this.#options;
    const now = this.#now();
    const text = JSON.stringify(notice);
    for (let at = 0; at < to.length; at += 500)
      await rows.insert(noticeTable).values(
        to.slice(at, at + 500).map((one) => ({
          ...{ conferenceId, purpose: notice.purpose, sealed: sealing.seal(text, 'notice') },
          userId: 'userId' in one ? one.userId : null,
          phoneSealed: 'phone' in one ? sealing.seal(one.phone, 'notice phone') : null,
          emailSealed: 'email' in one ? sealing.seal(one.email, 'notice email') : null,
          ...{ createdAt: now, dueAt: now, until: now + until },
          ...{ attempts: 0, state: 'waiting' as const },
        })),
      );
  }

  /** Looks every ten seconds, and when woken. */
  start(): void {
    this.#plan(0);
  }

  wake(): void {
    if (this.#timer) this.#plan(0);
  }

  /** Resolves when what is due was tried. */
  run(): Promise<void> {
    this.#round = this.#round.then(() => this.#sendDue());
    return this.#round;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#round;
  }

  async erase(userId: string): Promise<void> {
    await this.#options.db.delete(noticeTable).where(eq(noticeTable.userId, userId));
  }

  #plan(ms: number): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      void this.run().finally(() => this.#plan(pollMs));
    }, ms);
  }

  async #sendDue(): Promise<void> {
    const { db, log } = this.#options;
    try {
      const now = this.#now();
      await db.execute(sql`UPDATE notice SET state = 'failed', failure = 'too late', sealed = '', phone_sealed = NULL, email_sealed = NULL
        WHERE state = 'waiting' AND until < ${now}`);
      await db.execute(sql`DELETE FROM notice WHERE state <> 'waiting' AND created_at < ${now - keptFor}`);
      while (!this.#closed) {
        const due = await rowsOf<Due>(
          db,
          sql`UPDATE notice SET state = 'sent', attempts = attempts + 1 WHERE id IN (
                SELECT id FROM notice WHERE state = 'waiting' AND due_at <= ${now} ORDER BY due_at, id LIMIT ${atOnce})
              RETURNING id::text, user_id AS "userId", phone_sealed AS "phoneSealed", email_sealed AS "emailSealed", sealed, attempts`,
        );
        if (due.length === 0) return;
        for (const one of due) await this.#send(one);
      }
    } catch (error) {
      // The database is away: what waits is sent when it is back.
      log.warn({ err: error }, 'notices not sent yet');
    }
  }

  async #send({ id, userId, sealed, attempts, ...due }: Due): Promise<void> {
    const { db, sealing, people, sender, log } = this.#options;
    const end = (state: 'sent' | 'failed', failure: string | null) =>
      db.execute(
        sql`UPDATE notice SET state = ${state}, failure = ${failure}, sealed = '', phone_sealed = NULL, email_sealed = NULL WHERE id = ${id}::bigint`,
      );
    const to = userId === null ? this.#addressOf(due) : phoneOf((await people.known([userId])).get(userId));
    if (!to) {
      await end('failed', 'no phone');
      return;
    }
    try {
      await sender.send(to, JSON.parse(sealing.open(sealed, 'notice')) as Notice);
      await end('sent', null);
    } catch (error) {
      const reason = error instanceof Error ? error.message.slice(0, 200) : String(error);
      if (attempts >= mostAttempts || !sender.worthAgain(error)) {
        log.warn({ notice: id, reason }, 'notice not sent');
        await end('failed', reason);
      } else {
        const dueAt = this.#now() + again(attempts);
        await db.execute(
          sql`UPDATE notice SET state = 'waiting', due_at = ${dueAt}, failure = ${reason} WHERE id = ${id}::bigint`,
        );
      }
    }
  }

  #addressOf({ phoneSealed, emailSealed }: Pick<Due, 'phoneSealed' | 'emailSealed'>): Address | undefined {
    const { sealing } = this.#options;
    if (phoneSealed !== null) return { phone: sealing.open(phoneSealed, 'notice phone') };
    return emailSealed === null ? undefined : { email: sealing.open(emailSealed, 'notice email') };
  }
}

const phoneOf = (person: { readonly phone: string | null } | undefined): Address | undefined =>
  person?.phone ? { phone: person.phone } : undefined;

type Due = {
  readonly id: string;
  readonly userId: string | null;
  readonly phoneSealed: string | null;
  readonly emailSealed: string | null;
  readonly sealed: string;
  readonly attempts: number;
};
