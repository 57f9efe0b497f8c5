/** Routes of API keys and webhooks. */
import type { z } from 'zod';
import type {
  ApiKey,
  createKeySchema,
  keyMadeSchema,
  Webhook,
  webhookInputSchema,
  webhookMadeSchema,
} from '#contracts/integration.ts';
import { request } from '../../api.ts';
import type { Page } from '../listing.tsx';
import { ofConference } from '../office-api.ts';

const key = (conferenceId: string, id: string) =>
  ofConference(conferenceId, `/keys/${encodeURIComponent(id)}`);
const hook = (conferenceId: string, id: string, leaf = '') =>
  ofConference(conferenceId, `/webhooks/${encodeURIComponent(id)}${leaf}`);

export const integrationsApi = {
  keys: (conferenceId: string, signal?: AbortSignal) =>
    request<Page<ApiKey>>('GET', ofConference(conferenceId, '/keys'), undefined, signal),
  makeKey: (conferenceId: string, input: z.input<typeof createKeySchema>) =>
    request<z.infer<typeof keyMadeSchema>>('POST', ofConference(conferenceId, '/keys'), input),
  deleteKey: (conferenceId: string, id: string) => request<unknown>('DELETE', key(conferenceId, id)),
  hooks: (conferenceId: string, signal?: AbortSignal) =>
    request<Page<Webhook>>('GET', ofConference(conferenceId, '/webhooks'), undefined, signal),
  makeHook: (conferenceId: string, input: z.input<typeof webhookInputSchema>) =>
    request<z.infer<typeof webhookMadeSchema>>('POST', ofConference(conferenceId, '/webhooks'), input),
  updateHook: (conferenceId: string, id: string, input: Partial<z.input<typeof webhookInputSchema>>) =>
    request<Webhook>('PATCH', hook(conferenceId, id), input),
  deleteHook: (conferenceId: string, id: string) => request<unknown>('DELETE', hook(conferenceId, id)),
  test: (conferenceId: string, id: string) => request<unknown>('POST', hook(conferenceId, id, '/test'), {}),
  deliveries: (conferenceId: string, id: string) => hook(conferenceId, id, '/deliveries'),
  resend: (conferenceId: string, id: string, delivery: string) =>
    request<unknown>(
      'POST',
      hook(conferenceId, id, `/deliveries/${encodeURIComponent(delivery)}/resend`),
      {},
    ),
};
