/**
 * Who may watch, as the API asks it: sittings given and ended, passwords tried, people shut out. What media requests ask is the gate's.
 */
import type { Ban, Decision, Sitting as SittingAnswer, Thing } from '#contracts/access.ts';
import { CodedError } from '#contracts/errors.ts';
import { openPass as openPassName } from '#contracts/media-urls.ts';
import type { ConferenceRecord } from '../conference/conference.ts';
import type { TalkRecord } from '../talk/talk.ts';
import type { VenueRecord } from '../venue/venue.ts';
import type { AccessRules } from './access-rules.ts';
import type { Bans } from './bans.ts';
import type { Gate } from './gate.ts';
import { effectiveRule, labelOf, type Mode, modes, reviewOf, unlockOf } from './rules.ts';
import type { Scope } from './scope.ts';
import { anyone, type Sitting } from './sitting.ts';
import type { Sittings } from './sittings.ts';
import type { ConsentSource, Viewer } from './viewer.ts';
import type { Viewers } from './viewers.ts';

export type Asker = {
  /** Undefined: not logged in. */
  readonly person: { readonly id: string; readonly name: string } | undefined;
  readonly device: string;
  /** What counts as one client: its address. */
  readonly address: string;
  readonly agent: string;
};

export type AccessOptions = {
  readonly gate: Gate;
  readonly rules: AccessRules;
  readonly bans: Bans;
  readonly sittings: Sittings;
  readonly viewers: Viewers;
  readonly consent: ConsentSource;
  readonly venues: { get(id: string): VenueRecord | undefined };
  readonly conferences: { get(id: string): ConferenceRecord | undefined };
  readonly talks: { get(id: string): TalkRecord | undefined; list(venueId: string): readonly TalkRecord[] };
};

type Decided = { readonly live: Decision; readonly replay: Decision };
/** What the sitting's limit of devices says about it. */
type Seat = { readonly sitting: Sitting } | 'full';

export class Access {
  readonly #options: AccessOptions;

  constructor(options: AccessOptions) {
    this.#options = options;
  }

  get rules(): AccessRules {
    return this.#options.rules;
  }
  get bans(): Bans {
    return this.#options.bans;
  }
  get sittings(): Sittings {
    return this.#options.sittings;
  }
  get gate(): Gate {
    return this.#options.gate;
  }

