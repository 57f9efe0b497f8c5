/** A forgotten password: a link by e-mail, for an hour, once, and only as long as the password is the one that was forgotten. */
import { createHash } from 'node:crypto';
import { and, eq, sql } from 'drizzle-orm';
import { CodedError } from '#contracts/errors.ts';
import type { Db } from '../db/database.ts';
import * as schema from '../db/schema.ts';
import type { Hashing } from './hashing.ts';
import { isPlaceholder } from './placeholder.ts';
import type { Tickets } from './tickets.ts';

export const resetMinutes = 60;
const kind = 'password';
/** Of the kept hash: tells that it is another one, and nothing else. */
const markOf = (hash: string): string => createHash('sha256').update(hash).digest('base64url');

export class PasswordReset {
  readonly #db: Db;
  readonly #tickets: Tickets;
  readonly #hashing: Hashing;

  constructor(db: Db, tickets: Tickets, hashing: Hashing) {
    this.#db = db;
    this.#tickets = tickets;
    this.#hashing = hashing;
  }

  /** The secret of a link, and where to send it; undefined for an address without an account, or whose account has no password. */
  async ask(email: string): Promise<{ readonly to: string; readonly token: string } | undefined> {
    if (isPlaceholder(email)) return undefined;
    const [found] = await this.#db
      .select({ id: schema.user.id, email: schema.user.email, banned: schema.user.banned })
      .from(schema.user)
      .where(sql`lower(${schema.user.email}) = ${email.toLowerCase()}`);
    const hash = found && (await this.#hashOf(found.id));
    if (!found || hash === undefined || found.banned) return undefined;
    const data = { user: found.id, mark: markOf(hash) };
    return { to: found.email, token: await this.#tickets.issue(kind, data, resetMinutes * 60) };
  }

  /** The account whose password is the new one; all its sessions are over. Throws `auth.resetLink`. */
  async reset(token: string, password: string): Promise<string> {
    const data = await this.#tickets.take(kind, token);
    const { user: userId, mark } = data ?? {};
    const before = userId === undefined ? undefined : await this.#hashOf(userId);
    if (userId === undefined || before === undefined || markOf(before) !== mark)
      throw new CodedError('auth.resetLink');
    const hash = await this.#hashing.hash(password);
    await this.#db.transaction(async (rows) => {
      const changed = await rows
        .update(schema.account)
        .set({ password: hash, updatedAt: new Date() })
        // Of two links of one account the first wins.
        .where(and(credentialOf(userId), eq(schema.account.password, before)))
        .returning({ id: schema.account.id });
      if (changed.length === 0) throw new CodedError('auth.resetLink');
      await rows.delete(schema.session).where(eq(schema.session.userId, userId));
    });
    return userId;
  }

  async #hashOf(userId: string): Promise<string | undefined> {
    const [row] = await this.#db
      .select({ password: schema.account.password })
      .from(schema.account)
      .where(credentialOf(userId));
    return row?.password ?? undefined;
  }
}

const credentialOf = (userId: string) =>
  and(eq(schema.account.userId, userId), eq(schema.account.providerId, 'credential'));
