/** Programmes kept elsewhere, asked for on a schedule: rows in the database, one question at a time, each answer applied by itself. */
import { createHash, randomBytes } from 'node:crypto';
import { eq } from 'drizzle-orm';
import type { Logger } from 'pino';
import type { ProgrammeSource } from '#contracts/conference.ts';
import { CodedError } from '#contracts/errors.ts';
import type { Tables } from '../../rows.ts';
import type { Actor } from '../history.ts';
import { sourceTable } from '../programme-tables.ts';
import type { Imports } from './imports.ts';

export type SourcesOptions = {
  readonly db: Tables;
  readonly imports: Imports;
  /** The conference is still there; its sources' rows went with it. */
  readonly exists: (conferenceId: string) => boolean;
  /** The body of an address that may be asked (FAULTS 67). Throws a CodedError. */
  readonly ask: (url: string) => Promise<Buffer>;
  /** Throws `outside.refused`. */
  readonly check: (url: string) => Promise<void>;
  readonly log: Logger;
};
type Row = typeof sourceTable.$inferSelect;
type Result = NonNullable<ProgrammeSource['result']>;

const mostSources = 10;
/** Ms between looks at which is due. */
const lookEvery = 30_000;
const actorOf = ({ id, url }: Row): Actor => ({ id: `source:${id}`, name: new URL(url).hostname });

export class Sources {
  readonly #options: SourcesOptions;
  readonly #rows = new Map<string, Row>();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<unknown> = Promise.resolve();
  readonly #asking = new Set<string>();
  #closed = false;

  constructor(options: SourcesOptions) {
    this.#options = options;
  }

  async load(): Promise<void> {
    for (const row of await this.#options.db.select().from(sourceTable)) this.#rows.set(row.id, row);
  }

  /** From now on those that are due are asked. */
  start(): void {
    this.#timer = setInterval(() => this.#look(), lookEvery);
    this.#timer.unref();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  list(conferenceId: string): ProgrammeSource[] {
    return [...this.#rows.values()].filter((row) => row.conferenceId === conferenceId).map(view);
  }

  /** Throws `notFound`. */
  need(conferenceId: string, id: string): ProgrammeSource {
    return view(this.#need(conferenceId, id));
  }

  /** Throws `outside.refused`, `request.tooMany`. It is asked for the first time when it is due. */
  async add(
    conferenceId: string,
    input: Pick<ProgrammeSource, 'url' | 'everyMinutes' | 'cancelMissing'>,
  ): Promise<ProgrammeSource> {
    if (this.list(conferenceId).length >= mostSources)
      throw new CodedError('request.tooMany', `a conference has at most ${mostSources} sources`);
    await this.#options.check(input.url);
    const row: Row = {
      ...{ ...input, id: randomBytes(9).toString('base64url'), conferenceId, createdAt: Date.now() },
      ...{ askedAt: null, seen: null, result: null },
    };
    await this.#options.db.insert(sourceTable).values(row);
    this.#rows.set(row.id, row);
    return view(row);
  }

  async remove(conferenceId: string, id: string): Promise<ProgrammeSource> {
    const row = this.#need(conferenceId, id);
    await this.#options.db.delete(sourceTable).where(eq(sourceTable.id, id));
    this.#rows.delete(id);
    return view(row);
  }

  /** Now, also when the answer is the one of last time. */
  async run(conferenceId: string, id: string): Promise<ProgrammeSource> {
    const row = this.#need(conferenceId, id);
    await this.#ask(row, true);
    return this.need(conferenceId, id);
  }

  #need(conferenceId: string, id: string): Row {
    const row = this.#rows.get(id);
    if (row?.conferenceId !== conferenceId) throw new CodedError('notFound', 'source');
    return row;
  }

  #look(): void {
    const now = Date.now();
    for (const row of this.#rows.values()) {
      if (!this.#options.exists(row.conferenceId)) {
        this.#rows.delete(row.id);
        continue;
      }
      const due = (row.askedAt ?? row.createdAt - row.everyMinutes * 60_000) + row.everyMinutes * 60_000;
      // A clock that was set back must not silence a source.
      if (due <= now || (row.askedAt ?? 0) > now) void this.#ask(row, false);
    }
  }

  #ask(row: Row, again: boolean): Promise<void> {
    if (this.#asking.has(row.id)) return this.#running.then(() => undefined);
    this.#asking.add(row.id);
    const asked = this.#running.then(async () => {
      if (this.#closed || !this.#rows.has(row.id)) return;
      const { result, seen } = await this.#outcome(row, again);
      const next = { ...row, askedAt: Date.now(), seen, result };
      await this.#options.db
        .update(sourceTable)
        .set({ askedAt: next.askedAt, seen, result })
        .where(eq(sourceTable.id, row.id));
      if (this.#rows.has(row.id)) this.#rows.set(row.id, next);
    });
    this.#running = asked
      .catch((error: unknown) => this.#options.log.warn({ err: error, source: row.id }, 'source not asked'))
      .finally(() => this.#asking.delete(row.id));
    return asked;
  }

  async #outcome(row: Row, again: boolean): Promise<{ result: Result; seen: string | null }> {
    const { imports, ask, log } = this.#options;
    const { conferenceId, url, seen } = row;
    try {
      const body = await ask(url);
      const hash = createHash('sha256').update(body).digest('base64url');
      if (hash === seen && !again) {
        const message = { zh: '内容没有变化', en: 'Nothing has changed' };
        return { seen, result: { state: 'same', message, counts: null } };
      }
      const content = await imports.read(conferenceId, body);
      const { counts, change } = await imports.applyContent(
        actorOf(row),
        conferenceId,
        content,
        row.cancelMissing,
      );
      const message =
        change === null
          ? { zh: '内容没有变化', en: 'Nothing has changed' }
          : {
              zh: `新增 ${counts.add} 项，修改 ${counts.change} 项，${counts.error} 项有误`,
              en: `${counts.add} added, ${counts.change} changed, ${counts.error} with errors`,
            };
      log.info({ source: row.id, change, counts }, 'source applied');
      return { seen: hash, result: { state: change === null ? 'same' : 'applied', message, counts } };
    } catch (error) {
      const coded = error instanceof CodedError ? error : new CodedError('server.failed');
      if (!(error instanceof CodedError)) log.warn({ err: error, source: row.id }, 'source failed');
      const { message, detail } = coded.body().error;
      const said = { zh: [message.zh, detail].join(' ').trim(), en: [message.en, detail].join(' ').trim() };
      return { seen, result: { state: 'failed', message: said, counts: null } };
    }
  }
}

function view({ conferenceId: _, seen: __, ...source }: Row): ProgrammeSource {
  return source;
}
