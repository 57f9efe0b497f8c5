/** Where a log-in leads. Without zod: pages use it too. */

/** Same-origin address to land on after a log-in: a path with query and fragment. Anything else becomes `/account`. */
export function safeNext(next: string | null | undefined): string {
  // Browsers take a backslash for a slash and drop tabs and line ends: `/\evil.example` would leave us.
  if (!next || next.length > 2000 || !/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(next)) return '/account';
  const url = new URL(next, 'http://here.invalid');
  if (url.origin !== 'http://here.invalid' || url.pathname.startsWith('//')) return '/account';
  // The log-in itself would go round in circles; the API answers nothing a person can read.
  if (/^\/(login|api)(\/|$)/.test(url.pathname)) return '/account';
  return `${url.pathname}${url.search}${url.hash}`;
}
