/** What viewers may read, found in memory: open runs at the venue's desk, ended ones opened when first asked for. */
import type { ClipDirectory } from '#conference/clip/clip.ts';
import type { MediaCatalog } from '#media/packager/catalog.ts';
import type { LiveContext } from '../live-port.ts';
import { admissionTo } from './admission.ts';
import type { ClipTarget } from './venue-clips.ts';
import type { VenueDesk } from './venue-desk.ts';

export function createCatalog(
  desks: ReadonlyMap<string, VenueDesk>,
  pages: LiveContext['pages'],
  clips: ClipDirectory,
): MediaCatalog {
  /** Only what is published, and only in its current version, exists. */
  const published = (desk: VenueDesk, clipId: string, version: number): ClipTarget | undefined => {
    const clip = clips.get(clipId);
    if (clip && (clip.venueId !== desk.id || clip.state !== 'published' || clip.empty)) return undefined;
    const target = clip ?? desk.clips.ofRun(clipId);
    return target?.version === version ? target : undefined;
  };
  return {
    admits: admissionTo(desks),
    now: (venueId) => desks.get(venueId)?.now(),
    track: async (venueId, run, track) => desks.get(venueId)?.publishedTrack(run, track),
    clip: async (venueId, clipId, version) => {
      const desk = desks.get(venueId);
      const target = desk && published(desk, clipId, version);
      return target && desk.clips.clip(target);
    },
    clipData: async (venueId, clipId, version, file) => {
      const desk = desks.get(venueId);
      const target = desk && published(desk, clipId, version);
      return target && desk.clips.data(target, file);
    },
    batch: async (venueId, { stream, rev, n }, signal) =>
      desks.get(venueId)?.events.batch(stream, rev, n, signal),
    snapshot: (venueId, { stream, rev, n }) => desks.get(venueId)?.events.snapshot(stream, rev, n),
    page: (venueId, name) => pages.read(venueId, name),
    preview: (venueId, track) => desks.get(venueId)?.publicPreview(track),
    seen: (venueId, client) => desks.get(venueId)?.viewers.seen(client),
  };
}
