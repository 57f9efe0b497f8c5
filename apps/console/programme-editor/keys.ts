/** Keys of the grid as commands. Pure. */
import type { Way } from './walk.ts';

export type Command =
  | { readonly do: 'walk'; readonly way: Way }
  /** Minutes and columns, signed. */
  | { readonly do: 'move'; readonly minutes: number; readonly columns: number }
  | { readonly do: 'resize'; readonly minutes: number }
  | { readonly do: 'open' }
  | { readonly do: 'choose' }
  | { readonly do: 'choose-none' }
  | { readonly do: 'cancel' }
  | { readonly do: 'undo' }
  | { readonly do: 'redo' }
  | { readonly do: 'help' };

export type Key = {
  readonly key: string;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
};

const arrows: Readonly<Record<string, Way>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
  Home: 'first',
  End: 'last',
};
const step = 5;
const moves: Readonly<Partial<Record<Way, { minutes: number; columns: number }>>> = {
  up: { minutes: -step, columns: 0 },
  down: { minutes: step, columns: 0 },
  left: { minutes: 0, columns: -1 },
  right: { minutes: 0, columns: 1 },
};

/** Undefined: not ours. */
export function commandOf({ key, altKey, shiftKey, ctrlKey, metaKey }: Key): Command | undefined {
  if (ctrlKey || metaKey) {
    if (altKey) return undefined;
    const letter = key.toLowerCase();
    if (letter === 'z') return { do: shiftKey ? 'redo' : 'undo' };
    return letter === 'y' && !shiftKey ? { do: 'redo' } : undefined;
  }
  const way = arrows[key];
  if (way && altKey) {
    const move = moves[way];
    if (!move) return undefined;
    if (!shiftKey) return { do: 'move', ...move };
    return move.minutes === 0 ? undefined : { do: 'resize', minutes: move.minutes };
  }
  if (altKey) return undefined;
  if (way) return shiftKey ? undefined : { do: 'walk', way };
  if (key === 'Enter') return { do: 'open' };
  if (key === ' ') return { do: 'choose' };
  if (key === 'Escape') return { do: 'choose-none' };
  if (key === 'Delete' || key === 'Backspace') return { do: 'cancel' };
  return key === '?' || key === '？' ? { do: 'help' } : undefined;
}
