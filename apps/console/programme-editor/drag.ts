/** What is being dragged, where it would come to lie, and what it would clash with: a store of its own, so that a move of the pointer
 * draws the drag's layer again and not the grid. */
import { useSyncExternalStore } from 'react';
import type { Arrangement, ProgrammeMark } from '#contracts/conference.ts';
import type { Programme } from './day-layout.ts';

export type Drag = {
  /** The block that is held. */
  readonly held: string;
  /** Undefined: dropped here, nothing happens. */
  readonly arrangement: Arrangement | undefined;
  /** The programme with it. */
  readonly after: Programme;
  /** What moves, the talks of moved sessions included. */
  readonly moved: ReadonlySet<string>;
  readonly marks: readonly ProgrammeMark[];
};

export class DragStore {
  #drag: Drag | undefined;
  readonly #listeners = new Set<() => void>();

  get = (): Drag | undefined => this.#drag;
  set(drag: Drag | undefined): void {
    if (drag === this.#drag) return;
    this.#drag = drag;
    for (const listener of this.#listeners) listener();
  }
  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };
}

export const useDragged = (store: DragStore): Drag | undefined =>
  useSyncExternalStore(store.subscribe, store.get);
