/** What the synthetic encoder can be told, and its command line. */
import { parseArgs } from 'node:util';
import type { Sides } from './speech.ts';

export type SourceSettings = {
  /** `rtmp(s)://host:port/live/<streamKey>`. */
  readonly url: string;
  /** Even. */
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  /** Video bit rate. */
  readonly kbps: number;
  readonly gopSeconds: number;
  /** False: a plain x264 with B-frames and look-ahead, about 0.7 s later. */
  readonly zerolatency: boolean;
  /** x264 preset. */
  readonly preset: string;
  /** Draws the page's number large on the slide. */
  readonly pageNumber: boolean;
  /** Ends by itself after this time; 0 never. */
  readonly seconds: number;
  /** Which channels have sound. */
  readonly sound: Sides;
};

export const sourceDefaults: Omit<SourceSettings, 'url'> = {
  width: 1280,
  height: 720,
  fps: 25,
  kbps: 2500,
  gopSeconds: 2,
  zerolatency: true,
  preset: 'veryfast',
  pageNumber: false,
  seconds: 0,
  sound: 'both',
};

const flagNames = {
  url: 'url',
  width: 'width',
  height: 'height',
  fps: 'fps',
  kbps: 'kbps',
  gopSeconds: 'gop-seconds',
  zerolatency: 'zerolatency',
  preset: 'preset',
  pageNumber: 'page-number',
  seconds: 'seconds',
  sound: 'sound',
} as const satisfies Record<keyof SourceSettings, string>;

/** The command line that `settingsFromArgs` reads back. */
export function argsFromSettings(settings: SourceSettings): string[] {
  return Object.entries(flagNames).flatMap(([key, flag]) => [
    `--${flag}`,
    String(settings[key as keyof SourceSettings]),
  ]);
}

/** Throws with the flag, the rule and the value when one is wrong. */
export function settingsFromArgs(args: readonly string[]): SourceSettings {
  const options = Object.fromEntries(
    Object.values(flagNames).map((flag) => [flag, { type: 'string' as const }]),
  );
  const { values } = parseArgs({ args: [...args], options, strict: true });
  const text = (key: keyof SourceSettings, fallback: string): string => {
    const value = values[flagNames[key]];
    return typeof value === 'string' ? value : fallback;
  };
  const number = (key: keyof typeof sourceDefaults, least: number, most: number): number => {
    const value = Number(text(key, String(sourceDefaults[key])));
    if (!(value >= least && value <= most)) {
      throw new Error(`--${flagNames[key]} must be a number from ${least} to ${most} (got ${text(key, '')})`);
    }
    return value;
  };
  const choice = <T extends string>(key: keyof typeof sourceDefaults, allowed: readonly T[]): T => {
    const value = text(key, String(sourceDefaults[key]));
    const found = allowed.find((one) => one === value);
    if (found === undefined)
      throw new Error(`--${flagNames[key]} must be one of ${allowed.join(', ')} (got ${value})`);
    return found;
  };
  const url = text('url', '');
  if (!/^rtmps?:\/\/./.test(url))
    throw new Error(`--url must be an rtmp:// or rtmps:// address (got ${url})`);
  return {
    url,
    width: number('width', 160, 3840) & ~1,
    height: number('height', 90, 2160) & ~1,
    fps: number('fps', 1, 60),
    kbps: number('kbps', 50, 50_000),
    gopSeconds: number('gopSeconds', 0.2, 60),
    zerolatency: choice('zerolatency', ['true', 'false']) === 'true',
    preset: text('preset', sourceDefaults.preset),
    pageNumber: choice('pageNumber', ['true', 'false']) === 'true',
    seconds: number('seconds', 0, 1e9),
    sound: choice('sound', ['both', 'left', 'right', 'none']),
  };
}
