/** Webhooks: rows in the database, and all of them in memory: every event asks who wants it. */
import { randomBytes } from 'node:crypto';
import { asc, eq } from 'drizzle-orm';
import type { Webhook, WebhookEvent } from '#contracts/integration.ts';
import { type Tables, Turns } from '../rows.ts';
import type { Sealing } from '../sealing.ts';
import { webhookTable } from './integration-tables.ts';
import { newWebhookSecret } from './signature.ts';

export type WebhookRecord = Omit<Webhook, 'last'> & {
  readonly conferenceId: string;
  readonly secret: string;
};
type Input = Pick<Webhook, 'name' | 'url' | 'events' | 'on'>;

export class WebhookStore {
  readonly #db: Tables;
  readonly #sealing: Sealing;
  readonly #webhooks = new Map<string, WebhookRecord>();
  readonly #turns = new Turns();

  constructor({ db, sealing }: { readonly db: Tables; readonly sealing: Sealing }) {
    this.#db = db;
    this.#sealing = sealing;
  }

  async load(): Promise<void> {
    for (const row of await this.#db.select().from(webhookTable).orderBy(asc(webhookTable.createdAt)))
      this.#webhooks.set(row.id, {
        ...row,
        createdAt: row.createdAt.getTime(),
        secret: this.#sealing.open(row.secret, row.id),
      });
  }

  get(id: string): WebhookRecord | undefined {
    return this.#webhooks.get(id);
  }

  list(conferenceId: string): readonly WebhookRecord[] {
    return [...this.#webhooks.values()].filter((webhook) => webhook.conferenceId === conferenceId);
  }

  /** Ids of those that are turned off. */
  off(): string[] {
    return [...this.#webhooks.values()].flatMap(({ id, on }) => (on ? [] : [id]));
  }

  wanting(conferenceId: string, event: WebhookEvent): readonly WebhookRecord[] {
    return this.list(conferenceId).filter(({ on, events }) => on && events.includes(event));
  }

  create(conferenceId: string, input: Input): Promise<WebhookRecord> {
    return this.#turns.take(async () => {
      const webhook: WebhookRecord = {
        ...input,
        conferenceId,
        id: randomBytes(9).toString('base64url'),
        secret: newWebhookSecret(),
        createdAt: Date.now(),
      };
      await this.#db.insert(webhookTable).values({
        ...webhook,
        secret: this.#sealing.seal(webhook.secret, webhook.id),
        createdAt: new Date(webhook.createdAt),
      });
      this.#webhooks.set(webhook.id, webhook);
      return webhook;
    });
  }

  /** Undefined when the conference has no such webhook. */
  update(conferenceId: string, id: string, change: Partial<Input>): Promise<WebhookRecord | undefined> {
    return this.#turns.take(async () => {
      const now = this.#webhooks.get(id);
      if (now?.conferenceId !== conferenceId) return undefined;
      const next = { ...now, ...change };
      const { name, url, events, on } = next;
      await this.#db.update(webhookTable).set({ name, url, events, on }).where(eq(webhookTable.id, id));
      this.#webhooks.set(id, next);
      return next;
    });
  }

  /** Its deliveries go with it. Undefined when the conference has no such webhook. */
  remove(conferenceId: string, id: string): Promise<WebhookRecord | undefined> {
    return this.#turns.take(async () => {
      const found = this.#webhooks.get(id);
      if (found?.conferenceId !== conferenceId) return undefined;
      await this.#db.delete(webhookTable).where(eq(webhookTable.id, id));
      this.#webhooks.delete(id);
      return found;
    });
  }

  forgetConference(conferenceId: string): void {
    for (const { id } of this.list(conferenceId)) this.#webhooks.delete(id);
  }
}
