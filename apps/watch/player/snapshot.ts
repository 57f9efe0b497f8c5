/** What the page is told of the player. */
import type { TrackName } from '#contracts/media-urls.ts';
import type { Now } from '#contracts/now.ts';
import type { Blocked } from './autoplay.ts';
import type { Level } from './engine.ts';

/** `auto`, a height in lines, or sound only. */
export type Quality = 'auto' | 'sound' | number;
export type Mode = 'idle' | 'live' | 'shift' | 'replay';

export type Snapshot = {
  readonly now: Now | undefined;
  /** How the venue's server is reached. `lost` after three failures in a row. */
  readonly link: 'connecting' | 'ok' | 'lost' | 'unknownVenue';
  readonly mode: Mode;
  readonly track: TrackName;
  readonly tracks: readonly TrackName[];
  readonly playing: boolean;
  readonly buffering: boolean;
  /** A picture or sound was shown since the page opened. */
  readonly everStarted: boolean;
  readonly blocked: Blocked;
  readonly muted: boolean;
  readonly volume: number;
  readonly quality: Quality;
  readonly soundOnly: boolean;
  /** Sound only because the viewer reads the slides to it. */
  readonly voiceOnly: boolean;
  /** Sound only because the network carries no picture. */
  readonly fallback: boolean;
  /** Only sound is played, not by choice: the venue sends no picture, or this browser cannot decode it. */
  readonly noPicture: 'venue' | 'browser' | undefined;
  readonly soundOffered: boolean;
  readonly dataSaver: boolean;
  readonly levels: readonly Level[];
  readonly level: Level | undefined;
  readonly speed: number;
  /** What was played ran to its end. */
  readonly finished: boolean;
};

/** The bar: while the venue is open in epoch ms, in a replay in ms of media. */
export type Times = {
  readonly from: number;
  readonly to: number;
  readonly at: number;
  readonly dates: boolean;
  /** Ms behind live; 0 at the live edge or in a replay. */
  readonly behind: number;
};
