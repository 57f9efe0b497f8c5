/** What the staff did: one row an act, kept when the venue or the account is gone. */
import { and, desc, eq, lt } from 'drizzle-orm';
import type { Person } from './auth/auth.ts';
import type { Db } from './db/database.ts';
import { audit } from './db/schema.ts';

export type Act = {
  /** A person of the staff, or a presenter by the link used. */
  readonly by: Pick<Person, 'id' | 'name' | 'email'>;
  /** Dotted, e.g. `venue.create` or `track.block`. */
  readonly action: string;
  readonly venueId?: string | undefined;
  readonly conferenceId?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  /** The person's address. */
  readonly remote: string;
};

export type AuditEntry = {
  readonly id: number;
  readonly at: number;
  readonly actorId: string;
  readonly actorName: string;
  readonly action: string;
  readonly venueId: string | null;
  readonly conferenceId: string | null;
  readonly details: Record<string, unknown>;
  readonly remote: string;
};

export type AuditLog = {
  write(act: Act): Promise<void>;
  /** Newest first, ids below `before`. */
  read(page: {
    before?: number | undefined;
    venueId?: string | undefined;
    limit: number;
  }): Promise<AuditEntry[]>;
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
    async read({ before, venueId, limit }) {
      const rows = await db
        .select()
        .from(audit)
        .where(
          and(
            before === undefined ? undefined : lt(audit.id, before),
            venueId === undefined ? undefined : eq(audit.venueId, venueId),
          ),
        )
        .orderBy(desc(audit.id))
        .limit(limit);
      return rows.map((row) => ({ ...row, at: row.at.getTime() }));
    },
  };
}
