/**
 * A published stretch of a timeline, or several joined: playlists over the segments that runs have already, nothing copied.
 * It starts at the keyframe before its beginning with EXT-X-START at the exact frame, and ends at a part (EXT-X-BYTERANGE).
 * A whole live run is a clip with an open end: an EVENT playlist that grows, VOD when the run has ended.
 */
import { type RenditionName, segmentFile, type TrackName, videoRungs } from '#contracts/media-urls.ts';
import { type PlaylistEntry, renderMediaPlaylist, segmentLines } from '../formats/m3u8.ts';
import type { Rendered, ServedClip } from './catalog.ts';
import { type ClipRange, roomStart, type Shift, startSegment, takeOf } from './clip-range.ts';
import { isGap, type SegmentRecord } from './playlist-segments.ts';
import { skippable } from './playlist-view.ts';
import type { PublishedTrack } from './published-track.ts';
import type { Rendition } from './rendition.ts';

/** One run's share of a clip. */
export type ClipRun = {
  readonly run: string;
  readonly tracks: Partial<Record<TrackName, PublishedTrack>>;
  /** Nothing is being published now (a break, the encoder gone): what is not there of a closed range will not come. */
  readonly quiet?: () => boolean;
};
export type { ClipRange };
/** Ms to add to a track's PROGRAM-DATE-TIME to have the moment in the room. */
export type TrackShift = (track: TrackName, programDateTime: number) => number;

/** What a clip's playlist takes of one segment. */
type Piece = PlaylistEntry & { readonly at: number; readonly duration: number };
type Listing = {
  readonly pieces: Piece[];
  /** Where it goes on: range, run, and the msn to look at next in it (undefined: the run is not begun). */
  range: number;
  run: number;
  next: number | undefined;
  /** Where the last piece came from: what does not follow it needs a DISCONTINUITY. */
  last: { readonly run: number; readonly msn: number } | undefined;
  /** Rewrites of each run's rendition when its pieces were made: others mean that they are stale. */
  readonly rewrites: readonly number[];
  /** Of the first piece in its run: renditions that begin at different moments stay comparable. */
  mediaSequence: number;
  discontinuitySequence: number;
  complete: boolean;
  readonly rendered: { full?: Rendered; delta?: Rendered };
};
type Outcome = 'rangeDone' | 'runDone' | 'more';

export class Clip implements ServedClip {
  readonly #runs: readonly ClipRun[];
  readonly #ranges: readonly ClipRange[];
  readonly #shift: TrackShift;
  readonly #listings = new Map<string, Listing>();

  /** `runs` in the order of the timeline; `ranges` in the order they are played, of which there is at least one. */
  constructor(runs: readonly ClipRun[], ranges: readonly ClipRange[] = [{}], shift: TrackShift = () => 0) {
    this.#runs = runs;
    this.#ranges = ranges;
    this.#shift = shift;
  }

  /** Nothing will be added any more to what was asked of it. */
  get ended(): boolean {
    if (this.#runs.every((run) => Object.values(run.tracks).every((track) => track.ended))) return true;
    const listings = [...this.#listings.values()];
    return listings.length > 0 && listings.every(({ complete }) => complete);
  }

  /** There is something to play on some track. */
  get playable(): boolean {
    return this.#runs.some(({ tracks }) =>
      (Object.keys(tracks) as TrackName[]).some((track) => this.multivariant(track) !== undefined),
    );
  }

  multivariant(track: TrackName): Rendered | undefined {
    const runs = this.#runsWith(track);
    const reference = this.#reference(track);
    if (!reference || !this.playlist(track, reference, false)) return undefined;
    return runs.at(-1)?.tracks[track]?.multivariantOf(`clip ${track}`, (name) => `${track}-${name}.m3u8`, {
      has: (name) => this.#hasAll(track, name),
      start: this.#startOffset(track),
    });
  }

  playlist(track: TrackName, name: RenditionName, skip: boolean): Rendered | undefined {
    const renditions = this.#runs.map((run) => run.tracks[track]?.rendition(name));
    const listing = this.#update(track, name, renditions);
    if (listing.pieces.length === 0) return undefined;
    const slot = skip && !listing.complete ? 'delta' : 'full';
    listing.rendered[slot] ??= this.#render(track, listing, renditions, slot === 'delta');
    return listing.rendered[slot];
  }

  /** The first that players find from beginning to end. */
  #reference(track: TrackName): RenditionName | undefined {
    return [...videoRungs, 'audio' as const].find((name) => this.#hasAll(track, name));
  }

  /** In every run of which the clip has something: players must find it from beginning to end. */
  #hasAll(track: TrackName, name: RenditionName): boolean {
    const runs = this.#runsWith(track);
    return runs.length > 0 && runs.every((run) => run.tracks[track]?.rendition(name)?.visible);
  }

