/** Decks at work: their stores and files opened, and the queue that converts them, one at a time. */
import { join } from 'node:path';
import type { Logger } from 'pino';
import { type Convert, convertOne } from '#conference/deck/conversion.ts';
import type { DeckRecord } from '#conference/deck/deck.ts';
import { DeckFiles } from '#conference/deck/deck-files.ts';
import { DeckStore } from '#conference/deck/deck-store.ts';
import { Decks } from '#conference/deck/decks.ts';
import type { PageFiles } from '#conference/deck/page-files.ts';
import { Uploads } from '#conference/deck/uploads.ts';
import type { TalkDirectory } from '#conference/talk/talk.ts';
import type { Config } from '../config.ts';
import type { Database } from '../db/database.ts';
import { startJobs } from './jobs.ts';
import { persist } from './persist.ts';

export type DecksAtWork = {
  readonly decks: Decks;
  /** Before the database: a running conversion is noted as waiting again. */
  close(): Promise<void>;
};

export type StartDecksOptions = {
  readonly config: Pick<Config, 'dataDir' | 'decks'>;
  readonly database: Pick<Database, 'db' | 'pool' | 'longPool'>;
  readonly talks: Pick<TalkDirectory, 'get' | 'deckChanged'>;
  readonly images: PageFiles;
  /** Pages of a deck that its venue's stage says were shown. */
  readonly shownPages: (deck: DeckRecord) => readonly number[];
  readonly convert: Convert;
  readonly log: Logger;
};

/** Ms given to writes that end a conversion at a stop. */
const lastWrite = 2000;
/** Beyond a conversion's own limit: the queue's is the net under it. */
const slackSeconds = 600;

export async function startDecks(options: StartDecksOptions): Promise<DecksAtWork> {
  const { config, database, talks, images, shownPages, convert, log } = options;
  const store = new DeckStore({ db: database.db, onChange: (talkId) => talks.deckChanged(talkId) });
  await store.load();
  const uploads = new Uploads({ folder: join(config.dataDir, 'uploads'), log });
  await uploads.load();
  const files = new DeckFiles(join(config.dataDir, 'decks'));
  await files.prepare();
  const decks = new Decks({ store, uploads, files, images, limits: config.decks, log });

  const jobs = await startJobs(database, log.child({ part: 'jobs' }));
  let closing = false;
  try {
    const queue = await jobs.queue(
      'deck',
      { retries: 1, seconds: config.decks.seconds + slackSeconds },
      async (deckId, signal) => {
        try {
          await convertOne(deckId, signal, { decks: store, files, images, convert, persist, log });
        } catch (error) {
          // A stop of the server is nobody's fault: the next start begins it as if for the first time.
          if (closing && store.get(deckId))
            await persist(() => store.waitAgain(deckId), AbortSignal.timeout(lastWrite)).catch(
              (err: unknown) => log.warn({ deck: deckId, err }, 'an interrupted conversion was not noted'),
            );
          throw error;
        }
      },
    );
    await decks.begin(queue, (talkId) => talks.get(talkId) !== undefined, shownPages);
    // Not before: what a crash left is put right first.
    queue.start();
  } catch (error) {
    decks.close();
    await jobs.close();
    throw error;
  }
  return {
    decks,
    async close() {
      closing = true;
      decks.close();
      await jobs.close();
    },
  };
}
