/** What viewers may read, found in memory: open runs at the venue's desk, ended ones opened when first asked for. */
import { openPass, type TrackName } from '#contracts/media-urls.ts';
import type { MediaCatalog } from '#media/packager/catalog.ts';
import { Clip } from '#media/packager/clip.ts';
import type { VenueDesk } from './venue-desk.ts';

/** A whole run is the clip that carries the run's id, in its only version. */
const runClipVersion = 1;

export function createCatalog(desks: ReadonlyMap<string, VenueDesk>): MediaCatalog {
  return {
    // Every venue is open for now: rules and passes come with the conference.
    admits: (pass, venueId) => pass === openPass && desks.has(venueId),
    now: (venueId) => desks.get(venueId)?.now(),
    track: async (venueId, run, track) => desks.get(venueId)?.publishedTrack(run, track),
    clip: async (venueId, clipId, version) => {
      const desk = desks.get(venueId);
      if (!desk || version !== runClipVersion) return undefined;
      const tracks: Partial<Record<TrackName, NonNullable<Awaited<ReturnType<typeof desk.publishedTrack>>>>> =
        {};
      for (const name of ['program', 'slides'] as const) {
        const track = await desk.publishedTrack(clipId, name);
        if (track) tracks[name] = track;
      }
      return Object.keys(tracks).length === 0
        ? undefined
        : desk.clipOf(clipId, () => new Clip([{ run: clipId, tracks }]));
    },
    preview: (venueId, track) => desks.get(venueId)?.publicPreview(track),
    batch: async (venueId, { stream, rev, n }, signal) =>
      desks.get(venueId)?.events.batch(stream, rev, n, signal),
    snapshot: (venueId, { stream, rev, n }) => desks.get(venueId)?.events.snapshot(stream, rev, n),
    seen: (venueId, client) => desks.get(venueId)?.viewers.seen(client),
  };
}
