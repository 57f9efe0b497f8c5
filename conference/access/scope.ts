/**
 * What one viewer may watch of one venue, moment by moment: the rules' decisions laid on the timeline. Made when first asked for, kept
 * until something it was made of changes; decisions are made one by one as they are needed, for most viewers only ask about now.
 */
import type { Decision } from '#contracts/access.ts';
import type { TalkRecord } from '../talk/talk.ts';
import { momentsOf, type Place, placeAt, type TalkMoments } from './moments.ts';
import type { Mode } from './rules.ts';

export type ScopePort = {
  readonly venueId: string;
  /** Of the talk, or of the venue between talks (null). */
  decide(talkId: string | null, mode: Mode): Decision;
  /** 试看 of it begins now: media of it is being read. */
  begin(talkId: string | null): void;
  /** The timeline's clock, epoch ms. */
  now(): number;
  /** A run is open: what is not in a talk may be live. */
  runOpen(): boolean;
};

/** Epoch ms; `to` null: to wherever the timeline is. */
export type Stretch = { readonly from: number; readonly to: number | null };

/** Ms after its end for which a talk is still live: players lie behind the room. */
const afterTalk = 30_000;
/** Ms for which what is in no talk is live, while a run is open and after it. */
const liveWindow = 30 * 60_000;
const afterRun = 60_000;
/** The beginning of that window moves in such steps (ms), so that playlists made of it can be kept. */
const windowStep = 60_000;
/** Ms of media a border may lie beside the parts' own. */
const slack = 20;

type Begun = ReadonlyMap<string, TalkMoments>;
const laid = new WeakMap<
  readonly TalkRecord[],
  { readonly moments: readonly TalkMoments[]; readonly begun: Begun }
>();
/** Shared by all who watch the venue: the list is another one after every change. */
function layout(talks: readonly TalkRecord[]) {
  const known = laid.get(talks);
  if (known) return known;
  const moments = momentsOf(talks);
  const made = { moments, begun: new Map(moments.map((one) => [one.talkId, one])) };
  laid.set(talks, made);
  return made;
}

export class Scope {
  readonly venueId: string;
  readonly #port: ScopePort;
  readonly #talks: readonly TalkRecord[];
  readonly #moments: readonly TalkMoments[];
  readonly #begun: Begun;
  readonly #decisions = new Map<string, Decision>();
  #validUntil = Number.POSITIVE_INFINITY;
  #any: boolean | undefined;

  constructor(port: ScopePort, talks: readonly TalkRecord[]) {
    this.venueId = port.venueId;
    this.#port = port;
    this.#talks = talks;
    ({ moments: this.#moments, begun: this.#begun } = layout(talks));
  }

  /** Epoch ms: an embargo or a preview ends then. */
  get validUntil(): number {
    return this.#validUntil;
  }

  /** Of a talk, or of the venue (null). */
  decision(talkId: string | null, mode: Mode): Decision {
    const key = `${mode} ${talkId ?? ''}`;
    const known = this.#decisions.get(key);
    if (known) return known;
    const made = this.#port.decide(talkId, mode);
    this.#decisions.set(key, made);
    const ends = made.allowed ? made.until : made.from;
    if (ends !== null) this.#validUntil = Math.min(this.#validUntil, ends);
    return made;
  }

  /** Something may be watched now or afterwards: the venue exists for this viewer. */
  get any(): boolean {
    this.#any ??= this.#findAny();
    return this.#any;
  }

  /** The moment may be watched, as live or as replay, whichever it is now. */
  allows(t: number): boolean {
    return this.#may(placeAt(this.#moments, t), t, this.#port.now()) !== undefined;
  }

  /**
   * How far a piece of media from `from` to `to` may be read: infinite all of it, −infinite nothing, else up to this moment. What
   * begins in a closed talk and ends in an open one is given whole: a decoder needs the keyframe.
   */
  readable(from: number, to: number): number {
    const now = this.#port.now();
    for (let at = Math.max(from, to - 1); ; ) {
      const place = placeAt(this.#moments, at);
      const decision = this.#may(place, at, now);
      const overlap = Math.min(place.to, to) - Math.max(place.from, from);
      if (decision && (overlap >= slack || to - from < slack)) {
        if (decision.by === 'preview' && decision.until === null) this.#port.begin(place.talkId);
        return place.to >= to - slack ? Number.POSITIVE_INFINITY : place.to;
      }
      if (place.from <= from) return Number.NEGATIVE_INFINITY;
      at = place.from - 1;
    }
  }

  /** What of these stretches may be read, in their order; the same list when it is all of them. */
  within(stretches: readonly Stretch[]): readonly Stretch[] {
    const now = this.#port.now();
    const found: Stretch[] = [];
    let cut = false;
    for (const { from, to } of stretches) {
      const end = to ?? Number.POSITIVE_INFINITY;
      for (let at = from; at < end; ) {
        const place = placeAt(this.#moments, at);
        const start = this.#opens(place, at, now);
        const until = Math.min(place.to, end);
        if (start !== undefined && start < until) {
          if (start > at) cut = true;
          const last = found.at(-1);
          const piece = { from: start, to: until === Number.POSITIVE_INFINITY ? null : until };
          if (last && last.to === start && start > from) found[found.length - 1] = { ...last, to: piece.to };
          else found.push(piece);
        } else cut = true;
        at = place.to;
      }
    }
    return cut ? found : stretches;
  }

  /** The decision that opens this moment of a place. */
  #may({ talkId, to }: Place, t: number, now: number): (Decision & { allowed: true }) | undefined {
    const modes: Mode[] = [];
    if (talkId !== null) {
      const on = to > now || !this.#isOver(talkId);
      if (on || now < to + afterTalk) modes.push('live');
      if (!on) modes.push('replay');
    } else {
      if (t > now - (this.#port.runOpen() ? liveWindow : afterRun)) modes.push('live');
      modes.push('replay');
    }
    for (const mode of modes) {
      const decision = this.decision(talkId, mode);
      if (decision.allowed) return decision;
    }
    return undefined;
  }

  /** From where on a place may be read, at `at` or later in it; undefined: nowhere. */
  #opens(place: Place, at: number, now: number): number | undefined {
    if (this.#may(place, Math.min(at, now), now)) return at;
    if (place.talkId !== null || !this.#port.runOpen()) return undefined;
    if (!this.decision(null, 'live').allowed) return undefined;
    return Math.max(at, (Math.floor((now - liveWindow) / windowStep) + 1) * windowStep);
  }

  #isOver(talkId: string): boolean {
    return (this.#begun.get(talkId)?.to ?? Number.POSITIVE_INFINITY) !== Number.POSITIVE_INFINITY;
  }

  #findAny(): boolean {
    if (this.decision(null, 'live').allowed || this.decision(null, 'replay').allowed) return true;
    return this.#talks.some(({ id, state }) =>
      state === 'cancelled' ? false : this.decision(id, state === 'done' ? 'replay' : 'live').allowed,
    );
  }
}
