/**
 * The door of the watch page: opens the player with the pass this person has, another one when the pass is another, and closes it when
 * there is none. A venue that is open to all is tried at once, beside the question: nobody waits for the gate there.
 */
import { openPass } from '#contracts/media-urls.ts';
import type { SittingKeeper } from '../../access/sitting-keeper.ts';
import type { NowResult } from '../player/now-poller.ts';

/** What a pass opens: a player, or a replay. */
export type Opened = { close(): void; onRefused(hook: () => void): void };
export type EntryState<T> = {
  readonly opened: T | undefined;
  readonly pass: string | undefined;
  /** The pass came from outside: what the gate says of this browser does not count, the media have the word. */
  readonly given: boolean;
};

export class Entry<T extends Opened> {
  readonly keeper: SittingKeeper;
  private readonly open: (pass: string) => T;
  private readonly listeners = new Set<() => void>();
  private current: EntryState<T> = { opened: undefined, pass: undefined, given: false };
  /** A pass from outside (a page that shows us in a frame): it wins over what we were told. */
  private given: string | undefined;

  constructor(keeper: SittingKeeper, open: (pass: string) => T) {
    this.keeper = keeper;
    this.open = open;
    keeper.subscribe(() => this.follow());
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  readonly snapshot = (): EntryState<T> => this.current;

  /** `tried`: what now.json answered to the open pass. `ready`: the keeper knows what to ask for. */
  start(tried: Promise<NowResult>, ready: Promise<void> = Promise.resolve()): void {
    void ready.then(() => this.keeper.ask());
    void tried.then((result) => {
      if (result.kind === 'now' && !this.keeper.snapshot().sitting && !this.given) this.enter(openPass);
    });
  }

  /** A pass given from outside. */
  give(pass: string): void {
    this.given = pass;
    this.enter(pass);
  }

  /** The pass from outside is good no more: back to the gate. */
  takeBack(): void {
    if (this.given === undefined) return;
    this.given = undefined;
    this.follow();
    this.keeper.poke();
  }

  private follow(): void {
    if (this.given) return;
    const { sitting, failure, asking } = this.keeper.snapshot();
    if (sitting) this.enter(sitting.pass);
    // No gate answers, or there is no such venue: the player says so in its own words, and plays what is open to all.
    else if (failure !== 'none' && !asking && !this.current.opened) this.enter(openPass);
    else for (const listener of this.listeners) listener();
  }

  private enter(pass: string | null): void {
    const next = pass ?? undefined;
    if (next !== this.current.pass || (next !== undefined && !this.current.opened)) {
      this.current.opened?.close();
      const opened = next === undefined ? undefined : this.open(next);
      opened?.onRefused(() => this.keeper.poke());
      this.current = { opened, pass: next, given: false };
    }
    this.current = { ...this.current, given: this.given !== undefined };
    for (const listener of this.listeners) listener();
  }
}
