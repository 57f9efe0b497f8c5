/**
 * The page that shows a venue in a frame speaks to it by messages (docs/embed.md): it may hand over a pass, or a signed call
 * that logs its member in. Only from the frame's own parent, and only from origins the conference names.
 */
import type { Entry, Opened } from '../gate/entry.ts';

export type HostMessage =
  | { readonly kind: 'pass'; readonly pass: string }
  | { readonly kind: 'logIn'; readonly call: string };

/** Undefined for what is not for us. */
export function readHostMessage(data: unknown): HostMessage | undefined {
  const message = data as { type?: unknown; pass?: unknown; call?: unknown } | null;
  if (typeof message !== 'object' || message === null) return undefined;
  const { type, pass, call } = message;
  if (type === 'rostrum.pass' && typeof pass === 'string' && /^[A-Za-z0-9._~-]{1,512}$/.test(pass))
    return { kind: 'pass', pass };
  if (type === 'rostrum.logIn' && typeof call === 'string' && /^[A-Za-z0-9._~%&=+-]{1,4000}$/.test(call))
    return { kind: 'logIn', call };
  return undefined;
}

/** Origins the server put into the page. */
export const hostOrigins = (): string[] =>
  (document.querySelector('meta[name=rostrum-embed]')?.getAttribute('content') ?? '')
    .split(' ')
    .filter(Boolean);

/** Posted to the host: that we listen, and that somebody is asked for a pass. */
export type EmbedMessage =
  | { readonly type: 'rostrum.ready'; readonly venue: string }
  | { readonly type: 'rostrum.refused'; readonly venue: string; readonly reason: string };

export function tellHost(message: EmbedMessage): void {
  if (window.parent === window) return;
  // Nothing secret is in it; each origin is named all the same, so that a page which is not allowed hears nothing.
  for (const origin of hostOrigins()) window.parent.postMessage(message, origin);
}

/** The partner's signed call, made from here: its cookie is set where the browser lets a frame have one. */
async function logIn(call: string): Promise<void> {
  try {
    await fetch(`/api/v1/auth/external?${call}`, { credentials: 'same-origin', redirect: 'manual' });
  } catch {
    // Whether it helped is told by the sitting that is asked for next.
  }
}

export function listenToHost<T extends Opened>(entry: Entry<T>, venueId: string): void {
  if (window.parent === window) return;
  const allowed = new Set(hostOrigins());
  window.addEventListener('message', (event) => {
    if (event.source !== window.parent || !allowed.has(event.origin)) return;
    const message = readHostMessage(event.data);
    if (message?.kind === 'pass') entry.give(message.pass);
    else if (message) void logIn(message.call).then(() => entry.keeper.ask());
  });
  entry.keeper.subscribe(() => {
    const { sitting, asking } = entry.keeper.snapshot();
    if (sitting && !asking && !sitting.live.allowed)
      tellHost({ type: 'rostrum.refused', venue: venueId, reason: sitting.live.reason });
  });
  tellHost({ type: 'rostrum.ready', venue: venueId });
}
