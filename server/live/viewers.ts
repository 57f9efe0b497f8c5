/**
 * How many people watch a venue, estimated from who asked for a playlist or now.json in the last 10 s. Behind a shared cache it counts
 * the cache, not the people: the number is a lower bound for the operator, never a report.
 */

const window = 10_000;
/** Beyond this many clients the count is no longer exact: newcomers are not remembered until others leave. */
const mostClients = 200_000;

export class Viewers {
  readonly #now: () => number;
  /** Client → last asked, in order of last asking (a Map keeps insertion order). */
  readonly #clients = new Map<string, number>();

  /** `now`: monotonic ms. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  seen(client: string): void {
    if (this.#clients.size >= mostClients && !this.#clients.has(client)) return;
    this.#clients.delete(client);
    this.#clients.set(client, this.#now());
  }

  count(): number {
    const oldest = this.#now() - window;
    for (const [client, at] of this.#clients) {
      if (at >= oldest) break;
      this.#clients.delete(client);
    }
    return this.#clients.size;
  }
}
