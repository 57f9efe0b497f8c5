/** Clips: rows in the database, and all of them in memory. */
import { eq } from 'drizzle-orm';
import { CodedError } from '#contracts/errors.ts';
import type { Rows } from '../rows.ts';
import type { ClipDirectory, ClipRecord } from './clip.ts';
import { clipTable } from './clip-tables.ts';

export class ClipStore implements ClipDirectory {
  readonly #clips = new Map<string, ClipRecord>();
  /** The newest of each talk; made anew after a change. */
  #byTalk: ReadonlyMap<string, ClipRecord> | undefined;

  /** Reads all clips; a new store is empty until then. */
  async load(rows: Rows): Promise<void> {
    const found = await rows.select().from(clipTable);
    for (const row of found) this.put(row);
  }

  get(id: string): ClipRecord | undefined {
    return this.#clips.get(id);
  }

  /** Throws `clip.notFound`. */
  need(id: string): ClipRecord {
    const clip = this.#clips.get(id);
    if (!clip) throw new CodedError('clip.notFound', `clip ${JSON.stringify(id.slice(0, 80))}`);
    return clip;
  }

  list(venueId: string): readonly ClipRecord[] {
    return [...this.#clips.values()]
      .filter((clip) => clip.venueId === venueId)
      .sort((a, b) => b.createdAt - a.createdAt);
  }

  ofTalk(talkId: string): ClipRecord | undefined {
    this.#byTalk ??= new Map(
      [...this.#clips.values()]
        .sort((a, b) => a.createdAt - b.createdAt)
        .flatMap((clip): [string, ClipRecord][] => (clip.talkId === null ? [] : [[clip.talkId, clip]])),
    );
    return this.#byTalk.get(talkId);
  }

  async write(rows: Rows, clip: ClipRecord): Promise<void> {
    await rows.insert(clipTable).values(clip).onConflictDoUpdate({ target: clipTable.id, set: clip });
  }

  async erase(rows: Rows, id: string): Promise<void> {
    await rows.delete(clipTable).where(eq(clipTable.id, id));
  }

  /** What was written is seen from now on. */
  put(clip: ClipRecord): void {
    this.#clips.set(clip.id, clip);
    this.#byTalk = undefined;
  }

  drop(clip: ClipRecord): void {
    this.#clips.delete(clip.id);
    this.#byTalk = undefined;
  }
}
