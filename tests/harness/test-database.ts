/** A real PostgreSQL with all tables, for the tests of one file. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { type Database, openDatabase } from '#server/db/database.ts';

export type TestDatabase = Database & {
  readonly dataDir: string;
  /** A conference of its own. */
  addConference(id: string): Promise<void>;
};

export const silent = pino({ level: 'silent' });

export async function startTestDatabase(): Promise<TestDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rostrum-database-'));
  const database = await openDatabase({ dataDir, url: undefined, connections: 10, log: silent });
  return {
    ...database,
    dataDir,
    async addConference(id) {
      await database.pool.query(
        `INSERT INTO conference (id, slug, settings, state, created_at) VALUES ($1, $1, '{}', 'published', now())`,
        [id],
      );
    },
    async close() {
      await database.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
