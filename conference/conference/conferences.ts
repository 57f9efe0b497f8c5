/** Making, copying and changing conferences, by the rules; the states that their dates bring. */
import type { Logger } from 'pino';
import type { z } from 'zod';
import {
  conferenceDefaults,
  type createConferenceSchema,
  type updateConferenceSchema,
} from '#contracts/conference.ts';
import { CodedError } from '#contracts/errors.ts';
import type { MemberStore } from '../member/member-store.ts';
import type { VenueStore } from '../venue/venue-store.ts';
import type { ConferenceRecord } from './conference.ts';
import { cleaned, dueState, mayMove, settingsProblem, shiftBetween } from './conference-rules.ts';
import type { ConferenceStore } from './conference-store.ts';

/** One conference being made after another. */
export type Copy = {
  readonly from: ConferenceRecord;
  readonly to: ConferenceRecord;
  /** New ids by old ones. A copier adds what it made. */
  readonly venues: Map<string, string>;
  readonly sessions: Map<string, string>;
  readonly talks: Map<string, string>;
  /** Ms between the first days, whole days. */
  readonly shift: number;
};
/** A feature's part of the copy. */
export type Copier = (copy: Copy) => Promise<void>;

export type ConferencesOptions = {
  readonly store: ConferenceStore;
  readonly members: MemberStore;
  readonly venues: VenueStore;
  /** A venue was made, so that its desk opens. */
  readonly venueMade: (venueId: string) => Promise<void>;
  readonly log: Logger;
};

type Input = z.infer<typeof createConferenceSchema>;
type Change = z.infer<typeof updateConferenceSchema>;
const stateEveryMs = 30_000;

const given = <T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;

export class Conferences {
  readonly #options: ConferencesOptions;
  readonly #copiers: Copier[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(options: ConferencesOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.followDates(Date.now()), stateEveryMs);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Copiers run after venues and people were copied, in the order they were told. */
  onCopy(copier: Copier): void {
    this.#copiers.push(copier);
  }

  /** `maker` becomes organiser. Throws `request.invalid`, `conference.slug`. */
  async create(
    input: Omit<Input, 'copyFrom'>,
    maker: string | undefined,
    from?: ConferenceRecord,
  ): Promise<ConferenceRecord> {
    const { store, members } = this.#options;
    const { slug, titleZh, startDate, endDate, ...rest } = input;
    const settings = cleaned({
      ...conferenceDefaults,
      ...from?.settings,
      ...given(rest),
      ...{ titleZh, startDate, endDate },
    });
    check(settings);
    const made = await store.create({ slug, settings });
    if (maker !== undefined) await members.set(made.id, maker, () => ['organiser']);
    if (from) await this.#copy(from, made);
    return made;
  }

  /** Throws `notFound`, `request.invalid`, `conference.slug`, `conference.state`. */
  update(id: string, { slug, state, ...settings }: Change): Promise<ConferenceRecord> {
    return this.#options.store.update(id, (now) => {
      const next = { ...now.settings, ...cleaned(given(settings)) };
      check(next);
      if (state !== undefined && !mayMove(now.state, state))
        throw new CodedError('conference.state', `${now.state} → ${state}`);
      const archived = now.state === 'archived' && (state === undefined || state === 'archived');
      if (archived) throw new CodedError('conference.state', 'archived');
      const due = state !== undefined && dueState({ state, settings: next }, Date.now());
      if (now.state === 'over' && state === 'running' && due === 'over')
        throw new CodedError('conference.state', `endDate is over (${next.endDate})`);
      return {
        settings: next,
        ...(slug === undefined ? {} : { slug }),
        ...(state === undefined ? {} : { state }),
      };
    });
  }

  /** What has begun by its dates runs, what has ended is over. */
  async followDates(now: number): Promise<void> {
    const { store, log } = this.#options;
    for (const conference of store.list()) {
      if (!dueState(conference, now)) continue;
      try {
        const { state } = await store.update(conference.id, (newest) => {
          const due = dueState(newest, now);
          return due ? { state: due } : {};
        });
        log.info({ conference: conference.id, state }, 'conference: by its dates');
      } catch (err) {
        log.warn({ conference: conference.id, err }, 'conference: its state was not written, trying again');
      }
    }
  }

  async #copy(from: ConferenceRecord, to: ConferenceRecord): Promise<void> {
    const { members, venues, venueMade } = this.#options;
    const copy: Copy = {
      ...{ from, to, venues: new Map(), sessions: new Map(), talks: new Map() },
      shift: shiftBetween(from.settings.startDate, to.settings.startDate),
    };
    for (const { id, settings } of venues.list(from.id)) {
      const made = await venues.create(settings, to.id);
      copy.venues.set(id, made.id);
      await venueMade(made.id);
    }
    for (const { userId, roles } of members.list(from.id))
      await members.set(to.id, userId, (now) => [...now, ...roles]);
    for (const copier of this.#copiers) await copier(copy);
  }
}

function check(settings: ConferenceRecord['settings']): void {
  const problem = settingsProblem(settings);
  if (problem !== undefined) throw new CodedError('request.invalid', problem);
}
