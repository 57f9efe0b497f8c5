/** The last things that happened in the player, for the debug handle and the support line. */

export type PlayerEvent = {
  /** Ms since the page was opened. */
  readonly at: number;
  readonly kind: string;
  readonly detail: string | undefined;
};

const kept = 200;

export class EventLog {
  readonly entries: PlayerEvent[] = [];

  add(kind: string, detail?: string): void {
    this.entries.push({ at: Math.round(performance.now()), kind, detail });
    if (this.entries.length > kept) this.entries.shift();
  }
}
