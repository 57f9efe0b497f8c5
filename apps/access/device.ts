/** The random id this browser keeps: one device, one place in the limit of devices. */

const key = 'rostrum.device';
const valid = /^[A-Za-z0-9_-]{16,64}$/;
let kept: string | undefined;

function random(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(18));
  return btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, '-')
    .replace(/\//g, '_');
}

/** The same for as long as the browser keeps it; where storage is refused, as long as the page is open. */
export function deviceId(): string {
  if (kept) return kept;
  try {
    const stored = localStorage.getItem(key);
    if (stored && valid.test(stored)) {
      kept = stored;
      return stored;
    }
    kept = random();
    localStorage.setItem(key, kept);
  } catch {
    kept ??= random(); // Storage refused (a frame of another site, a private window).
  }
  return kept;
}
