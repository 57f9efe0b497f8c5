/** Addresses of the console below `/console`, kept in the browser's history. */
import { useSyncExternalStore } from 'react';

export type Route =
  | { name: 'conferences' }
  | { name: 'conference'; id: string; section: ConferenceSection }
  | { name: 'platform'; section: PlatformSection }
  | { name: 'venues' }
  | { name: 'venue'; id: string }
  | { name: 'login'; next: string }
  | { name: 'unknown' };

export const conferenceSections = [
  'overview',
  'programme',
  'venues',
  'people',
  'access',
  'registrations',
  'delegates',
  'replays',
  'branding',
  'audit',
  'settings',
  'integrations',
] as const;
export type ConferenceSection = (typeof conferenceSections)[number];
export const platformSections = ['accounts', 'audit', 'system'] as const;
export type PlatformSection = (typeof platformSections)[number];

export const homePath = '/console';
export const conferencePath = (id: string, section: ConferenceSection = 'overview'): string =>
  `/console/c/${encodeURIComponent(id)}${section === 'overview' ? '' : `/${section}`}`;
export const platformPath = (section: PlatformSection): string => `/console/platform/${section}`;
/** Every venue one may see, as a wall of pictures. */
export const venuesPath = '/console/venues';
export const venuePath = (id: string): string => `/console/venues/${encodeURIComponent(id)}`;
export const loginPath = (next: string): string => `/console/login?next=${encodeURIComponent(next)}`;

export function parseRoute(path: string, search: string): Route {
  const parts = path.split('/').filter(Boolean);
  if (parts[0] !== 'console') return { name: 'unknown' };
  if (parts.length === 1) return { name: 'conferences' };
  if (parts.length === 2 && parts[1] === 'venues') return { name: 'venues' };
  if (parts.length === 2 && parts[1] === 'login') {
    return { name: 'login', next: new URLSearchParams(search).get('next') ?? homePath };
  }
  const [, kind, rawId, wanted = 'overview'] = parts;
  const id = rawId && decoded(rawId);
  if (!id || parts.length > 4) return { name: 'unknown' };
  if (kind === 'venues' && parts.length === 3) return { name: 'venue', id };
  if (kind === 'c') {
    const section = conferenceSections.find((one) => one === wanted);
    if (section) return { name: 'conference', id, section };
  }
  if (kind === 'platform' && parts.length === 3) {
    const section = platformSections.find((one) => one === id);
    if (section) return { name: 'platform', section };
  }
  return { name: 'unknown' };
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

/** Where to go after log-in: only a page of the console on this origin, never an address someone put into the link. */
export function safeReturn(next: string, origin: string): string {
  try {
    const url = new URL(next, origin);
    const inside = url.pathname === '/console' || url.pathname.startsWith('/console/');
    const loops = url.pathname.startsWith('/console/login');
    return url.origin === origin && inside && !loops ? url.pathname + url.search + url.hash : homePath;
  } catch {
    return homePath;
  }
}

const listeners = new Set<() => void>();
let guard: (() => boolean) | undefined;

/** Asked before the address changes inside the console; a false answer stays. Returns how to take it away. */
export function guardLeaving(mayLeave: () => boolean): () => void {
  guard = mayLeave;
  return () => {
    if (guard === mayLeave) guard = undefined;
  };
}

export function navigate(path: string, replace = false): void {
  if (guard && !guard()) return;
  if (replace) history.replaceState(null, '', path);
  else history.pushState(null, '', path);
  scrollTo(0, 0);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener('popstate', listener);
  return () => {
    listeners.delete(listener);
    removeEventListener('popstate', listener);
  };
}

export function useRoute(): Route {
  const address = useSyncExternalStore(subscribe, () => location.pathname + location.search);
  const cut = address.indexOf('?');
  return cut < 0 ? parseRoute(address, '') : parseRoute(address.slice(0, cut), address.slice(cut));
}
