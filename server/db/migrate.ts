/** Brings the tables to this version: every missing file of migrations/ in one transaction, so a kill in the middle changes nothing (FAULTS 86). */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import type { Logger } from 'pino';

/** Any fixed number: processes that start at once on one database take turns. */
const lockNumber = 7_318_001;

export type Migration = { readonly name: string; readonly sql: string };

export async function ownMigrations(): Promise<readonly Migration[]> {
  const folder = join(import.meta.dirname, 'migrations');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(names.map(async (name) => ({ name, sql: await readFile(join(folder, name), 'utf8') })));
}

/** Throws when an applied migration's text was changed, or the database is of a newer version. */
export async function migrate(pool: pg.Pool, migrations: readonly Migration[], log: Logger): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SET LOCAL statement_timeout = 0');
    await client.query('SELECT pg_advisory_xact_lock($1)', [lockNumber]);
    await client.query(`CREATE TABLE IF NOT EXISTS schema_migration
      (name text PRIMARY KEY, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`);
    const { rows } = await client.query<{ name: string; sha256: string }>(
      'SELECT name, sha256 FROM schema_migration',
    );
    const applied = new Map(rows.map((row) => [row.name, row.sha256]));
    for (const { name, sql } of migrations) {
      const sha256 = createHash('sha256').update(sql).digest('hex');
      const known = applied.get(name);
      applied.delete(name);
      if (known === sha256) continue;
      if (known !== undefined) throw new Error(`migration ${name} must not change once applied`);
      await client.query(sql);
      await client.query('INSERT INTO schema_migration (name, sha256) VALUES ($1, $2)', [name, sha256]);
      log.info({ migration: name }, 'database migrated');
    }
    if (applied.size > 0)
      throw new Error(`the database is of a newer version (it has ${[...applied.keys()].join(', ')})`);
    await client.query('COMMIT');
    client.release();
  } catch (error) {
    // The connection is thrown away with whatever was open in it.
    client.release(true);
    throw error;
  }
}
