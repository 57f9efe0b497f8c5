/** Routes of conferences and what the office pages share; failures are `ApiError` with a text for the person. */
import type { Conference, ConferenceSettings, ConferenceState } from '#contracts/conference.ts';
import { type PlatformAction, type PlatformRole, platformActions, platformMatrix } from '#contracts/roles.ts';
import type { Venue } from '#contracts/venue.ts';
import { request } from '../api.ts';
import type { Page } from './listing.tsx';
import { sendFile } from './send-file.ts';

export const at = (kind: string, id: string): string => `/${kind}/${encodeURIComponent(id)}`;
export const ofConference = (id: string, leaf = ''): string => `${at('conferences', id)}${leaf}`;

export type ConferenceChanges = Partial<ConferenceSettings> & { slug?: string; state?: ConferenceState };
export type NewConference = Partial<ConferenceSettings> &
  Pick<ConferenceSettings, 'titleZh' | 'startDate' | 'endDate'> & { slug: string; copyFrom?: string };

/** What the person may do on the whole installation. */
export async function myPlatformActions(signal: AbortSignal): Promise<PlatformAction[]> {
  const { platform } = await request<{ platform?: PlatformRole | null }>('GET', '/me', undefined, signal);
  if (!platform) return [];
  return platformActions.filter((action) => platformMatrix[platform].includes(action));
}

export const officeApi = {
  conferences: (signal: AbortSignal) =>
    request<Page<Conference>>('GET', '/conferences?limit=200', undefined, signal),
  conference: (id: string, signal: AbortSignal) =>
    request<Conference>('GET', ofConference(id), undefined, signal),
  createConference: (conference: NewConference) => request<Conference>('POST', '/conferences', conference),
  updateConference: (id: string, changes: ConferenceChanges) =>
    request<Conference>('PATCH', ofConference(id), changes),
  /** `slug` again, so that nobody deletes the wrong one. */
  deleteConference: (id: string, slug: string) => request<unknown>('DELETE', ofConference(id), { slug }),
  venues: (conferenceId: string, signal?: AbortSignal) =>
    request<{ items: Venue[] }>('GET', ofConference(conferenceId, '/venues'), undefined, signal).then(
      ({ items }) => items,
    ),
  orderVenues: (conferenceId: string, ids: readonly string[]) =>
    request<unknown>('PUT', ofConference(conferenceId, '/venues/order'), { ids }),
  /** A picture or mp4; the server makes pictures smaller. */
  sendPicture: (conferenceId: string, file: File, onPercent: (percent: number) => void) =>
    sendFile<{ path: string }>(
      ofConference(conferenceId, `/files?name=${encodeURIComponent(file.name)}`),
      file,
      onPercent,
    ).then(({ path }) => path),
};
