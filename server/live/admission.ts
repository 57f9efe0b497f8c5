/** Whether a pass may read a venue: asked by the media handler and by the socket. */
import { openPass } from '#contracts/media-urls.ts';

export type Admission = (pass: string, venueId: string) => boolean;

/** Every venue is open for now: rules and passes come with the conference. */
export const admissionTo =
  (venues: { has(venueId: string): boolean }): Admission =>
  (pass, venueId) =>
    pass === openPass && venues.has(venueId);
