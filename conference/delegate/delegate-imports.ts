/**
 * Imports of delegate lists: a file is looked at, then read and merged into its list in one transaction: all of it or nothing. One
 * runs at a time. An import that a stop interrupted is gone without a trace; its file is swept at the next start.
 */
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { DelegateColumn, DelegateImport } from '#contracts/delegate.ts';
import { CodedError } from '#contracts/errors.ts';
import { Turns } from '../rows.ts';
import { areEnough } from './columns.ts';
import type { DelegateListRow } from './delegate-tables.ts';
import type { Delegates } from './delegates.ts';
import { lookAt, type ReadBatch, readBatches } from './list-file.ts';
import { listLimits } from './list-limits.ts';

export type DelegateImportsOptions = {
  /** For statements of minutes. */
  readonly pool: pg.Pool;
  readonly delegates: Delegates;
  /** Of the marks (conference/sealing.ts). */
  readonly secret: string;
  /** Files wait here. */
  readonly folder: string;
  readonly log: Logger;
  readonly now?: () => number;
};

type Import = {
  view: DelegateImport;
  readonly list: DelegateListRow;
  readonly file: string;
  readonly abort: AbortController;
  readonly madeAt: number;
};

/** Imports kept, running or to be looked back at; the oldest that is not running goes first. */
const mostImports = 40;
/** Ms after which one that was never applied is forgotten. */
const keptFor = 3600_000;

export class DelegateImports {
  readonly #options: DelegateImportsOptions;
  readonly #now: () => number;
  readonly #imports = new Map<string, Import>();
  readonly #turns = new Turns();
  readonly #closing = new AbortController();
  #running: Promise<unknown> = Promise.resolve();

