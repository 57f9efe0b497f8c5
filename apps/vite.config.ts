import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const page = (name: string) => fileURLToPath(new URL(`./${name}/index.html`, import.meta.url));

/**
 * hls.js starts downloading with the watch page's HTML, beside its first script: found only when that runs, it
 * would cost a round trip before the first frame. The interface's chunk is left out on purpose: compiling React
 * at that moment delays the first frame more than it helps (see watch/boot.ts).
 */
const preloadWatchChunks: Plugin = {
  name: 'rostrum-preload-watch-chunks',
  transformIndexHtml: {
    order: 'post',
    handler(_html, { bundle, path }) {
      if (!bundle || !path.startsWith('/watch/')) return [];
      const wanted = new Set<string>();
      for (const file of Object.values(bundle)) {
        if (file.type !== 'chunk' || !file.isDynamicEntry) continue;
        if (!/hls\.js[\\/]dist/.test(file.facadeModuleId ?? '')) continue;
        for (const name of [file.fileName, ...file.imports]) wanted.add(name);
      }
      return [...wanted].map((name) => ({
        tag: 'link',
        attrs: { rel: 'modulepreload', crossorigin: true, href: `/${name}` },
        injectTo: 'head' as const,
      }));
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
    rollupOptions: { input: { watch: page('watch'), console: page('console') } },
  },
});
