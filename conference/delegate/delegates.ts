/**
 * Delegate lists of conferences. A person with a listed phone is a delegate by itself; others claim their place by name and the last
 * four of their ID. Each place has one holder, and a phone is the stronger proof.
 */
import { randomBytes } from 'node:crypto';
import { and, asc, eq, sql } from 'drizzle-orm';
import type { Delegate, DelegateList, DelegateInput as Input } from '#contracts/delegate.ts';
import { CodedError } from '#contracts/errors.ts';
import type { ListOf, ListQuery } from '#contracts/listing.ts';
import type { Sealing } from '../sealing.ts';
import { containing, readCursor, rowsOf, type SqlDb, writeCursor } from '../sql.ts';
import { delegateRow, idMark, phoneMark } from './delegate-row.ts';
import { type DelegateListRow, delegateListTable, delegateTable } from './delegate-tables.ts';
import { normalPhone } from './identity.ts';

/** Of a conference. */
const mostLists = 50;
const sorts = { name: sql`name`, unit: sql`unit`, tier: sql`tier` } as const;
const newId = (): string => randomBytes(9).toString('base64url');

export type ListFacts = { readonly lists: ReadonlySet<string>; readonly tiers: ReadonlySet<string> };
type Hook = (conferenceId: string, userId: string | undefined) => void;

export class Delegates {
  readonly #db: SqlDb;
  readonly #sealing: Sealing;
  readonly #now: () => number;
  readonly #hooks = new Set<Hook>();

  constructor(db: SqlDb, sealing: Sealing, now: () => number = Date.now) {
    this.#db = db;
    this.#sealing = sealing;
    this.#now = now;
  }

