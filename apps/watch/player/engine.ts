/** What turns a playlist into pictures in the video element: hls.js, or the browser itself where there is no MediaSource. */
import type { Span } from './time-map.ts';

export type Level = {
  /** The engine's own number. */
  readonly index: number;
  /** Lines of picture; 0 when unknown. */
  readonly height: number;
  /** Bits a second. */
  readonly bitrate: number;
};

export type EngineSource = {
  readonly url: string;
  readonly lowLatency: boolean;
  readonly live: boolean;
  /** Media time to start at, seconds; undefined: the live edge, or the beginning of what has ended. */
  readonly startAt?: number;
  /** First guess of the line, bits a second. */
  readonly bandwidth: number;
};

export type EngineEvents = {
  /** It gave up by itself; only a new engine helps. */
  failed(reason: string): void;
  /** This browser decodes none of the pictures offered; `failed` was told before. */
  incompatible(): void;
  /** An answer 403 or 404: the pass may be good no more. */
  refused(): void;
  /** The list of levels, or the one being played, changed. */
  levels(): void;
  /** Something came from the network. */
  activity(): void;
  /** A playlist was read or grew. */
  timeline(): void;
};

export interface Engine {
  readonly kind: 'hls.js' | 'native';
  /** Estimated live edge in media time, seconds; undefined while unknown or not live. */
  edge(): number | undefined;
  /** Part target in seconds, 0 without parts; and the longest of the last segments. */
  pace(): { readonly partTarget: number; readonly longestSegment: number };
  spans(): readonly Span[];
  levels(): readonly Level[];
  /** Number of the level being played, −1 while unknown. */
  level(): number;
  /** −1: by itself. */
  choose(level: number): void;
  /** Never above the lowest level (data saver). */
  cap(lowest: boolean): void;
  /** Bits a second; 0 while unknown. */
  bandwidth(): number;
  /** Goes on loading after it stopped. */
  startLoad(): void;
  /** Restarts the decoder. */
  recover(): void;
  destroy(): void;
}