  /** Adds what was finished since the last request; starts anew only when finished segments have changed. */
  #update(track: TrackName, name: RenditionName, renditions: readonly (Rendition | undefined)[]): Listing {
    const key = `${track}-${name}`;
    const known = this.#listings.get(key);
    const stale = known && renditions.some((r, i) => (r?.segments.rewrites ?? 0) !== known.rewrites[i]);
    const listing: Listing = known && !stale ? known : emptyListing(renditions);
    if (listing.complete) return listing;
    const before = listing.pieces.length;
    const complete = this.#goOn(listing, track, name, renditions);
    if (complete || listing.pieces.length > before) {
      delete listing.rendered.full;
      delete listing.rendered.delta;
    }
    listing.complete = complete;
    // Of one that is empty nothing is remembered: its rendition may begin later.
    if (listing.pieces.length > 0) this.#listings.set(key, listing);
    return listing;
  }

  /** True when every range is there to its end. */
  #goOn(
    listing: Listing,
    track: TrackName,
    name: RenditionName,
    renditions: readonly (Rendition | undefined)[],
  ): boolean {
    for (; listing.range < this.#ranges.length; listing.range++, listing.run = 0) {
      const range = this.#ranges[listing.range] ?? {};
      let outcome: Outcome = 'runDone';
      for (; listing.run < this.#runs.length && outcome === 'runDone'; ) {
        outcome = this.#takeRun(listing, range, track, name, renditions[listing.run]);
        if (outcome === 'more') return false;
        listing.next = undefined;
        if (outcome === 'runDone') listing.run++;
      }
    }
    return true;
  }

  #takeRun(
    listing: Listing,
    range: ClipRange,
    track: TrackName,
    name: RenditionName,
    rendition: Rendition | undefined,
  ): Outcome {
    const run = this.#runs[listing.run];
    if (!run) return 'runDone';
    const over = () =>
      (range.to !== undefined && run.quiet?.() === true) ||
      Object.values(run.tracks).every((one) => one.ended);
    const first = this.#startOf(run, range, track);
    if (first === 'behind') return 'runDone';
    if (!rendition || !first) return over() ? 'runDone' : 'more';
    const { segments } = rendition;
    const shift: Shift = (at) => this.#shift(track, at);
    const base = `../../../runs/${run.run}/${track}/${name}`;
    const to = range.to ?? Number.POSITIVE_INFINITY;
    listing.next ??= first.msn;
    for (;;) {
      const segment = segments.find(Math.max(listing.next, segments.records[0]?.msn ?? 0));
      if (!segment) break;
      if (to === Number.POSITIVE_INFINITY && !segment.complete) break;
      const taken = takeOf(segments, segment, to, shift);
      if (taken === undefined) return 'rangeDone';
      if (taken === 'open') break;
      this.#push(listing, rendition, segment, base, taken);
      listing.next = segment.msn + 1;
      if (taken.last) return 'rangeDone';
    }
    return rendition.ended || over() ? 'runDone' : 'more';
  }

  #push(
    listing: Listing,
    rendition: Rendition,
    segment: SegmentRecord,
    base: string,
    { duration, bytes }: { readonly duration: number; readonly bytes: number | undefined },
  ): void {
    const before = listing.pieces.at(-1);
    if (!before) {
      listing.mediaSequence = segment.msn;
      listing.discontinuitySequence = rendition.discontinuityBase + segment.discontinuities;
    }
    const { last } = listing;
    const follows = last === undefined || (last.run === listing.run && last.msn + 1 === segment.msn);
    listing.pieces.push({
      discontinuity: !follows || segment.discontinuity,
      map: `${base}/${rendition.segments.mapUri(segment)}`,
      lines: segmentLines({
        uri: `${base}/${segmentFile(segment.msn)}`,
        programDateTime: segment.programDateTime,
        duration,
        gap: isGap(segment),
        parts: '',
        bytes,
      }),
      at: before ? before.at + before.duration : 0,
      duration,
    });
    listing.last = { run: listing.run, msn: segment.msn };
  }

  /**
   * The first segment of a range in a run, by the run's best rendition: all others begin at the same msn. Undefined when there is
   * none yet; `behind` when the run's media begins after the range's end, so that there never will be.
   */
  #startOf(run: ClipRun, { from, to }: ClipRange, track: TrackName): SegmentRecord | 'behind' | undefined {
    const published = run.tracks[track];
    const rendition = [...videoRungs, 'audio' as const]
      .map((name) => published?.rendition(name))
      .find((one) => one?.visible);
    if (!rendition) return undefined;
    const shift: Shift = (at) => this.#shift(track, at);
    const { segments } = rendition;
    const found = from === undefined ? segments.records[0] : startSegment(segments, from, shift);
    return found && roomStart(found, shift) >= (to ?? Number.POSITIVE_INFINITY) ? 'behind' : found;
  }

  /** Runs of which the clip has something. */
  #runsWith(track: TrackName): readonly ClipRun[] {
    return this.#runs.filter((run) =>
      this.#ranges.some((range) => typeof this.#startOf(run, range, track) === 'object'),
    );
  }

  /** Seconds from the first segment's beginning to the clip's; undefined when they are the same. */
  #startOffset(track: TrackName): number | undefined {
    const [range] = this.#ranges;
    if (range?.from === undefined) return undefined;
    for (const run of this.#runs) {
      const first = this.#startOf(run, range, track);
      if (typeof first !== 'object') continue;
      const offset = (range.from - roomStart(first, (at) => this.#shift(track, at))) / 1000;
      return offset > 0.0005 ? offset : undefined;
    }
    return undefined;
  }

  #render(
    track: TrackName,
    listing: Listing,
    renditions: readonly (Rendition | undefined)[],
    delta: boolean,
  ): Rendered {
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
      start: this.#startOffset(track),
      hint: undefined,
      reports: [],
      ended: listing.complete,
    });
    return { body: Buffer.from(text) };
  }
}

const emptyListing = (renditions: readonly (Rendition | undefined)[]): Listing => ({
  pieces: [],
  range: 0,
  run: 0,
  next: undefined,
  last: undefined,
  rewrites: renditions.map((rendition) => rendition?.segments.rewrites ?? 0),
  mediaSequence: 0,
  discontinuitySequence: 0,
  complete: false,
  rendered: {},
});
