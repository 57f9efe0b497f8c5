/** Routes of the whole programme: sessions, talks, delays, history, imports, sources. */
import type { z } from 'zod';
import type {
  delaySchema,
  ImportPreview,
  ImportResult,
  ProgrammeChange,
  ProgrammeMark,
  ProgrammeSource,
  Session,
  sessionInputSchema,
  sourceInputSchema,
} from '#contracts/conference.ts';
import type { Talk, updateTalkSchema } from '#contracts/talk.ts';
import { request } from '../../api.ts';
import type { Page } from '../listing.tsx';
import { at, ofConference } from '../office-api.ts';
import { sendFile } from '../send-file.ts';

export type StaffProgramme = {
  readonly sessions: readonly Session[];
  readonly talks: readonly Talk[];
  readonly marks: readonly ProgrammeMark[];
};
export type SessionFields = z.input<typeof sessionInputSchema>;
export type TalkChanges = z.input<typeof updateTalkSchema>;

export const programmeApi = {
  programme: (conferenceId: string, signal?: AbortSignal) =>
    request<StaffProgramme>('GET', ofConference(conferenceId, '/programme'), undefined, signal),
  createSession: (conferenceId: string, session: SessionFields) =>
    request<Session>('POST', ofConference(conferenceId, '/sessions'), session),
  updateSession: (id: string, changes: Partial<SessionFields>) =>
    request<Session>('PATCH', at('sessions', id), changes),
  deleteSession: (id: string) => request<unknown>('DELETE', at('sessions', id)),
  createTalk: (venueId: string, talk: Omit<TalkChanges, 'venueId' | 'state'> & { title: string }) =>
    request<Talk>('POST', `${at('venues', venueId)}/talks`, talk),
  updateTalk: (id: string, changes: TalkChanges) => request<Talk>('PATCH', at('talks', id), changes),
  deleteTalk: (id: string) => request<unknown>('DELETE', at('talks', id)),

  delay: (conferenceId: string, delay: z.input<typeof delaySchema>) =>
    request<unknown>('POST', ofConference(conferenceId, '/programme/delay'), delay),
  swap: (conferenceId: string, a: string, b: string) =>
    request<unknown>('POST', ofConference(conferenceId, '/programme/swap'), { a, b }),
  /** `id` of a change in the history; without one the newest. */
  undo: (conferenceId: string, id?: number) =>
    request<unknown>(
      'POST',
      ofConference(conferenceId, '/programme/undo'),
      id === undefined ? {} : { change: id },
    ),
  history: (conferenceId: string, signal?: AbortSignal) =>
    request<Page<ProgrammeChange>>(
      'GET',
      ofConference(conferenceId, '/programme/history'),
      undefined,
      signal,
    ),

  preview: (conferenceId: string, file: File, onPercent: (percent: number) => void) =>
    sendFile<ImportPreview>(
      ofConference(conferenceId, `/imports?name=${encodeURIComponent(file.name)}`),
      file,
      onPercent,
    ),
  previewUrl: (conferenceId: string, url: string) =>
    request<ImportPreview>('POST', ofConference(conferenceId, '/imports/url'), { url }),
  apply: (conferenceId: string, importId: string, cancelMissing: boolean) =>
    request<ImportResult>(
      'POST',
      ofConference(conferenceId, `/imports/${encodeURIComponent(importId)}/apply`),
      {
        cancelMissing,
      },
    ),
  sources: (conferenceId: string, signal?: AbortSignal) =>
    request<{ items: ProgrammeSource[] }>('GET', ofConference(conferenceId, '/sources'), undefined, signal),
  addSource: (conferenceId: string, source: z.input<typeof sourceInputSchema>) =>
    request<ProgrammeSource>('POST', ofConference(conferenceId, '/sources'), source),
  deleteSource: (conferenceId: string, id: string) =>
    request<unknown>('DELETE', ofConference(conferenceId, `/sources/${encodeURIComponent(id)}`)),
  runSource: (conferenceId: string, id: string) =>
    request<unknown>('POST', ofConference(conferenceId, `/sources/${encodeURIComponent(id)}/run`), {}),
  exportUrl: (conferenceId: string, kind: 'xlsx' | 'ics' | 'pdf') =>
    `/api/v1${ofConference(conferenceId, `/programme.${kind}`)}`,
  templateUrl: (conferenceId: string) =>
    `/api/v1/programme-template.xlsx?conference=${encodeURIComponent(conferenceId)}`,
};
