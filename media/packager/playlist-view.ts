/** The playlists of one rendition as bytes: each form is rendered at most once per change and handed to everyone. */
import { partFile, type Tier } from '#contracts/media-urls.ts';
import {
  type MediaPlaylist,
  openSegmentLines,
  type PlaylistEntry,
  partWindowTargets,
  type RenditionReport,
  renderMediaPlaylist,
  skipUntilTargets,
} from '../formats/m3u8.ts';
import type { Rendered } from './catalog.ts';
import { isGap, type SegmentRecord, type Segments } from './playlist-segments.ts';

export type ViewSource = {
  readonly segments: Segments;
  /** Whole seconds. */
  readonly targetDuration: number;
  ended(): boolean;
  /** Msn of the segment after the last finished one. */
  openMsn(): number;
  /** Discontinuities of the run before this rendition's first segment. */
  discontinuityBase(): number;
  reports(tier: Tier): readonly RenditionReport[];
};

/** How many of these leading segments end further from the edge than the skip boundary (RFC 8216bis 6.2.5.1). */
export const skippable = (
  listed: readonly { readonly at: number; readonly duration: number }[],
  edge: number,
  targetDuration: number,
): number => {
  const boundary = edge - skipUntilTargets * targetDuration;
  let low = 0;
  let high = listed.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const segment = listed[middle];
    if (segment && segment.at + segment.duration < boundary) low = middle + 1;
    else high = middle;
  }
  return low;
};

type Slot = 'full' | 'delta';

export class PlaylistView {
  readonly #source: ViewSource;
  readonly #rendered: Record<Tier, Partial<Record<Slot, Rendered>>> = { 'low-latency': {}, standard: {} };

  constructor(source: ViewSource) {
    this.#source = source;
  }

  /** A part became visible; `segments` when the list of finished segments changed too. */
  changed(segments: boolean): void {
    this.#rendered['low-latency'] = {};
    if (segments) this.#rendered.standard = {};
  }

  get(tier: Tier, skip: boolean): Rendered {
    const slots = this.#rendered[tier];
    const slot: Slot = skip && !this.#source.ended() ? 'delta' : 'full';
    slots[slot] ??= { body: Buffer.from(renderMediaPlaylist(this.#playlist(tier, slot === 'delta'))) };
    return slots[slot];
  }

  #playlist(tier: Tier, delta: boolean): MediaPlaylist {
    const { segments, targetDuration } = this.#source;
    const lowLatency = tier === 'low-latency';
    const listed = segments.records.slice(segments.windowStart);
    const open = segments.open;
    if (open && (!lowLatency || open.parts.length === 0)) listed.pop();
    const last = listed.at(-1);
    const edge = last ? last.at + last.duration : 0;
    const first = listed[0];
    const ended = this.#source.ended();
    const next = this.#source.openMsn();
    return {
      targetDuration,
      mediaSequence: first?.msn ?? next,
      discontinuitySequence: this.#source.discontinuityBase() + (first?.discontinuities ?? 0),
      type: 'live',
      lowLatency,
      canBlock: true,
      skipped: delta ? skippable(listed, edge, targetDuration) : 0,
      entries: listed.map((segment) => this.#entry(segment, lowLatency, edge)),
      hint: lowLatency && !ended ? partFile(next, segments.open?.parts.length ?? 0) : undefined,
      reports: ended ? [] : this.#source.reports(tier),
      ended,
    };
  }

  #entry(segment: SegmentRecord, lowLatency: boolean, edge: number): PlaylistEntry {
    const { segments, targetDuration } = this.#source;
    const { discontinuity } = segment;
    const map = segments.mapUri(segment);
    if (!segment.complete)
      return {
        discontinuity,
        map,
        lines: openSegmentLines({ programDateTime: segment.programDateTime, parts: segment.partLines }),
      };
    const recent = edge - segment.at - segment.duration <= partWindowTargets * targetDuration;
    const withParts = lowLatency && recent && segment.partLines !== '' && !isGap(segment);
    return { discontinuity, map, lines: segments.lines(segment, withParts) };
  }
}
