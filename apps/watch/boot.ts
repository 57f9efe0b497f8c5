/**
 * The first thing the watch page runs, before React: asks now.json, fetches hls.js and creates the player in
 * parallel, so that the first frame waits for none of the interface.
 */
import { mediaBase, openPass } from '#contracts/media-urls.ts';
import { venueIdOf } from './address.ts';
import { exposePlayer } from './player/debug-handle.ts';
import { fetchNow } from './player/now-poller.ts';
import type { HlsLoader } from './player/playback.ts';
import { Player } from './player/player.ts';
import { createVideo } from './player/video-element.ts';

const venueId = venueIdOf(location.pathname);
const base = mediaBase(openPass, encodeURIComponent(venueId));
const first = fetchNow(`${base}/now.json`, 0);

const hasMediaSource = 'MediaSource' in window || 'ManagedMediaSource' in window;
const loadHls: HlsLoader = async () => {
  if (!hasMediaSource) return undefined;
  const { default: Hls } = await import('hls.js');
  return Hls.isSupported() ? Hls : undefined;
};
void loadHls().catch(() => {}); // Asked again, and told, when a source is opened.

const player = new Player(createVideo(), base, loadHls, first);
exposePlayer(player);

/** Ms: the interface is fetched and rendered by then, playing or not. */
const interfaceAtLatest = 250;
// React is as large as the rest: it comes while the first playlists travel, not before they are asked for.
const asked = new Promise((resolve) => {
  player.playback.onBuilt = () => setTimeout(resolve, 0);
  setTimeout(resolve, interfaceAtLatest);
});
void asked.then(() => import('./app.tsx')).then(({ mount }) => mount(player, venueId));
