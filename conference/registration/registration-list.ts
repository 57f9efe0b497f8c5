/** The staff's list of registrations: filtered, sorted and paged by the database; and all of a filter for the export. */
import { type SQL, sql } from 'drizzle-orm';
import type { RegistrationState } from '#contracts/access.ts';
import { CodedError } from '#contracts/errors.ts';
import type { ListOf, ListQuery } from '#contracts/listing.ts';
import { codedFields } from '#contracts/profile.ts';
import type { Registration, RegistrationAnswers, RegistrationFilter } from '#contracts/registration.ts';
import { maskedPhone, normalPhone } from '../delegate/identity.ts';
import { beginning, containing, readCursor, rowsOf, type SqlRows, writeCursor } from '../sql.ts';
import type { People } from './people.ts';

const sorts: Readonly<Record<string, { readonly column: SQL; readonly as: SQL }>> = {
  createdAt: { column: sql`created_at`, as: sql`float8` },
  decidedAt: { column: sql`coalesce(decided_at, 0)`, as: sql`float8` },
  name: { column: sql`name`, as: sql`text` },
  hospital: { column: sql`hospital`, as: sql`text` },
  state: { column: sql`state`, as: sql`text` },
};

type Row = {
  readonly userId: string;
  readonly state: RegistrationState;
  readonly answers: RegistrationAnswers;
  readonly name: string;
  readonly hospital: string;
  readonly note: string;
  readonly createdAt: number;
  readonly decidedAt: number | null;
};
const columns = sql`user_id AS "userId", state, answers, name, hospital, note, created_at AS "createdAt", decided_at AS "decidedAt"`;

/** With `phoneOwner`, the account whose phone `q` is. */
export type ResolvedFilter = RegistrationFilter & { readonly phoneOwner?: string | undefined };

export function filterOf(filter: ResolvedFilter): SQL {
  const parts: SQL[] = [sql`true`];
  if (filter.state) parts.push(sql`state = ${filter.state}`);
  for (const field of codedFields) {
    const code = filter[field];
    if (code !== undefined) parts.push(sql`answers->${field}->>'code' LIKE ${beginning(code)}`);
  }
  if (filter.q) {
    const like = containing(filter.q);
    const own = filter.phoneOwner === undefined ? sql`false` : sql`user_id = ${filter.phoneOwner}`;
    parts.push(sql`(name ILIKE ${like} OR hospital ILIKE ${like} OR ${own})`);
  }
  return sql.join(parts, sql` AND `);
}

export class RegistrationList {
  readonly #db: SqlRows;
  readonly #people: People;

  constructor(db: SqlRows, people: People) {
    this.#db = db;
    this.#people = people;
  }

  async page(
    conferenceId: string,
    query: ListQuery & RegistrationFilter,
    wholePhones: boolean,
  ): Promise<ListOf<Registration>> {
    const descending = (query.sort ?? '-createdAt').startsWith('-');
    const by = (query.sort ?? '-createdAt').replace('-', '');
    const sort = Object.hasOwn(sorts, by) ? sorts[by] : undefined;
    if (!sort)
      throw new CodedError('request.invalid', `sort must be one of ${Object.keys(sorts).join(', ')}`);
    const where = sql`conference_id = ${conferenceId} AND ${filterOf(await this.resolved(query))}`;
    const cursor = readCursor(query.cursor);
    const after = cursor
      ? sql`(${sort.column}, user_id) ${descending ? sql`<` : sql`>`} (${cursor[0]}::${sort.as}, ${cursor[1]})`
      : sql`true`;
    const way = descending ? sql`DESC` : sql`ASC`;
    const rows = await rowsOf<Row & { at: string | number }>(
      this.#db,
      sql`SELECT ${columns}, ${sort.column} AS at FROM registration WHERE ${where} AND ${after}
          ORDER BY ${sort.column} ${way}, user_id ${way} LIMIT ${query.limit + 1}`,
    );
    const [count] = await rowsOf<{ n: number }>(
      this.#db,
      sql`SELECT count(*)::int AS n FROM registration WHERE ${where}`,
    );
    const shown = rows.slice(0, query.limit);
    const last = rows.length > query.limit ? shown.at(-1) : undefined;
    return {
      items: await this.#views(shown, wholePhones),
      next: last ? writeCursor([last.at, last.userId]) : null,
      total: count?.n ?? 0,
    };
  }

  /** Pieces of a thousand, oldest first. */
  async *all(conferenceId: string, filter: RegistrationFilter): AsyncGenerator<readonly Registration[]> {
    const where = sql`conference_id = ${conferenceId} AND ${filterOf(await this.resolved(filter))}`;
    let after: Row | undefined;
    for (;;) {
      const rows: Row[] = await rowsOf<Row>(
        this.#db,
        sql`SELECT ${columns} FROM registration WHERE ${where}
            ${after ? sql`AND (created_at, user_id) > (${after.createdAt}::float8, ${after.userId})` : sql``}
            ORDER BY created_at, user_id LIMIT 1000`,
      );
      if (rows.length > 0) yield await this.#views(rows, true);
      if (rows.length < 1000) return;
      after = rows.at(-1);
    }
  }

  /** A whole phone searched for is that of an account. */
  async resolved(filter: RegistrationFilter): Promise<ResolvedFilter> {
    const phone = filter.q === undefined ? undefined : normalPhone(filter.q);
    return phone === undefined ? filter : { ...filter, phoneOwner: await this.#people.byPhone(phone) };
  }

  async #views(rows: readonly Row[], wholePhones: boolean): Promise<Registration[]> {
    const known = await this.#people.known(rows.map(({ userId }) => userId));
    return rows.map(({ answers, ...row }) => {
      const phone = known.get(row.userId)?.phone ?? '';
      return {
        ...{ userId: row.userId, state: row.state, name: row.name, hospital: row.hospital, note: row.note },
        ...{ createdAt: row.createdAt, decidedAt: row.decidedAt },
        phone: wholePhones || phone === '' ? phone : maskedPhone(phone),
        position: answers.position ?? '',
        region: answers.region ?? null,
        department: answers.department ?? null,
        title: answers.title ?? null,
        education: answers.education ?? null,
        discipline: answers.discipline ?? null,
      };
    });
  }
}
