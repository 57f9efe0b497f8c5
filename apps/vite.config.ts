import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type HtmlTagDescriptor, type Plugin } from 'vite';

const page = (name: string) => fileURLToPath(new URL(`./${name}/index.html`, import.meta.url));

const pages = [
  'home',
  'watch',
  'console',
  'presenter',
  'calibrate',
  'conference',
  'join',
  'consent',
  'account',
];
/** `ROSTRUM_PAGES=watch,conference`: only these, for tests of a few pages. */
const only = process.env.ROSTRUM_PAGES?.split(',');
const built = only ? pages.filter((name) => only.includes(name)) : pages;

/**
 * hls.js starts downloading with the watch page's HTML, beside its first script: found only when that runs, it
 * would cost a round trip before the first frame. The interface's chunks are only fetched, at idle: compiling React
 * at that moment delays the first frame (see watch/boot.ts).
 */
const preloadWatchChunks: Plugin = {
  name: 'rostrum-preload-watch-chunks',
  transformIndexHtml: {
    order: 'post',
    handler(_html, { bundle, path }) {
      if (!bundle || !path.startsWith('/watch/')) return [];
      const links: HtmlTagDescriptor[] = [];
      for (const file of Object.values(bundle)) {
        if (file.type !== 'chunk' || !file.isDynamicEntry) continue;
        const rel = /hls\.js[\\/]dist/.test(file.facadeModuleId ?? '') ? 'modulepreload' : 'prefetch';
        if (rel === 'prefetch' && !/watch[\\/]app\.tsx/.test(file.facadeModuleId ?? '')) continue;
        for (const name of [file.fileName, ...file.imports]) {
          const chunk = bundle[name];
          if (chunk?.type === 'chunk' && chunk.isEntry) continue;
          const attrs = { rel, crossorigin: true, href: `/${name}` };
          links.push({ tag: 'link', attrs, injectTo: 'head' });
        }
      }
      return links;
    },
  },
};

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/',
  plugins: [react(), preloadWatchChunks],
  build: {
    outDir: fileURLToPath(new URL('../dist', import.meta.url)),
    emptyOutDir: true,
    target: 'es2020',
    modulePreload: { polyfill: false },
    // hls.js is one chunk of its own, fetched beside the page; its size is known and accepted.
    chunkSizeWarningLimit: 700,
    rollupOptions: {
      input: Object.fromEntries(built.map((name) => [name, page(name)])),
    },
  },
});
