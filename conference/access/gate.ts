/**
 * Whether a pass may read a venue, and what of it: asked at every media request, in memory. A pass is verified once and remembered; the
 * decisions of a sitting are kept until the rules, the talks, the consent or what is known of the viewer change.
 */
import type { Decision, Thing } from '#contracts/access.ts';
import { openPass as openPassName } from '#contracts/media-urls.ts';
import type { ConferenceRecord } from '../conference/conference.ts';
import type { TalkRecord } from '../talk/talk.ts';
import type { VenueRecord } from '../venue/venue.ts';
import type { AccessRules } from './access-rules.ts';
import { decide, type Question } from './decide.ts';
import { openPass, type PassKey } from './pass.ts';
import type { Previews, PreviewViewer } from './previews.ts';
import { type Chain, effectiveRule, type Mode } from './rules.ts';
import { Scope } from './scope.ts';
import { anyone, type ScopeMark, type Sitting, type SittingRecord } from './sitting.ts';
import type { ConsentSource, Viewer } from './viewer.ts';

export type GateOptions = {
  readonly rules: Pick<AccessRules, 'of' | 'onChanged'>;
  readonly venues: { get(id: string): VenueRecord | undefined };
  readonly conferences: { get(id: string): ConferenceRecord | undefined };
  /** The list is another one after every change of it. */
  readonly talks: { list(venueId: string): readonly TalkRecord[] };
  /** The talk's replay was taken back by the staff. */
  readonly hidden: (talkId: string) => boolean;
  readonly consent: ConsentSource;
  readonly timeline: {
    /** Of the venue's timeline, epoch ms. */
    now(venueId: string): number;
    runOpen(venueId: string): boolean;
  };
  readonly previews: Previews;
  /** A preview has begun: it must be written. */
  readonly onPreview: () => void;
  readonly sittings: { get(id: string): Sitting | undefined };
  /** Newest first. */
  readonly keys: readonly PassKey[];
  /** Epoch ms. */
  readonly now?: () => number;
};

/** `missing`: the same as a venue there is not. `forbidden`: forged, expired, withdrawn, or of another conference. */
export type Admitted = Scope | 'missing' | 'forbidden';

/** Passes remembered as verified. */
const mostVerified = 100_000;
/** Scopes kept of one sitting. */
const mostScopes = 16;
/** Ms in which several changes are told as one. */
const tellWithin = 50;

type Holder = Pick<Sitting, 'version' | 'scopes'> & {
  readonly viewer: () => Viewer;
  readonly preview: (() => PreviewViewer) | undefined;
  readonly begun: () => void;
};

export class Gate {
  readonly #options: GateOptions;
  readonly #now: () => number;
  readonly #verified = new Map<string, Sitting>();
  readonly #holders = new WeakMap<Sitting, Holder>();
  readonly #public: Holder;
  readonly #hooks = new Set<() => void>();
  readonly #unhook: readonly (() => void)[];
  #epoch = 0;
  #telling: NodeJS.Timeout | undefined;

