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
      /** The first frame presented that belongs to this moment (PROGRAM-DATE-TIME, epoch ms) or later: both times in epoch ms. */
      frameFrom(date: number): { at: number; date: number } | undefined;
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
  const hls = new Hls({ lowLatencyMode: true });
  const frames = [];
  const onFrame = (at, { mediaTime }) => {
    frames.push({ at: performance.now(), mediaTime });
    if (frames.length < 1000) video.requestVideoFrameCallback(onFrame);
  };
  video.requestVideoFrameCallback(onFrame);
  window.barePlayer = {
    firstFrame: () => frames[0]?.at,
    frameFrom: (from) => {
      if (!hls.playingDate) return undefined;
      const origin = hls.playingDate.getTime() - video.currentTime * 1000;
      const found = frames.find(({ mediaTime }) => origin + mediaTime * 1000 >= from - 20);
      return found && { at: performance.timeOrigin + found.at, date: origin + found.mediaTime * 1000 };
    },
  };
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
