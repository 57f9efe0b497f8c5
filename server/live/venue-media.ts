/** One venue's media as one kind of viewer may read it: everything that is asked is laid on the timeline first. */
import type { ClipDirectory } from '#conference/clip/clip.ts';
import { shiftAt } from '#contracts/stage-state.ts';
import type { VenueMedia } from '#media/packager/catalog.ts';
import type { LiveContext } from '../live-port.ts';
import type { Allowed } from './admission.ts';
import { batchFor, snapshotFor } from './event-view.ts';
import type { ClipTarget } from './venue-clips.ts';
import type { VenueDesk } from './venue-desk.ts';

export function venueMedia(
  desk: VenueDesk,
  allowed: Allowed,
  pages: LiveContext['pages'],
  clips: ClipDirectory,
): VenueMedia {
  /** Only what is published, only in its current version, and only what of it may be watched, exists. */
  const published = (clipId: string, version: number): ClipTarget | undefined => {
    const clip = clips.get(clipId);
    if (clip && (clip.venueId !== desk.id || clip.state !== 'published' || clip.empty)) return undefined;
    const target = clip ?? desk.clips.ofRun(clipId);
    if (target?.version !== version) return undefined;
    const talk = clip?.talkId ?? null;
    if (talk !== null && !allowed.decision(talk, 'replay').allowed) return undefined;
    const ranges = allowed.within(target.ranges);
    if (ranges === target.ranges) return target;
    if (ranges.length === 0) return undefined;
    const { run: _, ...rest } = target as ClipTarget;
    return { ...rest, ranges, only: ranges.map(({ from, to }) => `${from}-${to}`).join() };
  };
  return {
    now: () => desk.now(),
    track: (run, track) => desk.publishedTrack(run, track),
    readable(track, from, to) {
      const { delays } = desk.events.state();
      if (delays.length === 0) return allowed.readable(from, to);
      const shift = shiftAt({ delays }, track, from);
      return allowed.readable(from + shift, to + shift) - shift;
    },
    clip: async (clipId, version) => {
      const target = published(clipId, version);
      return target && desk.clips.clip(target);
    },
    clipData: async (clipId, version, file) => {
      const target = published(clipId, version);
      return target && desk.clips.data(withBefore(target, allowed), file);
    },
    batch: async ({ stream, rev, n }, signal) => {
      const batch = await desk.events.batch(stream, rev, n, signal);
      return batch && stream === 'stage' ? batchFor(batch, allowed) : batch;
    },
    snapshot: ({ stream, rev, n }) => {
      const snapshot = desk.events.snapshot(stream, rev, n);
      return snapshot && stream === 'stage' ? snapshotFor(snapshot, allowed) : snapshot;
    },
    page: async (name) => {
      const shown = shownAt(desk, name.split('.')[0] ?? '');
      return shown === undefined || allowed.allows(shown) ? pages.read(desk.id, name) : undefined;
    },
    preview: (track) => (allowed.allows(desk.events.now()) ? desk.publicPreview(track) : undefined),
    seen: (client) => desk.viewers.seen(client),
  };
}

/** A replay begins with how the stage stood: what a closed talk left on it is not told. */
function withBefore(target: ClipTarget, allowed: Allowed): ClipTarget {
  const latest = Math.max(0, ...target.ranges.map(({ from }) => from));
  const all = [{ from: 0, to: latest }];
  const before = allowed.within(all);
  return before === all ? target : { ...target, before };
}

/**
 * The moment the image was first on the stage, epoch ms; undefined when the stage does not know (any more): then its name, which
 * nobody can guess and only those who might see it were told, is what guards it.
 */
function shownAt(desk: VenueDesk, image: string): number | undefined {
  const { page, shown } = desk.events.state();
  if (page?.image.id === image || page?.next?.id === image) return page.t;
  return shown.find((one) => one.image.id === image)?.t;
}
