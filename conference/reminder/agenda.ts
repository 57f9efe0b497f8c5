/** What begins when, as planned at this moment: delays and cancellations are followed because nothing is copied. */
import type { ConferenceDirectory, ConferenceRecord } from '../conference/conference.ts';
import { dayMs, momentOf } from '../programme/zone.ts';
import type { TalkRecord } from '../talk/talk.ts';
import type { VenueDirectory } from '../venue/venue.ts';

export type Beginning = {
  readonly conference: ConferenceRecord;
  /** Null: the conference itself. */
  readonly talkId: string | null;
  readonly title: string;
  /** Epoch ms. */
  readonly start: number;
};
type Talks = { get(id: string): TalkRecord | undefined; list(venueId: string): readonly TalkRecord[] };

export class Agenda {
  readonly #conferences: ConferenceDirectory;
  readonly #venues: VenueDirectory;
  readonly #talks: Talks;

  constructor(conferences: ConferenceDirectory, venues: VenueDirectory, talks: Talks) {
    this.#conferences = conferences;
    this.#venues = venues;
    this.#talks = talks;
  }

  conferenceOf(talkId: string): string | undefined {
    const talk = this.#talks.get(talkId);
    return talk && this.#venues.get(talk.venueId)?.conferenceId;
  }

  /** Null: not planned by the clock, cancelled, begun, or gone. */
  startOf(conferenceId: string, talkId: string | null): number | null {
    if (talkId === null) return this.#opening(conferenceId);
    const talk = this.#talks.get(talkId);
    return talk?.state === 'planned' ? talk.plannedStart : null;
  }

  /** Whether it can still begin: what is planned without a time may. */
  isAhead(conferenceId: string, talkId: string | null, now: number): boolean {
    if (talkId !== null && this.#talks.get(talkId)?.state !== 'planned') return false;
    const start = this.startOf(conferenceId, talkId);
    return start === null || start > now;
  }

  /** All that begin with from ≤ start ≤ to, of conferences that are open to the public. */
  between(from: number, to: number): Beginning[] {
    const within = (start: number | null): start is number => start !== null && start >= from && start <= to;
    const open = this.#conferences.list().filter(({ state }) => state === 'published' || state === 'running');
    return open.flatMap((conference): Beginning[] => {
      const opening = this.#opening(conference.id);
      const talks = this.#ofConference(conference.id).flatMap(({ id, title, state, plannedStart }) =>
        state === 'planned' && within(plannedStart)
          ? [{ conference, talkId: id, title, start: plannedStart }]
          : [],
      );
      return within(opening)
        ? [{ conference, talkId: null, title: conference.settings.titleZh, start: opening }, ...talks]
        : talks;
    });
  }

  #ofConference(conferenceId: string): TalkRecord[] {
    return this.#venues
      .list()
      .flatMap((venue) => (venue.conferenceId === conferenceId ? [...this.#talks.list(venue.id)] : []));
  }

  /** The first talk of all; once one has begun, it is past. One that is dated long before the first day is a slip. */
  #opening(conferenceId: string): number | null {
    const settings = this.#conferences.get(conferenceId)?.settings;
    const least = settings ? momentOf(settings.startDate, 0, settings.timeZone) - dayMs : 0;
    let first: number | null = null;
    for (const { plannedStart, state } of this.#ofConference(conferenceId))
      if (
        plannedStart !== null &&
        plannedStart >= least &&
        state !== 'cancelled' &&
        (first === null || plannedStart < first)
      )
        first = plannedStart;
    return first;
  }
}
