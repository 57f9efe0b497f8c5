/** Reads `/media/<pass>/<venueId>/…` (contracts/media-urls.ts). What is not spelled exactly like an address we build does not exist. */
import { eventStreams } from '#contracts/events.ts';
import {
  type RenditionName,
  type Tier,
  type TrackName,
  trackNames,
  videoRungs,
} from '#contracts/media-urls.ts';
import type { BatchPlace } from './catalog.ts';

export type MediaFile =
  | { readonly kind: 'now' }
  | { readonly kind: 'multivariant'; readonly run: string; readonly track: TrackName; readonly tier: Tier }
  | { readonly kind: 'audioOnly'; readonly run: string; readonly track: TrackName; readonly tier: Tier }
  | ({ readonly kind: 'playlist'; readonly tier: Tier } & InRendition)
  | ({ readonly kind: 'init'; readonly k: number } & InRendition)
  | ({ readonly kind: 'segment'; readonly msn: number } & InRendition)
  | ({ readonly kind: 'part'; readonly msn: number; readonly index: number } & InRendition)
  | ({ readonly kind: 'clip'; readonly track: TrackName } & InClip)
  | ({ readonly kind: 'clipPlaylist'; readonly track: TrackName; readonly rendition: RenditionName } & InClip)
  | ({ readonly kind: 'clipData'; readonly file: 'clip.json' | 'events.json' } & InClip)
  | ({ readonly kind: 'batch' | 'snapshot' } & BatchPlace)
  | { readonly kind: 'page'; readonly name: string; readonly format: 'webp' | 'avif' | 'json' }
  | { readonly kind: 'preview'; readonly track: TrackName };
type InRendition = { readonly run: string; readonly track: TrackName; readonly rendition: RenditionName };
type InClip = { readonly clip: string; readonly version: number };

export type MediaRoute = { readonly pass: string; readonly venueId: string; readonly file: MediaFile };

