/** Puts the parts of access together: rules, bans, sittings and the gate, over what accounts, members and the live side know. */
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { Access } from '#conference/access/access.ts';
import { AccessRules, type PasswordHashing } from '#conference/access/access-rules.ts';
import { Bans } from '#conference/access/bans.ts';
import { Gate } from '#conference/access/gate.ts';
import { loadPassKeys } from '#conference/access/pass-keys.ts';
import { Previews } from '#conference/access/previews.ts';
import { unlockOf } from '#conference/access/rules.ts';
import { Sittings } from '#conference/access/sittings.ts';
import { LateConsentSource, LateViewerSource, type PersonSource } from '#conference/access/viewer.ts';
import { Viewers } from '#conference/access/viewers.ts';
import type { ClipStore } from '#conference/clip/clip-store.ts';
import type { ConferenceStore } from '#conference/conference/conference-store.ts';
import type { MemberStore } from '#conference/member/member-store.ts';
import { actionsOf } from '#conference/member/permission.ts';
import type { PersonalData } from '#conference/profile/personal-data.ts';
import type { ProfileStore } from '#conference/profile/profile-store.ts';
import type { TalkStore } from '#conference/talk/talk-store.ts';
import type { VenueStore } from '#conference/venue/venue-store.ts';
import type { Thing } from '#contracts/access.ts';
import { platformRoles } from '#contracts/roles.ts';
import type { People } from './auth/people.ts';
import type { Db } from './db/database.ts';
import { keptSecret, knownSecret } from './secrets.ts';

export type AccessParts = {
  readonly access: Access;
  readonly viewers: Viewers;
  /** Where registrations, lists, codes and grants put themselves; and consent. */
  readonly viewerSource: LateViewerSource;
  readonly consentSource: LateConsentSource;
  close(): Promise<void>;
};

export type AccessParameters = {
  readonly db: Db;
  readonly dataDir: string;
  readonly hashing: PasswordHashing;
  readonly conferences: ConferenceStore;
  readonly members: MemberStore;
  readonly venues: VenueStore;
  readonly talks: TalkStore;
  readonly clips: ClipStore;
  readonly people: People;
  readonly profiles: ProfileStore;
  readonly personalData: PersonalData;
  /** Of the live side, which starts after this. */
  readonly timeline: { now(venueId: string): number; runOpen(venueId: string): boolean };
  readonly log: Logger;
};

export async function startAccess(options: AccessParameters): Promise<AccessParts> {
  const { db, dataDir, hashing, conferences, venues, talks, clips, profiles, timeline, log } = options;
  const rules = new AccessRules(db, hashing);
  await rules.load();
  const isThere = ({ kind, id }: Thing): boolean =>
    kind === 'conference'
      ? conferences.get(id) !== undefined
      : kind === 'venue'
        ? venues.get(id) !== undefined
        : talks.get(id) !== undefined;
  await rules.forget(isThere);
  const bans = new Bans(db);
  await bans.load();
  const keys = await loadPassKeys(passKeyFile(dataDir), Date.now());
  const previews = new Previews();
  const sittings = new Sittings({ db, keys, previews, log });
  await sittings.load();
  // What was kept of viewers over a restart holds until it has been asked for again.
  const viewerSource = new LateViewerSource(() => {
    for (const { id } of conferences.list()) viewers.conferenceChanged(id);
  });
  const consentSource = new LateConsentSource();
  const gate = new Gate({
    ...{ rules, venues, conferences, talks, timeline, previews, keys, sittings },
    hidden: (talkId) => clips.ofTalk(talkId)?.state === 'hidden',
    consent: consentSource,
    onPreview: () => sittings.previewBegun(),
  });
  const viewers = new Viewers({
    people: personSource(options),
    source: viewerSource,
    ...{ bans, sittings, gate, log },
  });
  const ends = [
    profiles.onChanged((userId) => viewers.personChanged(userId)),
    // Who has a role watches by it; who lost it, by the rules alone.
    options.members.onChanged((userId, conferenceId) => viewers.personChanged(userId, conferenceId)),
    // A password that is another one, or gone, lets nobody in whom the old one let in.
    rules.onChanged((thing, passwords) => {
      const conferenceId = access.conferenceOf(thing);
      if (passwords.length > 0 && conferenceId !== undefined)
        viewers.lock(new Set(passwords.map((mode) => unlockOf(thing, mode))), conferenceId);
    }),
  ];
  const access = new Access({
    ...{ gate, rules, bans, sittings, viewers, venues, conferences, talks },
    consent: consentSource,
  });
  options.personalData.register({
    name: 'sittings',
    export: async (userId) =>
      sittings.ofPerson(userId).map(({ record: { id, conferenceId, agent, createdAt, expiresAt } }) => ({
        ...{ id, conferenceId, agent, createdAt, expiresAt },
      })),
    // The rows go with the account's.
    erase: async (userId) => access.endPerson(userId),
    move: async (from) => access.endPerson(from),
  });
  return {
    ...{ access, viewers, viewerSource, consentSource },
    close: async () => {
      for (const end of ends) end();
      viewers.close();
      gate.close();
      await sittings.close();
    },
  };
}

function personSource({ people, members, profiles }: AccessParameters): PersonSource {
  return {
    profileOf: (userId) => profiles.codesOf(userId),
    async standingOf(userId, conferenceId) {
      const account = await people.byId(userId);
      const roles = (account?.role ?? '').split(',');
      const platform = platformRoles.find((role) => roles.includes(role)) ?? null;
      const may = actionsOf(platform, members.rolesOf(userId, conferenceId));
      return { staff: may.includes('venue.view'), banned: account === undefined || account.banned === true };
    },
  };
}

const passKeyFile = (dataDir: string) => ({
  read: () => knownSecret(dataDir, 'pass-keys'),
  async write(text: string) {
    if ((await knownSecret(dataDir, 'pass-keys')) === undefined) {
      await keptSecret(dataDir, 'pass-keys', () => text);
      return;
    }
    const file = join(dataDir, 'secrets', 'pass-keys');
    await writeFile(`${file}.new`, `${text}\n`, { mode: 0o600 });
    await rename(`${file}.new`, file);
  },
});
