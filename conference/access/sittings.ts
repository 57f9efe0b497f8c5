/**
 * All sittings: in memory, for every media request asks; written to the database in batches, so that viewers watch on after a restart.
 * One that was begun in the last seconds before a crash is not known afterwards: its page asks for another.
 */
import { inArray, lt } from 'drizzle-orm';
import type { Logger } from 'pino';
import { CodedError } from '#contracts/errors.ts';
import type { Tables } from '../rows.ts';
import { accessPreviewTable, sittingTable } from './access-tables.ts';
import { isOrphan } from './orphan.ts';
import { keyFor, longestSitting, newSittingId, type PassKey, sealPass } from './pass.ts';
import type { Previews } from './previews.ts';
import { restoreViewer, type Sitting, type SittingRecord, storeViewer } from './sitting.ts';
import type { Viewer } from './viewer.ts';

export type NewSitting = Pick<SittingRecord, 'conferenceId' | 'userId' | 'device' | 'agent' | 'viewer'> & {
  readonly address: string;
};

/** Sittings at once. */
const mostSittings = 500_000;
/** Ms between two writes, and rows written together. */
const writeEvery = 1000;
const rowsAtOnce = 500;
/** Ms between two looks for what has expired, and how long that stays in the database. */
const sweepEvery = 10 * 60_000;
const keptAfter = 24 * 3_600_000;
/** Ms between two notes that a sitting is in use. */
const seenEvery = 5 * 60_000;
/** Ms without a request after which a device does not count as watching. */
const idleAfter = 10 * 60_000;

export type SittingsOptions = {
  readonly db: Tables;
  readonly keys: readonly PassKey[];
  readonly previews: Previews;
  readonly log: Logger;
  /** Epoch ms. */
  readonly now?: () => number;
};

