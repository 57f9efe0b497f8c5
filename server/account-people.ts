/** Accounts as registrations, lists and notices ask for them (conference/registration/people.ts). */
import { eq, inArray } from 'drizzle-orm';
import type { ProfileStore } from '#conference/profile/profile-store.ts';
import type { KnownPerson, People } from '#conference/registration/people.ts';
import type { Db } from './db/database.ts';
import { user } from './db/schema.ts';

export function accountPeople(db: Db, profiles: ProfileStore): People {
  return {
    async known(userIds) {
      const known = new Map<string, KnownPerson>();
      // PostgreSQL takes 65,535 values at most.
      for (let at = 0; at < userIds.length; at += 5000)
        for (const row of await db
          .select({ id: user.id, name: user.name, phone: user.phoneNumber })
          .from(user)
          .where(inArray(user.id, userIds.slice(at, at + 5000))))
          known.set(row.id, row);
      return known;
    },
    async byPhone(phone) {
      const [row] = await db.select({ id: user.id }).from(user).where(eq(user.phoneNumber, phone));
      return row?.id;
    },
    async profileOf(userId) {
      const [answers, [row]] = await Promise.all([
        profiles.get(userId),
        db.select({ phone: user.phoneNumber }).from(user).where(eq(user.id, userId)),
      ]);
      return { ...answers, phone: row?.phone ?? '' };
    },
    async saveProfile(userId, answers) {
      if (Object.keys(answers).length > 0) await profiles.update(userId, answers);
    },
  };
}
