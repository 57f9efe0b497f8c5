/** Talks: rows in the database, and all of them in memory. */
import { inArray } from 'drizzle-orm';
import { CodedError } from '#contracts/errors.ts';
import { chunked, type Rows, replaced } from '../rows.ts';
import type { TalkRecord } from './talk.ts';
import { talkTable } from './talk-tables.ts';

export class TalkStore {
  readonly #talks = new Map<string, TalkRecord>();
  /** By venue, in order. */
  readonly #lists = new Map<string, readonly TalkRecord[]>();

  /** Reads all talks; a new store is empty until then. */
  async load(rows: Rows): Promise<void> {
    for (const row of await rows.select().from(talkTable)) this.#talks.set(row.id, row);
  }

  get(id: string): TalkRecord | undefined {
    return this.#talks.get(id);
  }

  /** Throws `talk.notFound`. */
  need(id: string): TalkRecord {
    const talk = this.#talks.get(id);
    if (!talk) throw new CodedError('talk.notFound', `talk ${JSON.stringify(id.slice(0, 80))}`);
    return talk;
  }

  list(venueId: string): readonly TalkRecord[] {
    let list = this.#lists.get(venueId);
    if (!list) {
      list = [...this.#talks.values()]
        .filter((talk) => talk.venueId === venueId)
        .sort((a, b) => a.position - b.position || a.createdAt - b.createdAt);
      this.#lists.set(venueId, list);
    }
    return list;
  }

  /** One after the other, in the order given: the talk that is on must have ended before the next begins. */
  async write(rows: Rows, talks: readonly TalkRecord[]): Promise<void> {
    for (const some of chunked(talks))
      await rows
        .insert(talkTable)
        .values(some)
        .onConflictDoUpdate({ target: talkTable.id, set: replaced(talkTable) });
  }

  async erase(rows: Rows, ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await rows.delete(talkTable).where(inArray(talkTable.id, [...ids]));
  }

  /** What was written is seen from now on. */
  put(talks: readonly TalkRecord[]): void {
    for (const talk of talks) {
      const before = this.#talks.get(talk.id);
      this.#talks.set(talk.id, talk);
      this.#lists.delete(talk.venueId);
      if (before) this.#lists.delete(before.venueId);
    }
  }

  drop(talk: TalkRecord): void {
    this.#talks.delete(talk.id);
    this.#lists.delete(talk.venueId);
  }
}
