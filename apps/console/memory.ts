/** Choices kept in this browser. A browser that refuses storage (private mode) only forgets them. */
const prefix = 'rostrum.';

export function recall(name: string): string | null {
  try {
    return localStorage.getItem(prefix + name);
  } catch {
    return null;
  }
}

export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(prefix + name, value);
  } catch {
    // Nothing depends on it: the choice holds until the page is closed.
  }
}
