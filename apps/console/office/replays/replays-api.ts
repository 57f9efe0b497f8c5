/** Routes of replays' authorisation, and those of clips that this page needs. */
import type { z } from 'zod';
import type {
  Consent,
  consentLinkInputSchema,
  consentLinkSchema,
  recordConsentSchema,
  remindedSchema,
} from '#contracts/consent.ts';
import { request } from '../../api.ts';
import { ofConference } from '../office-api.ts';

const consents = (conferenceId: string, talkId: string, leaf = '') =>
  ofConference(conferenceId, `/consents/${encodeURIComponent(talkId)}${leaf}`);

export const replaysApi = {
  consents: (conferenceId: string) => ofConference(conferenceId, '/consents'),
  link: (conferenceId: string, talkId: string, contact: z.input<typeof consentLinkInputSchema>) =>
    request<z.infer<typeof consentLinkSchema>>('POST', consents(conferenceId, talkId, '/link'), contact),
  remind: (conferenceId: string, talkIds: readonly string[]) =>
    request<z.infer<typeof remindedSchema>>('POST', ofConference(conferenceId, '/consents/remind'), {
      talkIds,
    }),
  record: (conferenceId: string, talkId: string, answer: z.input<typeof recordConsentSchema>) =>
    request<Consent>('PATCH', consents(conferenceId, talkId), answer),
};
