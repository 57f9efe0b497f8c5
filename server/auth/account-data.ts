/** The account's own parts of a person's data; the account itself goes last, when every part is erased. */
import { desc, eq } from 'drizzle-orm';
import type { PersonalPart } from '#conference/profile/personal-data.ts';
import type { ProfileStore } from '#conference/profile/profile-store.ts';
import type { Db } from '../db/database.ts';
import * as schema from '../db/schema.ts';

/** What is kept of who did something as staff, when the account is gone. */
const goneName = '(deleted account)';
/** Lines of the audit log in an export. */
const mostActs = 5000;

export function accountParts(db: Db, profiles: ProfileStore): readonly PersonalPart[] {
  return [
    {
      name: 'account',
      async export(userId) {
        const [user] = await db.select().from(schema.user).where(eq(schema.user.id, userId));
        const links = await db
          .select({ provider: schema.account.providerId, subject: schema.account.accountId })
          .from(schema.account)
          .where(eq(schema.account.userId, userId));
        const sessions = await db
          .select({
            createdAt: schema.session.createdAt,
            address: schema.session.ipAddress,
            agent: schema.session.userAgent,
          })
          .from(schema.session)
          .where(eq(schema.session.userId, userId));
        return user && { ...user, links, sessions };
      },
      // With the row of the account, by references of the tables.
      erase: async () => undefined,
    },
    {
      name: 'profile',
      export: (userId) => profiles.get(userId),
      erase: (userId) => profiles.remove(userId),
      async move(from, to) {
        const [had, has] = await Promise.all([profiles.get(from), profiles.get(to)]);
        const missing = Object.entries(had).filter(
          ([field, value]) => value && !has[field as keyof typeof has],
        );
        if (missing.length > 0) await profiles.update(to, strip(Object.fromEntries(missing)));
      },
    },
    {
      name: 'staffActs',
      async export(userId) {
        const acts = await db
          .select({ at: schema.audit.at, action: schema.audit.action, details: schema.audit.details })
          .from(schema.audit)
          .where(eq(schema.audit.actorId, userId))
          .orderBy(desc(schema.audit.id))
          .limit(mostActs);
        return acts.length > 0 ? acts : undefined;
      },
      /** Kept without identity: what was done to a conference stays on record. */
      async erase(userId) {
        await db
          .update(schema.audit)
          .set({ actorName: goneName, remote: '' })
          .where(eq(schema.audit.actorId, userId));
      },
    },
  ];
}

/** Answers as a form would send them: the dictionary gives the rest. */
const strip = (answers: Record<string, unknown>): Record<string, never> =>
  Object.fromEntries(
    Object.entries(answers).map(([field, value]) => {
      if (typeof value !== 'object' || value === null) return [field, value];
      const { code, label } = value as { code: string; label: string };
      return [field, { code, label }];
    }),
  ) as Record<string, never>;
