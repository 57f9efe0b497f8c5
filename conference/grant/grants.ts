/** Grants: what people may watch because it was paid or given; by the staff now, by orders later (`source`, `orderId`). */
import { randomBytes } from 'node:crypto';
import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Thing } from '#contracts/access.ts';
import type { Grant } from '#contracts/grant.ts';
import type { ListOf, ListQuery } from '#contracts/listing.ts';
import { phoneMark } from '../delegate/delegate-row.ts';
import { maskedPhone, normalPhone } from '../delegate/identity.ts';
import type { People } from '../registration/people.ts';
import type { Sealing } from '../sealing.ts';
import { containing, readCursor, rowsOf, type SqlDb, writeCursor } from '../sql.ts';
import { accessGrantTable, type GrantRow } from './grant-tables.ts';

export type NewGrants = {
  readonly userIds: readonly string[];
  /** As typed. */
  readonly phones: readonly string[];
  readonly thing: Thing;
  /** Paid outside, by each. */
  readonly fen: number;
  readonly note: string;
  readonly createdBy: string;
};
export type GrantsMade = { readonly made: number; readonly same: number; readonly refused: string[] };
type Hook = (conferenceId: string, userId: string | undefined) => void;

const newId = (): string => randomBytes(9).toString('base64url');

export class Grants {
  readonly #db: SqlDb;
  readonly #sealing: Sealing;
  readonly #people: People;
  readonly #now: () => number;
  readonly #hooks = new Set<Hook>();

  constructor(db: SqlDb, sealing: Sealing, people: People, now: () => number = Date.now) {
    this.#db = db;
    this.#sealing = sealing;
    this.#people = people;
    this.#now = now;
  }

  /** Called when a person (undefined: somebody known by phone) may watch more or less. Returns what ends it. */
  onChanged(hook: Hook): () => void {
    this.#hooks.add(hook);
    return () => void this.#hooks.delete(hook);
  }

