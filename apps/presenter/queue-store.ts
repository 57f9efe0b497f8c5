/** A queue that survives a reload of the page: what is not delivered is kept in this tab's storage. */
import type { PresenterCommand } from '#contracts/presenter.ts';
import { CommandQueue, type QueueOptions } from './command-queue.ts';

const keyOf = (talkId: string): string => `rostrum.presenter.waiting.${talkId}`;

export function openQueue(talkId: string, options: Omit<QueueOptions, 'kept'>): CommandQueue {
  const key = keyOf(talkId);
  return new CommandQueue({
    ...options,
    kept: read(key),
    onChange: (state) => {
      write(key, state.waiting);
      options.onChange(state);
    },
  });
}

function read(key: string): readonly PresenterCommand[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(key) ?? '[]');
    return Array.isArray(kept) ? (kept as PresenterCommand[]) : [];
  } catch {
    return []; // Storage refused or damaged: what was waiting there cannot be told any more.
  }
}

function write(key: string, waiting: readonly PresenterCommand[]): void {
  try {
    if (waiting.length === 0) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(waiting));
  } catch {
    // Full or refused: the queue in memory still delivers.
  }
}
