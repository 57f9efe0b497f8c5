/** Conferences: rows in the database, and all of them in memory. A change is written first and seen afterwards. */
import { randomInt } from 'node:crypto';
import { asc, eq } from 'drizzle-orm';
import { type ConferenceSettings, conferenceDefaults } from '#contracts/conference.ts';
import { CodedError } from '#contracts/errors.ts';
import { type Tables, Turns } from '../rows.ts';
import type { ConferenceDirectory, ConferenceRecord } from './conference.ts';
import { conferenceTable } from './conference-tables.ts';

/** Without letters that are mistaken for digits. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';
const newId = (): string => Array.from({ length: 10 }, () => alphabet[randomInt(alphabet.length)]).join('');

export type NewConference = {
  readonly slug: string;
  readonly settings: Partial<ConferenceSettings> &
    Pick<ConferenceSettings, 'titleZh' | 'startDate' | 'endDate'>;
  readonly state?: ConferenceRecord['state'];
};

export class ConferenceStore implements ConferenceDirectory {
  readonly #db: Tables;
  readonly #conferences = new Map<string, ConferenceRecord>();
  readonly #slugs = new Map<string, string>();
  readonly #turns = new Turns();
  readonly #hooks = new Set<(conference: ConferenceRecord) => void>();

  constructor(db: Tables) {
    this.#db = db;
  }

  /** Reads all conferences; a new store is empty until then. */
  async load(): Promise<void> {
    const rows = await this.#db.select().from(conferenceTable).orderBy(asc(conferenceTable.createdAt));
    for (const row of rows)
      this.#put({
        ...row,
        // Settings that are newer than the row take their defaults.
        settings: { ...conferenceDefaults, ...row.settings },
        createdAt: row.createdAt.getTime(),
      });
  }

  /** Called after each change that was made by `update`; must not throw. Returns what ends it. */
  onChanged(hook: (conference: ConferenceRecord) => void): () => void {
    this.#hooks.add(hook);
    return () => void this.#hooks.delete(hook);
  }

  get(id: string): ConferenceRecord | undefined {
    return this.#conferences.get(id);
  }

  bySlug(slug: string): ConferenceRecord | undefined {
    return this.#conferences.get(this.#slugs.get(slug) ?? '');
  }

  list(): readonly ConferenceRecord[] {
    return [...this.#conferences.values()];
  }

  /** Where things go that name no conference. Throws `notFound` when there is none at all. */
  first(): ConferenceRecord {
    const [first] = this.#conferences.values();
    if (!first) throw new CodedError('notFound', 'there is no conference yet');
    return first;
  }

  /** Throws `notFound`. */
  need(id: string): ConferenceRecord {
    const conference = this.#conferences.get(id);
    if (!conference) throw new CodedError('notFound', 'conference');
    return conference;
  }

  /** Throws `conference.slug` when another conference has it. */
  create({ slug, settings, state = 'draft' }: NewConference): Promise<ConferenceRecord> {
    return this.#turns.take(async () => {
      this.#checkSlug(slug, undefined);
      const conference: ConferenceRecord = {
        id: newId(),
        slug,
        settings: { ...conferenceDefaults, ...settings },
        state,
        createdAt: Date.now(),
      };
      await this.#db
        .insert(conferenceTable)
        .values({ ...conference, createdAt: new Date(conference.createdAt) });
      return this.#put(conference);
    });
  }

  /** `change` sees the newest record; what it throws changes nothing. Throws `notFound`, `conference.slug`. */
  update(
    id: string,
    change: (now: ConferenceRecord) => Partial<Pick<ConferenceRecord, 'slug' | 'settings' | 'state'>>,
  ): Promise<ConferenceRecord> {
    return this.#turns.take(async () => {
      const now = this.need(id);
      const next = { ...now, ...change(now) };
      this.#checkSlug(next.slug, id);
      const { slug, settings, state } = next;
      await this.#db.update(conferenceTable).set({ slug, settings, state }).where(eq(conferenceTable.id, id));
      if (slug !== now.slug) this.#slugs.delete(now.slug);
      this.#put(next);
      for (const hook of this.#hooks) hook(next);
      return next;
    });
  }

  /** Its venues' rows and its members go with it. */
  remove(id: string): Promise<ConferenceRecord> {
    return this.#turns.take(async () => {
      const gone = this.need(id);
      await this.#db.delete(conferenceTable).where(eq(conferenceTable.id, id));
      this.#slugs.delete(gone.slug);
      this.#conferences.delete(id);
      return gone;
    });
  }

  #checkSlug(slug: string, own: string | undefined): void {
    const holder = this.#slugs.get(slug);
    if (holder !== undefined && holder !== own) throw new CodedError('conference.slug', `/c/${slug}`);
  }

  #put(conference: ConferenceRecord): ConferenceRecord {
    this.#conferences.set(conference.id, conference);
    this.#slugs.set(conference.slug, conference.id);
    return conference;
  }
}
