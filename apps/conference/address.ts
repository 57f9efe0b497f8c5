/** What a page address `/c/<slug>[/register]#<tab>` asks for. */

export type ConferenceAddress = { readonly slug: string; readonly register: boolean };

export function conferenceOf(path: string): ConferenceAddress {
  const [, raw = '', leaf = ''] = /\/c\/([^/]+)\/?([^/]*)/.exec(path) ?? [];
  let slug = raw;
  try {
    slug = decodeURIComponent(raw);
  } catch {
    // Taken as it stands: it will not be found.
  }
  return { slug, register: leaf === 'register' };
}

export const tabs = ['programme', 'speakers', 'replays', 'about'] as const;
export type Tab = (typeof tabs)[number];

/** The tab of a fragment; undefined when it names none. */
export const tabOf = (hash: string): Tab | undefined =>
  tabs.find((tab) => hash.slice(1).split('/')[0] === tab);

export const watchAddress = (venueId: string): string => `/watch/${encodeURIComponent(venueId)}`;
export const replayAddress = (venueId: string, clip: string): string =>
  `/replay/${encodeURIComponent(venueId)}/${encodeURIComponent(clip)}`;
export const conferenceAddress = (slug: string): string => `/c/${encodeURIComponent(slug)}`;
export const logInAddress = (next: string): string => `/login?next=${encodeURIComponent(next)}`;
