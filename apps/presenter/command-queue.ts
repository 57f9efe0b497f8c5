/**
 * What the presenter does, on its way to the server: kept in order, sent again until accepted, shown as not yet delivered. The server
 * does each id once, so sending twice is safe. Survives a reload of the page (the store), bounded, the laser gives way first.
 */
import type { PresenterAnswer, PresenterCommand } from '#contracts/presenter.ts';

export type Act = PresenterCommand['do'];
export type QueueState = {
  /** Not yet accepted, oldest first. */
  readonly waiting: readonly PresenterCommand[];
  /** The last attempt got no answer. */
  readonly offline: boolean;
};
/** What a failed request means: no answer yet, so it is tried again; or refused, and then nothing of it is done later. */
export type Failure = { readonly kind: 'lost' } | { readonly kind: 'refused'; readonly why: string };
export type QueueOptions = {
  /** Rejects when no answer came. */
  readonly send: (commands: readonly PresenterCommand[]) => Promise<PresenterAnswer>;
  /** Epoch ms on the timeline. */
  readonly now: () => number;
  readonly newId: () => string;
  readonly onChange: (state: QueueState) => void;
  /** The command was not accepted and is dropped. */
  readonly onRefused: (
    command: PresenterCommand,
    error: NonNullable<PresenterAnswer['refused']>['error'],
  ) => void;
  /** Tells a refusal of the whole request from an answer that did not come. */
  readonly failureOf?: (error: unknown) => Failure;
  /** The request was refused as a whole: what was in it is dropped, for done later it would surprise everyone. */
  readonly onRequestRefused?: (why: string) => void;
  /** Ms to wait before the nth try in a row; for tests. */
  readonly pause?: (failures: number) => number;
  readonly kept?: readonly PresenterCommand[];
};

/** Beyond it the oldest laser goes, then new acts are refused: an hour of page turns fits. */
const most = 2000;
const perRequest = 50;

export class CommandQueue {
  readonly #options: QueueOptions;
  #waiting: PresenterCommand[];
  #offline = false;
  #failures = 0;
  #sending = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(options: QueueOptions) {
    this.#options = options;
    this.#waiting = [...(options.kept ?? [])];
    if (this.#waiting.length > 0) void this.#pump();
  }

  get state(): QueueState {
    return { waiting: [...this.#waiting], offline: this.#offline };
  }

  /** False when the queue is full. */
  add(act: Act, t = this.#options.now()): boolean {
    if (this.#waiting.length >= most && !this.#dropLaser()) return false;
    // A pointer's way that could not be told in time is of no use to anyone.
    if (act.type === 'laser' && this.#offline)
      this.#waiting = this.#waiting.filter(({ do: { type } }) => type !== 'laser');
    this.#waiting.push({ id: this.#options.newId(), t, do: act });
    this.#changed();
    void this.#pump();
    return true;
  }

  /** Tries at once: the network is back, or the page is shown again. */
  retry(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    void this.#pump();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #pump(): Promise<void> {
    if (this.#sending || this.#closed || this.#timer !== undefined || this.#waiting.length === 0) return;
    this.#sending = true;
    const batch = this.#waiting.slice(0, perRequest);
    try {
      const { accepted, refused } = await this.#options.send(batch);
      const done = new Set(accepted);
      const bad = refused && batch.find(({ id }) => id === refused.id);
      if (bad) done.add(bad.id);
      this.#waiting = this.#waiting.filter(({ id }) => !done.has(id));
      this.#offline = false;
      this.#failures = 0;
      if (bad && refused) this.#options.onRefused(bad, refused.error);
      // An answer that took nothing would be asked again at once, for ever.
      if (done.size === 0) this.#later();
    } catch (error) {
      const failure = this.#options.failureOf?.(error) ?? { kind: 'lost' };
      if (failure.kind === 'refused') {
        const gone = new Set(batch.map(({ id }) => id));
        this.#waiting = this.#waiting.filter(({ id }) => !gone.has(id));
        this.#offline = false;
        this.#failures = 0;
        if (!this.#closed) this.#options.onRequestRefused?.(failure.why);
      } else {
        this.#offline = true;
        this.#later();
      }
    }
    this.#sending = false;
    this.#changed();
    void this.#pump();
  }

  #later(): void {
    this.#failures++;
    const pause =
      this.#options.pause ??
      ((failures: number) => Math.min(5000, 300 * 2 ** Math.min(failures, 5)) * (0.7 + Math.random() * 0.6));
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#pump();
    }, pause(this.#failures));
  }

  #dropLaser(): boolean {
    const at = this.#waiting.findIndex(({ do: { type } }) => type === 'laser');
    if (at < 0) return false;
    this.#waiting.splice(at, 1);
    return true;
  }

  #changed(): void {
    if (!this.#closed) this.#options.onChange(this.state);
  }
}
