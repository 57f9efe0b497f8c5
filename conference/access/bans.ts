/** People a conference has shut out: rows in the database, and all of them in memory. */
import { and, eq } from 'drizzle-orm';
import type { Ban } from '#contracts/access.ts';
import { CodedError } from '#contracts/errors.ts';
import { type Tables, Turns } from '../rows.ts';
import { accessBanTable } from './access-tables.ts';
import { isOrphan } from './orphan.ts';

export class Bans {
  readonly #db: Tables;
  /** By conference, then by person. */
  readonly #bans = new Map<string, Map<string, Ban>>();
  readonly #turns = new Turns();

  constructor(db: Tables) {
    this.#db = db;
  }

  async load(): Promise<void> {
    for (const { conferenceId, at, ...rest } of await this.#db.select().from(accessBanTable))
      this.#of(conferenceId).set(rest.userId, { ...rest, at: at.getTime() });
  }

  has(conferenceId: string, userId: string): boolean {
    return this.#bans.get(conferenceId)?.has(userId) ?? false;
  }

  /** Newest first. */
  list(conferenceId: string): readonly Ban[] {
    return [...(this.#bans.get(conferenceId)?.values() ?? [])].sort((a, b) => b.at - a.at);
  }

  /** Throws `notFound` for an account there is not. */
  add(conferenceId: string, ban: Ban): Promise<void> {
    return this.#turns.take(async () => {
      const row = { ...ban, conferenceId, at: new Date(ban.at) };
      try {
        await this.#write(row);
      } catch (error) {
        throw isOrphan(error) ? new CodedError('notFound', 'account') : error;
      }
      this.#of(conferenceId).set(ban.userId, ban);
    });
  }

  /** The conference is gone, its rows with it. */
  forget(conferenceId: string): void {
    this.#bans.delete(conferenceId);
  }

  async #write(row: typeof accessBanTable.$inferInsert): Promise<void> {
    await this.#db
      .insert(accessBanTable)
      .values(row)
      .onConflictDoUpdate({ target: [accessBanTable.conferenceId, accessBanTable.userId], set: row });
  }

  /** False when there was none. */
  remove(conferenceId: string, userId: string): Promise<boolean> {
    return this.#turns.take(async () => {
      await this.#db
        .delete(accessBanTable)
        .where(and(eq(accessBanTable.conferenceId, conferenceId), eq(accessBanTable.userId, userId)));
      return this.#of(conferenceId).delete(userId);
    });
  }

  #of(conferenceId: string): Map<string, Ban> {
    const known = this.#bans.get(conferenceId) ?? new Map<string, Ban>();
    this.#bans.set(conferenceId, known);
    return known;
  }
}
