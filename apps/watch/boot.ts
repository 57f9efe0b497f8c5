/**
 * The first thing the watch page runs, before React: asks now.json and who may watch, fetches hls.js and creates the player in
 * parallel, so that the first frame waits for none of the interface. The replay page is the same with a clip.
 */
import { mediaBase, openPass } from '#contracts/media-urls.ts';
import { turnsAt } from '../access/admission.ts';
import { deviceId } from '../access/device.ts';
import { browserIo, SittingKeeper } from '../access/sitting-keeper.ts';
import { isEmbed, replayOf, venueIdOf } from './address.ts';
import { listenToHost } from './embed/host.ts';
import { Entry, type Opened } from './gate/entry.ts';
import { talkOfReplay } from './gate/talk-of-replay.ts';
import { exposePlayer } from './player/debug-handle.ts';
import { loadHls } from './player/load-hls.ts';
import { fetchNow, type NowResult } from './player/now-poller.ts';
import { Player } from './player/player.ts';
import { isOpen } from './player/source.ts';
import { createVideo } from './player/video-element.ts';
import { type Asked, askClip, type Replay, startReplay } from './replay/boot-replay.ts';

export type Watching = Opened & { readonly player: Player; readonly base: string; readonly pass: string };
export type Replaying = Opened & { readonly replay: Replay };

/** Ms: the interface is fetched and rendered by then, playing or not. */
const interfaceAtLatest = 700;

void loadHls().catch(() => {}); // Asked again, and told, when a source is opened.

// In a frame there is nothing but the picture, from the first drawing on.
if (isEmbed(location.pathname)) document.documentElement.classList.add('embed');

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

/** Closes a player and takes its picture away: another pass, or none, comes next. */
function leave(player: Player): void {
  player.close();
  player.playback.hold.canvas.remove();
  video.pause();
  video.removeAttribute('src');
  video.load();
}

function keeperOf(venueId: string, talkId?: string): SittingKeeper {
  const keeper = new SittingKeeper(deviceId(), browserIo(venueId), turnsAt, talkId);
  document.addEventListener('visibilitychange', () => !document.hidden && keeper.look());
  window.addEventListener('pageshow', (event) => event.persisted && keeper.look());
  return keeper;
}

function watch(): void {
  const venueId = venueIdOf(location.pathname);
  const baseOf = (pass: string) => mediaBase(pass, encodeURIComponent(venueId));
  let tried: Promise<NowResult> | undefined = fetchNow(`${baseOf(openPass)}/now.json`, 0);
  const first = tried;
  const entry = new Entry<Watching>(keeperOf(venueId), (pass) => {
    const base = baseOf(pass);
    const asked = (pass === openPass ? tried : undefined) ?? fetchNow(`${base}/now.json`, 0);
    tried = undefined;
    const player = new Player(video, base, loadHls, asked);
    exposePlayer(player);
    return {
      player,
      base,
      pass,
      close: () => leave(player),
      onRefused: (hook) => {
        player.onRefused = hook;
      },
    };
  });
  if (isEmbed(location.pathname)) listenToHost(entry, venueId);
  entry.start(first);
  const nothing = first.then((result) => result.kind === 'now' && !isOpen(result.now));
  void whenShown(nothing)
    .then(() => import('./app.tsx'))
    .then(({ mount }) => mount(entry, venueId));
}

function replay(venueId: string, clipId: string): void {
  const keeper = keeperOf(venueId);
  let tried: Asked | undefined = askClip(venueId, clipId, openPass);
  const { first } = tried;
  const entry = new Entry<Replaying>(keeper, (pass) => {
    const asked = (pass === openPass ? tried : undefined) ?? askClip(venueId, clipId, pass);
    tried = undefined;
    const opened = startReplay(video, venueId, clipId, asked);
    return {
      replay: opened,
      close: () => leave(opened.player),
      onRefused: (hook) => {
        opened.player.onRefused = hook;
      },
    };
  });
  const ready = talkOfReplay(clipId).then((talkId) => {
    keeper.talkId = talkId;
  });
  entry.start(first, ready);
  void whenShown(first.then((result) => result.kind !== 'now'))
    .then(() => import('./replay/replay-app.tsx'))
    .then(({ mountReplay }) => mountReplay(entry));
}

const asked = replayOf(location.pathname);
if (asked) replay(asked.venueId, asked.clipId);
else watch();
