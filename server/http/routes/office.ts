/** All routes of conferences, their people and integrations. */

import type { Logger } from 'pino';
import type { Access } from '#conference/access/access.ts';
import type { Viewers } from '#conference/access/viewers.ts';
import type { ConferenceParts } from '../../start-conferences.ts';
import type { App } from '../app.ts';
import { registerConferences } from './conferences.ts';
import { registerFiles } from './files.ts';
import { registerInvitations } from './invitations.ts';
import { registerKeys } from './keys.ts';
import { registerMembers } from './members.ts';
import { registerUsers } from './users.ts';
import { registerWebhooks } from './webhooks.ts';

export type OfficeOptions = Omit<ConferenceParts, 'close'> &
  Omit<Parameters<typeof registerConferences>[1], 'onRemoved'> &
  Parameters<typeof registerInvitations>[1] &
  Pick<Parameters<typeof registerUsers>[1], 'hashing'> & {
    readonly access: Pick<Access, 'endPerson' | 'conferenceRemoved'>;
    readonly viewers: Pick<Viewers, 'personChanged'>;
    readonly log: Logger;
  };

export function registerOffice(app: App, options: OfficeOptions): void {
  const { accountList: accounts, keys, webhookStore, access, viewers, files, log } = options;
  registerConferences(app, {
    ...options,
    onRemoved: async (conferenceId) => {
      keys.forgetConference(conferenceId);
      webhookStore.forgetConference(conferenceId);
      // The conference is gone whatever happens here; what fails is done at the next start.
      const rest = [access.conferenceRemoved(conferenceId), files.sweep()];
      for (const one of await Promise.allSettled(rest))
        if (one.status === 'rejected')
          log.warn(
            { err: one.reason, conference: conferenceId },
            'what a deleted conference left is not gone yet',
          );
    },
  });
  registerMembers(app, { ...options, accounts });
  registerInvitations(app, options);
  registerKeys(app, options);
  registerWebhooks(app, options);
  registerFiles(app, options);
  registerUsers(app, {
    ...options,
    accounts,
    onChanged: ({ id, banned }) => (banned ? access.endPerson(id) : viewers.personChanged(id)),
  });
}
