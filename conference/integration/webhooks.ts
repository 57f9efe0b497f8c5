/**
 * Events told to programs of others. An event is a row before it is a request, so it survives a crash; the rows are both the queue
 * and the log. One request at a time a webhook, in turn of their due times; a slow receiver holds nobody else up.
 */
import { randomBytes } from 'node:crypto';
import { and, asc, count, desc, eq, inArray, lt, lte, notInArray, sql } from 'drizzle-orm';
import type { Logger } from 'pino';
import type { Delivery, WebhookBody, WebhookEvent } from '#contracts/integration.ts';
import type { Tables } from '../rows.ts';
import { deliveryTable } from './integration-tables.ts';
import { signatureHeader, signDelivery } from './signature.ts';
import type { WebhookRecord, WebhookStore } from './webhook-store.ts';

export type DeliveryRow = typeof deliveryTable.$inferSelect;
/** One request. Rejects when there was no answer; the message says why. */
export type Post = (
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
) => Promise<{ readonly status: number; readonly body: Buffer }>;

export type WebhooksOptions = {
  readonly db: Tables;
  readonly store: WebhookStore;
  readonly post: Post;
  readonly log: Logger;
  readonly now?: () => number;
  /** Ms to wait after each failed attempt; when they are used up the delivery has failed. */
  readonly waits?: readonly number[];
};

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const defaultWaits = [5 * second, 30 * second, 2 * minute, 10 * minute, hour, 6 * hour];
const atOnce = 8;
/** Of one webhook; what comes on top is dropped and counted. */
const mostWaiting = 1000;
const keptFor = 30 * 24 * hour;
/** Ms: for what another cause made due, such as a clock that jumped. */
const longestIdle = minute;
const afterFailure = 5 * second;
const excerpt = 500;

export class Webhooks {
  readonly #options: WebhooksOptions;
  readonly #now: () => number;
  readonly #waits: readonly number[];
  /** Requests under way, by webhook. */
  readonly #running = new Map<string, Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> | undefined;
  #again = false;
  #closed = false;
  #cleanedAt = Number.NEGATIVE_INFINITY;

  constructor(options: WebhooksOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#waits = options.waits ?? defaultWaits;
  }

  /** What a stop left waiting goes on. */
  start(): void {
    this.wake();
  }

  /** Requests under way are waited for; an unanswered one is begun again at the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#working;
    await Promise.all(this.#running.values());
  }

  /** Never rejects: what cannot be noted is logged, for the act it tells of was done. */
  async emit(event: WebhookEvent, conferenceId: string, data: Record<string, unknown>): Promise<void> {
    const { store, log } = this.#options;
    const wanting = store.wanting(conferenceId, event);
    if (wanting.length === 0) return;
    try {
      for (const webhook of wanting) await this.#note(webhook, event, data);
      this.wake();
    } catch (err) {
      log.warn({ err, event, conference: conferenceId }, 'webhook: event not noted');
    }
  }

  /** One attempt now, whatever it subscribes to; the delivery as it then is. */
  async test(webhook: WebhookRecord): Promise<DeliveryRow> {
    const row = await this.#note(webhook, 'test', { message: 'It works.' }, true);
    await this.#attempt(webhook, row, []);
    return (await this.find(webhook.id, row.id)) ?? row;
  }