  /** A person who has the thing already by the staff keeps the first grant. The caller checked that the thing is the conference's. */
  async give(conferenceId: string, grants: NewGrants): Promise<GrantsMade> {
    const { thing, fen, note, createdBy } = grants;
    const refused: string[] = [];
    const users = new Set(grants.userIds);
    const known = await this.#people.known([...users]);
    for (const id of users) if (!known.has(id)) refused.push(id);
    const phones = new Map<string, string>();
    for (const text of grants.phones) {
      const phone = normalPhone(text);
      if (phone === undefined) refused.push(text.slice(0, 30));
      else phones.set(phoneMark(this.#sealing, conferenceId, phone), maskedPhone(phone));
    }
    const common = {
      ...{ conferenceId, thingKind: thing.kind, thingId: thing.id, fen, note, createdBy },
      ...{
        source: 'staff' as const,
        orderId: null,
        createdAt: this.#now(),
        revokedAt: null,
        revokedBy: null,
      },
    };
    const rows: GrantRow[] = [
      ...[...known.keys()].map((userId) => ({
        ...{ id: newId(), userId, phoneMark: null, phoneShown: '', ...common },
      })),
      ...[...phones].map(([mark, phoneShown]) => ({
        ...{ id: newId(), userId: null, phoneMark: mark, phoneShown, ...common },
      })),
    ];
    let made = 0;
    for (let at = 0; at < rows.length; at += 500) {
      const written = await this.#db
        .insert(accessGrantTable)
        .values(rows.slice(at, at + 500))
        .onConflictDoNothing()
        .returning({ id: accessGrantTable.id });
      made += written.length;
    }
    for (const userId of known.keys()) this.#tell(conferenceId, userId);
    if (phones.size > 0) this.#tell(conferenceId, undefined);
    return { made, same: rows.length - made, refused };
  }

  async find(grantId: string): Promise<GrantRow | undefined> {
    const [row] = await this.#db.select().from(accessGrantTable).where(eq(accessGrantTable.id, grantId));
    return row;
  }

  async revoke({ id, conferenceId, userId }: GrantRow, by: string): Promise<void> {
    await this.#db
      .update(accessGrantTable)
      .set({ revokedAt: this.#now(), revokedBy: by })
      .where(and(eq(accessGrantTable.id, id), isNull(accessGrantTable.revokedAt)));
    this.#tell(conferenceId, userId ?? undefined);
  }

  /** Newest first. `q`: part of the note, a whole phone, its last four, or a name in full. */
  async page(
    conferenceId: string,
    query: ListQuery & { revoked?: 'yes' | 'no' | undefined },
  ): Promise<ListOf<Grant>> {
    const parts = [sql`g.conference_id = ${conferenceId}`];
    if (query.revoked === 'yes') parts.push(sql`g.revoked_at IS NOT NULL`);
    if (query.revoked === 'no') parts.push(sql`g.revoked_at IS NULL`);
    if (query.q) parts.push(await this.#search(conferenceId, query.q));
    const where = sql.join(parts, sql` AND `);
    const cursor = readCursor(query.cursor);
    const after = cursor ? sql`(g.created_at, g.id) < (${cursor[0]}::float8, ${cursor[1]})` : sql`true`;
    type Row = Omit<Grant, 'name' | 'thing'> & { readonly kind: Thing['kind']; readonly thingId: string };
    const rows = await rowsOf<Row>(
      this.#db,
      sql`SELECT g.id, g.user_id AS "userId", g.phone_shown AS phone, g.thing_kind AS kind, g.thing_id AS "thingId", g.fen,
            g.note, g.source, g.created_at AS "createdAt", g.created_by AS "createdBy", g.revoked_at AS "revokedAt"
          FROM access_grant g WHERE ${where} AND ${after}
          ORDER BY g.created_at DESC, g.id DESC LIMIT ${query.limit + 1}`,
    );
    const [count] = await rowsOf<{ n: number }>(
      this.#db,
      sql`SELECT count(*)::int AS n FROM access_grant g WHERE ${where}`,
    );
    const shown = rows.slice(0, query.limit);
    const known = await this.#people.known(shown.flatMap(({ userId }) => (userId === null ? [] : [userId])));
    const last = rows.length > query.limit ? shown.at(-1) : undefined;
    return {
      items: shown.map(({ kind, thingId, ...row }) => {
        const person = row.userId === null ? undefined : known.get(row.userId);
        const phone = row.phone || (person?.phone ? maskedPhone(person.phone) : '');
        return { ...row, phone, name: person?.name ?? '', thing: { kind, id: thingId } };
      }),
      next: last ? writeCursor([last.createdAt, last.id]) : null,
      total: count?.n ?? 0,
    };
  }

  async factsOf(conferenceId: string, userId: string, phone: string | null): Promise<readonly Thing[]> {
    const normal = phone === null ? undefined : normalPhone(phone);
    const mark = normal === undefined ? null : phoneMark(this.#sealing, conferenceId, normal);
    return rowsOf<Thing>(
      this.#db,
      sql`SELECT DISTINCT thing_kind AS kind, thing_id AS id FROM access_grant
          WHERE conference_id = ${conferenceId} AND revoked_at IS NULL AND (user_id = ${userId} OR phone_mark = ${mark})`,
    );
  }

  async ofPerson(
    userId: string,
  ): Promise<Pick<GrantRow, 'conferenceId' | 'thingKind' | 'thingId' | 'fen' | 'createdAt'>[]> {
    const { conferenceId, thingKind, thingId, fen, createdAt } = accessGrantTable;
    return this.#db
      .select({ conferenceId, thingKind, thingId, fen, createdAt })
      .from(accessGrantTable)
      .where(eq(accessGrantTable.userId, userId));
  }

  /** What was paid stays on the books, of nobody. */
  async erase(userId: string): Promise<void> {
    await this.#db
      .update(accessGrantTable)
      .set({ userId: null, note: '' })
      .where(eq(accessGrantTable.userId, userId));
  }

  async move(from: string, to: string): Promise<void> {
    await this.#db.execute(sql`UPDATE access_grant g SET user_id = ${to} WHERE user_id = ${from}
      AND NOT EXISTS (SELECT 1 FROM access_grant o WHERE o.user_id = ${to} AND o.conference_id = g.conference_id
        AND o.thing_kind = g.thing_kind AND o.thing_id = g.thing_id AND o.revoked_at IS NULL AND g.revoked_at IS NULL)`);
    await this.erase(from);
  }

  async #search(conferenceId: string, q: string) {
    const phone = normalPhone(q);
    if (phone !== undefined) {
      const owner = await this.#people.byPhone(phone);
      return sql`(g.phone_mark = ${phoneMark(this.#sealing, conferenceId, phone)} OR g.user_id = ${owner ?? null})`;
    }
    const tail = /^\d{4}$/.test(q) ? sql`g.phone_shown LIKE ${`%${q}`}` : sql`false`;
    return sql`(g.note ILIKE ${containing(q)} OR ${tail}
      OR g.user_id IN (SELECT u.id FROM "user" u WHERE u.name ILIKE ${containing(q)}))`;
  }

  #tell(conferenceId: string, userId: string | undefined): void {
    for (const hook of this.#hooks) hook(conferenceId, userId);
  }
}
