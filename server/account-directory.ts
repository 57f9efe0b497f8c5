/** Accounts of the installation as its owner manages them: search, platform roles, bans, new ones. */
import { randomBytes } from 'node:crypto';
import { type SQL, sql } from 'drizzle-orm';
import { containing, lockThing, readCursor, rowsOf, type SqlDb, writeCursor } from '#conference/sql.ts';
import { CodedError } from '#contracts/errors.ts';
import type { ListOf, ListQuery } from '#contracts/listing.ts';
import type { Account } from '#contracts/people.ts';
import { type PlatformRole, platformRoles } from '#contracts/roles.ts';

type Row = {
  id: string;
  name: string;
  email: string;
  phone: string | null;
  role: string | null;
  banned: boolean;
  created: number;
  [key: string]: unknown;
};

/** Of better-auth's `role`, which may hold several. */
export function platformOf(role: string | null | undefined): PlatformRole | null {
  const known = (role ?? '').split(',');
  return platformRoles.find((one) => known.includes(one)) ?? null;
}
/** Accounts made by phone or WeChat have a stand-in, for better-auth wants an address; it is told to nobody. */
export const realEmail = (email: string): string | null => (/\.invalid$/i.test(email) ? null : email);

const columns = sql`id, name, email, phone_number AS phone, role, COALESCE(banned, false) AS banned,
  (extract(epoch FROM created_at) * 1000)::float8 AS created`;
const viewOf = ({ id, name, email, phone, role, banned, created }: Row): Account => ({
  ...{ id, name, phone, banned },
  email: realEmail(email),
  platform: platformOf(role),
  createdAt: Math.round(created),
});
const sorts: Readonly<Record<string, SQL>> = { createdAt: sql`created_at`, name: sql`name` };

export class AccountDirectory {
  readonly #db: SqlDb;

  constructor(db: SqlDb) {
    this.#db = db;
  }

  async byIds(ids: readonly string[]): Promise<ReadonlyMap<string, Account>> {
    if (ids.length === 0) return new Map();
    const rows = await rowsOf<Row>(
      this.#db,
      sql`SELECT ${columns} FROM "user" WHERE id IN (${sql.join(
        ids.map((id) => sql`${id}`),
        sql`, `,
      )})`,
    );
    return new Map(rows.map((row) => [row.id, viewOf(row)]));
  }

  /** `phone` in E.164. */
  async find(
    by: { readonly id: string } | { readonly phone: string } | { readonly email: string },
  ): Promise<Account | undefined> {
    const where =
      'id' in by
        ? sql`id = ${by.id}`
        : 'phone' in by
          ? sql`phone_number = ${by.phone}`
          : sql`lower(email) = ${by.email.toLowerCase()}`;
    const [row] = await rowsOf<Row>(this.#db, sql`SELECT ${columns} FROM "user" WHERE ${where} LIMIT 1`);
    return row && viewOf(row);
  }

  async list(
    { cursor, limit, q, sort = '-createdAt' }: ListQuery,
    platform?: PlatformRole,
  ): Promise<ListOf<Account>> {
    const by = sorts[sort.replace(/^-/, '')];
    if (!by) throw new CodedError('request.invalid', `sort must be one of ${Object.keys(sorts).join(', ')}`);
    const like = containing(q ?? '');
    const wanted = [
      ...(q
        ? [sql`(name ILIKE ${like} OR email ILIKE ${like} OR phone_number LIKE ${like} OR id = ${q})`]
        : []),
      ...(platform ? [sql`${platform} = ANY (string_to_array(role, ','))`] : []),
    ];
    const [at, id] = readCursor(cursor) ?? [];
    const falling = sort.startsWith('-');
    const place = sort.endsWith('name') ? sql`${at}::text` : sql`to_timestamp(${at}::float8 / 1000)`;
    const after =
      id === undefined ? [] : [sql`(${by}, id) ${sql.raw(falling ? '<' : '>')} (${place}, ${id})`];
    const where = (all: SQL[]): SQL => (all.length === 0 ? sql`true` : sql.join(all, sql` AND `));
    const way = sql.raw(falling ? 'DESC' : 'ASC');
    const rows = await rowsOf<Row>(
      this.#db,
      sql`SELECT ${columns} FROM "user" WHERE ${where([...wanted, ...after])}
        ORDER BY ${by} ${way}, id ${way} LIMIT ${limit + 1}`,
    );
    const [{ total } = { total: 0 }] = await rowsOf<{ total: number }>(
      this.#db,
      sql`SELECT count(*)::int AS total FROM "user" WHERE ${where(wanted)}`,
    );
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      items: page.map(viewOf),
      next:
        rows.length > limit && last
          ? writeCursor([sort.endsWith('name') ? last.name : last.created, last.id])
          : null,
      total,
    };
  }

  /** Throws `account.exists`. `passwordHash`: of server/auth/hashing.ts. */
  async create(input: {
    readonly name: string;
    readonly email: string;
    readonly platform: PlatformRole | null;
    readonly passwordHash: string;
  }): Promise<Account> {
    const id = randomBytes(16).toString('base64url');
    const email = input.email.toLowerCase();
    return this.#db.transaction(async (rows) => {
      const [row] = await rowsOf<Row>(
        rows,
        sql`INSERT INTO "user" (id, name, email, email_verified, role)
          VALUES (${id}, ${input.name}, ${email}, false, ${input.platform ?? 'user'})
          ON CONFLICT DO NOTHING RETURNING ${columns}`,
      );
      if (!row) throw new CodedError('account.exists', email);
      await rows.execute(sql`INSERT INTO account (id, account_id, provider_id, user_id, password)
        VALUES (${randomBytes(16).toString('base64url')}, ${id}, 'credential', ${id}, ${input.passwordHash})`);
      return viewOf(row);
    });
  }

  /** A ban ends all sessions. Throws `notFound`; `account.last` when no administrator would be left, or for a ban of oneself. */
  async change(
    id: string,
    {
      platform,
      banned,
    }: { readonly platform?: PlatformRole | null | undefined; readonly banned?: boolean | undefined },
    by: string,
  ): Promise<Account> {
    if (banned && id === by) throw new CodedError('account.last');
    return this.#db.transaction(async (rows) => {
      await lockThing(rows, 'accounts', 'admins');
      if (platform !== undefined)
        await rows.execute(
          sql`UPDATE "user" SET role = ${platform ?? 'user'}, updated_at = now() WHERE id = ${id}`,
        );
      if (banned !== undefined)
        await rows.execute(sql`UPDATE "user" SET banned = ${banned}, ban_reason = NULL, ban_expires = NULL,
          updated_at = now() WHERE id = ${id}`);
      if (banned) await rows.execute(sql`DELETE FROM session WHERE user_id = ${id}`);
      const [row] = await rowsOf<Row>(rows, sql`SELECT ${columns} FROM "user" WHERE id = ${id}`);
      if (!row) throw new CodedError('notFound', 'account');
      const admins = await rowsOf(
        rows,
        sql`SELECT 1 FROM "user" WHERE 'admin' = ANY (string_to_array(role, ',')) AND banned IS NOT TRUE LIMIT 1`,
      );
      if (admins.length === 0) throw new CodedError('account.last');
      return viewOf(row);
    });
  }
}
