/** Sessions: rows in the database, and all of them in memory. */
import { inArray } from 'drizzle-orm';
import { CodedError } from '#contracts/errors.ts';
import { chunked, type Rows, replaced } from '../rows.ts';
import type { SessionDirectory, SessionRecord } from './session.ts';
import { sessionTable } from './session-tables.ts';

export class SessionStore implements SessionDirectory {
  readonly #sessions = new Map<string, SessionRecord>();
  /** By conference, in order. */
  readonly #lists = new Map<string, readonly SessionRecord[]>();

  /** Reads all sessions; a new store is empty until then. */
  async load(rows: Rows): Promise<void> {
    for (const row of await rows.select().from(sessionTable)) this.#sessions.set(row.id, row);
  }

  get(id: string): SessionRecord | undefined {
    return this.#sessions.get(id);
  }

  /** Throws `session.notFound`. */
  need(id: string): SessionRecord {
    const session = this.#sessions.get(id);
    if (!session) throw new CodedError('session.notFound', `session ${JSON.stringify(id.slice(0, 80))}`);
    return session;
  }

  list(conferenceId: string): readonly SessionRecord[] {
    let list = this.#lists.get(conferenceId);
    if (!list) {
      list = [...this.#sessions.values()]
        .filter((session) => session.conferenceId === conferenceId)
        .sort((a, b) => a.plannedStart - b.plannedStart || a.createdAt - b.createdAt);
      this.#lists.set(conferenceId, list);
    }
    return list;
  }

  async write(rows: Rows, sessions: readonly SessionRecord[]): Promise<void> {
    for (const some of chunked(sessions))
      await rows
        .insert(sessionTable)
        .values(some)
        .onConflictDoUpdate({ target: sessionTable.id, set: replaced(sessionTable) });
  }

  async erase(rows: Rows, ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await rows.delete(sessionTable).where(inArray(sessionTable.id, [...ids]));
  }

  /** What was written is seen from now on. */
  put(sessions: readonly SessionRecord[]): void {
    for (const session of sessions) {
      this.#sessions.set(session.id, session);
      this.#lists.delete(session.conferenceId);
    }
  }

  /** The rows are gone with the venue's. */
  dropVenue(venueId: string): void {
    this.drop([...this.#sessions.values()].filter((session) => session.venueId === venueId));
  }

  drop(sessions: readonly SessionRecord[]): void {
    for (const { id, conferenceId } of sessions) {
      this.#sessions.delete(id);
      this.#lists.delete(conferenceId);
    }
  }
}
