/** What was done to a programme: lines people read, with the things before and after, from which a change is taken back. */
import { and, desc, eq, isNull, lt, sql } from 'drizzle-orm';
import type { ProgrammeChange } from '#contracts/conference.ts';
import type { Rows, Tables } from '../rows.ts';
import type { ChangeContent, Summary } from './change.ts';
import { changeTable } from './programme-tables.ts';

export type Actor = { readonly id: string; readonly name: string };
export type ChangeRecord = {
  readonly id: number;
  readonly conferenceId: string;
  readonly kind: string;
  readonly summary: Summary;
  readonly content: ChangeContent;
  readonly undone: boolean;
  readonly undoes: number | null;
};

/** Changes whose content is kept, a conference: older ones stay as lines but cannot be undone. */
const mostKept = 2000;

export class History {
  readonly #db: Tables;
  constructor(db: Tables) {
    this.#db = db;
  }

  /** Within the transaction of the change. Returns its number. */
  async write(
    rows: Rows,
    change: Omit<ChangeRecord, 'id' | 'undone'> & { readonly actor: Actor; readonly at: number },
  ): Promise<number> {
    const { actor, ...rest } = change;
    const [row] = await rows
      .insert(changeTable)
      .values({ ...rest, actorId: actor.id, actorName: actor.name, undone: false })
      .returning({ id: changeTable.id });
    if (!row) throw new Error('the change must have a number');
    if (change.undoes !== null) await this.#turn(rows, change.undoes);
    if (row.id % 100 === 0) await this.#forget(rows, change.conferenceId, row.id);
    return row.id;
  }

  /** What was undone is undone; taking an undo back does the first change again. */
  async #turn(rows: Rows, id: number): Promise<void> {
    const [row] = await rows
      .update(changeTable)
      .set({ undone: true })
      .where(eq(changeTable.id, id))
      .returning({ undoes: changeTable.undoes });
    if (row?.undoes != null)
      await rows.update(changeTable).set({ undone: false }).where(eq(changeTable.id, row.undoes));
  }

  async #forget(rows: Rows, conferenceId: string, newest: number): Promise<void> {
    await rows
      .update(changeTable)
      .set({ content: { talks: [], sessions: [], orders: [] } })
      .where(
        and(
          eq(changeTable.conferenceId, conferenceId),
          lt(changeTable.id, newest - mostKept),
          sql`pg_column_size(${changeTable.content}) > 100`,
        ),
      );
  }

  async get(conferenceId: string, id: number): Promise<ChangeRecord | undefined> {
    const [row] = await this.#db
      .select()
      .from(changeTable)
      .where(and(eq(changeTable.id, id), eq(changeTable.conferenceId, conferenceId)));
    return row;
  }

  /** The newest one that stands and is not itself an undo. */
  async last(conferenceId: string): Promise<ChangeRecord | undefined> {
    const [row] = await this.#db
      .select()
      .from(changeTable)
      .where(
        and(
          eq(changeTable.conferenceId, conferenceId),
          eq(changeTable.undone, false),
          isNull(changeTable.undoes),
        ),
      )
      .orderBy(desc(changeTable.id))
      .limit(1);
    return row;
  }

  /** Newest first. `before`: only older than this number. */
  async list(
    conferenceId: string,
    { before, limit }: { readonly before: number | undefined; readonly limit: number },
  ): Promise<{ items: ProgrammeChange[]; total: number }> {
    const own = eq(changeTable.conferenceId, conferenceId);
    const { id, at, actorName, kind, summary, undone } = changeTable;
    const rows = await this.#db
      .select({ id, at, actor: actorName, kind, summary, undone })
      .from(changeTable)
      .where(before === undefined ? own : and(own, lt(id, before)))
      .orderBy(desc(id))
      .limit(limit);
    const [count] = await this.#db.select({ total: sql<number>`count(*)::int` }).from(changeTable).where(own);
    return {
      items: rows.map(({ summary: text, ...line }) => ({ ...line, summary: text.zh, summaryEn: text.en })),
      total: count?.total ?? 0,
    };
  }
}
