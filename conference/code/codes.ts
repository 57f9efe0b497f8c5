/** Invite codes: batches made and revoked by the staff, codes used by people. A code lets in as many as it says, whoever comes at once. */
import { randomBytes } from 'node:crypto';
import { and, desc, eq, sql } from 'drizzle-orm';
import { CodedError } from '#contracts/errors.ts';
import type { CodeBatch } from '#contracts/invite-code.ts';
import type { Sealing } from '../sealing.ts';
import { rowsOf, type SqlDb } from '../sql.ts';
import { type CodeBatchRow, codeBatchTable, codeUseTable, inviteCodeTable } from './code-tables.ts';
import { newCode, normalCode, shownCode } from './code-text.ts';

export type NewBatch = {
  readonly name: string;
  readonly codes: number;
  readonly uses: number;
  readonly expiresAt: number | null;
  readonly createdBy: string;
};
type Hook = (conferenceId: string, userId: string | undefined) => void;

/** Of a conference. */
const mostBatches = 500;
/** Codes written or read at once. */
const piece = 2000;

export class Codes {
  readonly #db: SqlDb;
  readonly #sealing: Sealing;
  readonly #now: () => number;
  readonly #hooks = new Set<Hook>();

  constructor(db: SqlDb, sealing: Sealing, now: () => number = Date.now) {
    this.#db = db;
    this.#sealing = sealing;
    this.#now = now;
  }

  /** Called when a person used a code, and when a batch was revoked (undefined: anybody). Returns what ends it. */
  onChanged(hook: Hook): () => void {
    this.#hooks.add(hook);
    return () => void this.#hooks.delete(hook);
  }

  /** Newest first. */
  async batches(conferenceId: string): Promise<CodeBatch[]> {
    const rows = await this.#db
      .select()
      .from(codeBatchTable)
      .where(eq(codeBatchTable.conferenceId, conferenceId))
      .orderBy(desc(codeBatchTable.createdAt));
    const counts = await rowsOf<{ id: string; used: number; opened: number }>(
      this.#db,
      sql`SELECT batch_id AS id, sum(used)::int AS used, (count(*) FILTER (WHERE used > 0))::int AS opened FROM invite_code
          WHERE batch_id = ANY(${sql.param(rows.map(({ id }) => id))}::text[]) GROUP BY batch_id`,
    );
    const byId = new Map(counts.map((count) => [count.id, count]));
    return rows.map(({ conferenceId: _, ...row }) => ({
      ...row,
      used: byId.get(row.id)?.used ?? 0,
      opened: byId.get(row.id)?.opened ?? 0,
    }));
  }

