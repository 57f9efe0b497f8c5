/** Routes of delegate lists. */
import type { z } from 'zod';
import type { applyDelegateImportSchema, DelegateImport, DelegateList } from '#contracts/delegate.ts';
import { request } from '../../api.ts';
import type { Page } from '../listing.tsx';
import { ofConference } from '../office-api.ts';
import { sendFile } from '../send-file.ts';

const list = (conferenceId: string, id: string, leaf = '') =>
  ofConference(conferenceId, `/delegate-lists/${encodeURIComponent(id)}${leaf}`);
const importOf = (conferenceId: string, id: string, leaf = '') =>
  ofConference(conferenceId, `/delegate-imports/${encodeURIComponent(id)}${leaf}`);

export type NewDelegate = { name: string; phone: string; idTail: string; unit: string; tier: string };

export const delegatesApi = {
  lists: (conferenceId: string, signal?: AbortSignal) =>
    request<Page<DelegateList>>('GET', ofConference(conferenceId, '/delegate-lists'), undefined, signal),
  create: (conferenceId: string, name: string) =>
    request<DelegateList>('POST', ofConference(conferenceId, '/delegate-lists'), { name }),
  remove: (conferenceId: string, id: string) => request<unknown>('DELETE', list(conferenceId, id)),
  people: (conferenceId: string, id: string) => list(conferenceId, id, '/delegates'),
  add: (conferenceId: string, id: string, delegate: NewDelegate) =>
    request<unknown>('POST', list(conferenceId, id, '/delegates'), delegate),
  removeOne: (conferenceId: string, id: string, delegateId: string) =>
    request<unknown>('DELETE', list(conferenceId, id, `/delegates/${encodeURIComponent(delegateId)}`)),
  send: (conferenceId: string, id: string, file: File, onPercent: (percent: number) => void) =>
    sendFile<DelegateImport>(
      list(conferenceId, id, `/import?name=${encodeURIComponent(file.name)}`),
      file,
      onPercent,
    ),
  apply: (conferenceId: string, importId: string, how: z.input<typeof applyDelegateImportSchema>) =>
    request<DelegateImport>('POST', importOf(conferenceId, importId, '/apply'), how),
  import: (conferenceId: string, importId: string, signal?: AbortSignal) =>
    request<DelegateImport>('GET', importOf(conferenceId, importId), undefined, signal),
};
