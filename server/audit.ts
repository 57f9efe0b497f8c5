/** What the staff did: one row an act, kept when the conference, the venue or the account is gone. */
import { and, count, desc, eq, gte, ilike, like, lt, lte, or, type SQL, sql } from 'drizzle-orm';
import { beginning, containing } from '#conference/sql.ts';
import type { AuditEntry } from '#contracts/audit.ts';
import type { Person } from './auth/auth.ts';
import type { Db } from './db/database.ts';
import { audit } from './db/schema.ts';

export type Act = {
  /** A person of the staff, a program by its key, or a presenter by the link used. */
  readonly by: Pick<Person, 'id' | 'name' | 'email'>;
  /** Dotted, e.g. `venue.create` or `track.block`. */
  readonly action: string;
  readonly venueId?: string | undefined;
  readonly conferenceId?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  /** The person's address. */
  readonly remote: string;
};

export type AuditFilter = {
  readonly conferenceId?: string | undefined;
  readonly venueId?: string | undefined;
  /** In action, person and details. */
  readonly q?: string | undefined;
  /** Exactly, or with a dot at the end all that begin so. */
  readonly action?: string | undefined;
  readonly actor?: string | undefined;
  /** Epoch ms, both included. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
};

export type AuditLog = {
  write(act: Act): Promise<void>;
  /** Newest first, ids below `before`. */
  read(filter: AuditFilter, page: { before?: number | undefined; limit: number }): Promise<AuditEntry[]>;
  count(filter: AuditFilter): Promise<number>;
};

export function createAuditLog(db: Db): AuditLog {
  return {
    async write({ by, action, venueId, conferenceId, details, remote }) {
      await db.insert(audit).values({
        at: new Date(),
        actorId: by.id,
        actorName: by.email ?? by.name,
        action,
        venueId: venueId ?? null,
        conferenceId: conferenceId ?? null,
        details: { ...details },
        remote,
      });
    },
    async read(filter, { before, limit }) {
      const rows = await db
        .select()
        .from(audit)
        .where(and(...wheres(filter), before === undefined ? undefined : lt(audit.id, before)))
        .orderBy(desc(audit.id))
        .limit(limit);
      return rows.map((row) => ({ ...row, at: row.at.getTime() }));
    },
    async count(filter) {
      const [found] = await db
        .select({ total: count() })
        .from(audit)
        .where(and(...wheres(filter)));
      return found?.total ?? 0;
    },
  };
}

function wheres({ conferenceId, venueId, q, action, actor, from, to }: AuditFilter): (SQL | undefined)[] {
  const text = q ? containing(q) : undefined;
  return [
    conferenceId === undefined ? undefined : eq(audit.conferenceId, conferenceId),
    venueId === undefined ? undefined : eq(audit.venueId, venueId),
    actor === undefined ? undefined : eq(audit.actorId, actor),
    action === undefined
      ? undefined
      : action.endsWith('.')
        ? like(audit.action, beginning(action))
        : eq(audit.action, action),
    from === undefined ? undefined : gte(audit.at, new Date(from)),
    to === undefined ? undefined : lte(audit.at, new Date(to)),
    text === undefined
      ? undefined
      : or(
          ilike(audit.action, text),
          ilike(audit.actorName, text),
          sql`${audit.details}::text ILIKE ${text}`,
        ),
  ];
}
