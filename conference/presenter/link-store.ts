/** Presenter links: rows in the database, all of them in memory. A token is known only to whom it was given. */
import { randomBytes } from 'node:crypto';
import { asc, eq } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { CodedError } from '#contracts/errors.ts';
import type { PresenterLink } from '#contracts/presenter.ts';
import { hashOf, isUsable, type LinkRecord, newToken } from './link.ts';
import { presenterLinkTable } from './link-tables.ts';

type Tables = { presenterLinkTable: typeof presenterLinkTable };
export type NewLink = {
  readonly talkId: string;
  readonly name: string;
  readonly createdBy: string;
  readonly hours: number;
};

/** Links of one talk, revoked and expired ones included; the oldest unusable ones go first. */
const mostLinks = 100;

export class LinkStore<T extends Tables = Tables> {
  readonly #db: NodePgDatabase<T>;
  readonly #now: () => number;
  readonly #links = new Map<string, LinkRecord>();
  readonly #byHash = new Map<string, string>();

  constructor(db: NodePgDatabase<T>, now: () => number = Date.now) {
    this.#db = db;
    this.#now = now;
  }

  async load(talkExists: (talkId: string) => boolean): Promise<void> {
    const rows = await this.#db.select().from(presenterLinkTable).orderBy(asc(presenterLinkTable.createdAt));
    for (const { createdAt, expiresAt, revokedAt, lastUsedAt, ...row } of rows)
      this.#put({
        ...row,
        createdAt: createdAt.getTime(),
        expiresAt: expiresAt.getTime(),
        revokedAt: revokedAt?.getTime() ?? null,
        lastUsedAt: lastUsedAt?.getTime() ?? null,
      });
    for (const talkId of new Set([...this.#links.values()].map((link) => link.talkId)))
      if (!talkExists(talkId)) await this.removeTalk(talkId);
  }

  get(id: string): LinkRecord | undefined {
    return this.#links.get(id);
  }

  /** Newest first, without hashes. */
  ofTalk(talkId: string): PresenterLink[] {
    return this.#all(talkId).toReversed().map(publicPart);
  }

  async create({ talkId, name, createdBy, hours }: NewLink): Promise<{ link: PresenterLink; token: string }> {
    const now = this.#now();
    const known = this.#all(talkId);
    if (known.length >= mostLinks) {
      const unusable = known.find((link) => !isUsable(link, now));
      if (!unusable) throw new CodedError('request.tooMany', `a talk may have ${mostLinks} links`);
      await this.#remove([unusable]);
    }
    const token = newToken();
    const link: LinkRecord = {
      ...{ id: randomBytes(9).toString('base64url'), talkId, name, createdBy, tokenHash: hashOf(token) },
      ...{ createdAt: now, expiresAt: now + hours * 3600_000, revokedAt: null, lastUsedAt: null },
    };
    await this.#db.insert(presenterLinkTable).values({
      ...link,
      createdAt: new Date(link.createdAt),
      expiresAt: new Date(link.expiresAt),
      revokedAt: null,
      lastUsedAt: null,
    });
    return { link: publicPart(this.#put(link)), token };
  }

  /** The link of a token, if it may be used now. */
  find(token: string): LinkRecord | undefined {
    const link = this.#links.get(this.#byHash.get(hashOf(token)) ?? '');
    return link && isUsable(link, this.#now()) ? link : undefined;
  }

  isUsable(id: string, talkId: string): boolean {
    const link = this.#links.get(id);
    return link !== undefined && link.talkId === talkId && isUsable(link, this.#now());
  }

  async used(id: string): Promise<void> {
    const link = this.#links.get(id);
    if (!link) return;
    const lastUsedAt = this.#now();
    this.#put({ ...link, lastUsedAt });
    await this.#db
      .update(presenterLinkTable)
      .set({ lastUsedAt: new Date(lastUsedAt) })
      .where(eq(presenterLinkTable.id, id));
  }

  async revoke(id: string): Promise<LinkRecord> {
    const link = this.#links.get(id);
    if (!link) throw new CodedError('notFound', 'presenter link');
    if (link.revokedAt !== null) return link;
    const revokedAt = this.#now();
    await this.#db
      .update(presenterLinkTable)
      .set({ revokedAt: new Date(revokedAt) })
      .where(eq(presenterLinkTable.id, id));
    return this.#put({ ...link, revokedAt });
  }

  removeTalk(talkId: string): Promise<void> {
    return this.#remove(this.#all(talkId));
  }

  async #remove(links: readonly LinkRecord[]): Promise<void> {
    for (const { id, tokenHash } of links) {
      // Out of use at once, whatever the database does.
      this.#links.delete(id);
      this.#byHash.delete(tokenHash);
      await this.#db.delete(presenterLinkTable).where(eq(presenterLinkTable.id, id));
    }
  }

  #all(talkId: string): LinkRecord[] {
    return [...this.#links.values()].filter((link) => link.talkId === talkId);
  }

  #put(link: LinkRecord): LinkRecord {
    this.#links.set(link.id, link);
    this.#byHash.set(link.tokenHash, link.id);
    return link;
  }
}

const publicPart = ({ tokenHash: _, ...link }: LinkRecord): PresenterLink => link;
