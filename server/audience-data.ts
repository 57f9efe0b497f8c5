/** What the audience's features keep of a person: to be seen, taken along, joined and deleted (conference/profile/personal-data.ts). */
import type { Codes } from '#conference/code/codes.ts';
import type { Consents } from '#conference/consent/consents.ts';
import type { Delegates } from '#conference/delegate/delegates.ts';
import type { Grants } from '#conference/grant/grants.ts';
import type { Notices } from '#conference/notice/notices.ts';
import type { PersonalPart } from '#conference/profile/personal-data.ts';
import type { People } from '#conference/registration/people.ts';
import type { Registrations } from '#conference/registration/registrations.ts';
import type { Reminders } from '#conference/reminder/reminders.ts';

export type AudienceData = {
  readonly registrations: Registrations;
  readonly delegates: Delegates;
  readonly inviteCodes: Codes;
  readonly grants: Grants;
  readonly consents: Consents;
  readonly reminders: Reminders;
  readonly notices: Notices;
  readonly people: People;
};

const orNothing = <T>(list: readonly T[]): readonly T[] | undefined => (list.length === 0 ? undefined : list);

export function audienceParts(data: AudienceData): PersonalPart[] {
  const { registrations, delegates, inviteCodes, grants, consents, reminders, notices, people } = data;
  const phoneOf = async (userId: string): Promise<string | null> =>
    (await people.known([userId])).get(userId)?.phone ?? null;
  return [
    {
      name: 'registrations',
      export: async (userId) =>
        orNothing(
          (await registrations.ofPerson(userId)).map(({ conferenceId, state, answers, note, createdAt }) => ({
            ...{ conferenceId, state, answers, note, createdAt },
          })),
        ),
      erase: (userId) => registrations.erase(userId),
      move: (from, to) => registrations.move(from, to),
    },
    {
      name: 'delegateLists',
      export: async (userId) => orNothing(await delegates.ofPerson(userId)),
      erase: (userId) => delegates.erase(userId),
      move: (from, to) => delegates.move(from, to),
    },
    {
      name: 'codes',
      export: async (userId) => orNothing(await inviteCodes.ofPerson(userId)),
      erase: (userId) => inviteCodes.erase(userId),
      move: (from, to) => inviteCodes.move(from, to),
    },
    {
      name: 'grants',
      export: async (userId) => orNothing(await grants.ofPerson(userId)),
      erase: (userId) => grants.erase(userId),
      move: (from, to) => grants.move(from, to),
    },
    {
      name: 'reminders',
      export: async (userId) => orNothing(await reminders.exportOf(userId)),
      erase: (userId) => reminders.erase(userId),
      move: (from, to) => reminders.move(from, to),
    },
    {
      name: 'notices',
      // What was sent is in the phone; here only that something was.
      export: async () => undefined,
      erase: (userId) => notices.erase(userId),
      move: (from) => notices.erase(from),
    },
    {
      name: 'consents',
      async export(userId) {
        const phone = await phoneOf(userId);
        if (phone === null) return undefined;
        return orNothing(
          consents.ofPhone(phone).map(({ conferenceId, talkId, contact, answer, answeredAt }) => ({
            ...{ conferenceId, talkId, name: contact.name, unit: contact.unit, answer, answeredAt },
          })),
        );
      },
      async erase(userId) {
        const phone = await phoneOf(userId);
        if (phone !== null) await consents.erase(phone);
      },
    },
  ];
}
