/** Registrations: who sends the form, who decides, who waits and moves up. Each change of a conference takes its turn in the database. */
import { and, eq, sql } from 'drizzle-orm';
import type { RegistrationState } from '#contracts/access.ts';
import { CodedError } from '#contracts/errors.ts';
import type { OwnRegistration, RegistrationAnswers } from '#contracts/registration.ts';
import type { ConferenceDirectory, ConferenceRecord } from '../conference/conference.ts';
import { maskedPhone } from '../delegate/identity.ts';
import { lockThing, rowsOf, type SqlDb, type SqlRows } from '../sql.ts';
import { answersOfProfile, checkAnswers } from './answers.ts';
import type { People } from './people.ts';
import { filterOf, type ResolvedFilter } from './registration-list.ts';
import { decided, formErrors, formOf, placesLeft, registered } from './registration-rules.ts';
import { type RegistrationRow, registrationTable } from './registration-tables.ts';

export type Decision = {
  readonly ids?: readonly string[] | undefined;
  readonly filter?: ResolvedFilter | undefined;
  readonly state: 'approved' | 'refused' | 'pending';
  readonly note: string;
  /** Who decided. */
  readonly by: string;
  /** The people are told by a message. */
  readonly tell?: boolean;
};
export type DecidedCounts = Record<'approved' | 'waiting' | 'refused' | 'pending' | 'unchanged', number>;
export type StateChange = {
  readonly conferenceId: string;
  readonly userIds: readonly string[];
  readonly state: RegistrationState;
  readonly note: string;
  /** `person`: by themselves; `staff`; `queue`: moved up from the waiting list. */
  readonly by: 'person' | 'staff' | 'queue';
  /** False: the staff tell them in their own way. */
  readonly tell: boolean;
};

export type RegistrationsOptions = {
  readonly db: SqlDb;
  readonly conferences: ConferenceDirectory;
  readonly people: People;
  readonly now?: () => number;
};

/** People of one decision; more are decided by a filter again. */
const mostDecided = 20_000;

export class Registrations {
  readonly #db: SqlDb;
  readonly #conferences: ConferenceDirectory;
  readonly #people: People;
  readonly #now: () => number;
  readonly #hooks = new Set<(change: StateChange) => void>();

  constructor({ db, conferences, people, now = Date.now }: RegistrationsOptions) {
    this.#db = db;
    this.#conferences = conferences;
    this.#people = people;
    this.#now = now;
  }

  /** Called after each change of state is stored. Returns what ends it. */
  onChanged(hook: (change: StateChange) => void): () => void {
    this.#hooks.add(hook);
    return () => void this.#hooks.delete(hook);
  }

  async stateOf(conferenceId: string, userId: string): Promise<RegistrationState | 'none'> {
    return (await this.#own(this.#db, conferenceId, userId))?.state ?? 'none';
  }

  /** The person's own, with the form as it stands for them. */
  async own(conference: ConferenceRecord, userId: string): Promise<OwnRegistration> {
    const { id, settings, state } = conference;
    const [row, approved, profile, known] = await Promise.all([
      this.#own(this.#db, id, userId),
      this.#count(this.#db, id, 'approved'),
      this.#people.profileOf(userId),
      this.#people.known([userId]),
    ]);
    const phone = known.get(userId)?.phone ?? null;
    const ahead = row?.state === 'waiting' ? await this.#ahead(row) : null;
    return {
      state: row?.state ?? null,
      form: formOf(settings.registration, state, row?.state ?? null, approved),
      ahead,
      note: row?.note ?? '',
      fields: settings.fields,
      answers: { ...answersOfProfile(settings.fields, profile), ...row?.answers },
      phone: phone === null ? null : maskedPhone(phone),
      registeredAt: row?.createdAt ?? null,
    };
  }

  /**
   * Sends the form, or changes its answers. Throws `registration.closed`, `registration.full`, `registration.refused`,
   * `registration.incomplete`, `request.invalid`.
   */
  async register(conference: ConferenceRecord, userId: string, given: RegistrationAnswers): Promise<void> {
    const { id, settings } = conference;
    const known = await this.#people.known([userId]);
    const phone = known.get(userId)?.phone ?? null;
    const answers = checkAnswers(settings.fields, given, phone);
    const now = this.#now();
    const { before, after } = await this.#turn(id, async (rows) => {
      // Settings may have changed while this waited.
      const terms = this.#conferences.get(id) ?? conference;
      const own = await this.#own(rows, id, userId);
      const approved = await this.#count(rows, id, 'approved');
      const form = formOf(terms.settings.registration, terms.state, own?.state ?? null, approved);
      if (form !== 'open') throw new CodedError(formErrors[form]);
      const state = registered(terms.settings.registration, own?.state ?? null, approved);
      const anew = !own || own.state === 'cancelled';
      const value = {
        ...{ state, answers, name: answers.name ?? known.get(userId)?.name ?? '' },
        hospital: answers.hospital ?? '',
        ...(anew ? { note: '', createdAt: now, decidedAt: null, decidedBy: null } : {}),
      };
      if (own)
        await rows
          .update(registrationTable)
          .set({ ...value, ...(anew ? { place: sql`nextval('registration_place')` } : {}) })
          .where(this.#is(id, userId));
      else
        await rows.insert(registrationTable).values({
          ...{ conferenceId: id, userId, place: sql`nextval('registration_place')` as never },
          ...{ ...value, note: '', createdAt: now },
        });
      return { before: own?.state ?? null, after: state };
    });
    await this.#people.saveProfile(userId, answers);
    if (before !== after)
      this.#tell({ conferenceId: id, userIds: [userId], state: after, note: '', by: 'person', tell: false });
  }