  /** Throws `request.tooMany`, `request.invalid` for one that is over already. */
  async create(conferenceId: string, batch: NewBatch): Promise<string> {
    const now = this.#now();
    if (batch.expiresAt !== null && batch.expiresAt <= now)
      throw new CodedError('request.invalid', 'expiresAt must be in the future');
    const id = randomBytes(9).toString('base64url');
    await this.#db.transaction(async (rows) => {
      const known = await rows
        .select({ id: codeBatchTable.id })
        .from(codeBatchTable)
        .where(eq(codeBatchTable.conferenceId, conferenceId));
      if (known.length >= mostBatches)
        throw new CodedError('request.tooMany', `a conference may have ${mostBatches} batches`);
      await rows
        .insert(codeBatchTable)
        .values({ ...batch, id, conferenceId, createdAt: now, revokedAt: null });
      for (let left = batch.codes; left > 0; ) {
        const codes = Array.from({ length: Math.min(left, piece) }, newCode);
        // One in 2^49 is there already: it is diced again.
        const made = await rowsOf(
          rows,
          sql`INSERT INTO invite_code (batch_id, mark, sealed)
              SELECT ${id}, * FROM unnest(${sql.param(codes.map((code) => this.#mark(conferenceId, code)))}::text[],
                ${sql.param(codes.map((code) => this.#sealing.seal(code, id)))}::text[])
              ON CONFLICT (mark) DO NOTHING RETURNING 1`,
        );
        left -= made.length;
      }
    });
    return id;
  }

  async find(batchId: string): Promise<CodeBatchRow | undefined> {
    const [row] = await this.#db.select().from(codeBatchTable).where(eq(codeBatchTable.id, batchId));
    return row;
  }

  /** As they are written on invitations, with the times each was used, in pieces. */
  async *codesOf(
    batchId: string,
  ): AsyncGenerator<readonly { readonly code: string; readonly used: number }[]> {
    for (let after = '0'; ; ) {
      const rows = await rowsOf<{ id: string; sealed: string; used: number }>(
        this.#db,
        sql`SELECT id::text, sealed, used FROM invite_code WHERE batch_id = ${batchId} AND id > ${after}::bigint
            ORDER BY invite_code.id LIMIT ${piece}`,
      );
      if (rows.length > 0)
        yield rows.map(({ sealed, used }) => ({
          code: shownCode(this.#sealing.open(sealed, batchId)),
          used,
        }));
      if (rows.length < piece) return;
      after = rows.at(-1)?.id ?? after;
    }
  }

  /** Its codes let nobody in any more, and whom they let in is out. */
  async revoke({ id, conferenceId }: CodeBatchRow): Promise<void> {
    await this.#db
      .update(codeBatchTable)
      .set({ revokedAt: this.#now() })
      .where(sql`id = ${id} AND revoked_at IS NULL`);
    for (const hook of this.#hooks) hook(conferenceId, undefined);
  }

  /**
   * A person uses a code; again is the same. Throws `code.wrong` (unknown, of another conference, revoked), `code.expired`,
   * `code.usedUp`.
   */
  async redeem(
    conferenceId: string,
    userId: string,
    text: string,
  ): Promise<{ readonly batch: { readonly id: string; readonly name: string }; readonly again: boolean }> {
    const code = normalCode(text);
    if (code === undefined) throw new CodedError('code.wrong');
    const result = await this.#db.transaction(async (rows) => {
      // Locked: all who come at once wait for each other here, and each sees what the one before did.
      const [found] = await rowsOf<{
        codeId: string;
        id: string;
        name: string;
        left: number;
        expiresAt: number | null;
        revoked: boolean;
      }>(
        rows,
        sql`SELECT c.id::text AS "codeId", b.id, b.name, b.uses - c.used AS left, b.expires_at AS "expiresAt",
              b.revoked_at IS NOT NULL AS revoked
            FROM invite_code c JOIN code_batch b ON b.id = c.batch_id
            WHERE c.mark = ${this.#mark(conferenceId, code)} AND b.conference_id = ${conferenceId} FOR UPDATE OF c`,
      );
      if (!found || found.revoked) throw new CodedError('code.wrong');
      const batch = { id: found.id, name: found.name };
      const codeId = Number(found.codeId);
      const [before] = await rows
        .select({ at: codeUseTable.at })
        .from(codeUseTable)
        .where(and(eq(codeUseTable.codeId, codeId), eq(codeUseTable.userId, userId)));
      if (before) return { batch, again: true };
      const at = this.#now();
      if (found.expiresAt !== null && found.expiresAt <= at) throw new CodedError('code.expired');
      if (found.left <= 0) throw new CodedError('code.usedUp');
      await rows.insert(codeUseTable).values({ codeId, batchId: found.id, conferenceId, userId, at });
      await rows.update(inviteCodeTable).set({ used: sql`used + 1` }).where(eq(inviteCodeTable.id, codeId));
      return { batch, again: false };
    });
    if (!result.again) for (const hook of this.#hooks) hook(conferenceId, userId);
    return result;
  }

  /** Ids of the batches in force of which the person used a code. One that expired still counts: it was used in time. */
  async factsOf(conferenceId: string, userId: string): Promise<ReadonlySet<string>> {
    const rows = await rowsOf<{ id: string }>(
      this.#db,
      sql`SELECT DISTINCT u.batch_id AS id FROM code_use u JOIN code_batch b ON b.id = u.batch_id
          WHERE u.user_id = ${userId} AND u.conference_id = ${conferenceId} AND b.revoked_at IS NULL`,
    );
    return new Set(rows.map(({ id }) => id));
  }

  async ofPerson(userId: string): Promise<{ conferenceId: string; at: number }[]> {
    const { conferenceId, at } = codeUseTable;
    return this.#db.select({ conferenceId, at }).from(codeUseTable).where(eq(codeUseTable.userId, userId));
  }

  /** The account is gone; that the code was used stays counted. */
  async erase(userId: string): Promise<void> {
    await this.#db.delete(codeUseTable).where(eq(codeUseTable.userId, userId));
  }

  /** A code both had used counts once for the person, and as often as it was used. */
  async move(from: string, to: string): Promise<void> {
    await this.#db.execute(sql`UPDATE code_use u SET user_id = ${to} WHERE user_id = ${from}
      AND NOT EXISTS (SELECT 1 FROM code_use o WHERE o.code_id = u.code_id AND o.user_id = ${to})`);
    await this.erase(from);
  }

  #mark(conferenceId: string, code: string): string {
    return this.#sealing.mark('code', conferenceId, code);
  }
}