  constructor(options: DelegateImportsOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Sweeps what a killed process left. */
  async load(): Promise<void> {
    const { folder, pool } = this.#options;
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await pool.query('TRUNCATE delegate_staging');
  }

  /** Takes the file and looks at it. @throws CodedError of ListFailure, request.tooMany */
  async take(list: DelegateListRow, name: string, body: Readable): Promise<DelegateImport> {
    await this.#forget();
    const id = randomBytes(12).toString('base64url');
    const file = join(this.#options.folder, id);
    try {
      const bytes = await save(body, file);
      const { headingRow, columns, sample } = await lookAt(file);
      const view: DelegateImport = {
        ...{ id, listId: list.id, file: name, state: 'ready', headingRow, columns, sample },
        bytes: { read: 0, all: bytes },
        counts: { rows: 0, added: 0, changed: 0, same: 0, removed: 0, errors: 0 },
        errors: [],
        failure: null,
      };
      this.#imports.set(id, { view, list, file, abort: new AbortController(), madeAt: this.#now() });
      return view;
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    }
  }

  /** Undefined: there is none, or it is long over. */
  get(id: string): { readonly view: DelegateImport; readonly conferenceId: string } | undefined {
    const found = this.#imports.get(id);
    return found && { view: found.view, conferenceId: found.list.conferenceId };
  }

  /**
   * Begins, and resolves at once; the view tells how far it is. @throws CodedError notFound, delegate.importing (it runs or is done),
   * delegate.columns
   */
  apply(id: string, given: readonly DelegateColumn[] | undefined, replace: boolean): DelegateImport {
    const found = this.#imports.get(id);
    if (!found) throw new CodedError('notFound', 'import');
    if (found.view.state !== 'ready') throw new CodedError('delegate.importing');
    const columns = given ?? found.view.columns.map(({ as }) => as);
    const twice = columns.some((column, at) => column !== 'none' && columns.indexOf(column) !== at);
    if (twice || !areEnough(columns)) throw new CodedError('delegate.columns');
    found.view = { ...found.view, state: 'running' };
    this.#running = this.#turns.take(() => this.#run(found, columns, replace));
    return found.view;
  }

  /** Ends it if it runs, and forgets it. */
  async drop(id: string): Promise<void> {
    const found = this.#imports.get(id);
    if (!found) return;
    found.abort.abort(new CodedError('delegate.file', 'the import was cancelled'));
    if (found.view.state !== 'running') this.#imports.delete(id);
    await rm(found.file, { force: true });
  }

  /** Resolves when nothing runs any more. */
  idle(): Promise<unknown> {
    return this.#running;
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error('the server stops'));
    await this.#running;
  }

  async #run(found: Import, columns: readonly DelegateColumn[], replace: boolean): Promise<void> {
    const { pool, delegates, secret, log } = this.#options;
    const { list, file } = found;
    const { id } = found.view;
    const started = performance.now();
    const signal = AbortSignal.any([found.abort.signal, this.#closing.signal]);
    try {
      const { headingRow } = found.view;
      const { conferenceId } = list;
      for await (const read of readBatches({
        path: file,
        conferenceId,
        secret,
        columns,
        headingRow,
        signal,
      })) {
        await stage(pool, id, read);
        this.#see(found, read);
      }
      const merged = await merge(pool, id, list, replace, this.#now());
      const { counts } = found.view;
      const same = counts.rows - counts.errors - merged.added - merged.changed;
      found.view = { ...found.view, state: 'done', counts: { ...counts, ...merged, same } };
      delegates.changed(conferenceId, undefined);
      const ms = Math.round(performance.now() - started);
      log.info({ list: list.id, ms, ...found.view.counts }, 'delegate list imported');
    } catch (error) {
      const failure =
        error instanceof CodedError
          ? { code: error.code, message: error.body().error.message, detail: error.detail ?? '' }
          : {
              code: 'server.failed',
              message: new CodedError('server.failed').body().error.message,
              detail: '',
            };
      if (!(error instanceof CodedError) && !signal.aborted)
        log.error({ err: error, list: list.id }, 'import of a delegate list failed');
      found.view = { ...found.view, state: 'failed', failure };
    } finally {
      await pool
        .query('DELETE FROM delegate_staging WHERE import_id = $1', [id])
        .catch((error: unknown) => log.warn({ err: error }, 'rows of an import not swept yet'));
      await rm(file, { force: true });
    }
  }

  #see(found: Import, { rows, errorCount, errors, progress }: ReadBatch): void {
    const { view } = found;
    found.view = {
      ...view,
      bytes: { ...progress },
      counts: { ...view.counts, rows, errors: errorCount },
      errors: [...view.errors, ...errors].slice(0, listLimits.errors),
    };
  }

  async #forget(): Promise<void> {
    const old = [...this.#imports.values()].filter(({ view }) => view.state !== 'running');
    for (const [at, one] of old.entries()) {
      const over = this.#now() - one.madeAt > keptFor;
      if (!over && this.#imports.size - at < mostImports) continue;
      this.#imports.delete(one.view.id);
      await rm(one.file, { force: true });
    }
    if (this.#imports.size >= mostImports) throw new CodedError('request.tooMany', 'imports');
  }
}

async function save(body: Readable, file: string): Promise<number> {
  let bytes = 0;
  const limit = new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length;
      if (bytes > listLimits.fileBytes)
        done(new CodedError('delegate.tooMany', `more than ${listLimits.fileBytes / 1024 ** 2} MiB`));
      else done(null, chunk);
    },
  });
  await pipeline(body, limit, createWriteStream(file, { mode: 0o600 }));
  return bytes;
}

async function stage(pool: pg.Pool, id: string, { batch }: ReadBatch): Promise<void> {
  if (batch.key.length === 0) return;
  await pool.query(
    `INSERT INTO delegate_staging (import_id, key, phone_mark, phone_shown, id_mark, name, unit, tier)
     SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])`,
    [
      ...[id, batch.key, batch.phoneMark, batch.phoneShown, batch.idMark],
      ...[batch.name, batch.unit, batch.tier],
    ],
  );
}

async function merge(
  pool: pg.Pool,
  id: string,
  list: DelegateListRow,
  replace: boolean,
  now: number,
): Promise<{ added: number; changed: number; removed: number }> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    // Without figures the planner compares each row with each other.
    await client.query('ANALYZE delegate_staging');
    const known = await client.query('UPDATE delegate_list SET imported_at = $2 WHERE id = $1', [
      list.id,
      now,
    ]);
    if (known.rowCount === 0) throw new CodedError('notFound', 'the list was deleted meanwhile');
    const removed = replace
      ? await client.query(
          `DELETE FROM delegate d WHERE list_id = $1
           AND NOT EXISTS (SELECT 1 FROM delegate_staging s WHERE s.import_id = $2 AND s.key = d.key)`,
          [list.id, id],
        )
      : undefined;
    const merged = await client.query<{ added: number; all: number }>(
      `WITH merged AS (
         INSERT INTO delegate (list_id, conference_id, key, phone_mark, phone_shown, id_mark, name, unit, tier)
         SELECT $1, $3, key, phone_mark, phone_shown, id_mark, name, unit, tier
         FROM delegate_staging WHERE import_id = $2
         ON CONFLICT (list_id, key) DO UPDATE SET
           phone_mark = excluded.phone_mark, phone_shown = excluded.phone_shown, id_mark = excluded.id_mark,
           name = excluded.name, unit = excluded.unit, tier = excluded.tier
         WHERE (delegate.id_mark, delegate.name, delegate.unit, delegate.tier)
           IS DISTINCT FROM (excluded.id_mark, excluded.name, excluded.unit, excluded.tier)
         RETURNING (xmax = 0) AS added)
       SELECT count(*) FILTER (WHERE added)::int AS added, count(*)::int AS all FROM merged`,
      [list.id, id, list.conferenceId],
    );
    await client.query('COMMIT');
    client.release();
    const { added = 0, all = 0 } = merged.rows[0] ?? {};
    return { added, changed: all - added, removed: removed?.rowCount ?? 0 };
  } catch (error) {
    client.release(true);
    throw error;
  }
}
