/** Conferences at work: their stores and people, invitations, keys, webhooks, files; opened together, closed last first. */
import { join } from 'node:path';
import type { Logger } from 'pino';
import { ConferenceStore } from '#conference/conference/conference-store.ts';
import { Conferences } from '#conference/conference/conferences.ts';
import { ConferenceFiles } from '#conference/file/conference-files.ts';
import { FileStore } from '#conference/file/file-store.ts';
import { KeyStore } from '#conference/integration/key-store.ts';
import { WebhookStore } from '#conference/integration/webhook-store.ts';
import { Webhooks } from '#conference/integration/webhooks.ts';
import { Invitations } from '#conference/invitation/invitations.ts';
import { MemberStore } from '#conference/member/member-store.ts';
import { Sealing } from '#conference/sealing.ts';
import type { VenueStore } from '#conference/venue/venue-store.ts';
import { AccountDirectory } from './account-directory.ts';
import type { Config } from './config.ts';
import type { Db } from './db/database.ts';
import { createInvitationSender, type InvitationSender } from './messages/invitation-sender.ts';
import type { MailSender } from './messages/mail.ts';
import type { SmsSender } from './messages/sms.ts';
import { createOutside, type Outside } from './outside/fetch-outside.ts';
import { keptSecret } from './secrets.ts';

export type ConferenceParts = {
  readonly conferences: ConferenceStore;
  readonly conferenceWork: Conferences;
  readonly members: MemberStore;
  readonly invitations: Invitations;
  readonly sendInvitation: InvitationSender;
  readonly keys: KeyStore;
  readonly webhookStore: WebhookStore;
  /** `webhooks.emit(event, conferenceId, data)` tells programs of others. */
  readonly webhooks: Webhooks;
  readonly files: ConferenceFiles;
  readonly accountList: AccountDirectory;
  /** For every address that a person typed in. */
  readonly outside: Outside;
  /** Of answers kept for Idempotency-Keys. */
  readonly answerSealing: Sealing;
  close(): Promise<void>;
};

export type StartConferencesOptions = {
  readonly db: Db;
  readonly config: Pick<Config, 'dataDir' | 'outside'>;
  readonly venues: VenueStore;
  /** Opens the desk of a venue that was made by a copy. */
  readonly venueMade: (venueId: string) => Promise<void>;
  readonly sms: SmsSender;
  readonly mail: MailSender;
  readonly log: Logger;
};

/** A receiver that takes longer is at fault. */
const deliveryTimeout = 10_000;
/** Bytes; what it says beyond is not read. */
const mostAnswer = 16 * 1024;

export async function startConferences(options: StartConferencesOptions): Promise<ConferenceParts> {
  const { db, config, venues, venueMade, sms, mail, log } = options;
  const conferences = new ConferenceStore(db);
  await conferences.load();
  const members = new MemberStore(db);
  await members.load();
  const keys = new KeyStore(db);
  await keys.load();
  const fileStore = new FileStore(join(config.dataDir, 'files'));
  await fileStore.prepare();
  const files = new ConferenceFiles({
    ...{ db, store: fileStore, isThere: (id) => conferences.get(id) !== undefined },
    shown: () => [
      ...conferences.list().map(({ id, settings }) => ({ conferenceId: id, settings })),
      ...venues.list().map(({ conferenceId, settings }) => ({ conferenceId, settings })),
    ],
  });
  await files
    .sweep()
    .catch((error: unknown) => log.warn({ err: error }, 'files of deleted conferences not deleted yet'));
  const outside = createOutside(config.outside);
  const sealing = new Sealing(await keptSecret(config.dataDir, 'integrations'));
  const webhookStore = new WebhookStore({ db, sealing });
  await webhookStore.load();
  const webhooks = new Webhooks({
    db,
    store: webhookStore,
    post: (url, body, headers) =>
      outside.fetch(url, {
        method: 'POST',
        body,
        headers,
        most: mostAnswer,
        cut: true,
        timeout: deliveryTimeout,
      }),
    log: log.child({ part: 'webhooks' }),
  });
  webhooks.start();
  const conferenceWork = new Conferences({ store: conferences, members, venues, venueMade, log });
  conferences.onChanged(
    ({ id, slug, state }) => void webhooks.emit('conference.changed', id, { slug, state }),
  );
  return {
    ...{ conferences, conferenceWork, members, keys, webhookStore, webhooks, files, outside },
    invitations: new Invitations({ db, members }),
    sendInvitation: createInvitationSender(sms, mail),
    accountList: new AccountDirectory(db),
    answerSealing: sealing,
    async close() {
      conferenceWork.close();
      await webhooks.close();
    },
  };
}
