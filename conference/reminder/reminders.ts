/**
 * 预约: who wants to be told before a talk or the conference begins. Looked at every 15 s against the programme as it is then; each is
 * sent once: it is noted as sent in the transaction that writes its notice.
 */
import { and, eq, sql } from 'drizzle-orm';
import type { Logger } from 'pino';
import { CodedError } from '#contracts/errors.ts';
import type { Notices } from '../notice/notices.ts';
import { rowsOf, type SqlDb } from '../sql.ts';
import type { Agenda, Beginning } from './agenda.ts';
import { reminderTable } from './reminder-tables.ts';

export type RemindersOptions = {
  readonly db: SqlDb;
  readonly agenda: Agenda;
  readonly notices: Notices;
  /** Address of a page of ours, e.g. `/c/<slug>`. */
  readonly pageUrl: (path: string) => string;
  readonly log: Logger;
  readonly now?: () => number;
};
export type OwnReminder = {
  readonly talkId: string | null;
  readonly start: number | null;
  readonly sentAt: number | null;
};

/** Ms before the start. */
const ahead = 15 * 60_000;
/** Ms after it that one that was held up, by a restart for instance, still helps. */
const late = 5 * 60_000;
const pollMs = 15_000;
/** Of a person in a conference. */
const most = 200;

export class Reminders {
  readonly #options: RemindersOptions;
  readonly #now: () => number;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: RemindersOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  async ofPerson(conferenceId: string, userId: string): Promise<OwnReminder[]> {
    const rows = await this.#options.db
      .select({ talkId: reminderTable.talkId, sentAt: reminderTable.sentAt })
      .from(reminderTable)
      .where(and(eq(reminderTable.conferenceId, conferenceId), eq(reminderTable.userId, userId)));
    return rows.map(({ talkId, sentAt }) => {
      const id = talkId === '' ? null : talkId;
      return { talkId: id, start: this.#options.agenda.startOf(conferenceId, id), sentAt };
    });
  }

  /** Again is the same. Throws `talk.notFound` for a talk that is not of the conference, `reminder.begun`, `request.tooMany`. */
  async ask(conferenceId: string, userId: string, talkId: string | null): Promise<void> {
    const { db, agenda } = this.#options;
    if (talkId !== null && agenda.conferenceOf(talkId) !== conferenceId)
      throw new CodedError('talk.notFound');
    if (!agenda.isAhead(conferenceId, talkId, this.#now())) throw new CodedError('reminder.begun');
    if ((await this.ofPerson(conferenceId, userId)).length >= most)
      throw new CodedError('request.tooMany', `a person may have ${most} reminders`);
    await db
      .insert(reminderTable)
      .values({
        ...{ conferenceId, userId, talkId: talkId ?? '' },
        ...{ createdAt: this.#now(), sentAt: null, attempts: 0 },
      })
      .onConflictDoNothing();
  }

  async drop(conferenceId: string, userId: string, talkId: string | null): Promise<void> {
    await this.#options.db
      .delete(reminderTable)
      .where(
        and(
          eq(reminderTable.conferenceId, conferenceId),
          eq(reminderTable.userId, userId),
          eq(reminderTable.talkId, talkId ?? ''),
        ),
      );
  }

  start(): void {
    this.#plan(0);
  }

  /** Resolves when what is due was handed on. */
  run(): Promise<void> {
    this.#round = this.#round.then(() => this.#sendDue());
    return this.#round;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#round;
  }

  async exportOf(userId: string): Promise<{ conferenceId: string; talkId: string; createdAt: number }[]> {
    const { conferenceId, talkId, createdAt } = reminderTable;
    return this.#options.db
      .select({ conferenceId, talkId, createdAt })
      .from(reminderTable)
      .where(eq(reminderTable.userId, userId));
  }

  async erase(userId: string): Promise<void> {
    await this.#options.db.delete(reminderTable).where(eq(reminderTable.userId, userId));
  }

  async move(from: string, to: string): Promise<void> {
    await this.#options.db.execute(sql`UPDATE reminder r SET user_id = ${to} WHERE user_id = ${from}
      AND NOT EXISTS (SELECT 1 FROM reminder o
        WHERE o.conference_id = r.conference_id AND o.talk_id = r.talk_id AND o.user_id = ${to})`);
    await this.erase(from);
  }

  #plan(ms: number): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => void this.run().finally(() => this.#plan(pollMs)), ms);
  }

  async #sendDue(): Promise<void> {
    const { agenda, notices, log } = this.#options;
    const now = this.#now();
    try {
      let sent = 0;
      for (const beginning of agenda.between(now - late, now + ahead)) {
        if (this.#closed) break;
        sent += await this.#send(beginning, now);
      }
      if (sent > 0) {
        log.info({ sent }, 'reminders handed on');
        notices.wake();
      }
    } catch (error) {
      log.warn({ err: error }, 'reminders not sent yet');
    }
  }

  #send({ conference, talkId, title, start }: Beginning, now: number): Promise<number> {
    const { db, notices, pageUrl } = this.#options;
    const time = new Intl.DateTimeFormat('zh-CN', {
      ...{ month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
      timeZone: conference.settings.timeZone,
    }).format(start);
    return db.transaction(async (rows) => {
      const due = await rowsOf<{ userId: string }>(
        rows,
        sql`UPDATE reminder SET sent_at = ${now}
            WHERE conference_id = ${conference.id} AND talk_id = ${talkId ?? ''} AND sent_at IS NULL
            RETURNING user_id AS "userId"`,
      );
      if (due.length > 0)
        await notices.write(
          rows,
          conference.id,
          due,
          { purpose: 'reminder', values: { title, time, url: pageUrl(`/c/${conference.slug}`) } },
          start - now + late,
        );
      return due.length;
    });
  }
}
