/** Invitations in the database: made, looked at, accepted once a person, revoked. */
import { randomBytes } from 'node:crypto';
import { and, count, desc, eq, gt, isNull, sql } from 'drizzle-orm';
import { CodedError } from '#contracts/errors.ts';
import type { ConferenceRole } from '#contracts/roles.ts';
import type { MemberStore } from '../member/member-store.ts';
import type { Tables } from '../rows.ts';
import { hashOfToken, type InvitationRow, inPart, newToken, stateOf } from './invitation.ts';
import { invitationTable, invitationUseTable } from './invitation-tables.ts';

/** Open ones a conference may have at most: a list, not a mailing. */
const most = 5000;

export type NewInvitation = {
  readonly conferenceId: string;
  readonly roles: readonly ConferenceRole[];
  /** Phone or e-mail address; null for a link. */
  readonly to: string | null;
  readonly note: string;
  readonly uses: number;
  readonly days: number;
  readonly createdBy: string;
};

export class Invitations {
  readonly #db: Tables;
  readonly #members: MemberStore;

  constructor({ db, members }: { readonly db: Tables; readonly members: MemberStore }) {
    this.#db = db;
    this.#members = members;
  }

  /** The token is told only here. */
  async create(input: NewInvitation): Promise<{ readonly row: InvitationRow; readonly token: string }> {
    const { conferenceId, roles, to, note, uses, days, createdBy } = input;
    const [{ open } = { open: 0 }] = await this.#db
      .select({ open: count() })
      .from(invitationTable)
      .where(
        and(
          eq(invitationTable.conferenceId, conferenceId),
          isNull(invitationTable.revokedAt),
          gt(invitationTable.expiresAt, new Date()),
        ),
      );
    if (open >= most) throw new CodedError('request.tooMany', `at most ${most} open invitations`);
    const token = newToken();
    const now = Date.now();
    const row: InvitationRow = {
      ...{ conferenceId, note, uses, createdBy, used: 0, revokedAt: null },
      id: randomBytes(9).toString('base64url'),
      tokenHash: hashOfToken(token),
      roles: [...roles],
      sentTo: to === null ? null : inPart(to),
      createdAt: new Date(now),
      expiresAt: new Date(now + days * 86_400_000),
    };
    await this.#db.insert(invitationTable).values(row);
    return { row, token };
  }

  /** Newest first. */
  list(conferenceId: string): Promise<InvitationRow[]> {
    return this.#db
      .select()
      .from(invitationTable)
      .where(eq(invitationTable.conferenceId, conferenceId))
      .orderBy(desc(invitationTable.createdAt), invitationTable.id)
      .limit(most);
  }

  /** Throws `invitation.gone`, the same for what never was, is used up, expired or revoked. */
  async look(token: string): Promise<InvitationRow> {
    const [row] = await this.#db
      .select()
      .from(invitationTable)
      .where(eq(invitationTable.tokenHash, hashOfToken(token)));
    if (!row || stateOf(row, Date.now()) !== 'open') throw new CodedError('invitation.gone');
    return row;
  }

  /** Gives the person the roles, once: who was taken out of the staff since does not come back by it. Throws `invitation.gone`. */
  async accept(
    token: string,
    userId: string,
  ): Promise<{ row: InvitationRow; roles: readonly ConferenceRole[] }> {
    const tokenHash = hashOfToken(token);
    const { row, first } = await this.#db.transaction(async (rows) => {
      const [found] = await rows
        .select()
        .from(invitationTable)
        .where(eq(invitationTable.tokenHash, tokenHash));
      const now = new Date();
      if (!found || found.revokedAt || found.expiresAt <= now) throw new CodedError('invitation.gone');
      const first = await rows
        .insert(invitationUseTable)
        .values({ invitationId: found.id, userId, at: now })
        .onConflictDoNothing()
        .returning({ id: invitationUseTable.invitationId });
      if (first.length === 0) return { row: found, first: false };
      // The last use goes to one of those who come at once; the others' is taken back with the transaction.
      const [counted] = await rows
        .update(invitationTable)
        .set({ used: sql`${invitationTable.used} + 1` })
        .where(and(eq(invitationTable.id, found.id), sql`${invitationTable.used} < ${invitationTable.uses}`))
        .returning();
      if (!counted) throw new CodedError('invitation.gone');
      return { row: counted, first: true };
    });
    const roles = first
      ? await this.#members.set(row.conferenceId, userId, (now) => [...now, ...row.roles])
      : this.#members.rolesOf(userId, row.conferenceId);
    if (roles.length === 0) throw new CodedError('invitation.gone');
    return { row, roles };
  }

  /** Undefined when the conference has no such invitation. */
  async revoke(conferenceId: string, id: string): Promise<InvitationRow | undefined> {
    const [row] = await this.#db
      .update(invitationTable)
      .set({ revokedAt: new Date() })
      .where(and(eq(invitationTable.conferenceId, conferenceId), eq(invitationTable.id, id)))
      .returning();
    return row;
  }
}
