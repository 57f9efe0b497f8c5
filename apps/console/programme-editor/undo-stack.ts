/** What can be taken back and done again, by the numbers of the history: changes of this person only. Pure. */

export type UndoStack = { readonly done: readonly number[]; readonly undone: readonly number[] };

export const nothingDone: UndoStack = { done: [], undone: [] };
const most = 200;

/** A new change: what was taken back before can no longer be done again. */
export const made = ({ done }: UndoStack, change: number): UndoStack =>
  done.includes(change) ? { done, undone: [] } : { done: [...done, change].slice(-most), undone: [] };

/** The last change was taken back by the change `by` (undefined: its number is not known). */
export const takenBack = ({ done, undone }: UndoStack, by: number | undefined): UndoStack => ({
  done: done.slice(0, -1),
  undone: by === undefined ? [] : [...undone, by],
});

/** The last undo was itself taken back by `by`. */
export const doneAgain = ({ done, undone }: UndoStack, by: number | undefined): UndoStack => ({
  done: by === undefined ? done : [...done, by],
  undone: undone.slice(0, -1),
});