  constructor(options: GateOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#public = {
      version: 0,
      scopes: new Map(),
      viewer: () => anyone,
      preview: undefined,
      begun: () => undefined,
    };
    this.#unhook = [
      options.rules.onChanged(() => this.changed()),
      options.consent.onChanged(() => this.changed()),
    ];
  }

  admit(pass: string, venueId: string): Admitted {
    if (pass === openPassName) {
      const scope = this.#scope(this.#public, venueId);
      return scope?.any ? scope : 'missing';
    }
    const sitting = this.#sitting(pass);
    if (!sitting) return 'forbidden';
    const { conferenceId } = sitting.record;
    if (this.#options.venues.get(venueId)?.conferenceId !== conferenceId) return 'forbidden';
    const scope = this.#scope(this.#holder(sitting), venueId);
    return scope?.any ? scope : 'forbidden';
  }

  /**
   * Courseware of a talk may be had by who may watch it: live until it is over, then its replay; and never when the speaker said no.
   */
  mayDownload(talk: Pick<TalkRecord, 'id' | 'venueId' | 'state'>, pass: string): boolean {
    if (this.#options.consent.verdict(talk.id).download === false) return false;
    const scope = this.admit(pass, talk.venueId);
    return (
      typeof scope === 'object' && scope.decision(talk.id, talk.state === 'done' ? 'replay' : 'live').allowed
    );
  }

  /** What anyone may watch; undefined for a venue there is not. */
  publicScope(venueId: string): Scope | undefined {
    return this.#scope(this.#public, venueId);
  }

  scopeOf(sitting: Sitting, venueId: string): Scope | undefined {
    return this.#scope(this.#holder(sitting), venueId);
  }

  /** A decision for somebody without a sitting. */
  decideFor(
    viewer: Viewer,
    asker: { readonly device: string; readonly address: string },
    venueId: string,
    talkId: string | null,
    mode: Mode,
  ): Decision | undefined {
    const question = this.#question(venueId, talkId, mode);
    const conferenceId = this.#options.venues.get(venueId)?.conferenceId;
    if (!question || conferenceId === undefined) return undefined;
    const who = previewViewer(
      { conferenceId, device: asker.device, userId: viewer.userId ?? null },
      asker.address,
    );
    return decide(viewer, this.#withPreview(question, who, venueId, talkId), this.#now());
  }

  /** The rules that may open a talk, or the venue (null), nearest first. */
  chain(venueId: string, talkId: string | null): Chain | undefined {
    const venue = this.#options.venues.get(venueId);
    if (!venue) return undefined;
    const things: Thing[] = [
      { kind: 'venue', id: venueId },
      { kind: 'conference', id: venue.conferenceId },
    ];
    if (talkId !== null) things.unshift({ kind: 'talk', id: talkId });
    return things.map((thing) => ({ thing, rules: this.#options.rules.of(thing) }));
  }

  /** Something decisions are made of is another: they are made anew, and whoever is held or subscribed is asked again. */
  changed(): void {
    this.#epoch += 1;
    this.tell();
  }

  /** What is known of a sitting, or that it ended, is another. */
  tell(): void {
    this.#telling ??= setTimeout(() => {
      this.#telling = undefined;
      for (const hook of this.#hooks) hook();
    }, tellWithin).unref();
  }

  /** Called after changes: what was admitted must be asked for again. */
  onChanged(hook: () => void): () => void {
    this.#hooks.add(hook);
    return () => void this.#hooks.delete(hook);
  }

  close(): void {
    for (const end of this.#unhook) end();
    clearTimeout(this.#telling);
    this.#hooks.clear();
  }

  /** The sitting of a good pass. */
  #sitting(pass: string): Sitting | undefined {
    const sitting = this.#verified.get(pass) ?? this.#verify(pass);
    if (!sitting) return undefined;
    const { endedAt, expiresAt, viewer } = sitting.record;
    const now = this.#now();
    if (endedAt === null && expiresAt > now && !viewer.banned) {
      sitting.usedAt = now;
      return sitting;
    }
    this.#verified.delete(pass);
    return undefined;
  }

  #verify(pass: string): Sitting | undefined {
    const content = openPass(pass, this.#options.keys);
    if (!content || content.expiresAt <= this.#now()) return undefined;
    const sitting = this.#options.sittings.get(content.sitting);
    if (!sitting || !content.isOf(sitting.record.conferenceId)) return undefined;
    this.#verified.set(pass, sitting);
    if (this.#verified.size > mostVerified) {
      const [oldest] = this.#verified.keys();
      if (oldest !== undefined) this.#verified.delete(oldest);
    }
    return sitting;
  }

  #holder(sitting: Sitting): Holder {
    const known = this.#holders.get(sitting);
    if (known) return known;
    const holder: Holder = {
      get version() {
        return sitting.version;
      },
      scopes: sitting.scopes,
      viewer: () => sitting.record.viewer,
      preview: () => previewViewer(sitting.record, sitting.address),
      begun: () => {
        sitting.version += 1;
        this.#options.onPreview();
      },
    };
    this.#holders.set(sitting, holder);
    return holder;
  }

  #scope(holder: Holder, venueId: string): Scope | undefined {
    const { venues, conferences, talks, timeline } = this.#options;
    const venue = venues.get(venueId);
    if (!venue) return undefined;
    const conference = conferences.get(venue.conferenceId);
    const list = talks.list(venueId);
    const known = holder.scopes.get(venueId);
    if (known && known.scope.validUntil > this.#now()) {
      const { made } = known;
      if (
        made.epoch === this.#epoch &&
        made.version === holder.version &&
        made.talks === list &&
        made.venue === venue &&
        made.conference === conference
      )
        return known.scope;
    }
    const scope = new Scope(
      {
        venueId,
        decide: (talkId, mode) => this.#decide(holder, venueId, talkId, mode),
        begin: (talkId) => {
          const viewer = holder.preview?.();
          if (viewer && this.#options.previews.begin(viewer, previewThing(venueId, talkId), this.#now()))
            holder.begun();
        },
        now: () => timeline.now(venueId),
        runOpen: () => timeline.runOpen(venueId),
      },
      list,
    );
    const made: ScopeMark = {
      epoch: this.#epoch,
      version: holder.version,
      talks: list,
      venue,
      conference,
    };
    if (holder !== this.#public && !known && holder.scopes.size >= mostScopes) holder.scopes.clear();
    holder.scopes.set(venueId, { scope, made });
    return scope;
  }

  #question(venueId: string, talkId: string | null, mode: Mode): Question | undefined {
    const { venues, conferences, consent, hidden } = this.#options;
    const chain = this.chain(venueId, talkId);
    const conference = conferences.get(venues.get(venueId)?.conferenceId ?? '');
    if (!chain || !conference) return undefined;
    const replayOfTalk = mode === 'replay' && talkId !== null;
    return {
      mode,
      chain,
      published: conference.state !== 'draft',
      hidden: replayOfTalk && hidden(talkId),
      consent: replayOfTalk ? consent.verdict(talkId) : undefined,
      registration: conference.settings.registration.open ? 'open' : 'closed',
    };
  }

  #decide(holder: Holder, venueId: string, talkId: string | null, mode: Mode): Decision {
    const question = this.#question(venueId, talkId, mode);
    if (!question) return { allowed: false, reason: 'closed', join: 'all', ways: [], from: null };
    const who = holder.preview?.();
    const asked = who ? this.#withPreview(question, who, venueId, talkId) : question;
    return decide(holder.viewer(), asked, this.#now());
  }

  #withPreview(question: Question, who: PreviewViewer, venueId: string, talkId: string | null): Question {
    const { rule } = effectiveRule(question.chain, question.mode);
    if (rule === 'closed' || rule.previewMinutes === 0) return question;
    const thing = previewThing(venueId, talkId);
    return { ...question, preview: this.#options.previews.state(who, thing, rule.previewMinutes) };
  }
}

const previewThing = (venueId: string, talkId: string | null): string =>
  talkId === null ? `venue:${venueId}` : `talk:${talkId}`;

const previewViewer = (
  { conferenceId, device, userId }: Pick<SittingRecord, 'conferenceId' | 'device' | 'userId'>,
  address: string | undefined,
): PreviewViewer =>
  userId === null
    ? { key: `d:${conferenceId}:${device}`, address }
    : { key: `u:${userId}`, address: undefined };