  /** Called when somebody (undefined: anybody) of a conference may be a delegate now, or none any more. Returns what ends it. */
  onChanged(hook: Hook): () => void {
    this.#hooks.add(hook);
    return () => void this.#hooks.delete(hook);
  }
  changed(conferenceId: string, userId: string | undefined): void {
    for (const hook of this.#hooks) hook(conferenceId, userId);
  }

  async lists(conferenceId: string): Promise<DelegateList[]> {
    const rows = await this.#db
      .select()
      .from(delegateListTable)
      .where(eq(delegateListTable.conferenceId, conferenceId))
      .orderBy(asc(delegateListTable.createdAt));
    const counts = await rowsOf<{ id: string; n: number; present: number; tiers: string[] }>(
      this.#db,
      sql`SELECT list_id AS id, count(*)::int AS n, count(holder)::int AS present,
            (array_agg(DISTINCT tier) FILTER (WHERE tier <> ''))[1:100] AS tiers
          FROM delegate WHERE list_id = ANY(${sql.param(rows.map(({ id }) => id))}::text[]) GROUP BY list_id`,
    );
    return rows.map((row) => {
      const count = counts.find(({ id }) => id === row.id);
      const { conferenceId: _, ...list } = row;
      return {
        ...list,
        delegates: count?.n ?? 0,
        present: count?.present ?? 0,
        tiers: count?.tiers ?? [],
      };
    });
  }

  /** Throws `request.tooMany`. */
  async create(conferenceId: string, name: string): Promise<string> {
    const known = await this.#db
      .select({ id: delegateListTable.id })
      .from(delegateListTable)
      .where(eq(delegateListTable.conferenceId, conferenceId));
    if (known.length >= mostLists)
      throw new CodedError('request.tooMany', `a conference may have ${mostLists} lists`);
    const id = newId();
    await this.#db
      .insert(delegateListTable)
      .values({ id, conferenceId, name, createdAt: this.#now(), importedAt: null });
    return id;
  }

  async find(listId: string): Promise<DelegateListRow | undefined> {
    const [row] = await this.#db.select().from(delegateListTable).where(eq(delegateListTable.id, listId));
    return row;
  }

  async rename(listId: string, name: string): Promise<void> {
    await this.#db.update(delegateListTable).set({ name }).where(eq(delegateListTable.id, listId));
  }

  /** Its people are no delegates by it any more. */
  async remove({ id, conferenceId }: DelegateListRow): Promise<void> {
    await this.#db.delete(delegateListTable).where(eq(delegateListTable.id, id));
    this.changed(conferenceId, undefined);
  }

  async page(
    list: DelegateListRow,
    query: ListQuery & { tier?: string | undefined; present?: 'yes' | 'no' | undefined },
  ): Promise<ListOf<Delegate>> {
    const descending = query.sort?.startsWith('-') ?? false;
    const by = (query.sort ?? 'name').replace('-', '');
    if (by !== 'name' && by !== 'unit' && by !== 'tier')
      throw new CodedError('request.invalid', `sort must be one of ${Object.keys(sorts).join(', ')}`);
    const column = sorts[by];
    const parts = [sql`list_id = ${list.id}`];
    if (query.tier !== undefined) parts.push(sql`tier = ${query.tier}`);
    if (query.present === 'yes') parts.push(sql`holder IS NOT NULL`);
    if (query.present === 'no') parts.push(sql`holder IS NULL`);
    if (query.q) parts.push(this.#search(list.conferenceId, query.q));
    const where = sql.join(parts, sql` AND `);
    const cursor = readCursor(query.cursor);
    const after = cursor
      ? sql`(${column}, delegate.id) ${descending ? sql`<` : sql`>`} (${cursor[0]}::text, ${cursor[1]}::bigint)`
      : sql`true`;
    const way = descending ? sql`DESC` : sql`ASC`;
    type Row = Delegate & { readonly at: string };
    const rows = await rowsOf<Row>(
      this.#db,
      sql`SELECT id::text, name, phone_shown AS phone, id_mark IS NOT NULL AS "hasIdTail", unit, tier,
            holder IS NOT NULL AS present, ${column} AS at
          FROM delegate WHERE ${where} AND ${after} ORDER BY ${column} ${way}, delegate.id ${way} LIMIT ${query.limit + 1}`,
    );
    const [count] = await rowsOf<{ n: number }>(
      this.#db,
      sql`SELECT count(*)::int AS n FROM delegate WHERE ${where}`,
    );
    const shown = rows.slice(0, query.limit);
    const last = rows.length > query.limit ? shown.at(-1) : undefined;
    return {
      items: shown.map(({ at: _, ...delegate }) => delegate),
      next: last ? writeCursor([last.at, last.id]) : null,
      total: count?.n ?? 0,
    };
  }

  /** One person by hand; who is on the list already is changed. Throws `request.invalid` saying what is wrong. */
  async add(list: DelegateListRow, input: Input): Promise<void> {
    const row = delegateRow(this.#sealing, list.conferenceId, input);
    if ('kind' in row) throw new CodedError('request.invalid', `${row.kind}: ${row.detail}`);
    const { key: _, ...values } = row;
    await this.#db
      .insert(delegateTable)
      .values({ ...row, listId: list.id, conferenceId: list.conferenceId })
      .onConflictDoUpdate({ target: [delegateTable.listId, delegateTable.key], set: values });
    this.changed(list.conferenceId, undefined);
  }

  async take(list: DelegateListRow, delegateId: string): Promise<void> {
    if (!/^\d{1,15}$/.test(delegateId)) throw new CodedError('notFound', 'delegate');
    const gone = await this.#db
      .delete(delegateTable)
      .where(and(eq(delegateTable.listId, list.id), eq(delegateTable.id, Number(delegateId))))
      .returning({ holder: delegateTable.holder });
    if (gone.length === 0) throw new CodedError('notFound', 'delegate');
    this.changed(list.conferenceId, gone[0]?.holder ?? undefined);
  }

  /** `phone`: the person's confirmed one. Places that somebody else had claimed by name go to the phone's owner. */
  async factsOf(conferenceId: string, userId: string, phone: string | null): Promise<ListFacts> {
    const normal = phone === null ? undefined : normalPhone(phone);
    const mark = normal === undefined ? null : phoneMark(this.#sealing, conferenceId, normal);
    const rows = await rowsOf<{ list: string; tier: string; holder: string | null; byPhone: boolean }>(
      this.#db,
      sql`SELECT list_id AS list, tier, holder, coalesce(phone_mark = ${mark}, false) AS "byPhone" FROM delegate
          WHERE conference_id = ${conferenceId} AND phone_mark = ${mark}
          UNION ALL
          SELECT list_id, tier, holder, false FROM delegate
          WHERE holder = ${userId} AND conference_id = ${conferenceId} AND held_by = 'id'`,
    );
    if (mark !== null && rows.some(({ byPhone, holder }) => byPhone && holder !== userId))
      await this.#hold(conferenceId, userId, mark);
    return {
      lists: new Set(rows.map(({ list }) => list)),
      tiers: new Set(rows.flatMap(({ tier }) => (tier === '' ? [] : [tier]))),
    };
  }

  async #hold(conferenceId: string, userId: string, mark: string): Promise<void> {
    const before = await rowsOf<{ holder: string | null }>(
      this.#db,
      sql`WITH old AS (SELECT id, holder FROM delegate
            WHERE conference_id = ${conferenceId} AND phone_mark = ${mark} FOR UPDATE)
          UPDATE delegate SET holder = ${userId}, held_by = 'phone' FROM old WHERE delegate.id = old.id
          RETURNING old.holder`,
    );
    for (const { holder } of before)
      if (holder !== null && holder !== userId) this.changed(conferenceId, holder);
  }

  /** Ids of the lists. The same refusal whether there is no such place or somebody has it: throws `delegate.notMatched`. */
  async claim(conferenceId: string, userId: string, name: string, idTail: string): Promise<string[]> {
    const mark = idMark(this.#sealing, conferenceId, name, idTail.toUpperCase());
    const rows = await rowsOf<{ list: string }>(
      this.#db,
      sql`UPDATE delegate SET holder = ${userId}, held_by = coalesce(held_by, 'id')
          WHERE conference_id = ${conferenceId} AND id_mark = ${mark} AND (holder IS NULL OR holder = ${userId})
          RETURNING list_id AS list`,
    );
    if (rows.length === 0) throw new CodedError('delegate.notMatched');
    this.changed(conferenceId, userId);
    return rows.map(({ list }) => list);
  }

  async ofPerson(
    userId: string,
  ): Promise<{ conferenceId: string; name: string; unit: string; tier: string }[]> {
    const { conferenceId, name, unit, tier } = delegateTable;
    return this.#db
      .select({ conferenceId, name, unit, tier })
      .from(delegateTable)
      .where(eq(delegateTable.holder, userId));
  }

  /** The account is gone; the list stays the organiser's, and the place is free. */
  async erase(userId: string): Promise<void> {
    await this.#db
      .update(delegateTable)
      .set({ holder: null, heldBy: null })
      .where(eq(delegateTable.holder, userId));
  }

  async move(from: string, to: string): Promise<void> {
    await this.#db.update(delegateTable).set({ holder: to }).where(eq(delegateTable.holder, from));
  }

  #search(conferenceId: string, q: string) {
    const phone = normalPhone(q);
    if (phone !== undefined) return sql`phone_mark = ${phoneMark(this.#sealing, conferenceId, phone)}`;
    const like = containing(q);
    const tail = /^\d{4}$/.test(q) ? sql`phone_shown LIKE ${`%${q}`}` : sql`false`;
    return sql`(name ILIKE ${like} OR unit ILIKE ${like} OR ${tail})`;
  }
}