const longestUrl = 2048;
/** No percent-encoding, no empty or dot segments, no NUL: nothing we build has any (fault 32). */
const plainPath = /^\/media(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+$/;
const id = /^[A-Za-z0-9_-]{1,128}$/;
const wholeNumber = /^(?:0|[1-9]\d{0,14})$/;

const multivariants: Readonly<Record<string, ['multivariant' | 'audioOnly', Tier]>> = {
  'index.m3u8': ['multivariant', 'low-latency'],
  'index-std.m3u8': ['multivariant', 'standard'],
  'audio.m3u8': ['audioOnly', 'low-latency'],
  'audio-std.m3u8': ['audioOnly', 'standard'],
};

const asTrack = (text: string | undefined): TrackName | undefined => trackNames.find((name) => name === text);
const asRendition = (text: string | undefined): RenditionName | undefined =>
  text === 'audio' ? text : videoRungs.find((name) => name === text);
const asNumber = (text: string | undefined): number | undefined =>
  text !== undefined && wholeNumber.test(text) ? Number(text) : undefined;

const inRendition = (where: InRendition, file: string): MediaFile | undefined => {
  if (file === 'live.m3u8') return { kind: 'playlist', tier: 'low-latency', ...where };
  if (file === 'std.m3u8') return { kind: 'playlist', tier: 'standard', ...where };
  const [name, ...extension] = file.split('.');
  const kind = extension.at(-1);
  if (kind === 'mp4' && extension.length === 1 && name?.startsWith('init-')) {
    const k = asNumber(name.slice(5));
    return k === undefined ? undefined : { kind: 'init', k, ...where };
  }
  const msn = asNumber(name);
  if (kind !== 'm4s' || msn === undefined) return undefined;
  if (extension.length === 1) return { kind: 'segment', msn, ...where };
  const index = asNumber(extension[0]);
  return extension.length === 2 && index !== undefined ? { kind: 'part', msn, index, ...where } : undefined;
};

const inRuns = (path: readonly string[]): MediaFile | undefined => {
  const [run, trackName, third, file] = path;
  const track = asTrack(trackName);
  if (run === undefined || !id.test(run) || !track || third === undefined) return undefined;
  if (path.length === 3) {
    const found = Object.hasOwn(multivariants, third) ? multivariants[third] : undefined;
    return found && { kind: found[0], tier: found[1], run, track };
  }
  const rendition = asRendition(third);
  if (path.length !== 4 || !rendition || file === undefined) return undefined;
  return inRendition({ run, track, rendition }, file);
};

const inClips = (path: readonly string[]): MediaFile | undefined => {
  const [clip, versionText, file] = path;
  const version = asNumber(versionText);
  if (path.length !== 3 || clip === undefined || !id.test(clip) || version === undefined || !file)
    return undefined;
  if (file === 'index.m3u8') return { kind: 'clip', clip, version, track: 'program' };
  if (file === 'slides.m3u8') return { kind: 'clip', clip, version, track: 'slides' };
  if (file === 'clip.json' || file === 'events.json') return { kind: 'clipData', clip, version, file };
  const [trackName, renditionName, ...rest] = file.replace(/\.m3u8$/, '').split('-');
  const track = asTrack(trackName);
  const rendition = asRendition(renditionName);
  if (!file.endsWith('.m3u8') || !track || !rendition || rest.length > 0) return undefined;
  return { kind: 'clipPlaylist', clip, version, track, rendition };
};

/** `events/<stream>/<rev>/<n>.json` and `…/snapshot-<n>.json`. */
const inEvents = (path: readonly string[]): MediaFile | undefined => {
  const [streamName, revText, file] = path;
  const stream = eventStreams.find((name) => name === streamName);
  const rev = asNumber(revText);
  if (path.length !== 3 || !stream || rev === undefined || !file?.endsWith('.json')) return undefined;
  const snapshot = file.startsWith('snapshot-');
  const n = asNumber(file.slice(snapshot ? 'snapshot-'.length : 0, -'.json'.length));
  return n === undefined ? undefined : { kind: snapshot ? 'snapshot' : 'batch', stream, rev, n };
};

/** `pages/<id>.<w>.webp`, `….avif` and `<id>.json`. */
const pageName = /^[A-Za-z0-9_-]{16,64}(?:\.[1-9]\d{1,4}\.(webp|avif)|\.(json))$/;
const inPages = (path: readonly string[]): MediaFile | undefined => {
  const [name = '', ...rest] = path;
  const [, picture, text] = pageName.exec(name) ?? [];
  const format = picture ?? text;
  if (rest.length > 0 || (format !== 'webp' && format !== 'avif' && format !== 'json')) return undefined;
  return { kind: 'page', name, format };
};

const inVenue = (path: readonly string[]): MediaFile | undefined => {
  const [folder, ...rest] = path;
  if (folder === 'runs') return inRuns(rest);
  if (folder === 'clips') return inClips(rest);
  if (folder === 'events') return inEvents(rest);
  if (folder === 'pages') return inPages(rest);
  if (path.length === 1 && folder === 'now.json') return { kind: 'now' };
  if (path.length !== 2 || folder !== 'preview') return undefined;
  const track = trackNames.find((name) => rest[0] === `${name}.jpg`);
  return track && { kind: 'preview', track };
};

/** `path`: the request target without its query. Undefined: there is no such thing. */
export const parseMediaPath = (path: string): MediaRoute | undefined => {
  if (path.length > longestUrl || !plainPath.test(path)) return undefined;
  const [, , pass, venueId, ...rest] = path.split('/');
  if (pass === undefined || venueId === undefined || !id.test(venueId)) return undefined;
  const file = inVenue(rest);
  return file && { pass, venueId, file };
};

export type ReadDirectives =
  | { readonly msn: number | undefined; readonly part: number | undefined; readonly skip: boolean }
  | { readonly refused: string };

const longestQuery = 1024;
const none: ReadDirectives = { msn: undefined, part: undefined, skip: false };

/** Delivery directives of a playlist request (RFC 8216bis 6.2.5); other parameters are ignored. Fault 31. */
export const parseDirectives = (query: string): ReadDirectives => {
  if (query === '') return none;
  if (query.length > longestQuery)
    return { refused: `the query must not exceed ${longestQuery} characters (got ${query.length})` };
  const parameters = new URLSearchParams(query);
  const numbers: Record<'_HLS_msn' | '_HLS_part', number | undefined> = {
    _HLS_msn: undefined,
    _HLS_part: undefined,
  };
  for (const name of ['_HLS_msn', '_HLS_part', '_HLS_skip'] as const) {
    const values = parameters.getAll(name);
    if (values.length > 1) return { refused: `${name} must be given once (got ${values.length})` };
    if (name === '_HLS_skip' || values.length === 0) continue;
    const value = asNumber(values[0]);
    if (value === undefined) return { refused: `${name} must be a whole number` };
    numbers[name] = value;
  }
  const skip = parameters.get('_HLS_skip');
  return { msn: numbers._HLS_msn, part: numbers._HLS_part, skip: skip === 'YES' || skip === 'v2' };
};
