/** What viewers may read, found in memory: open runs at the venue's desk, ended ones opened when first asked for. */
import type { ClipDirectory } from '#conference/clip/clip.ts';
import type { MediaCatalog, VenueMedia } from '#media/packager/catalog.ts';
import type { LiveContext } from '../live-port.ts';
import type { Admission, Allowed } from './admission.ts';
import type { VenueDesk } from './venue-desk.ts';
import { venueMedia } from './venue-media.ts';

export function createCatalog(
  desks: ReadonlyMap<string, VenueDesk>,
  pages: LiveContext['pages'],
  clips: ClipDirectory,
  admission: Admission,
): MediaCatalog {
  /** Made once for all requests of those who may read the same. */
  const made = new WeakMap<Allowed, VenueMedia>();
  return {
    admit: (pass, venueId) => {
      const allowed = admission.admit(pass, venueId);
      if (typeof allowed === 'string') return allowed;
      const known = made.get(allowed);
      if (known) return known;
      const desk = desks.get(venueId);
      if (!desk) return 'missing';
      const venue = venueMedia(desk, allowed, pages, clips);
      made.set(allowed, venue);
      return venue;
    },
    onChanged: (hook) => admission.onChanged(hook),
  };
}
