/** What begins when, as planned at this moment: delays and cancellations are followed because nothing is copied. */
import type { ConferenceDirectory, ConferenceRecord } from '../conference/conference.ts';
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

  /** The first talk of all; once one has begun, it is past. */
  #opening(conferenceId: string): number | null {
    let first: number | null = null;
    for (const { plannedStart, state } of this.#ofConference(conferenceId))
      if (plannedStart !== null && state !== 'cancelled' && (first === null || plannedStart < first))
        first = plannedStart;
    return first;
  }
}
