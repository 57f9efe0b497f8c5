/** Accounts as log-ins find, make and join them: one person by a confirmed phone, by WeChat's unionid, by a linked account elsewhere. */
import { randomBytes } from 'node:crypto';
import { and, eq, inArray } from 'drizzle-orm';
import { maskedPhone } from '#contracts/account.ts';
import { CodedError } from '#contracts/errors.ts';
import type { Db } from '../db/database.ts';
import * as schema from '../db/schema.ts';
import { placeholderEmail } from './placeholder.ts';

/** `wechat` (unionid), `wechat-inside` and `wechat-qr` (openid), `partner-<id>`, `oidc-<id>`. */
export type Link = { readonly provider: string; readonly subject: string };

const newId = (): string => randomBytes(18).toString('base64url');
/** PostgreSQL's code for a value that must be unique. */
const isTaken = (error: unknown): boolean => {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if ((cause as { code?: unknown }).code === '23505') return true;
  return false;
};

export class People {
  readonly #db: Db;
  /** Two accounts were found to be one: `from` is about to go. */
  readonly #onJoin: (from: string, to: string) => Promise<void>;

  constructor(db: Db, onJoin: (from: string, to: string) => Promise<void>) {
    this.#db = db;
    this.#onJoin = onJoin;
  }

  async byId(userId: string): Promise<typeof schema.user.$inferSelect | undefined> {
    const [row] = await this.#db.select().from(schema.user).where(eq(schema.user.id, userId));
    return row;
  }

  async byPhone(phone: string): Promise<string | undefined> {
    const [row] = await this.#db
      .select({ id: schema.user.id })
      .from(schema.user)
      .where(eq(schema.user.phoneNumber, phone));
    return row?.id;
  }

  /** The account of a number, made if there is none yet. Two at once get the same one. */
  async ofPhone(phone: string): Promise<string> {
    const known = await this.byPhone(phone);
    if (known !== undefined) return known;
    try {
      return await this.make({ name: maskedPhone(phone), phone });
    } catch (error) {
      const other = isTaken(error) ? await this.byPhone(phone) : undefined;
      if (other === undefined) throw error;
      return other;
    }
  }

