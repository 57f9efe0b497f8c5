/** The least page that plays a low-latency playlist with hls.js as it comes: what the watch page is measured beside. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';

declare global {
  interface Window {
    barePlayer?: {
      /** Ms from navigation to the first frame; undefined before it. */
      firstFrame(): number | undefined;
      /** PROGRAM-DATE-TIME of that frame, epoch ms. */
      firstDate(): number | undefined;
    };
  }
}

const html = (playlist: string): string => `<!doctype html>
<meta charset="utf-8" />
<title>bare hls.js</title>
<link rel="icon" href="data:," />
<video autoplay playsinline></video>
<script src="/hls.js"></script>
<script>
  const video = document.querySelector('video');
  let first;
  let date;
  const hls = new Hls({ lowLatencyMode: true });
  video.requestVideoFrameCallback((_, { mediaTime }) => {
    first = performance.now();
    date = () => hls.playingDate && hls.playingDate.getTime() + (mediaTime - video.currentTime) * 1000;
  });
  window.barePlayer = { firstFrame: () => first, firstDate: () => (date ? date() : undefined) };
  hls.loadSource(${JSON.stringify(playlist)});
  hls.attachMedia(video);
</script>
`;

export async function startBarePage(playlist: string): Promise<{ url: string; close(): Promise<void> }> {
  const hls = await readFile(createRequire(import.meta.url).resolve('hls.js/dist/hls.min.js'));
  const server = createServer((request, response) => {
    const script = request.url === '/hls.js';
    response.setHeader('content-type', script ? 'text/javascript' : 'text/html; charset=utf-8');
    response.end(script ? hls : html(playlist));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
