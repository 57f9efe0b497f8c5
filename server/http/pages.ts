/** The built pages (dist/), held in memory with their gzip form: no disk between a viewer and the player. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ConferenceDirectory } from '#conference/conference/conference.ts';
import type { VenueDirectory } from '#conference/venue/venue.ts';
import { CodedError } from '#contracts/errors.ts';
import type { App } from './app.ts';
import { allowFrames, originsOf, withOrigins } from './embed.ts';

type Page = {
  readonly body: Buffer;
  readonly gzip: Buffer | undefined;
  readonly type: string;
  readonly etag: string;
  /** Its name holds a hash of its content. */
  readonly immutable: boolean;
};

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.jpg': 'image/jpeg',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.mp3': 'audio/mpeg',
  '.mp4': 'video/mp4',
};
const compress = promisify(gzip);

export type PagesOptions = {
  readonly venues: Pick<VenueDirectory, 'get'>;
  readonly conferences: Pick<ConferenceDirectory, 'get'>;
};

/** Registers the pages' routes. `folder` may be missing (pages not built): then they answer 503 and say so. */
export async function registerPages(
  app: App,
  folder: string,
  { venues, conferences }: PagesOptions,
): Promise<void> {
  const pages = await loadPages(folder);
  const send = (path: string) => (request: FastifyRequest, reply: FastifyReply) => {
    const page = pages.get(path);
    if (page) return sendPage(page, request, reply);
    throw path.endsWith('.html') ? unbuilt() : new CodedError('notFound');
  };
  const options = { config: { needs: 'nobody' as const }, schema: { hide: true } };
  app.get('/watch/:venueId', options, send('watch/index.html'));
  app.get('/watch/:venueId/*', options, send('watch/index.html'));
  app.get('/replay/:venueId/:clipId', options, send('watch/index.html'));
  for (const path of ['/c/:slug', '/c/:slug/register']) app.get(path, options, send('conference/index.html'));
  for (const path of ['/login', '/account']) app.get(path, options, send('account/index.html'));
  app.get('/join', options, send('join/index.html'));
  app.get('/consent', options, send('consent/index.html'));
  app.get<{ Params: { venueId: string } }>('/embed/:venueId', options, (request, reply) => {
    const venue = venues.get(request.params.venueId);
    const conference = venue && conferences.get(venue.conferenceId);
    const origins = originsOf(conference?.settings.embedOrigins ?? []);
    allowFrames(reply, origins);
    const page = pages.get('watch/index.html');
    if (!page) throw unbuilt();
    return reply
      .header('cache-control', 'no-cache')
      .type(page.type)
      .send(withOrigins(page.body.toString(), origins));
  });
  for (const path of ['/console', '/console/*']) app.get(path, options, send('console/index.html'));
  for (const path of ['/calibrate', '/calibrate/:venueId'])
    app.get(path, options, send('calibrate/index.html'));
  for (const path of ['/present', '/present/*']) app.get(path, options, send('presenter/index.html'));
  app.get('/', options, send('home/index.html'));
  for (const path of pages.keys()) {
    if (!path.endsWith('.html')) app.get(`/${path}`, options, send(path));
  }
}

const unbuilt = (): CodedError =>
  new CodedError('server.unavailable', 'the pages are not built (npm run build)');

function sendPage(page: Page, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  void reply
    .header('cache-control', page.immutable ? 'public, max-age=31536000, immutable' : 'no-cache')
    .header('etag', page.etag)
    .header('vary', 'accept-encoding');
  if (request.headers['if-none-match'] === page.etag) return reply.code(304).send();
  void reply.type(page.type);
  if (page.gzip && /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? '')))
    return reply.header('content-encoding', 'gzip').send(page.gzip);
  return reply.send(page.body);
}

async function loadPages(folder: string): Promise<Map<string, Page>> {
  const pages = new Map<string, Page>();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    },
  );
  for (const entry of entries) {
    const file = join(entry.parentPath, entry.name);
    const type = types[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const body = await readFile(file);
    const path = relative(folder, file).split(sep).join('/');
    pages.set(path, {
      body,
      gzip: /text|json|svg/.test(type) && body.length > 500 ? await compress(body, { level: 9 }) : undefined,
      type,
      etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
      immutable: path.startsWith('assets/'),
    });
  }
  return pages;
}
