/** What may be used once and not for long: the state of a log-in elsewhere, the number of a signed call. */
import { createHash, randomBytes } from 'node:crypto';
import { and, eq, gt, lt } from 'drizzle-orm';
import type { Db } from '../db/database.ts';
import { ticketTable } from '../db/schema.ts';

export type TicketData = Readonly<Record<string, string>>;

const hashOf = (kind: string, id: string): string =>
  createHash('sha256').update(`${kind} ${id}`).digest('base64url');

export class Tickets {
  readonly #db: Db;
  readonly #now: () => number;

  constructor(db: Db, now: () => number = Date.now) {
    this.#db = db;
    this.#now = now;
  }

  /** Letters and digits only: WeChat takes no others for a state. */
  async issue(kind: string, data: TicketData, seconds: number): Promise<string> {
    const id = randomBytes(20).toString('hex');
    const expiresAt = new Date(this.#now() + seconds * 1000);
    await this.#db.insert(ticketTable).values({ idHash: hashOf(kind, id), kind, data, expiresAt });
    return id;
  }

  /** The data, for the first who asks; undefined afterwards, after its time, and for another kind. */
  async take(kind: string, id: string): Promise<TicketData | undefined> {
    const [row] = await this.#db
      .delete(ticketTable)
      .where(and(eq(ticketTable.idHash, hashOf(kind, id)), gt(ticketTable.expiresAt, new Date(this.#now()))))
      .returning({ data: ticketTable.data });
    return row?.data;
  }

  /** True for the first who brings this number within the time. */
  async first(kind: string, number: string, seconds: number): Promise<boolean> {
    const expiresAt = new Date(this.#now() + seconds * 1000);
    const rows = await this.#db
      .insert(ticketTable)
      .values({ idHash: hashOf(kind, number), kind, data: {}, expiresAt })
      .onConflictDoNothing()
      .returning({ kind: ticketTable.kind });
    return rows.length > 0;
  }

  async prune(): Promise<void> {
    await this.#db.delete(ticketTable).where(lt(ticketTable.expiresAt, new Date(this.#now())));
  }
}
