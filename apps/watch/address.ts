/** Venue and clip of a page address `/replay/<venueId>/<clipId>`. */
export function replayOf(path: string): { venueId: string; clipId: string } | undefined {
  const [, venueId, clipId] = /\/replay\/([^/]+)\/([^/]+)/.exec(path) ?? [];
  return venueId && clipId ? { venueId: decoded(venueId), clipId: decoded(clipId) } : undefined;
}

/** The venue of a page address `/watch/<venueId>` or `/embed/<venueId>`; empty when there is none. */
export function venueIdOf(path: string): string {
  return decoded(/\/(?:watch|embed)\/([^/]+)/.exec(path)?.[1] ?? '');
}

/** The page is shown in a frame of another site: the picture and nothing around it. */
export const isEmbed = (path: string): boolean => /^\/embed\//.test(path);

function decoded(raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch {
    return raw;
  }
}
