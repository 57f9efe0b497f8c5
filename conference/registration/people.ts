/** What registrations, lists and notices ask of the accounts. */
import type { Profile } from '#contracts/profile.ts';
import type { RegistrationAnswers } from '#contracts/registration.ts';

export type KnownPerson = {
  readonly id: string;
  readonly name: string;
  /** As confirmed by a code; null: none. */
  readonly phone: string | null;
};

export interface People {
  /** Those there are; others are left out. */
  known(userIds: readonly string[]): Promise<ReadonlyMap<string, KnownPerson>>;
  /** Whose confirmed phone this is. */
  byPhone(phone: string): Promise<string | undefined>;
  profileOf(userId: string): Promise<Profile>;
  /** What the person wrote into a form is their profile from now on. */
  saveProfile(userId: string, answers: RegistrationAnswers): Promise<void>;
}
