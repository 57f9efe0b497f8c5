/** Profiles: one row a person, read when asked for. */
import { eq } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import {
  type CodedField,
  codedFields,
  emptyProfile,
  type Profile,
  type ProfileUpdate,
} from '#contracts/profile.ts';
import { checkAnswer } from './dictionaries.ts';
import { profileTable } from './profile-tables.ts';

type Tables = { profileTable: typeof profileTable };
/** All but the phone, which is the account's. */
export type ProfileAnswers = Omit<Profile, 'phone'>;

export class ProfileStore<T extends Tables = Tables> {
  readonly #db: NodePgDatabase<T>;
  readonly #now: () => number;
  readonly #hooks = new Set<(userId: string) => void>();

  constructor(db: NodePgDatabase<T>, now: () => number = Date.now) {
    this.#db = db;
    this.#now = now;
  }

  async get(userId: string): Promise<ProfileAnswers> {
    const [row] = await this.#db
      .select({ answers: profileTable.answers })
      .from(profileTable)
      .where(eq(profileTable.userId, userId));
    const { phone: _, ...empty } = emptyProfile;
    return { ...empty, ...row?.answers };
  }

  /** Codes by field, so far as told; `other` for what no dictionary has. What rules about profiles ask. */
  async codesOf(userId: string): Promise<Readonly<Partial<Record<CodedField, string>>>> {
    const answers = await this.get(userId);
    return Object.fromEntries(
      codedFields.flatMap((field) => {
        const value = answers[field];
        return value ? [[field, value.code]] : [];
      }),
    );
  }

  /** Changes the fields named. Throws `request.invalid` for an answer its dictionary does not have; then nothing is changed. */
  async update(userId: string, update: ProfileUpdate): Promise<ProfileAnswers> {
    const changes: Partial<ProfileAnswers> = {};
    for (const field of ['name', 'hospital', 'position'] as const) {
      const text = update[field];
      if (text !== undefined) changes[field] = text;
    }
    for (const field of codedFields) {
      const answer = update[field];
      if (answer !== undefined) changes[field] = answer === null ? null : checkAnswer(field, answer);
    }
    const answers = await this.#db.transaction(async (rows) => {
      const [before] = await rows
        .select({ answers: profileTable.answers })
        .from(profileTable)
        .where(eq(profileTable.userId, userId))
        .for('update');
      const after = { ...before?.answers, ...changes };
      const updatedAt = new Date(this.#now());
      await rows
        .insert(profileTable)
        .values({ userId, answers: after, updatedAt })
        .onConflictDoUpdate({ target: profileTable.userId, set: { answers: after, updatedAt } });
      return after;
    });
    for (const hook of this.#hooks) hook(userId);
    const { phone: _, ...empty } = emptyProfile;
    return { ...empty, ...answers };
  }

  async remove(userId: string): Promise<void> {
    await this.#db.delete(profileTable).where(eq(profileTable.userId, userId));
    for (const hook of this.#hooks) hook(userId);
  }

  /** A person's answers became others: rules about profiles may decide differently now. Gives the way to end it. */
  onChanged(hook: (userId: string) => void): () => void {
    this.#hooks.add(hook);
    return () => this.#hooks.delete(hook);
  }
}
