/** All routes of conferences, their people and integrations. */
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
  Pick<Parameters<typeof registerUsers>[1], 'hashing'>;

export function registerOffice(app: App, options: OfficeOptions): void {
  const { accountList: accounts, keys, webhookStore } = options;
  registerConferences(app, {
    ...options,
    onRemoved: (conferenceId) => {
      keys.forgetConference(conferenceId);
      webhookStore.forgetConference(conferenceId);
    },
  });
  registerMembers(app, { ...options, accounts });
  registerInvitations(app, options);
  registerKeys(app, options);
  registerWebhooks(app, options);
  registerFiles(app, options);
  registerUsers(app, { ...options, accounts, onChanged: () => undefined });
}
