/** `window.rostrumPlayer`: a read-only look at the player for tests, the bench and the support line. */
import type { PlayerEvent } from './event-log.ts';
import type { Player, Snapshot } from './player.ts';

export type PlayerHandle = {
  readonly video: HTMLVideoElement;
  /** Seconds from the picture shown to the live edge; undefined when not playing live. */
  latency(): number | undefined;
  /** Seconds the latency control aims at. */
  target(): number;
  /** Seconds buffered ahead. */
  buffer(): number;
  /** The moment shown, epoch ms on the venue's axis. */
  date(): number | undefined;
  /** How often the picture stopped for want of data since the page was opened. */
  stalls(): number;
  /** Ms from navigation to the first frame; undefined before it. */
  firstFrame(): number | undefined;
  state(): Snapshot;
  /** The last 200 events, oldest first. */
  readonly events: readonly PlayerEvent[];
};

declare global {
  interface Window {
    rostrumPlayer?: PlayerHandle;
  }
}

export function exposePlayer(player: Player): void {
  let first: number | undefined;
  const note = () => {
    first ??= performance.now();
  };
  if ('requestVideoFrameCallback' in player.video) player.video.requestVideoFrameCallback(note);
  else (player.video as HTMLVideoElement).addEventListener('loadeddata', note, { once: true });
  window.rostrumPlayer = Object.freeze({
    video: player.video,
    latency: () => (player.mode() === 'live' ? player.playback.latency() : undefined),
    target: () => player.playback.control.target,
    buffer: () => player.playback.buffer(),
    date: () => player.date(),
    stalls: () => player.playback.stalls,
    firstFrame: () => first,
    state: () => player.snapshot(),
    events: player.log.entries,
  });
}
