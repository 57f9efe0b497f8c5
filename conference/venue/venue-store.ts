/** Venues: rows in the database, and all of them in memory. A change is written first and seen afterwards. */
import { randomInt } from 'node:crypto';
import { and, asc, eq } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { CodedError } from '#contracts/errors.ts';
import { type TrackName, trackNames } from '#contracts/media-urls.ts';
import { type VenueSettings, venueDefaults } from '#contracts/venue.ts';
import type { KeyMatch, StreamKey, VenueDirectory, VenueRecord } from './venue.ts';
import { streamKeyTable, venueTable } from './venue-tables.ts';

type Tables = { venueTable: typeof venueTable; streamKeyTable: typeof streamKeyTable };
type Db<T extends Tables> = NodePgDatabase<T>;

/** Without letters that are mistaken for digits; encoders' forms and people on the phone cope with it. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';
const randomText = (length: number): string =>
  Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
/** 138 bits. */
const newKey = (): StreamKey => ({ key: randomText(28), blocked: false });

export class VenueStore<T extends Tables = Tables> implements VenueDirectory {
  readonly #db: Db<T>;
  readonly #venues = new Map<string, VenueRecord>();
  readonly #keys = new Map<string, { venueId: string; track: TrackName }>();
  /** Changes take turns: each is made from the state the one before left. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(db: Db<T>) {
    this.#db = db;
  }

  /** Reads all venues; a new store is empty until then. */
  async load(): Promise<void> {
    const rows = await this.#db.select().from(venueTable).orderBy(asc(venueTable.createdAt));
    const keys = await this.#db.select().from(streamKeyTable);
    for (const { id, conferenceId, position, settings, pushSecret, createdAt } of rows) {
      const own = (track: TrackName): StreamKey => {
        const row = keys.find((key) => key.venueId === id && key.track === track);
        if (!row) throw new Error(`venue ${id} must have a stream key for ${track}`);
        return { key: row.key, blocked: row.blocked };
      };
      this.#put({
        id,
        conferenceId,
        position,
        // Settings that are newer than the row take their defaults.
        settings: { ...venueDefaults, ...settings },
        keys: { program: own('program'), slides: own('slides') },
        pushSecret,
        createdAt: createdAt.getTime(),
      });
    }
  }

  get(id: string): VenueRecord | undefined {
    return this.#venues.get(id);
  }

  list(conferenceId?: string): readonly VenueRecord[] {
    const all = [...this.#venues.values()];
    if (conferenceId === undefined) return all;
    return all.filter((venue) => venue.conferenceId === conferenceId).sort((a, b) => a.position - b.position);
  }

  findKey(streamKey: string): KeyMatch | undefined {
    const found = this.#keys.get(streamKey);
    const venue = found && this.#venues.get(found.venueId);
    return found && venue && { venue, track: found.track, key: venue.keys[found.track] };
  }

  /** At the end of the conference's venues. */
  create(
    settings: Partial<VenueSettings> & Pick<VenueSettings, 'title'>,
    conferenceId: string,
  ): Promise<VenueRecord> {
    const made = {
      id: randomText(10),
      conferenceId,
      settings: { ...venueDefaults, ...settings },
      keys: { program: newKey(), slides: newKey() },
      pushSecret: randomText(40),
      createdAt: Date.now(),
    };
    return this.#inTurn(async () => {
      const venue: VenueRecord = { ...made, position: (this.list(conferenceId).at(-1)?.position ?? -1) + 1 };
      await this.#db.transaction(async (tx) => {
        const { id, position, pushSecret } = venue;
        await tx.insert(venueTable).values({
          ...{ id, conferenceId, position, pushSecret },
          settings: venue.settings,
          createdAt: new Date(venue.createdAt),
        });
        await tx
          .insert(streamKeyTable)
          .values(trackNames.map((track) => ({ venueId: id, track, ...venue.keys[track] })));
      });
      return this.#put(venue);
    });
  }

  update(
    id: string,
    patch: { readonly [K in keyof VenueSettings]?: VenueSettings[K] | undefined },
  ): Promise<VenueRecord> {
    return this.#inTurn(async () => {
      const venue = this.#need(id);
      const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
      const settings: VenueSettings = { ...venue.settings, ...given };
      await this.#db.update(venueTable).set({ settings }).where(eq(venueTable.id, id));
      return this.#put({ ...venue, settings });
    });
  }

  /** Throws `request.invalid` unless `ids` are all venues of the conference, each once. */
  order(conferenceId: string, ids: readonly string[]): Promise<readonly VenueRecord[]> {
    return this.#inTurn(async () => {
      const venues = this.list(conferenceId);
      const wanted = new Map(ids.map((id, position) => [id, position]));
      if (
        wanted.size !== ids.length ||
        venues.length !== ids.length ||
        venues.some(({ id }) => !wanted.has(id))
      )
        throw new CodedError('request.invalid', 'ids must be all venues of the conference, each once');
      const moved = venues.flatMap((venue) => {
        const position = wanted.get(venue.id) ?? 0;
        return position === venue.position ? [] : [{ ...venue, position }];
      });
      await this.#db.transaction(async (tx) => {
        for (const { id, position } of moved)
          await tx.update(venueTable).set({ position }).where(eq(venueTable.id, id));
      });
      for (const venue of moved) this.#put(venue);
      return this.list(conferenceId);
    });
  }

  /** A conference is gone, its venues' rows with it. */
  forgetConference(conferenceId: string): Promise<readonly VenueRecord[]> {
    return this.#inTurn(async () => {
      const gone = this.list(conferenceId);
      for (const venue of gone) this.#drop(venue);
      return gone;
    });
  }

  remove(id: string): Promise<void> {
    return this.#inTurn(async () => {
      const venue = this.#need(id);
      await this.#db.delete(venueTable).where(eq(venueTable.id, id));
      this.#drop(venue);
    });
  }

  /** A new key for the track; the old one is refused from now on. */
  rotateKey(id: string, track: TrackName): Promise<VenueRecord> {
    return this.#setKey(id, track, newKey);
  }

  setBlocked(id: string, track: TrackName, blocked: boolean): Promise<VenueRecord> {
    return this.#setKey(id, track, ({ key }) => ({ key, blocked }));
  }

  #setKey(id: string, track: TrackName, change: (key: StreamKey) => StreamKey): Promise<VenueRecord> {
    return this.#inTurn(async () => {
      const venue = this.#need(id);
      const key = change(venue.keys[track]);
      await this.#db
        .update(streamKeyTable)
        .set(key)
        .where(and(eq(streamKeyTable.venueId, id), eq(streamKeyTable.track, track)));
      this.#keys.delete(venue.keys[track].key);
      return this.#put({ ...venue, keys: { ...venue.keys, [track]: key } });
    });
  }

  #need(id: string): VenueRecord {
    const venue = this.#venues.get(id);
    if (!venue) throw new CodedError('venue.notFound', `venue ${JSON.stringify(id)}`);
    return venue;
  }

  #put(venue: VenueRecord): VenueRecord {
    this.#venues.set(venue.id, venue);
    for (const track of trackNames) this.#keys.set(venue.keys[track].key, { venueId: venue.id, track });
    return venue;
  }

  #drop(venue: VenueRecord): void {
    for (const track of trackNames) this.#keys.delete(venue.keys[track].key);
    this.#venues.delete(venue.id);
  }

  #inTurn<R>(change: () => Promise<R>): Promise<R> {
    const result = this.#turn.then(change);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}
