/** The secret of a link `/page#<token>`: out of the address at once, kept for this tab so that a log-in in between does not lose it. */
export function secretOf(page: string): string | undefined {
  const key = `rostrum.secret.${page}`;
  const given = location.hash.slice(1);
  if (given) history.replaceState(history.state, '', location.pathname + location.search);
  try {
    if (given) sessionStorage.setItem(key, given);
    return given || (sessionStorage.getItem(key) ?? undefined);
  } catch {
    return given || undefined; // Storage refused: it holds for this page.
  }
}

export function forgetSecret(page: string): void {
  try {
    sessionStorage.removeItem(`rostrum.secret.${page}`);
  } catch {
    // It was not kept.
  }
}