  async make(person: { readonly name: string; readonly phone?: string; readonly links?: readonly Link[] }) {
    const id = newId();
    const now = new Date();
    const made = { createdAt: now, updatedAt: now };
    await this.#db.transaction(async (rows) => {
      await rows.insert(schema.user).values({
        ...{ id, name: person.name, email: placeholderEmail(), emailVerified: false },
        ...{ phoneNumber: person.phone ?? null, ...made },
      });
      for (const { provider, subject } of person.links ?? [])
        await rows
          .insert(schema.account)
          .values({ id: newId(), userId: id, providerId: provider, accountId: subject, ...made });
    });
    return id;
  }

  /** The account of the first of these links that is known: the surest first. */
  async ofLinks(links: readonly Link[]): Promise<string | undefined> {
    for (const { provider, subject } of links) {
      const [row] = await this.#db
        .select({ userId: schema.account.userId })
        .from(schema.account)
        .where(and(eq(schema.account.providerId, provider), eq(schema.account.accountId, subject)));
      if (row) return row.userId;
    }
    return undefined;
  }

  /** As `ofLinks`, made if none is known; the links it did not have yet are added. */
  async ofLinksOrNew(links: readonly Link[], name: string): Promise<string> {
    const known = await this.ofLinks(links);
    if (known === undefined) {
      try {
        return await this.make({ name, links });
      } catch (error) {
        const other = isTaken(error) ? await this.ofLinks(links) : undefined;
        if (other === undefined) throw error;
        return other;
      }
    }
    await this.#add(known, links);
    return known;
  }

  /** Adds links to an account. Throws `account.taken` when another account has one of them. */
  async link(userId: string, links: readonly Link[]): Promise<void> {
    const owner = await this.ofLinks(links);
    if (owner !== undefined && owner !== userId) throw new CodedError('account.taken');
    await this.#add(userId, links);
  }

  /** Throws `request.invalid` when nothing would be left to log in with. */
  async unlink(userId: string, group: string): Promise<void> {
    await this.#db.transaction(async (rows) => {
      const [user] = await rows.select().from(schema.user).where(eq(schema.user.id, userId)).for('update');
      const linked = await rows.select().from(schema.account).where(eq(schema.account.userId, userId));
      const going = linked.filter(({ providerId }) => linkName(providerId) === group);
      if (going.length === 0 || group === 'credential') throw new CodedError('notFound');
      if (!user?.phoneNumber && going.length === linked.length)
        throw new CodedError('request.invalid', 'an account must keep one way to log in');
      await rows.delete(schema.account).where(
        inArray(
          schema.account.id,
          going.map(({ id }) => id),
        ),
      );
    });
  }

  /** What an account logs in with, by the names pages show. */
  async linksOf(userId: string): Promise<{ readonly links: readonly string[]; readonly password: boolean }> {
    const rows = await this.#db
      .select({ provider: schema.account.providerId, password: schema.account.password })
      .from(schema.account)
      .where(eq(schema.account.userId, userId));
    const names = new Set(rows.map(({ provider }) => linkName(provider)));
    const password = names.delete('credential');
    return { links: [...names].sort(), password };
  }

  /**
   * Sets the number that was just confirmed, and gives the account to go on with. When another account has the number the two are
   * one person: this one is joined to that, as if it had logged in there. Throws `account.taken` where that is not so simple: one
   * of them has a second step, or this one has a number, a password or a role already.
   */
  async setPhone(userId: string, phone: string): Promise<string> {
    const owner = await this.byPhone(phone);
    if (owner === userId) return userId;
    if (owner === undefined) {
      try {
        await this.#db
          .update(schema.user)
          .set({ phoneNumber: phone, updatedAt: new Date() })
          .where(eq(schema.user.id, userId));
        return userId;
      } catch (error) {
        if (isTaken(error)) throw new CodedError('account.taken');
        throw error;
      }
    }
    await this.#join(userId, owner);
    return owner;
  }

  /** Of the installation or of any conference. */
  async isStaff(userId: string): Promise<boolean> {
    const [row] = await this.#db
      .select({ role: schema.user.role })
      .from(schema.user)
      .where(eq(schema.user.id, userId));
    if (row?.role && row.role !== 'user') return true;
    const [member] = await this.#db
      .select({ role: schema.memberTable.role })
      .from(schema.memberTable)
      .where(eq(schema.memberTable.userId, userId))
      .limit(1);
    return member !== undefined;
  }

  async #join(from: string, to: string): Promise<void> {
    const [one, other] = await Promise.all([this.byId(from), this.byId(to)]);
    if (!one || !other) throw new CodedError('notFound');
    const { password } = await this.linksOf(from);
    const risky =
      one.twoFactorEnabled ||
      other.twoFactorEnabled ||
      one.phoneNumber !== null ||
      password ||
      (await this.isStaff(from));
    if (risky) throw new CodedError('account.taken');
    await this.#onJoin(from, to);
    await this.#db.transaction(async (rows) => {
      await rows.update(schema.account).set({ userId: to }).where(eq(schema.account.userId, from));
      await rows.delete(schema.user).where(eq(schema.user.id, from));
    });
  }

  async #add(userId: string, links: readonly Link[]): Promise<void> {
    const now = new Date();
    for (const { provider, subject } of links)
      await this.#db
        .insert(schema.account)
        .values({
          ...{ id: newId(), userId, providerId: provider, accountId: subject },
          ...{ createdAt: now, updatedAt: now },
        })
        .onConflictDoNothing();
  }
}

/** WeChat's three kinds of ids are one thing to a person. */
const linkName = (provider: string): string => (provider.startsWith('wechat') ? 'wechat' : provider);
