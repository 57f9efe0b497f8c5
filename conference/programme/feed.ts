/**
 * The programme of each conference as pages follow it: whole, or what changed since a revision, held until something does. Kept in
 * memory and only of conferences somebody looks at; changes within a tenth of a second are one revision, and everyone who waits gets
 * the same bytes.
 */
import type { AccessLabel } from '#contracts/access.ts';
import type { PublicSession, PublicTalk, PublicVenue } from '#contracts/conference.ts';
import { CodedError } from '#contracts/errors.ts';
import type { PlannedTalk } from '#contracts/events.ts';
import type { SessionDirectory } from '../session/session.ts';
import type { TalkRecord } from '../talk/talk.ts';
import { currentTalk, nextTalk } from '../talk/talk-rules.ts';
import type { VenueDirectory, VenueRecord } from '../venue/venue.ts';
import { FeedState, type Piece, type Rendered } from './feed-state.ts';

/** How a venue stands, as the live side knows it. */
export type VenueLive = {
  readonly state: PublicVenue['state'];
  readonly watching: number;
  /** A picture of the last seconds that anyone may see. */
  readonly preview: string | null;
};
export type FeedOptions = {
  readonly venues: VenueDirectory;
  readonly talks: {
    list(venueId: string): readonly TalkRecord[];
    planned(venueId: string): readonly PlannedTalk[];
    onChanged(hook: (venueId: string) => void): () => void;
  };
  readonly sessions: SessionDirectory;
  readonly live: (venueId: string) => VenueLive;
  /** Of a talk, or of the venue (null). */
  readonly labels: (
    venueId: string,
    talkId: string | null,
  ) => { readonly live: AccessLabel; readonly replay: AccessLabel };
  /** Epoch ms. */
  readonly now?: () => number;
};

/** Ms a question is held. */
export const feedHold = 10_000;
/** Ms in which changes become one revision. */
const gather = 100;
/** Ms between looks at the live side. */
const lookEvery = 1000;
/** Ms after which a number of people watching is told again. */
const countEvery = 15_000;
/** Ms without a question after which a conference is no longer kept. */
const idle = 600_000;
/** Questions held at once, of all conferences. */
const mostHeld = 50_000;
/** Answers given in one turn of the event loop. */
const answersAtOnce = 100;

type Waiter = {
  readonly after: number;
  readonly answer: (rendered: Rendered) => void;
  timer: NodeJS.Timeout;
};
type Kept = {
  readonly conferenceId: string;
  readonly state: FeedState;
  readonly waiters: Set<Waiter>;
  /** Venues to look at again; `all` of them. */
  dirty: Set<string> | 'all';
  timer: NodeJS.Timeout | undefined;
  readonly counts: Map<string, { readonly watching: number; readonly at: number }>;
  askedAt: number;
};

