/** Whose uploaded files are: they go with their conference, unless a copy of it shows them. */
import type { Readable } from 'node:stream';
import { eq } from 'drizzle-orm';
import { type Tables, Turns } from '../rows.ts';
import type { FileStore } from './file-store.ts';
import { conferenceFileTable } from './file-tables.ts';

/** What may show files: settings of a conference, or of a venue of it. */
export type Shown = { readonly conferenceId: string; readonly settings: unknown };

export type ConferenceFilesOptions = {
  readonly db: Tables;
  readonly store: FileStore;
  readonly isThere: (conferenceId: string) => boolean;
  /** Everything there is now that may show a file. */
  readonly shown: () => Iterable<Shown>;
};

const address = /\/files\/([A-Za-z0-9._-]+)/g;

export class ConferenceFiles {
  readonly #options: ConferenceFilesOptions;
  readonly #turns = new Turns();

  constructor(options: ConferenceFilesOptions) {
    this.#options = options;
  }

  /** The name it is kept under. Throws as `FileStore.add`. */
  async add(conferenceId: string, bytes: Readable): Promise<string> {
    const { db, store } = this.#options;
    const name = await store.add(bytes);
    try {
      await db.insert(conferenceFileTable).values({ name, conferenceId, createdAt: new Date() });
    } catch (error) {
      await store.remove(name);
      throw error;
    }
    return name;
  }

  find(name: string): ReturnType<FileStore['find']> {
    return this.#options.store.find(name);
  }

  /** Deletes the files of conferences that are gone; the number of them. What another conference shows is that one's from now on. */
  sweep(): Promise<number> {
    return this.#turns.take(async () => {
      const { db, store, isThere } = this.#options;
      const rows = await db.select().from(conferenceFileTable);
      const orphans = rows.filter(({ conferenceId }) => !isThere(conferenceId));
      const heirs = orphans.length > 0 ? this.#heirs() : new Map<string, string>();
      let deleted = 0;
      for (const { name } of orphans) {
        const heir = heirs.get(name);
        const row = eq(conferenceFileTable.name, name);
        if (heir !== undefined) {
          await db.update(conferenceFileTable).set({ conferenceId: heir }).where(row);
          continue;
        }
        // The file first: a crash in between leaves a row, which the next start finds.
        await store.remove(name);
        await db.delete(conferenceFileTable).where(row);
        deleted += 1;
      }
      return deleted;
    });
  }

  #heirs(): Map<string, string> {
    const heirs = new Map<string, string>();
    for (const { conferenceId, settings } of this.#options.shown())
      for (const [, name = ''] of JSON.stringify(settings).matchAll(address)) heirs.set(name, conferenceId);
    return heirs;
  }
}