export class Sittings {
  readonly #options: SittingsOptions;
  readonly #now: () => number;
  readonly #sittings = new Map<string, Sitting>();
  /** By conference, device and account. */
  readonly #places = new Map<string, Sitting>();
  readonly #people = new Map<string, Set<Sitting>>();
  readonly #unsaved = new Set<Sitting>();
  #writer: NodeJS.Timeout | undefined;
  #sweeper: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: SittingsOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  async load(): Promise<void> {
    const { db, previews } = this.#options;
    for (const row of await db.select().from(sittingTable)) {
      const { createdAt, expiresAt, seenAt, endedAt, viewer, ...rest } = row;
      if (endedAt !== null || expiresAt.getTime() <= this.#now()) continue;
      this.#put({
        ...rest,
        createdAt: createdAt.getTime(),
        expiresAt: expiresAt.getTime(),
        seenAt: seenAt.getTime(),
        endedAt: null,
        viewer: restoreViewer(rest.userId, viewer),
      });
    }
    const begun = await db.select().from(accessPreviewTable).orderBy(accessPreviewTable.beganAt);
    previews.restore(begun.map(({ beganAt, ...one }) => ({ ...one, beganAt: beganAt.getTime() })));
    this.#sweeper = setInterval(() => this.#sweep(), sweepEvery).unref();
  }

  get size(): number {
    return this.#sittings.size;
  }
  get(id: string): Sitting | undefined {
    return this.#sittings.get(id);
  }

  /** The one that goes on, of this device and account. */
  at(conferenceId: string, device: string, userId: string | null): Sitting | undefined {
    const sitting = this.#places.get(placeOf({ conferenceId, device, userId }));
    return sitting && this.#goesOn(sitting) ? sitting : undefined;
  }

  /** Those of a person that go on, oldest first. */
  ofPerson(userId: string, conferenceId?: string): readonly Sitting[] {
    return [...(this.#people.get(userId) ?? [])]
      .filter(
        (one) =>
          this.#goesOn(one) && (conferenceId === undefined || one.record.conferenceId === conferenceId),
      )
      .sort((a, b) => a.record.createdAt - b.record.createdAt);
  }

  /** Nobody has watched or asked with it for ten minutes: the page was closed. */
  isIdle({ usedAt }: Sitting): boolean {
    return this.#now() - usedAt > idleAfter;
  }

  /** Those that go on, newest first. */
  ofConference(conferenceId: string): readonly Sitting[] {
    return [...this.#sittings.values()]
      .filter((one) => one.record.conferenceId === conferenceId && this.#goesOn(one))
      .sort((a, b) => b.record.createdAt - a.record.createdAt);
  }

  /** Throws `server.unavailable` when there are too many. */
  begin({ address, ...given }: NewSitting): Sitting {
    if (this.#sittings.size >= mostSittings)
      throw new CodedError('server.unavailable', `more than ${mostSittings} sittings`);
    const now = this.#now();
    const sitting = this.#put({
      ...given,
      agent: given.agent.slice(0, 200),
      id: newSittingId(),
      createdAt: now,
      // Whole seconds, as the pass tells it.
      expiresAt: Math.floor((now + longestSitting) / 1000) * 1000,
      seenAt: now,
      endedAt: null,
    });
    sitting.address = address;
    this.#save(sitting);
    return sitting;
  }

  seen(sitting: Sitting, address: string): void {
    sitting.address = address;
    const now = this.#now();
    sitting.usedAt = now;
    if (now - sitting.record.seenAt < seenEvery) return;
    sitting.record = { ...sitting.record, seenAt: now };
    this.#save(sitting);
  }

  /** What is known of the viewer now. True when it is other than before. */
  know(sitting: Sitting, viewer: Viewer): boolean {
    const same = JSON.stringify(storeViewer(sitting.record.viewer)) === JSON.stringify(storeViewer(viewer));
    if (same) return false;
    sitting.record = { ...sitting.record, viewer };
    sitting.version += 1;
    this.#save(sitting);
    return true;
  }

  end(sitting: Sitting): void {
    if (sitting.record.endedAt !== null) return;
    sitting.record = { ...sitting.record, endedAt: this.#now() };
    sitting.version += 1;
    this.#drop(sitting);
    this.#save(sitting);
  }

  /** Writes what is new. May be called at any time. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#writer);
    clearInterval(this.#sweeper);
    await this.flush();
  }

  /** A preview has begun: it is written with the next batch. */
  previewBegun(): void {
    this.#arm();
  }

  #goesOn({ record }: Sitting): boolean {
    return record.endedAt === null && record.expiresAt > this.#now();
  }

  #put(record: SittingRecord): Sitting {
    const { keys } = this.#options;
    const { id, conferenceId, expiresAt, createdAt, userId } = record;
    const pass = sealPass({ sitting: id, conferenceId, expiresAt }, keyFor(keys, createdAt));
    const sitting: Sitting = {
      ...{ record, pass, version: 0, usedAt: record.seenAt },
      ...{ address: undefined, scopes: new Map() },
    };
    this.#sittings.set(id, sitting);
    this.#places.set(placeOf(record), sitting);
    if (userId !== null) {
      const own = this.#people.get(userId) ?? new Set();
      own.add(sitting);
      this.#people.set(userId, own);
    }
    return sitting;
  }

  #drop(sitting: Sitting | undefined): void {
    if (!sitting) return;
    const { id, userId } = sitting.record;
    this.#sittings.delete(id);
    const place = placeOf(sitting.record);
    if (this.#places.get(place) === sitting) this.#places.delete(place);
    const own = userId === null ? undefined : this.#people.get(userId);
    own?.delete(sitting);
    if (userId !== null && own?.size === 0) this.#people.delete(userId);
    sitting.scopes.clear();
  }

  #save(sitting: Sitting): void {
    this.#unsaved.add(sitting);
    this.#arm();
  }

  #arm(): void {
    if (this.#closed) return;
    this.#writer ??= setTimeout(() => {
      this.#writer = undefined;
      void this.flush();
    }, writeEvery).unref();
  }

  async #write(): Promise<void> {
    const { db, previews, log } = this.#options;
    const begun = previews.takeUnsaved();
    const sittings = [...this.#unsaved];
    this.#unsaved.clear();
    try {
      for (let i = 0; i < begun.length; i += rowsAtOnce)
        await db
          .insert(accessPreviewTable)
          .values(
            begun
              .slice(i, i + rowsAtOnce)
              .map(({ beganAt, ...one }) => ({ ...one, beganAt: new Date(beganAt) })),
          )
          .onConflictDoNothing();
      for (let i = 0; i < sittings.length; i += rowsAtOnce)
        await this.#writeSittings(sittings.slice(i, i + rowsAtOnce).map(rowOf));
    } catch (error) {
      previews.giveBack(begun);
      for (const sitting of sittings) this.#unsaved.add(sitting);
      log.warn({ err: error, sittings: sittings.length }, 'sittings not written; tried again');
      if (!this.#closed)
        this.#writer ??= setTimeout(() => {
          this.#writer = undefined;
          void this.flush();
        }, 5 * writeEvery).unref();
    }
  }

  async #writeSittings(rows: readonly ReturnType<typeof rowOf>[]): Promise<void> {
    const ids = rows.map(({ id }) => id);
    try {
      // Replaced whole.
      await this.#options.db.transaction(async (tables) => {
        await tables.delete(sittingTable).where(inArray(sittingTable.id, ids));
        await tables.insert(sittingTable).values([...rows]);
      });
    } catch (error) {
      if (!isOrphan(error)) throw error;
      // An account or a conference was deleted meanwhile: its sittings are of no use, the others are.
      if (rows.length > 1) for (const row of rows) await this.#writeSittings([row]);
      else for (const id of ids) this.#drop(this.#sittings.get(id));
    }
  }

  #sweep(): void {
    for (const sitting of this.#sittings.values()) if (!this.#goesOn(sitting)) this.#drop(sitting);
    const { db, log } = this.#options;
    db.delete(sittingTable)
      .where(lt(sittingTable.expiresAt, new Date(this.#now() - keptAfter)))
      .catch((error: unknown) => log.warn({ err: error }, 'expired sittings not deleted'));
  }
}

const placeOf = ({
  conferenceId,
  device,
  userId,
}: Pick<SittingRecord, 'conferenceId' | 'device' | 'userId'>): string =>
  `${conferenceId} ${device} ${userId ?? ''}`;

const rowOf = ({ record }: Sitting) => ({
  ...record,
  viewer: storeViewer(record.viewer),
  createdAt: new Date(record.createdAt),
  expiresAt: new Date(record.expiresAt),
  seenAt: new Date(record.seenAt),
  endedAt: record.endedAt === null ? null : new Date(record.endedAt),
});
