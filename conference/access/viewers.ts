/** Who is asking, put together from accounts, roles, registrations and bans; and kept up to date for those who watch. */
import type { Logger } from 'pino';
import type { Bans } from './bans.ts';
import type { Gate } from './gate.ts';
import { anyone, type Sitting } from './sitting.ts';
import type { Sittings } from './sittings.ts';
import type { PersonSource, Viewer, ViewerSource } from './viewer.ts';

export type ViewersOptions = {
  readonly people: PersonSource;
  readonly source: Pick<ViewerSource, 'factsOf' | 'onChanged'>;
  readonly bans: Bans;
  readonly sittings: Sittings;
  readonly gate: Pick<Gate, 'tell'>;
  readonly log: Logger;
};

/** People asked about at once after a change. */
const atOnce = 4;
/** Ms after which what is known of a viewer is asked for again when their page asks, whoever told of no change. */
const freshFor = 60_000;

export class Viewers {
  readonly #options: ViewersOptions;
  /** `<conference> <account>` whose facts may be others now, in the order they are asked for. */
  readonly #stale = new Map<string, { readonly conferenceId: string; readonly userId: string }>();
  readonly #askedAt = new WeakMap<Sitting, number>();
  readonly #unhook: () => void;
  #running = 0;
  #closed = false;

  constructor(options: ViewersOptions) {
    this.#options = options;
    this.#unhook = options.source.onChanged((conferenceId, userId) =>
      userId === undefined ? this.conferenceChanged(conferenceId) : this.personChanged(userId, conferenceId),
    );
  }

  /** Rejects when the database does not answer. */
  async load(userId: string, conferenceId: string, unlocked: Viewer['unlocked']): Promise<Viewer> {
    const { people, source, bans } = this.#options;
    const [facts, profile, { staff, banned }] = await Promise.all([
      source.factsOf(userId, conferenceId),
      people.profileOf(userId),
      people.standingOf(userId, conferenceId),
    ]);
    // The staff of a conference cannot be shut out of it; their roles are taken instead.
    const out = banned || (!staff && bans.has(conferenceId, userId));
    return { userId, banned: out, staff, profile, facts, unlocked };
  }

  /** What is known of the sitting's viewer, asked for again when that was a while ago. */
  async refresh(sitting: Sitting, force = false): Promise<void> {
    const { userId, conferenceId } = sitting.record;
    if (userId === null) return;
    const asked = this.#askedAt.get(sitting);
    if (!force && asked !== undefined && performance.now() - asked < freshFor) return;
    this.#askedAt.set(sitting, performance.now());
    const viewer = await this.load(userId, conferenceId, sitting.record.viewer.unlocked);
    // A password given while we asked stays given.
    this.#know(sitting, { ...viewer, unlocked: sitting.record.viewer.unlocked });
  }

  /** Their registration, grants, profile, role or ban may be another; in one conference or in all. */
  personChanged(userId: string, conferenceId?: string): void {
    for (const { record } of this.#options.sittings.ofPerson(userId, conferenceId))
      this.#stale.set(`${record.conferenceId} ${userId}`, { conferenceId: record.conferenceId, userId });
    this.#work();
  }

  conferenceChanged(conferenceId: string): void {
    for (const { record } of this.#options.sittings.ofConference(conferenceId))
      if (record.userId !== null)
        this.#stale.set(`${conferenceId} ${record.userId}`, { conferenceId, userId: record.userId });
    this.#work();
  }

  /** Passwords given for these are void. */
  lock(names: ReadonlySet<string>, conferenceId: string): void {
    for (const sitting of this.#options.sittings.ofConference(conferenceId)) {
      const { viewer } = sitting.record;
      const unlocked = new Set([...viewer.unlocked].filter((name) => !names.has(name)));
      if (unlocked.size < viewer.unlocked.size) this.#know(sitting, { ...viewer, unlocked });
    }
  }

  unlock(sitting: Sitting, names: readonly string[]): void {
    const { viewer } = sitting.record;
    this.#know(sitting, { ...viewer, unlocked: new Set([...viewer.unlocked, ...names]) });
  }

  /** At once: bans do not wait for other facts. */
  setBanned(conferenceId: string, userId: string, banned: boolean): void {
    for (const sitting of this.#options.sittings.ofPerson(userId, conferenceId))
      if (!sitting.record.viewer.staff) this.#know(sitting, { ...sitting.record.viewer, banned });
  }

  close(): void {
    this.#closed = true;
    this.#unhook();
    this.#stale.clear();
  }

  #know(sitting: Sitting, viewer: Viewer): void {
    const { sittings, gate } = this.#options;
    if (sittings.know(sitting, viewer)) gate.tell();
  }

  #work(): void {
    for (; this.#running < atOnce; ) {
      const [first] = this.#stale;
      if (!first || this.#closed) return;
      const [key, { conferenceId, userId }] = first;
      this.#stale.delete(key);
      this.#running += 1;
      void this.#reload(userId, conferenceId).finally(() => {
        this.#running -= 1;
        this.#work();
      });
    }
  }

  async #reload(userId: string, conferenceId: string): Promise<void> {
    const { sittings, log } = this.#options;
    const own = sittings.ofPerson(userId, conferenceId);
    if (own.length === 0) return;
    try {
      const viewer = await this.load(userId, conferenceId, anyone.unlocked);
      for (const sitting of own) this.#know(sitting, { ...viewer, unlocked: sitting.record.viewer.unlocked });
    } catch (error) {
      // What was known stands until the page asks again (FAULTS 89).
      for (const sitting of own) this.#askedAt.delete(sitting);
      log.warn({ err: error, conference: conferenceId }, 'facts of a viewer not asked for');
    }
  }
}
