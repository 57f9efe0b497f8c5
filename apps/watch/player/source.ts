/** Which playlist to play, from what the venue says and what the viewer wants. Pure. */
import type { TrackName } from '#contracts/media-urls.ts';
import type { Now, TrackNow } from '#contracts/now.ts';

export type Wish = {
  readonly track: TrackName;
  /** By choice or because the network carries no picture. */
  readonly soundOnly: boolean;
  /** Play the run's whole playlist: the viewer went back further than the live one reaches, or watches a replay. */
  readonly clip: boolean;
};

export type Source = {
  /** Two sources with the same key are the same; another key means: load anew. */
  readonly key: string;
  /** Relative to the venue's media base. */
  readonly path: string;
  readonly kind: 'live' | 'clip';
  readonly lowLatency: boolean;
  readonly soundOnly: boolean;
};

export const isOpen = (now: Now): boolean =>
  now.state === 'live' || now.state === 'break' || now.state === 'away';

/** The wished track if the venue has it, else the other. */
export function chosenTrack(now: Now, wish: TrackName): [TrackName, TrackNow] | undefined {
  const { program, slides } = now.tracks;
  if (wish === 'slides' && slides) return ['slides', slides];
  if (program) return ['program', program];
  return slides ? ['slides', slides] : undefined;
}

export function sourceFor(now: Now, wish: Wish): Source | undefined {
  const chosen = chosenTrack(now, wish.track);
  if (!chosen || !now.run) return undefined;
  const [name, track] = chosen;
  if (wish.clip) {
    // The same playlist while it grows and after: going from live to ended must not interrupt who is watching it.
    const sound = wish.soundOnly && track.audioPlaylist !== undefined;
    return {
      key: `${track.clip} ${name}${sound ? ' audio' : ''}`,
      path: sound ? track.clip.replace(/[^/]+$/, `${name}-audio.m3u8`) : track.clip,
      kind: 'clip',
      lowLatency: false,
      soundOnly: sound,
    };
  }
  if (!isOpen(now)) return undefined;
  const sound = wish.soundOnly ? track.audioPlaylist : undefined;
  const path = sound ?? track.playlist;
  const renditions = sound ? '' : track.renditions.join();
  return {
    key: `${now.run} ${path} ${renditions}`,
    path,
    kind: 'live',
    lowLatency: now.tier === 'low-latency',
    soundOnly: sound !== undefined,
  };
}
