/**
 * The first thing the watch page runs, before React: asks now.json, fetches hls.js and creates the player in
 * parallel, so that the first frame waits for none of the interface. The replay page is the same with a clip.
 */
import { mediaBase, openPass } from '#contracts/media-urls.ts';
import { replayOf, venueIdOf } from './address.ts';
import { exposePlayer } from './player/debug-handle.ts';
import { loadHls } from './player/load-hls.ts';
import { fetchNow } from './player/now-poller.ts';
import { Player } from './player/player.ts';
import { isOpen } from './player/source.ts';
import { createVideo } from './player/video-element.ts';
import { startReplay } from './replay/boot-replay.ts';

/** Ms: the interface is fetched and rendered by then, playing or not. */
const interfaceAtLatest = 700;

void loadHls().catch(() => {}); // Asked again, and told, when a source is opened.

const video = createVideo();

/** The page's HTML has a place for the picture before React takes it over. */
function placePicture(): void {
  if (!video.isConnected) document.querySelector('.stage-picture')?.append(video);
}
placePicture();
document.addEventListener('DOMContentLoaded', placePicture, { once: true });

/**
 * React is as large as the rest, and rendering it holds up the player's first requests: with something to play it
 * comes right after the first frame.
 */
function whenShown(nothingToPlay: Promise<boolean>): Promise<void> {
  return new Promise<void>((resolve) => {
    video.addEventListener('loadeddata', () => resolve(), { once: true });
    void nothingToPlay.then((nothing) => nothing && resolve());
    setTimeout(resolve, interfaceAtLatest);
  });
}

function watch(): void {
  const venueId = venueIdOf(location.pathname);
  const base = mediaBase(openPass, encodeURIComponent(venueId));
  const first = fetchNow(`${base}/now.json`, 0);
  const player = new Player(video, base, loadHls, first);
  exposePlayer(player);
  const nothing = first.then((result) => result.kind !== 'now' || !isOpen(result.now));
  void whenShown(nothing)
    .then(() => import('./app.tsx'))
    .then(({ mount }) => mount(player, venueId));
}

const asked = replayOf(location.pathname);
if (asked) {
  const replay = startReplay(video, asked.venueId, asked.clipId);
  void whenShown(Promise.resolve(false))
    .then(() => import('./replay/replay-app.tsx'))
    .then(({ mountReplay }) => mountReplay(replay));
} else watch();
