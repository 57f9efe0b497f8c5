/** API keys: rows in the database, and all of them in memory, for each request of a program asks. */
import { randomBytes } from 'node:crypto';
import { eq } from 'drizzle-orm';
import type { ApiKey } from '#contracts/integration.ts';
import { type Tables, Turns } from '../rows.ts';
import { hashOfSecret, hintOf, isUsableKey, type KeyRecord, newSecret } from './api-key.ts';
import { apiKeyTable } from './integration-tables.ts';

/** Ms between writes of when a key was last used. */
const noteEvery = 60_000;
const ms = (moment: Date | null): number | null => moment?.getTime() ?? null;

export class KeyStore {
  readonly #db: Tables;
  readonly #keys = new Map<string, KeyRecord>();
  readonly #byHash = new Map<string, string>();
  readonly #turns = new Turns();

  constructor(db: Tables) {
    this.#db = db;
  }

  async load(): Promise<void> {
    for (const row of await this.#db.select().from(apiKeyTable))
      this.#put({
        ...row,
        createdAt: row.createdAt.getTime(),
        expiresAt: ms(row.expiresAt),
        lastUsedAt: ms(row.lastUsedAt),
      });
  }

  /** The key of a secret, unless it is revoked or expired. */
  find(secret: string): KeyRecord | undefined {
    const key = this.#keys.get(this.#byHash.get(hashOfSecret(secret)) ?? '');
    return key && isUsableKey(key, Date.now()) ? key : undefined;
  }

  /** Newest first. */
  list(conferenceId: string): readonly KeyRecord[] {
    return [...this.#keys.values()].filter((key) => key.conferenceId === conferenceId).reverse();
  }

  create(
    input: Pick<ApiKey, 'name' | 'actions' | 'expiresAt' | 'createdBy'> & { readonly conferenceId: string },
  ): Promise<{ readonly key: KeyRecord; readonly secret: string }> {
    return this.#turns.take(async () => {
      const secret = newSecret();
      const key: KeyRecord = {
        ...input,
        id: randomBytes(9).toString('base64url'),
        hint: hintOf(secret),
        secretHash: hashOfSecret(secret),
        createdAt: Date.now(),
        lastUsedAt: null,
      };
      await this.#db.insert(apiKeyTable).values({
        ...key,
        createdAt: new Date(key.createdAt),
        expiresAt: key.expiresAt === null ? null : new Date(key.expiresAt),
        lastUsedAt: null,
      });
      this.#put(key);
      return { key, secret };
    });
  }

  /** Undefined when the conference has no such key. */
  revoke(conferenceId: string, id: string): Promise<KeyRecord | undefined> {
    return this.#turns.take(async () => {
      const key = this.#keys.get(id);
      if (key?.conferenceId !== conferenceId) return undefined;
      await this.#db.delete(apiKeyTable).where(eq(apiKeyTable.id, id));
      this.#drop(key);
      return key;
    });
  }

  /** Written at most once a minute; a failure is of no consequence. */
  used(id: string): void {
    const key = this.#keys.get(id);
    const now = Date.now();
    if (!key || now - (key.lastUsedAt ?? 0) < noteEvery) return;
    this.#put({ ...key, lastUsedAt: now });
    this.#db
      .update(apiKeyTable)
      .set({ lastUsedAt: new Date(now) })
      .where(eq(apiKeyTable.id, id))
      .catch(() => undefined);
  }

  forgetConference(conferenceId: string): void {
    for (const key of this.list(conferenceId)) this.#drop(key);
  }

  #put(key: KeyRecord): void {
    this.#keys.set(key.id, key);
    this.#byHash.set(key.secretHash, key.id);
  }

  #drop(key: KeyRecord): void {
    this.#keys.delete(key.id);
    this.#byHash.delete(key.secretHash);
  }
}
