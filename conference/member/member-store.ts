/** Roles of people in conferences: rows in the database, and all of them in memory, for every request asks. */
import { and, eq } from 'drizzle-orm';
import { type ConferenceRole, conferenceRoles } from '#contracts/roles.ts';
import { type Tables, Turns } from '../rows.ts';
import { memberTable } from './member-tables.ts';

export type Member = { readonly userId: string; readonly roles: readonly ConferenceRole[] };

export interface MemberDirectory {
  /** Empty for who has none. */
  rolesOf(userId: string, conferenceId: string): readonly ConferenceRole[];
  conferencesOf(userId: string): readonly string[];
}

const none: readonly ConferenceRole[] = [];

export class MemberStore implements MemberDirectory {
  readonly #db: Tables;
  /** By conference, then by person. */
  readonly #roles = new Map<string, Map<string, readonly ConferenceRole[]>>();
  readonly #turns = new Turns();
  readonly #hooks = new Set<(userId: string, conferenceId: string) => void>();

  constructor(db: Tables) {
    this.#db = db;
  }

  async load(): Promise<void> {
    for (const { conferenceId, userId, role } of await this.#db.select().from(memberTable))
      this.#put(conferenceId, userId, [...this.rolesOf(userId, conferenceId), role]);
  }

  /** Called after a person's roles in a conference were set; must not throw. Returns what ends it. */
  onChanged(hook: (userId: string, conferenceId: string) => void): () => void {
    this.#hooks.add(hook);
    return () => void this.#hooks.delete(hook);
  }

  rolesOf(userId: string, conferenceId: string): readonly ConferenceRole[] {
    return this.#roles.get(conferenceId)?.get(userId) ?? none;
  }

  conferencesOf(userId: string): readonly string[] {
    return [...this.#roles].flatMap(([id, people]) => (people.has(userId) ? [id] : []));
  }

  list(conferenceId: string): readonly Member[] {
    return [...(this.#roles.get(conferenceId) ?? [])].map(([userId, roles]) => ({ userId, roles }));
  }

  /** Sets the roles a person has; none takes the person out. `change` sees those of now. */
  set(
    conferenceId: string,
    userId: string,
    change: (now: readonly ConferenceRole[]) => readonly ConferenceRole[],
  ): Promise<readonly ConferenceRole[]> {
    return this.#turns.take(async () => {
      const wanted = change(this.rolesOf(userId, conferenceId));
      const roles = conferenceRoles.filter((role) => wanted.includes(role));
      await this.#db.transaction(async (rows) => {
        await rows
          .delete(memberTable)
          .where(and(eq(memberTable.conferenceId, conferenceId), eq(memberTable.userId, userId)));
        if (roles.length > 0)
          await rows.insert(memberTable).values(roles.map((role) => ({ conferenceId, userId, role })));
      });
      this.#put(conferenceId, userId, roles);
      for (const hook of this.#hooks) hook(userId, conferenceId);
      return roles;
    });
  }

  /** The conference or the account is gone, its rows with it. */
  forget(gone: { readonly conferenceId: string } | { readonly userId: string }): void {
    if ('conferenceId' in gone) this.#roles.delete(gone.conferenceId);
    else for (const people of this.#roles.values()) people.delete(gone.userId);
  }

  #put(conferenceId: string, userId: string, roles: readonly ConferenceRole[]): void {
    const people = this.#roles.get(conferenceId) ?? new Map<string, readonly ConferenceRole[]>();
    this.#roles.set(conferenceId, people);
    if (roles.length > 0) people.set(userId, roles);
    else people.delete(userId);
  }
}