  /**
   * What this person may watch in the venue, and the pass to watch it with. Throws `venue.notFound`, for a venue of a draft too, and
   * for a talk that is not of the venue.
   */
  async sit(
    venueId: string,
    { talkId, takeOver }: { readonly talkId?: string | undefined; readonly takeOver: boolean },
    asker: Asker,
  ): Promise<SittingAnswer> {
    const { venues, conferences, gate, talks } = this.#options;
    const venue = venues.get(venueId);
    const conference = venue && conferences.get(venue.conferenceId);
    if (!venue || !conference) throw new CodedError('venue.notFound');
    if (talkId !== undefined && talks.get(talkId)?.venueId !== venueId)
      throw new CodedError('venue.notFound');
    const { sitting, viewer } = await this.#viewer(conference.id, asker);
    if (conference.state === 'draft' && !viewer.staff) throw new CodedError('venue.notFound');

    const open = gate.publicScope(venueId);
    const scope = sitting && gate.scopeOf(sitting, venueId);
    const ids = [null, ...talks.list(venueId).map(({ id }) => id)];
    const anyoneMay = (id: string | null, mode: Mode) => open?.decision(id, mode).allowed === true;
    const wanted = new Map(ids.map((id) => [id, this.#decide(scope, viewer, venueId, id, asker)]));
    // A sitting is only begun for what everybody may not watch anyway.
    const needsPass = [...wanted].some(([id, decided]) =>
      modes.some((mode) => decided[mode].allowed && !anyoneMay(id, mode)),
    );
    const seat = needsPass ? this.#seat(sitting, conference.id, viewer, asker, takeOver) : undefined;
    const seated = seat !== undefined && seat !== 'full' ? gate.scopeOf(seat.sitting, venueId) : undefined;
    const answerOf = (id: string | null, mode: Mode): Decision => {
      const decision = seated?.decision(id, mode) ?? wanted.get(id)?.[mode] ?? closed;
      return seat === 'full' && decision.allowed && !anyoneMay(id, mode)
        ? { ...closed, reason: 'devices' }
        : decision;
    };
    const own: Decided = { live: answerOf(null, 'live'), replay: answerOf(null, 'replay') };
    const others = talks.list(venueId).flatMap(({ id }) => {
      const decided = { live: answerOf(id, 'live'), replay: answerOf(id, 'replay') };
      return JSON.stringify(decided) === JSON.stringify(own) ? [] : [{ id, ...decided }];
    });
    const seatPass = seat !== undefined && seat !== 'full' ? seat.sitting : undefined;
    const { settings } = conference;
    return {
      venueId,
      conference: {
        id: conference.id,
        slug: conference.slug,
        titleZh: settings.titleZh,
        titleEn: settings.titleEn,
      },
      title: venue.settings.title,
      ...own,
      labels: this.labels(venueId, talkId ?? this.currentTalk(venueId)),
      talks: others,
      pass: seatPass?.pass ?? (open?.any ? openPassName : null),
      until: seatPass?.record.expiresAt ?? null,
      person: asker.person ? { name: asker.person.name } : null,
      support: settings.support,
    };
  }

  /** What stands on a card: of a talk, or of the venue (null). */
  labels(venueId: string, talkId: string | null): SittingAnswer['labels'] {
    const chain = this.#options.gate.chain(venueId, talkId) ?? [];
    const from = talkId === null ? null : this.#options.consent.verdict(talkId).from;
    return {
      live: labelOf(effectiveRule(chain, 'live')),
      replay: labelOf(effectiveRule(chain, 'replay'), from !== null && from > Date.now() ? from : null),
    };
  }

  /** True when the password opens a rule of the thing. Tries are limited by the caller. */
  async unlock(thing: Thing, password: string, asker: Asker): Promise<boolean> {
    const conferenceId = this.conferenceOf(thing);
    const opened = conferenceId === undefined ? [] : await this.#options.rules.opens(thing, password);
    if (conferenceId === undefined || opened.length === 0) return false;
    const { sitting, viewer } = await this.#viewer(conferenceId, asker);
    const seat = sitting ?? this.#begin(conferenceId, viewer, asker);
    this.#options.viewers.unlock(
      seat,
      opened.map((mode) => unlockOf(thing, mode)),
    );
    return true;
  }

  /** The speaker of a talk, known by a consent link and a code, may see its replay on this device. Throws `talk.notFound`. */
  async review(talkId: string, asker: Asker): Promise<void> {
    const conferenceId = this.conferenceOf({ kind: 'talk', id: talkId });
    if (conferenceId === undefined) throw new CodedError('talk.notFound');
    const { sitting, viewer } = await this.#viewer(conferenceId, asker);
    const seat = sitting ?? this.#begin(conferenceId, viewer, asker);
    this.#options.viewers.unlock(seat, [reviewOf(talkId)]);
  }

  /** The link is void: what was opened by it ends. */
  endReview(talkId: string, conferenceId: string): void {
    this.#options.viewers.lock(new Set([reviewOf(talkId)]), conferenceId);
  }

  /** That is on; null between talks. */
  currentTalk(venueId: string): string | null {
    return this.#options.talks.list(venueId).find(({ state }) => state === 'now')?.id ?? null;
  }

  /** Undefined for a thing there is not. */
  conferenceOf({ kind, id }: Thing): string | undefined {
    const { venues, talks, conferences } = this.#options;
    if (kind === 'conference') return conferences.get(id)?.id;
    const venueId = kind === 'venue' ? id : talks.get(id)?.venueId;
    return venueId === undefined ? undefined : venues.get(venueId)?.conferenceId;
  }

  end(sitting: Sitting): void {
    this.#options.sittings.end(sitting);
    this.#options.gate.tell();
  }

  /** All sittings of an account, in one conference or everywhere: it was banned, deleted, or its password changed. */
  endPerson(userId: string, conferenceId?: string): void {
    for (const sitting of this.#options.sittings.ofPerson(userId, conferenceId)) this.end(sitting);
  }

  /** The conference is gone: nobody watches it any more, and nothing of its rules is kept. */
  async conferenceRemoved(conferenceId: string): Promise<void> {
    const { sittings, bans, rules } = this.#options;
    for (const sitting of sittings.ofConference(conferenceId)) this.end(sitting);
    bans.forget(conferenceId);
    await rules.forget((thing) => this.conferenceOf(thing) !== undefined);
  }

  async ban(conferenceId: string, ban: Ban): Promise<void> {
    await this.#options.bans.add(conferenceId, ban);
    this.#options.viewers.setBanned(conferenceId, ban.userId, true);
  }

  async unban(conferenceId: string, userId: string): Promise<void> {
    if (!(await this.#options.bans.remove(conferenceId, userId))) throw new CodedError('notFound', 'ban');
    this.#options.viewers.setBanned(conferenceId, userId, false);
  }

  // Within.

  /** The sitting of this device if there is one, and what is known of who asks. */
  async #viewer(
    conferenceId: string,
    { person, device, address }: Asker,
  ): Promise<{ sitting: Sitting | undefined; viewer: Viewer }> {
    const { sittings, viewers } = this.#options;
    const sitting = sittings.at(conferenceId, device, person?.id ?? null);
    if (sitting) {
      sittings.seen(sitting, address);
      await viewers.refresh(sitting);
      return { sitting, viewer: sitting.record.viewer };
    }
    if (!person) return { sitting: undefined, viewer: anyone };
    // Passwords given on this device before the log-in stay given.
    const before = sittings.at(conferenceId, device, null)?.record.viewer.unlocked;
    const viewer = await viewers.load(person.id, conferenceId, before ?? anyone.unlocked);
    return { sitting: undefined, viewer };
  }

  #decide(
    scope: Scope | undefined,
    viewer: Viewer,
    venueId: string,
    talkId: string | null,
    asker: Asker,
  ): Decided {
    const { gate } = this.#options;
    const of = (mode: Mode) =>
      scope?.decision(talkId, mode) ?? gate.decideFor(viewer, asker, venueId, talkId, mode) ?? closed;
    return { live: of('live'), replay: of('replay') };
  }

  /**
   * The device's sitting, or a new one where the account has a place left. A device that watches no more gives up its place unasked;
   * with `takeOver` the oldest of the others does.
   */
  #seat(
    sitting: Sitting | undefined,
    conferenceId: string,
    viewer: Viewer,
    asker: Asker,
    takeOver: boolean,
  ): Seat {
    if (sitting) return { sitting };
    const { sittings, rules } = this.#options;
    if (asker.person && !viewer.staff) {
      const own = sittings.ofPerson(asker.person.id, conferenceId);
      const idle = own.filter((one) => sittings.isIdle(one)).sort((a, b) => a.usedAt - b.usedAt);
      const watching = own.filter((one) => !idle.includes(one));
      const over = own.length - rules.devicesOf(conferenceId) + 1;
      if (over > idle.length && !takeOver) return 'full';
      for (const oldest of [...idle, ...watching].slice(0, Math.max(0, over))) this.end(oldest);
    }
    return { sitting: this.#begin(conferenceId, viewer, asker) };
  }

  #begin(conferenceId: string, viewer: Viewer, { person, device, address, agent }: Asker): Sitting {
    return this.#options.sittings.begin({
      ...{ conferenceId, device, agent, address, viewer },
      userId: person?.id ?? null,
    });
  }
}

const closed: Extract<Decision, { allowed: false }> = {
  allowed: false,
  reason: 'closed',
  join: 'all',
  ways: [],
  from: null,
};