export class ProgrammeFeed {
  readonly #options: FeedOptions;
  readonly #now: () => number;
  readonly #kept = new Map<string, Kept>();
  readonly #unhook: () => void;
  readonly #looking: NodeJS.Timeout;
  #held = 0;
  #closed = false;

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#unhook = options.talks.onChanged((venueId) => this.venueChanged(venueId));
    this.#looking = setInterval(() => this.#look(), lookEvery);
    this.#looking.unref();
  }

  /** Questions held now. */
  get held(): number {
    return this.#held;
  }

  whole(conferenceId: string): Rendered {
    return this.#of(conferenceId).state.since(undefined, this.#now());
  }

  /** The venues alone, as they stand. */
  venues(conferenceId: string): Rendered {
    return this.#of(conferenceId).state.venues(this.#now());
  }

  /**
   * What is newer than `after`, at once or within 10 s; then an answer that says nothing new. Throws `server.unavailable` when too
   * many wait. The signal ends a question whose page has gone.
   */
  changes(conferenceId: string, after: number, signal: AbortSignal): Promise<Rendered> {
    const kept = this.#of(conferenceId);
    const { state } = kept;
    if (after !== state.rev || this.#closed) return Promise.resolve(state.since(after, this.#now()));
    if (this.#held >= mostHeld)
      throw new CodedError('server.unavailable', `${mostHeld} questions are held already`);
    return new Promise((resolve) => {
      const answer = (rendered: Rendered): void => {
        clearTimeout(waiter.timer);
        signal.removeEventListener('abort', leave);
        if (!kept.waiters.delete(waiter)) return;
        this.#held--;
        resolve(rendered);
      };
      const nothing = (): void => answer(state.since(after, this.#now()));
      const leave = nothing;
      const waiter: Waiter = { after, answer, timer: setTimeout(nothing, feedHold) };
      kept.waiters.add(waiter);
      this.#held++;
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  // What may be other than before.

  venueChanged(venueId: string): void {
    const conferenceId = this.#options.venues.get(venueId)?.conferenceId;
    const kept = conferenceId === undefined ? undefined : this.#kept.get(conferenceId);
    if (!kept) return;
    if (kept.dirty !== 'all') kept.dirty.add(venueId);
    this.#soon(kept);
  }

  /** Sessions were changed; talks are told by their venues. */
  sessionsChanged(conferenceId: string): void {
    const kept = this.#kept.get(conferenceId);
    if (kept) this.#soon(kept);
  }

  /** Venues went or labels changed; undefined: of any conference. */
  conferenceChanged(conferenceId?: string): void {
    for (const kept of this.#kept.values()) {
      if (conferenceId !== undefined && kept.conferenceId !== conferenceId) continue;
      kept.dirty = 'all';
      this.#soon(kept);
    }
  }

  /** Everyone is answered; nothing is held any more. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#looking);
    this.#unhook();
    for (const kept of this.#kept.values()) {
      clearTimeout(kept.timer);
      for (const { answer, after } of [...kept.waiters]) answer(kept.state.since(after, this.#now()));
    }
    this.#kept.clear();
  }

  // Within.

  #of(conferenceId: string): Kept {
    let kept = this.#kept.get(conferenceId);
    if (!kept) {
      kept = {
        ...{ conferenceId, state: new FeedState(this.#now()), waiters: new Set(), dirty: 'all' },
        ...{ timer: undefined, counts: new Map(), askedAt: 0 },
      };
      if (!this.#closed) this.#kept.set(conferenceId, kept);
      this.#refresh(kept);
    }
    kept.askedAt = performance.now();
    return kept;
  }

  #soon(kept: Kept): void {
    kept.timer ??= setTimeout(() => {
      kept.timer = undefined;
      this.#refresh(kept);
      this.#answer(kept);
    }, gather);
  }

  /** Everyone who waits for less than there is: a hundred in one turn, so that media is not kept waiting. */
  #answer(kept: Kept): void {
    const late = [...kept.waiters].filter(({ after }) => after !== kept.state.rev);
    const some = (from: number): void => {
      for (const { answer, after } of late.slice(from, from + answersAtOnce))
        answer(kept.state.since(after, this.#now()));
      if (from + answersAtOnce < late.length) setImmediate(some, from + answersAtOnce);
    };
    some(0);
  }

  #look(): void {
    const now = performance.now();
    for (const kept of this.#kept.values()) {
      if (kept.waiters.size === 0 && now - kept.askedAt > idle) {
        clearTimeout(kept.timer);
        this.#kept.delete(kept.conferenceId);
        continue;
      }
      const venues = this.#options.venues.list(kept.conferenceId);
      const pieces = venues.map((venue) => this.#venuePiece(kept, venue));
      const changed = kept.state.take(pieces, ({ kind }) => kind === 'venue');
      if (kept.state.arrange(venues.map(({ id }) => id)) || changed) this.#answer(kept);
    }
  }

  #refresh(kept: Kept): void {
    const { state, conferenceId, dirty } = kept;
    kept.dirty = new Set();
    const venues = this.#options.venues.list(conferenceId);
    const order = venues.map(({ id }) => id);
    const looked = dirty === 'all' ? order : order.filter((id) => dirty.has(id));
    // The live side is asked of all: it costs little, and now and next belong together.
    const pieces: Piece[] = venues.map((venue) => this.#venuePiece(kept, venue));
    for (const session of this.#options.sessions.list(conferenceId)) {
      const { key: _, conferenceId: __, createdAt: ___, chairs, ...rest } = session;
      const shown: PublicSession = { ...rest, chairs: [...chairs] };
      pieces.push({ kind: 'session', id: session.id, venueId: session.venueId, json: JSON.stringify(shown) });
    }
    for (const venueId of looked) pieces.push(...this.#talkPieces(venueId));
    const here = new Set(looked);
    const known = new Set(order);
    state.take(pieces, ({ kind, venueId }) => kind === 'session' || here.has(venueId) || !known.has(venueId));
    state.arrange(order);
  }

  #talkPieces(venueId: string): Piece[] {
    const records = new Map(this.#options.talks.list(venueId).map((talk) => [talk.id, talk]));
    return this.#options.talks.planned(venueId).flatMap((planned): Piece[] => {
      const talk = records.get(planned.id);
      if (!talk) return [];
      const { sessionId, type, abstract, changed } = talk;
      const access = this.#options.labels(venueId, talk.id);
      const shown: PublicTalk = { ...planned, venueId, sessionId, type, abstract, changed, access };
      return [{ kind: 'talk', id: talk.id, venueId, json: JSON.stringify(shown) }];
    });
  }

  #venuePiece(kept: Kept, venue: VenueRecord): Piece {
    const { id, settings } = venue;
    const talks = this.#options.talks.list(id);
    const live = this.#options.live(id);
    const shown: PublicVenue = {
      id,
      title: settings.title,
      state: live.state,
      now: currentTalk(talks)?.id ?? null,
      next: nextTalk(talks)?.id ?? null,
      watching: this.#count(kept, id, live),
      preview: live.preview,
      access: this.#options.labels(id, null),
    };
    return { kind: 'venue', id, venueId: id, json: JSON.stringify(shown) };
  }

  /** A number that moves every second is told every 15. */
  #count(kept: Kept, venueId: string, { state, watching }: VenueLive): number {
    const told = kept.counts.get(venueId);
    const now = performance.now();
    if (told && now - told.at < countEvery && state !== 'off') return told.watching;
    kept.counts.set(venueId, { watching, at: now });
    return watching;
  }
}
