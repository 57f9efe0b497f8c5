/** Builds the pages into a temporary folder and serves them at a free port, as the server does: assets from `/`, a page at its own path and all below it. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const apps = fileURLToPath(new URL('../../apps', import.meta.url));
const types: Record<string, string> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export type PageServer = {
  readonly origin: string;
  /** Where the built pages lie. */
  readonly folder: string;
  close(): Promise<void>;
};

/** The folder of a page's address; `/` is the front page, `/c/<slug>` is the conference's, `/replay` and `/embed` are the watch page. */
const pageOf = (path: string): string | undefined => {
  if (path === '/') return 'home';
  const [, first] = /^\/(c|console|watch|replay|embed|join|consent)(\/|$)/.exec(path) ?? [];
  if (first === 'c') return 'conference';
  return first === 'replay' || first === 'embed' ? 'watch' : first;
};

/** `only`: so many pages are built, not all. */
export async function servePages(only?: readonly string[]): Promise<PageServer> {
  const folder = await mkdtemp(join(tmpdir(), 'rostrum-pages-'));
  // Read by vite.config.ts; and the test runner's NODE_ENV would build React's development code, twice as large.
  process.env.NODE_ENV = 'production';
  if (only) process.env.ROSTRUM_PAGES = only.join();
  await build({
    root: apps,
    configFile: join(apps, 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir: folder, emptyOutDir: true },
  });
  delete process.env.ROSTRUM_PAGES;
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    const page = pageOf(path);
    const file = page ? join(folder, page, 'index.html') : join(folder, path);
    readFile(file).then(
      (body) => {
        response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' });
        response.end(body);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    folder,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
