/** The venue of a page address `/watch/<venueId>`; empty when there is none. */
export function venueIdOf(path: string): string {
  const raw = /\/watch\/([^/]+)/.exec(path)?.[1] ?? '';
  try {
    return decodeURIComponent(raw);
  } catch {
    return raw;
  }
}
