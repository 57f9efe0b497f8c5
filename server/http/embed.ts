/** The venue's page in a frame of another site: only sites that the conference names may show it. Everywhere else frames are refused. */
import type { FastifyReply } from 'fastify';

/** Origins a conference allows, as a browser writes them; what is no origin is left out. */
export function originsOf(allowed: readonly string[]): string[] {
  const origins = allowed.flatMap((text) => {
    const url = URL.parse(text);
    return url && /^https?:$/.test(url.protocol) ? [url.origin] : [];
  });
  return [...new Set(origins)];
}

/** Lets these origins frame the answer, and nobody else. */
export function allowFrames(reply: FastifyReply, origins: readonly string[]): void {
  const policy = String(reply.getHeader('content-security-policy') ?? '');
  const ancestors = `frame-ancestors ${origins.length === 0 ? "'none'" : origins.join(' ')}`;
  void reply.header(
    'content-security-policy',
    /frame-ancestors [^;]*/.test(policy) ? policy.replace(/frame-ancestors [^;]*/, ancestors) : ancestors,
  );
  // It knows no list; browsers that know frame-ancestors leave it aside, older ones would refuse.
  if (origins.length > 0) {
    reply.removeHeader('x-frame-options');
    reply.raw.removeHeader('x-frame-options');
  }
}

/** The page is told who may speak to it from outside its frame. */
export const withOrigins = (html: string, origins: readonly string[]): string =>
  html.replace('<head>', `<head>\n    <meta name="rostrum-embed" content="${origins.join(' ')}" />`);
