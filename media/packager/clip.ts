/**
 * A published stretch of a timeline: playlists over the segments that runs have already, nothing copied.
 * A whole live run is a clip with an open end: an EVENT playlist that grows, VOD when the run has ended.
 */
import { type RenditionName, segmentFile, type TrackName } from '#contracts/media-urls.ts';
import { type PlaylistEntry, renderMediaPlaylist, segmentLines } from '../formats/m3u8.ts';
import type { Rendered, ServedClip } from './catalog.ts';
import { isGap, type SegmentRecord } from './playlist-segments.ts';
import { skippable } from './playlist-view.ts';
import type { PublishedTrack } from './published-track.ts';
import type { Rendition } from './rendition.ts';

/** One run's share of a clip. */
export type ClipRun = {
  readonly run: string;
  readonly tracks: Partial<Record<TrackName, PublishedTrack>>;
};
/** Epoch ms on the timeline axis; undefined: from the beginning, to wherever the runs get. */
export type ClipRange = { readonly from?: number | undefined; readonly to?: number | undefined };

/** What a clip's playlist takes of one segment. */
type Piece = PlaylistEntry & { readonly at: number; readonly duration: number };
type Listing = {
  readonly pieces: Piece[];
  /** Next record to look at in each run. */
  readonly cursors: number[];
  /** Rewrites of each run's rendition when its pieces were made: others mean that they are stale. */
  readonly rewrites: number[];
  /** Of the first piece in its run: renditions that begin at different moments stay comparable. */
  mediaSequence: number;
  discontinuitySequence: number;
  complete: boolean;
  readonly rendered: { full?: Rendered; delta?: Rendered };
};

export class Clip implements ServedClip {
  readonly #runs: readonly ClipRun[];
  readonly #range: ClipRange;
  readonly #listings = new Map<string, Listing>();

  /** `runs` in the order of the timeline. */
  constructor(runs: readonly ClipRun[], range: ClipRange = {}) {
    this.#runs = runs;
    this.#range = range;
  }

  /** Nothing will be added any more. */
  get ended(): boolean {
    return this.#runs.every((run) => Object.values(run.tracks).every((track) => track.ended));
  }

  multivariant(track: TrackName): Rendered | undefined {
    return this.#newest(track)?.multivariantOf(`clip ${track}`, (name) => `${track}-${name}.m3u8`);
  }

  playlist(track: TrackName, name: RenditionName, skip: boolean): Rendered | undefined {
    const renditions = this.#runs.map((run) => run.tracks[track]?.rendition(name));
    const listing = this.#update(track, name, renditions);
    if (listing.pieces.length === 0) return undefined;
    const slot = skip && !listing.complete ? 'delta' : 'full';
    listing.rendered[slot] ??= this.#render(listing, renditions, slot === 'delta');
    return listing.rendered[slot];
  }

  #newest(track: TrackName): PublishedTrack | undefined {
    return this.#runs.findLast((run) => run.tracks[track])?.tracks[track];
  }

  /** Adds what was finished since the last request; starts anew only when finished segments have changed. */
  #update(track: TrackName, name: RenditionName, renditions: readonly (Rendition | undefined)[]): Listing {
    const key = `${track}-${name}`;
    const known = this.#listings.get(key);
    const stale = known && renditions.some((r, i) => (r?.segments.rewrites ?? 0) !== known.rewrites[i]);
    const listing: Listing = known && !stale ? known : emptyListing(renditions);
    this.#listings.set(key, listing);
    if (listing.complete) return listing;
    const before = listing.pieces.length;
    let passed = false;
    renditions.forEach((rendition, i) => {
      const run = this.#runs[i];
      if (rendition && run && this.#take(listing, i, `../../../runs/${run.run}/${track}/${name}`, rendition))
        passed = true;
    });
    const complete = passed || renditions.every((rendition) => rendition?.ended ?? true);
    if (complete || listing.pieces.length > before) {
      delete listing.rendered.full;
      delete listing.rendered.delta;
    }
    listing.complete = complete;
    return listing;
  }

  /** True when the clip's end was passed. */
  #take(listing: Listing, i: number, base: string, rendition: Rendition): boolean {
    const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = this.#range;
    const { records } = rendition.segments;
    let cursor = listing.cursors[i] ?? 0;
    /** Another run's media came before. */
    let border = listing.pieces.length > 0 && !listing.pieces.at(-1)?.map.startsWith(`${base}/`);
    for (; cursor < records.length; cursor++) {
      const segment = records[cursor];
      if (!segment?.complete) break;
      if (segment.programDateTime >= to) return true;
      if (segment.programDateTime + segment.duration * 1000 <= from) continue;
      const last = listing.pieces.at(-1);
      if (!last) {
        listing.mediaSequence = segment.msn;
        listing.discontinuitySequence = rendition.discontinuityBase + segment.discontinuities;
      }
      listing.pieces.push({
        discontinuity: border || segment.discontinuity,
        map: `${base}/${rendition.segments.mapUri(segment)}`,
        lines: clipLines(segment, base),
        at: last ? last.at + last.duration : 0,
        duration: segment.duration,
      });
      border = false;
    }
    listing.cursors[i] = cursor;
    return false;
  }

  #render(listing: Listing, renditions: readonly (Rendition | undefined)[], delta: boolean): Rendered {
    const targetDuration = Math.max(1, ...renditions.map((rendition) => rendition?.targetDuration ?? 0));
    const last = listing.pieces.at(-1);
    const edge = last ? last.at + last.duration : 0;
    const text = renderMediaPlaylist({
      targetDuration,
      mediaSequence: listing.mediaSequence,
      discontinuitySequence: listing.discontinuitySequence,
      type: listing.complete ? 'vod' : 'event',
      lowLatency: false,
      canBlock: false,
      skipped: delta ? skippable(listing.pieces, edge, targetDuration) : 0,
      entries: listing.pieces,
      hint: undefined,
      reports: [],
      ended: listing.complete,
    });
    return { body: Buffer.from(text) };
  }
}

const emptyListing = (renditions: readonly (Rendition | undefined)[]): Listing => ({
  pieces: [],
  cursors: renditions.map(() => 0),
  rewrites: renditions.map((rendition) => rendition?.segments.rewrites ?? 0),
  mediaSequence: 0,
  discontinuitySequence: 0,
  complete: false,
  rendered: {},
});

const clipLines = (segment: SegmentRecord, base: string): string =>
  segmentLines({
    uri: `${base}/${segmentFile(segment.msn)}`,
    programDateTime: segment.programDateTime,
    duration: segment.duration,
    gap: isGap(segment),
    parts: '',
  });
