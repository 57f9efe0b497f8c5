/**
 * The first thing the watch page runs, before React: asks now.json, fetches hls.js and creates the player in
 * parallel, so that the first frame waits for none of the interface.
 */
import { mediaBase, openPass } from '#contracts/media-urls.ts';
import { venueIdOf } from './address.ts';
import { exposePlayer } from './player/debug-handle.ts';
import { loadHls } from './player/load-hls.ts';
import { fetchNow } from './player/now-poller.ts';
import { Player } from './player/player.ts';
import { isOpen } from './player/source.ts';
import { createVideo } from './player/video-element.ts';

const venueId = venueIdOf(location.pathname);
const base = mediaBase(openPass, encodeURIComponent(venueId));
const first = fetchNow(`${base}/now.json`, 0);

void loadHls().catch(() => {}); // Asked again, and told, when a source is opened.

const video = createVideo();
const player = new Player(video, base, loadHls, first);
exposePlayer(player);

/** The page's HTML has a place for the picture before React takes it over. */
function placePicture(): void {
  if (!video.isConnected) document.querySelector('.stage-picture')?.append(video);
}
placePicture();
document.addEventListener('DOMContentLoaded', placePicture, { once: true });

/** Ms: the interface is fetched and rendered by then, playing or not. */
const interfaceAtLatest = 700;
// React is as large as the rest, and rendering it holds up the player's first requests: with something to play it
// comes right after the first frame.
const due = new Promise<void>((resolve) => {
  video.addEventListener('loadeddata', () => resolve(), { once: true });
  void first.then((result) => {
    if (result.kind !== 'now' || !isOpen(result.now)) resolve();
  });
  setTimeout(resolve, interfaceAtLatest);
});
void due.then(() => import('./app.tsx')).then(({ mount }) => mount(player, venueId));
