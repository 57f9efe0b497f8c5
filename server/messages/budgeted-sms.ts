/** The sender features use: every message is counted before it goes, by number, by address and over all. */
import { createHmac } from 'node:crypto';
import { and, asc, count, eq, gt, isNotNull, lt } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Logger } from 'pino';
import { Turns } from '#conference/rows.ts';
import { CodedError } from '#contracts/errors.ts';
import { smsSentTable } from './message-tables.ts';
import type { Sms, SmsProvider, SmsPurpose, SmsSender } from './sms.ts';

export type SmsBudget = {
  /** Seconds between two messages of one kind to one number. */
  readonly spacing: number;
  /** In 24 hours. */
  readonly perPhone: number;
  /** By people behind one address in 24 hours; a hall may share one. */
  readonly perClient: number;
  readonly perDay: number;
};

type Tables = { smsSentTable: typeof smsSentTable };
export type BudgetedSmsOptions<T extends Tables> = {
  readonly db: NodePgDatabase<T>;
  readonly provider: SmsProvider;
  readonly budget: SmsBudget;
  /** Keys the hashes of numbers. */
  readonly secret: string;
  readonly log: Logger;
  readonly now?: () => number;
};

const day = 24 * 3600_000;
/** Ms counts are kept; then only what other tables hold. */
const keptFor = 400 * day;

export class BudgetedSms<T extends Tables = Tables> implements SmsSender {
  readonly #options: BudgetedSmsOptions<T>;
  readonly #now: () => number;
  /** Counting and noting take turns, so that a hundred requests at once cannot all find the budget unused. */
  readonly #turns = new Turns();

  constructor(options: BudgetedSmsOptions<T>) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  can(purpose: SmsPurpose): boolean {
    return this.#options.provider.can(purpose);
  }

  async send(sms: Sms, client?: string): Promise<void> {
    const { db, provider, secret, log } = this.#options;
    if (!provider.can(sms.purpose)) throw new CodedError('sms.off', sms.purpose);
    const phoneHash = createHmac('sha256', secret).update(sms.phone).digest('base64url');
    const id = await this.#turns.take(() => this.#reserve(phoneHash, sms.purpose, client));
    try {
      await provider.deliver(sms);
    } catch (error) {
      log.warn({ err: error, provider: provider.name, purpose: sms.purpose }, 'text message not sent');
      throw new CodedError('sms.failed');
    }
    await db.update(smsSentTable).set({ taken: true }).where(eq(smsSentTable.id, id));
  }

  /** Drops counts nobody needs any more. */
  async prune(): Promise<void> {
    const { db } = this.#options;
    await db.delete(smsSentTable).where(lt(smsSentTable.at, new Date(this.#now() - keptFor)));
    // Addresses are personal: kept only as long as a budget counts them.
    await db
      .update(smsSentTable)
      .set({ client: null })
      .where(and(isNotNull(smsSentTable.client), lt(smsSentTable.at, new Date(this.#now() - day))));
  }

  async #reserve(phoneHash: string, purpose: SmsPurpose, client: string | undefined): Promise<number> {
    const { db, budget, log } = this.#options;
    const now = this.#now();
    const since = new Date(now - day);
    const ofPhone = await db
      .select({ at: smsSentTable.at, purpose: smsSentTable.purpose })
      .from(smsSentTable)
      .where(and(eq(smsSentTable.phoneHash, phoneHash), gt(smsSentTable.at, since)))
      .orderBy(asc(smsSentTable.at))
      .limit(budget.perPhone + 1);
    const last = ofPhone.findLast((sent) => sent.purpose === purpose)?.at.getTime() ?? 0;
    const wait = last + budget.spacing * 1000 - now;
    if (wait > 0) throw new CodedError('sms.tooMany', `again in ${Math.ceil(wait / 1000)} s`);
    if (ofPhone.length >= budget.perPhone)
      throw new CodedError('sms.tooMany', `${budget.perPhone} messages a day to one number`);
    if (client !== undefined) {
      const [ofClient] = await db
        .select({ sent: count() })
        .from(smsSentTable)
        .where(and(eq(smsSentTable.client, client), gt(smsSentTable.at, since)));
      if ((ofClient?.sent ?? 0) >= budget.perClient) {
        log.warn({ client, limit: budget.perClient }, 'text messages of one address used up');
        throw new CodedError('sms.tooMany', `${budget.perClient} messages a day by one address`);
      }
    }
    const [all] = await db.select({ sent: count() }).from(smsSentTable).where(gt(smsSentTable.at, since));
    if ((all?.sent ?? 0) >= budget.perDay) {
      log.error({ limit: budget.perDay }, 'text messages of the day used up (ROSTRUM_SMS_PER_DAY)');
      throw new CodedError('sms.tooMany', 'the budget of the day');
    }
    const [row] = await db
      .insert(smsSentTable)
      .values({ at: new Date(now), phoneHash, client: client ?? null, purpose, taken: false })
      .returning({ id: smsSentTable.id });
    if (!row) throw new Error('sms_sent gave no id');
    return row.id;
  }
}