  /** Undefined when the webhook has no such delivery. */
  async resend(webhookId: string, id: string): Promise<DeliveryRow | undefined> {
    const [row] = await this.#options.db
      .update(deliveryTable)
      .set({ state: 'waiting', attempts: 0, next: new Date(this.#now()) })
      .where(and(eq(deliveryTable.webhookId, webhookId), eq(deliveryTable.id, id)))
      .returning();
    this.wake();
    return row;
  }

  async find(webhookId: string, id: string): Promise<DeliveryRow | undefined> {
    const [row] = await this.#options.db
      .select()
      .from(deliveryTable)
      .where(and(eq(deliveryTable.webhookId, webhookId), eq(deliveryTable.id, id)));
    return row;
  }

  /** Newest first, those before `before`. */
  async deliveries(
    webhookId: string,
    {
      before,
      limit,
      state,
    }: { before?: readonly [number, string]; limit: number; state?: Delivery['state'] },
  ): Promise<{ readonly rows: DeliveryRow[]; readonly total: number }> {
    const own = and(
      eq(deliveryTable.webhookId, webhookId),
      state === undefined ? undefined : eq(deliveryTable.state, state),
    );
    const place = sql`(${deliveryTable.createdAt}, ${deliveryTable.id})`;
    const after =
      before && sql`${place} < (to_timestamp(${before[0]}::float8 / 1000)::timestamptz(3), ${before[1]})`;
    const rows = await this.#options.db
      .select()
      .from(deliveryTable)
      .where(and(own, after))
      .orderBy(desc(deliveryTable.createdAt), desc(deliveryTable.id))
      .limit(limit);
    const [all] = await this.#options.db.select({ total: count() }).from(deliveryTable).where(own);
    return { rows, total: all?.total ?? 0 };
  }

  /** The newest attempt of each. */
  async last(webhookIds: readonly string[]): Promise<ReadonlyMap<string, { at: number; ok: boolean }>> {
    if (webhookIds.length === 0) return new Map();
    const rows = await this.#options.db
      .select({ id: deliveryTable.webhookId, at: deliveryTable.at, status: deliveryTable.status })
      .from(deliveryTable)
      .where(
        and(
          inArray(deliveryTable.webhookId, [...webhookIds]),
          sql`${deliveryTable.at} = (SELECT max(d.at) FROM webhook_delivery d WHERE d.webhook_id = ${deliveryTable.webhookId})`,
        ),
      );
    return new Map(
      rows.flatMap(({ id, at, status }) =>
        at ? [[id, { at: at.getTime(), ok: isGood(status) }] as const] : [],
      ),
    );
  }

  /** Looks for what is due, now. */
  wake(): void {
    if (this.#closed) return;
    if (this.#working) {
      this.#again = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#again = false;
    this.#working = this.#work()
      .catch((err: unknown) => {
        this.#options.log.warn({ err }, 'webhooks: trying again');
        return afterFailure;
      })
      .then((wait) => {
        this.#working = undefined;
        if (this.#closed) return;
        if (this.#again) this.wake();
        else this.#timer = setTimeout(() => this.wake(), wait);
      });
  }

  /** Begins what is due; ms until something is. */
  async #work(): Promise<number> {
    const { db, store } = this.#options;
    await this.#clean();
    const free = atOnce - this.#running.size;
    // The end of one of them wakes us.
    if (free <= 0) return longestIdle;
    // What one that is turned off would have been told waits until it is on again.
    const off = store.off();
    const waiting = () => {
      const held = [...off, ...this.#running.keys()];
      return and(
        eq(deliveryTable.state, 'waiting'),
        held.length > 0 ? notInArray(deliveryTable.webhookId, held) : undefined,
      );
    };
    const due = await db
      .select()
      .from(deliveryTable)
      .where(and(waiting(), lte(deliveryTable.next, new Date(this.#now()))))
      .orderBy(asc(deliveryTable.next), asc(deliveryTable.createdAt))
      .limit(50);
    for (const row of due) {
      if (this.#closed || this.#running.size >= atOnce) return longestIdle;
      if (this.#running.has(row.webhookId)) continue;
      const webhook = store.get(row.webhookId);
      if (!webhook) continue;
      const ended = this.#attempt(webhook, row, this.#waits)
        .catch((err: unknown) =>
          this.#options.log.warn({ err, delivery: row.id }, 'webhook: outcome not noted'),
        )
        .then(() => {
          this.#running.delete(row.webhookId);
          this.wake();
        });
      this.#running.set(row.webhookId, ended);
    }
    const [next] = await db
      .select({ at: sql<Date | null>`min(${deliveryTable.next})`.mapWith(deliveryTable.next) })
      .from(deliveryTable)
      .where(waiting());
    const at = next?.at?.getTime();
    return at === undefined ? longestIdle : Math.min(longestIdle, Math.max(20, at - this.#now()));
  }

  async #note(
    webhook: WebhookRecord,
    event: Delivery['event'],
    data: Record<string, unknown>,
    held = false,
  ): Promise<DeliveryRow> {
    const { db, log } = this.#options;
    const id = randomBytes(12).toString('base64url');
    const at = this.#now();
    const body: WebhookBody = { id, event, conference: webhook.conferenceId, at, data };
    const row: DeliveryRow = {
      ...{ id, event, webhookId: webhook.id, payload: JSON.stringify(body), state: 'waiting', attempts: 0 },
      ...{
        createdAt: new Date(at),
        at: null,
        next: held ? null : new Date(at),
        status: null,
        ms: null,
        answer: '',
      },
    };
    const [own] = await db
      .select({ waiting: count() })
      .from(deliveryTable)
      .where(and(eq(deliveryTable.webhookId, webhook.id), eq(deliveryTable.state, 'waiting')));
    if (own && own.waiting >= mostWaiting) {
      log.warn(
        { webhook: webhook.id, event, waiting: own.waiting },
        'webhook: too many waiting, event dropped',
      );
      return row;
    }
    await db.insert(deliveryTable).values(row);
    return row;
  }

  async #attempt(webhook: WebhookRecord, row: DeliveryRow, waits: readonly number[]): Promise<void> {
    const from = performance.now();
    const outcome = await this.#ask(webhook, row);
    const at = this.#now();
    const wait = waits[row.attempts];
    const ok = isGood(outcome.status);
    await this.#options.db
      .update(deliveryTable)
      .set({
        ...outcome,
        state: ok ? 'delivered' : wait === undefined ? 'failed' : 'waiting',
        attempts: row.attempts + 1,
        at: new Date(at),
        next: ok || wait === undefined ? null : new Date(at + wait),
        ms: Math.round(performance.now() - from),
      })
      .where(eq(deliveryTable.id, row.id));
  }

  async #ask(webhook: WebhookRecord, row: DeliveryRow): Promise<{ status: number | null; answer: string }> {
    const seconds = Math.floor(this.#now() / 1000);
    try {
      const { status, body } = await this.#options.post(webhook.url, row.payload, {
        'content-type': 'application/json',
        'user-agent': 'Rostrum-Webhook',
        'rostrum-event': row.event,
        'rostrum-delivery': row.id,
        [signatureHeader]: signDelivery(webhook.secret, seconds, row.payload),
      });
      // PostgreSQL's text has no NUL.
      return { status, answer: body.subarray(0, excerpt).toString('utf8').replaceAll('\0', '') };
    } catch (error) {
      return { status: null, answer: String((error as Error).message).slice(0, excerpt) };
    }
  }

  async #clean(): Promise<void> {
    const now = this.#now();
    if (now - this.#cleanedAt < hour) return;
    this.#cleanedAt = now;
    await this.#options.db.delete(deliveryTable).where(lt(deliveryTable.createdAt, new Date(now - keptFor)));
  }
}

const isGood = (status: number | null): boolean => status !== null && status >= 200 && status < 300;

export const deliveryView = (row: DeliveryRow): Delivery => ({
  id: row.id,
  event: row.event,
  state: row.state,
  attempts: row.attempts,
  createdAt: row.createdAt.getTime(),
  at: row.at?.getTime() ?? null,
  next: row.next?.getTime() ?? null,
  status: row.status,
  ms: row.ms,
  answer: row.answer,
  payload: row.payload,
});
