/**
 * Puts together what decides who belongs to a conference's audience: registrations, delegate lists, codes, grants; speakers' consents;
 * and the messages that go out about them.
 */
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { ClipStore } from '#conference/clip/clip-store.ts';
import { Codes } from '#conference/code/codes.ts';
import type { ConferenceStore } from '#conference/conference/conference-store.ts';
import { Consents, type TalkFacts } from '#conference/consent/consents.ts';
import { DelegateImports } from '#conference/delegate/delegate-imports.ts';
import { Delegates } from '#conference/delegate/delegates.ts';
import { Grants } from '#conference/grant/grants.ts';
import { Notices } from '#conference/notice/notices.ts';
import type { PersonalData } from '#conference/profile/personal-data.ts';
import type { ProfileStore } from '#conference/profile/profile-store.ts';
import type { People } from '#conference/registration/people.ts';
import { RegistrationList } from '#conference/registration/registration-list.ts';
import { Registrations, type StateChange } from '#conference/registration/registrations.ts';
import { FactsOfPeople } from '#conference/registration/viewer-facts.ts';
import { Agenda } from '#conference/reminder/agenda.ts';
import { Reminders } from '#conference/reminder/reminders.ts';
import { Sealing } from '#conference/sealing.ts';
import type { TalkStore } from '#conference/talk/talk-store.ts';
import type { VenueStore } from '#conference/venue/venue-store.ts';
import type { WebhookEvent } from '#contracts/integration.ts';
import { accountPeople } from './account-people.ts';
import { audienceParts } from './audience-data.ts';
import type { Config } from './config.ts';
import type { Database, Db } from './db/database.ts';
import type { MailSender } from './messages/mail.ts';
import { noticeSender } from './messages/notice-sender.ts';
import type { SmsSender } from './messages/sms.ts';
import { keptSecret } from './secrets.ts';

export type AudienceParts = {
  readonly db: Db;
  readonly clips: ClipStore;
  /** Signs the cookies of speakers who confirmed a code. */
  readonly consentSecret: string;
  readonly people: People;
  readonly registrations: Registrations;
  readonly registrationList: RegistrationList;
  readonly delegates: Delegates;
  readonly delegateImports: DelegateImports;
  readonly inviteCodes: Codes;
  readonly grants: Grants;
  readonly consents: Consents;
  readonly notices: Notices;
  readonly reminders: Reminders;
  readonly agenda: Agenda;
  readonly facts: FactsOfPeople;
  close(): Promise<void>;
};

export type AudienceOptions = {
  readonly config: Config;
  readonly database: Pick<Database, 'db' | 'longDb' | 'longPool'>;
  readonly conferences: ConferenceStore;
  readonly venues: VenueStore;
  readonly talks: TalkStore;
  readonly clips: ClipStore;
  readonly profiles: ProfileStore;
  readonly personalData: PersonalData;
  readonly sms: SmsSender;
  readonly mail: MailSender;
  /** To programs of others. */
  readonly emit: (event: WebhookEvent, conferenceId: string, data: Record<string, unknown>) => Promise<void>;
  readonly log: Logger;
};

export async function startAudience(options: AudienceOptions): Promise<AudienceParts> {
  const { config, database, conferences, venues, talks, profiles, personalData, sms, mail, emit, log } =
    options;
  const { db } = database;
  // Apart from the database, and in every backup: without it phones match no list.
  const secret = await keptSecret(config.dataDir, 'personal-data');
  const sealing = new Sealing(secret);
  const people = accountPeople(db, profiles);
  const registrations = new Registrations({ db, conferences, people });
  const delegates = new Delegates(db, sealing);
  const delegateImports = new DelegateImports({
    ...{ pool: database.longPool, delegates, secret, log },
    folder: join(config.dataDir, 'imports'),
  });
  await delegateImports.load();
  const inviteCodes = new Codes(db, sealing);
  const grants = new Grants(db, sealing, people);
  const consents = new Consents({
    ...{ db, sealing, conferences },
    talkFacts: factsOfTalks(options),
  });
  await consents.load();
  const notices = new Notices({ db, sealing, people, sender: noticeSender(sms, mail), log });
  const agenda = new Agenda(conferences, venues, talks);
  const pageUrl = (path: string): string => `${config.http.publicUrl ?? ''}${path}`;
  const reminders = new Reminders({ db, agenda, notices, pageUrl, log });
  const facts = new FactsOfPeople({ registrations, delegates, codes: inviteCodes, grants, people });
  const told = registrations.onChanged((change) => {
    const { conferenceId, userIds, state, by } = change;
    const made = by === 'person' && state !== 'cancelled';
    // A decision about thousands is told in pieces that a request can hold.
    for (let at = 0; at < userIds.length; at += 500)
      void emit(made ? 'registration.created' : 'registration.decided', conferenceId, {
        state,
        users: userIds.slice(at, at + 500),
      });
    void tellState(change).catch((error: unknown) =>
      log.warn({ err: error, conference: change.conferenceId }, 'people not told of their registration'),
    );
  });
  async function tellState({ conferenceId, userIds, state, tell }: StateChange): Promise<void> {
    const conference = conferences.get(conferenceId);
    if (!conference || !tell || state === 'pending') return;
    const values = { conference: conference.settings.titleZh, state: stateWords[state] };
    const to = userIds.map((userId) => ({ userId }));
    await notices.write(db, conferenceId, to, { purpose: 'registration', values });
    notices.wake();
  }
  const answered = consents.onAnswered(({ id, conferenceId, talkId, answer }) => {
    void emit('consent.answered', conferenceId, { talk: talkId, consent: id, answer });
  });
  const known = new Map(conferences.list().map(({ id, settings }) => [id, settings]));
  const changed = conferences.onChanged(({ id, settings }) => {
    const before = known.get(id);
    known.set(id, settings);
    if (before?.replayPolicy !== settings.replayPolicy) consents.policyChanged(id);
    if (JSON.stringify(before?.registration) === JSON.stringify(settings.registration)) return;
    registrations
      .settle(id)
      .catch((error: unknown) =>
        log.warn({ err: error, conference: id }, 'people who wait not moved up yet'),
      );
  });
  for (const part of audienceParts({
    ...{ registrations, delegates, inviteCodes, grants, consents, reminders, notices, people },
  }))
    personalData.register(part);
  notices.start();
  reminders.start();
  return {
    ...{ db, clips: options.clips, consentSecret: await keptSecret(config.dataDir, 'consent') },
    ...{ people, registrations, registrationList: new RegistrationList(database.longDb, people) },
    ...{ delegates, delegateImports, inviteCodes, grants, consents, notices, reminders, agenda, facts },
    async close() {
      told();
      changed();
      answered();
      await Promise.all([delegateImports.close(), reminders.close(), notices.close()]);
    },
  };
}

/** In messages; the page has its own words. */
const stateWords: Readonly<Record<StateChange['state'], string>> = {
  pending: '待审核',
  approved: '已通过',
  waiting: '候补中',
  refused: '未通过',
  cancelled: '已取消',
};

/** Of the talk, or of what a deleted one left: a replay keeps its title and speakers. */
const factsOfTalks =
  ({ talks, clips, venues }: AudienceOptions) =>
  (talkId: string): TalkFacts | undefined => {
    const talk = talks.get(talkId);
    const source = talk ?? clips.ofTalk(talkId);
    const conferenceId = source && venues.get(source.venueId)?.conferenceId;
    if (!source || conferenceId === undefined) return undefined;
    const { venueId, title, speakers } = source;
    return { conferenceId, venueId, title, speakers, plannedStart: talk?.plannedStart ?? null };
  };
