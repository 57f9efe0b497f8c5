/** Routes of rules, codes, grants, sittings and bans. */
import type { z } from 'zod';
import type {
  codeBatchInputSchema,
  conferenceAccessSchema,
  StaffBan,
  staffSittingSchema,
  Thing,
  ThingRules,
} from '#contracts/access.ts';
import type { createGrantsSchema, Grant, grantsMadeSchema } from '#contracts/grant.ts';
import type { CodeBatch } from '#contracts/invite-code.ts';
import type { CodedField, Dictionary } from '#contracts/profile.ts';
import { request } from '../../api.ts';
import type { Page } from '../listing.tsx';
import { ofConference } from '../office-api.ts';

export type ConferenceAccess = z.infer<typeof conferenceAccessSchema>;
export type StaffSitting = z.infer<typeof staffSittingSchema>;

export const accessApi = {
  all: (conferenceId: string, signal?: AbortSignal) =>
    request<ConferenceAccess>('GET', ofConference(conferenceId, '/access'), undefined, signal),
  put: ({ kind, id }: Thing, rules: ThingRules) =>
    request<unknown>('PUT', `/access/${kind}/${encodeURIComponent(id)}`, rules),
  putReplays: (conferenceId: string, talkIds: readonly string[], replay: ThingRules['replay']) =>
    request<unknown>('PUT', ofConference(conferenceId, '/replays/access'), { talkIds, replay }),
  setDevices: (conferenceId: string, devices: number) =>
    request<unknown>('PUT', ofConference(conferenceId, '/devices'), { devices }),
  dictionary: (field: CodedField, signal?: AbortSignal) =>
    request<Dictionary>('GET', `/public/dictionaries/${field}`, undefined, signal),

  batches: (conferenceId: string) => ofConference(conferenceId, '/code-batches'),
  batchList: (conferenceId: string, signal?: AbortSignal) =>
    request<Page<CodeBatch>>('GET', ofConference(conferenceId, '/code-batches?limit=200'), undefined, signal),
  makeBatch: (conferenceId: string, batch: z.input<typeof codeBatchInputSchema>) =>
    request<CodeBatch>('POST', ofConference(conferenceId, '/code-batches'), batch),
  codesCsv: (conferenceId: string, id: string) =>
    `/api/v1${ofConference(conferenceId, `/code-batches/${encodeURIComponent(id)}/codes.csv`)}`,
  revokeBatch: (conferenceId: string, id: string) =>
    request<unknown>('DELETE', ofConference(conferenceId, `/code-batches/${encodeURIComponent(id)}`)),

  grants: (conferenceId: string) => ofConference(conferenceId, '/grants'),
  grant: (conferenceId: string, grants: z.input<typeof createGrantsSchema>) =>
    request<z.infer<typeof grantsMadeSchema>>('POST', ofConference(conferenceId, '/grants'), grants),
  revokeGrant: (conferenceId: string, { id }: Grant) =>
    request<unknown>('DELETE', ofConference(conferenceId, `/grants/${encodeURIComponent(id)}`)),

  sittings: (conferenceId: string) => ofConference(conferenceId, '/sittings'),
  endSitting: (conferenceId: string, id: string) =>
    request<unknown>('DELETE', ofConference(conferenceId, `/sittings/${encodeURIComponent(id)}`)),
  bans: (conferenceId: string, signal?: AbortSignal) =>
    request<{ items: StaffBan[] }>('GET', ofConference(conferenceId, '/bans'), undefined, signal),
  ban: (conferenceId: string, userId: string) =>
    request<unknown>('POST', ofConference(conferenceId, '/bans'), { userId }),
  unban: (conferenceId: string, userId: string) =>
    request<unknown>('DELETE', ofConference(conferenceId, `/bans/${encodeURIComponent(userId)}`)),
};