  /** The person's place is free, and the next who waits gets it. */
  async cancel(conferenceId: string, userId: string): Promise<void> {
    const { was, up } = await this.#turn(conferenceId, async (rows) => {
      const own = await this.#own(rows, conferenceId, userId);
      if (!own || own.state === 'cancelled' || own.state === 'refused') return { was: undefined, up: [] };
      await rows.update(registrationTable).set({ state: 'cancelled' }).where(this.#is(conferenceId, userId));
      return { was: own.state, up: await this.#moveUp(rows, conferenceId) };
    });
    if (was === undefined) return;
    this.#tell({ conferenceId, userIds: [userId], state: 'cancelled', note: '', by: 'person', tell: false });
    this.#tellUp(conferenceId, up);
  }

  /** One, many, or all of a filter, in the order of their places. */
  async decide(conferenceId: string, decision: Decision): Promise<DecidedCounts> {
    const { ids, filter, state, note, by, tell = true } = decision;
    const now = this.#now();
    const which = ids ? sql`user_id = ANY(${sql.param([...ids])}::text[])` : filterOf(filter ?? {});
    const { moves, found, up } = await this.#turn(conferenceId, async (rows) => {
      const conference = this.#conferences.get(conferenceId);
      if (!conference) throw new CodedError('notFound');
      const people = await rowsOf<{ userId: string; state: RegistrationState }>(
        rows,
        sql`SELECT user_id AS "userId", state FROM registration WHERE conference_id = ${conferenceId} AND ${which}
            ORDER BY place LIMIT ${mostDecided}`,
      );
      const approved = await this.#count(rows, conferenceId, 'approved');
      const moved = decided(people, state, conference.settings.registration, approved);
      for (const to of new Set(moved.map((move) => move.to))) {
        const users = moved.flatMap((move) => (move.to === to ? [move.userId] : []));
        await rows.execute(sql`UPDATE registration SET state = ${to}, note = ${note}, decided_at = ${now}, decided_by = ${by}
          WHERE conference_id = ${conferenceId} AND user_id = ANY(${sql.param(users)}::text[])`);
      }
      return { moves: moved, found: people.length, up: await this.#moveUp(rows, conferenceId) };
    });
    const counts: DecidedCounts = { approved: 0, waiting: 0, refused: 0, pending: 0, unchanged: 0 };
    counts.unchanged = found - moves.length;
    for (const to of ['approved', 'waiting', 'refused', 'pending'] as const) {
      const userIds = moves.flatMap((move) => (move.to === to ? [move.userId] : []));
      counts[to] = userIds.length;
      if (userIds.length > 0) this.#tell({ conferenceId, userIds, state: to, note, by: 'staff', tell });
    }
    this.#tellUp(conferenceId, up);
    return counts;
  }

  /** After the capacity was raised, or the waiting list opened: who waits gets what is free. */
  async settle(conferenceId: string): Promise<void> {
    this.#tellUp(conferenceId, await this.#turn(conferenceId, (rows) => this.#moveUp(rows, conferenceId)));
  }

  async counts(conferenceId: string): Promise<Record<RegistrationState, number>> {
    const counts = { pending: 0, approved: 0, waiting: 0, refused: 0, cancelled: 0 };
    const rows = await rowsOf<{ state: RegistrationState; n: number }>(
      this.#db,
      sql`SELECT state, count(*)::int AS n FROM registration WHERE conference_id = ${conferenceId} GROUP BY state`,
    );
    for (const { state, n } of rows) counts[state] = n;
    return counts;
  }

  async ofPerson(userId: string): Promise<RegistrationRow[]> {
    return this.#db.select().from(registrationTable).where(eq(registrationTable.userId, userId));
  }

  /** The account is gone: counted, but nobody any more. */
  async erase(userId: string): Promise<void> {
    const rows = await this.ofPerson(userId);
    for (const { conferenceId } of rows) await this.cancel(conferenceId, userId);
    await this.#db.delete(registrationTable).where(eq(registrationTable.userId, userId));
  }

  /** Two accounts are one: where both are registered the one that stays keeps its own. */
  async move(from: string, to: string): Promise<void> {
    await this.#db.execute(sql`UPDATE registration r SET user_id = ${to} WHERE user_id = ${from}
      AND NOT EXISTS (SELECT 1 FROM registration o WHERE o.conference_id = r.conference_id AND o.user_id = ${to})`);
    await this.erase(from);
  }

  #turn<R>(conferenceId: string, work: (rows: SqlRows) => Promise<R>): Promise<R> {
    return this.#db.transaction(async (rows) => {
      await lockThing(rows, 'registration', conferenceId);
      return work(rows);
    });
  }

  #is(conferenceId: string, userId: string) {
    return and(eq(registrationTable.conferenceId, conferenceId), eq(registrationTable.userId, userId));
  }

  async #own(db: SqlRows, conferenceId: string, userId: string): Promise<RegistrationRow | undefined> {
    const [row] = await db.select().from(registrationTable).where(this.#is(conferenceId, userId));
    return row;
  }

  async #count(db: SqlRows, conferenceId: string, state: RegistrationState): Promise<number> {
    const [row] = await rowsOf<{ n: number }>(
      db,
      sql`SELECT count(*)::int AS n FROM registration WHERE conference_id = ${conferenceId} AND state = ${state}`,
    );
    return row?.n ?? 0;
  }

  async #ahead({ conferenceId, place }: RegistrationRow): Promise<number> {
    const [row] = await rowsOf<{ n: number }>(
      this.#db,
      sql`SELECT count(*)::int AS n FROM registration
          WHERE conference_id = ${conferenceId} AND state = 'waiting' AND place < ${place}`,
    );
    return row?.n ?? 0;
  }

  async #moveUp(rows: SqlRows, conferenceId: string): Promise<string[]> {
    const terms = this.#conferences.get(conferenceId)?.settings.registration;
    if (!terms) return [];
    const left = placesLeft(terms, await this.#count(rows, conferenceId, 'approved'));
    if (left === 0) return [];
    const moved = await rowsOf<{ userId: string }>(
      rows,
      sql`UPDATE registration SET state = 'approved', decided_at = ${this.#now()}
          WHERE conference_id = ${conferenceId} AND user_id IN (
            SELECT user_id FROM registration WHERE conference_id = ${conferenceId} AND state = 'waiting'
            ORDER BY place LIMIT ${Number.isFinite(left) ? left : null})
          RETURNING user_id AS "userId"`,
    );
    return moved.map(({ userId }) => userId);
  }

  #tellUp(conferenceId: string, userIds: readonly string[]): void {
    if (userIds.length > 0)
      this.#tell({ conferenceId, userIds, state: 'approved', note: '', by: 'queue', tell: true });
  }

  #tell(change: StateChange): void {
    for (const hook of this.#hooks) hook(change);
  }
}
