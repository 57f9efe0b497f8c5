/** The log-in that leads back to this very place. */
export const logInHere = (): string =>
  `/login?next=${encodeURIComponent(location.pathname + location.search + location.hash)}`;

/** One frame of another site has no log-in of its own: it opens beside it. */
const framed = window.parent !== window;
export const target = framed ? { target: '_blank', rel: 'noopener' } : {};
