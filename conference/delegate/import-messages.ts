/** What the server and the thread that reads a list's file tell each other. */
import type { DelegateColumn } from '#contracts/delegate.ts';
import type { ErrorCode } from '#contracts/errors.ts';
import type { RowError } from './delegate-row.ts';
import type { Progress } from './rows-of-file.ts';

export type ReadJob = {
  readonly path: string;
  /** `look`: headings and the first rows; `read`: all of it. */
  readonly kind: 'look' | 'read';
  readonly conferenceId: string;
  /** Of the marks. */
  readonly secret: string;
  /** With `read`: what each column is, and the line of the headings (0: none). */
  readonly columns: readonly DelegateColumn[];
  readonly headingRow: number;
};

/** Why a file cannot be read. */
export const listFailures = [
  'delegate.file',
  'delegate.tooMany',
  'delegate.oldWorkbook',
  'delegate.empty',
] as const satisfies readonly ErrorCode[];
export type ListFailure = (typeof listFailures)[number];

/** Rows by column, as the database takes them. */
export type Batch = {
  readonly key: string[];
  readonly phoneMark: (string | null)[];
  readonly phoneShown: string[];
  readonly idMark: (string | null)[];
  readonly name: string[];
  readonly unit: string[];
  readonly tier: string[];
};
export type Looked = {
  readonly kind: 'looked';
  readonly headingRow: number;
  readonly columns: { heading: string; as: DelegateColumn }[];
  readonly sample: string[][];
};
export type ReadMessage =
  | Looked
  | {
      /** The thread goes on when it is answered. */
      readonly kind: 'batch';
      readonly batch: Batch;
      readonly progress: Progress;
      /** Rows with something in them so far, headings not counted. */
      readonly rows: number;
      /** So far. */
      readonly errorCount: number;
      /** New ones, the first thousand of the file. */
      readonly errors: RowError[];
      readonly last: boolean;
    }
  | { readonly kind: 'failed'; readonly code: ListFailure; readonly detail: string };
