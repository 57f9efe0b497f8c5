/** What stands in front of the picture: a whole screen with words, or a line over the last picture. Pure. */

import type { Snapshot } from './player/player.ts';
import { isOpen } from './player/source.ts';

export type Screen =
  | 'connecting'
  | 'off'
  | 'preparing'
  | 'break'
  | 'away'
  | 'ended'
  | 'finished'
  | 'unknown'
  | 'unreachable'
  | 'offline';
export type Banner = 'offline' | 'lost' | 'buffering' | 'codec' | 'fallback' | 'sound';

type Seen = Pick<
  Snapshot,
  | 'now'
  | 'link'
  | 'mode'
  | 'finished'
  | 'buffering'
  | 'playing'
  | 'soundOnly'
  | 'fallback'
  | 'noPicture'
  | 'everStarted'
>;

export function screenFor(seen: Seen, online: boolean): Screen | undefined {
  const { now, mode } = seen;
  if (seen.link === 'unknownVenue') return 'unknown';
  if (!now) {
    if (!online) return 'offline';
    return seen.link === 'lost' ? 'unreachable' : 'connecting';
  }
  // Who looks at an earlier moment is not disturbed by what the venue does now.
  if (mode === 'replay' || mode === 'shift') return seen.finished ? 'finished' : undefined;
  if (now.state === 'off') return 'off';
  if (now.state === 'ended') return mode === 'idle' || seen.finished ? 'ended' : undefined;
  if (now.state === 'break') return 'break';
  if (now.state === 'away') return seen.buffering || mode === 'idle' ? 'away' : undefined;
  return mode === 'idle' ? 'preparing' : undefined;
}

export function bannerFor(seen: Seen, online: boolean): Banner | undefined {
  if (!online) return 'offline';
  if (seen.link === 'lost') return 'lost';
  if (seen.buffering && seen.playing && seen.mode !== 'idle') return 'buffering';
  if (seen.noPicture === 'browser') return 'codec';
  if (!(seen.soundOnly || seen.noPicture) || !seen.now || !isOpen(seen.now)) return undefined;
  return seen.fallback ? 'fallback' : 'sound';
}
