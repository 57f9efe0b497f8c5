/** The console's side of `/api/v1`: one function a route; failures are `ApiError` with a text for the person. */
import type { TrackName } from '#contracts/media-urls.ts';
import type { PushKey, Run, SystemStatus, Venue, VenueSettings, VenueStatus } from '#contracts/venue.ts';
import { ApiError, errorFromBody } from '../ui/api.ts';
import { hearServerDate } from './clock.ts';
import { t } from './texts.ts';

export type SessionUser = { id: string; email: string; name: string };
export type SignedUrl = Pick<PushKey, 'server' | 'key' | 'url' | 'secureServer'> & { expiresAt?: number };
export type Action = 'live' | 'break' | 'resume' | 'end';

const base = '/api/v1';
/** A request that has not ended by then has failed for the person waiting, ms. */
const deadline = 8000;

export async function request<T>(
  method: string,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<T> {
  const timeout = AbortSignal.timeout(deadline);
  let response: Response;
  let text: string;
  try {
    response = await fetch(base + path, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    text = await response.text();
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiError('network', 0, t(timeout.aborted ? 'error.timeout' : 'error.network'));
  }
  hearServerDate(response.headers.get('date'));
  const parsed = parse(text);
  if (!response.ok) throw errorFromBody(response.status, parsed);
  if (text && parsed === undefined) throw errorFromBody(response.status, undefined);
  return parsed as T;
}

/** What to tell the person about a failure. */
export function errorText(error: unknown): string {
  if (!(error instanceof ApiError)) return t('error.network');
  return error.detail ? `${error.message} (${error.detail})` : error.message;
}

/** An empty or non-JSON answer (a proxy's error page) is `undefined`. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const venuePath = (id: string) => `/venues/${encodeURIComponent(id)}`;
const trackPath = (id: string, track: TrackName) => `${venuePath(id)}/tracks/${track}`;

export const api = {
  /** `secondStep`: a code is asked for before there is a session. */
  signIn: (email: string, password: string) =>
    request<{ secondStep: boolean }>('POST', '/auth/password/log-in', { account: email, password }),
  signOut: () => request<unknown>('POST', '/auth/sign-out', {}),
  /** Null when nobody is logged in: unlike /me this is no failed request then. */
  session: () =>
    request<{ user: SessionUser } | null>('GET', '/auth/get-session').then((answer) => answer?.user ?? null),
  system: (signal: AbortSignal) => request<SystemStatus>('GET', '/system', undefined, signal),
  statuses: (signal: AbortSignal) =>
    request<{ venues: VenueStatus[] }>('GET', '/status', undefined, signal).then((answer) => answer.venues),
  status: (id: string, signal: AbortSignal) =>
    request<VenueStatus>('GET', `${venuePath(id)}/status`, undefined, signal),
  venue: (id: string, signal?: AbortSignal) => request<Venue>('GET', venuePath(id), undefined, signal),
  createVenue: (settings: Partial<VenueSettings> & { title: string }) =>
    request<Venue>('POST', '/venues', settings),
  updateVenue: (id: string, changes: Partial<VenueSettings>) =>
    request<Venue>('PATCH', venuePath(id), changes),
  deleteVenue: (id: string) => request<unknown>('DELETE', venuePath(id)),
  act: (id: string, action: Action) => request<unknown>('POST', `${venuePath(id)}/${action}`, {}),
  rotate: (id: string, track: TrackName) =>
    request<PushKey | undefined>('POST', `${trackPath(id, track)}/rotate`, {}),
  block: (id: string, track: TrackName) => request<unknown>('POST', `${trackPath(id, track)}/block`, {}),
  unblock: (id: string, track: TrackName) => request<unknown>('POST', `${trackPath(id, track)}/unblock`, {}),
  signedUrl: (id: string, track: TrackName, hours: number) =>
    request<SignedUrl>('POST', `${trackPath(id, track)}/signed-url`, { hours }),
  setDelay: (id: string, track: TrackName, ms: number) =>
    request<unknown>('PUT', `${trackPath(id, track)}/delay`, { ms }),
  runs: (id: string, signal?: AbortSignal) =>
    request<{ runs: Run[] }>('GET', `${venuePath(id)}/runs`, undefined, signal).then((answer) => answer.runs),
  deleteRun: (id: string, run: string) =>
    request<unknown>('DELETE', `${venuePath(id)}/runs/${encodeURIComponent(run)}`),
  confirmDelay: (id: string, track: TrackName) =>
    request<unknown>('POST', `${trackPath(id, track)}/delay/confirm`, {}),
  calibration: (id: string, track: TrackName, act: 'start' | 'stop' | 'apply') =>
    request<unknown>('POST', `${trackPath(id, track)}/calibration/${act}`, {}),
  /** Staff preview; `at` makes the address new when the picture is. */
  previewUrl: (id: string, track: TrackName, at: number) =>
    `${base}${venuePath(id)}/preview/${track}.jpg?at=${Math.round(at)}`,
};
