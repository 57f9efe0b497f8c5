/** A workbook as rows of cells, and what may be in one at most. */

export type Cell = {
  /** As a person reads it; numbers in plain notation. */
  readonly text: string;
  /** Of numeric cells. */
  readonly value?: number;
  /** The number is shown as a date or a time: days since 1899-12-30 (1904 workbooks are brought to that). */
  readonly date?: boolean;
  /** Repeats the first cell of a merged area. */
  readonly merged?: 'right' | 'down';
};
export type Row = {
  /** 1-based, as the program shows it. */
  readonly row: number;
  /** By column, 0-based; holes are empty cells. */
  readonly cells: readonly (Cell | undefined)[];
};
export type Sheet = { readonly name: string; readonly rows: readonly Row[] };

export const sheetLimits = {
  sheets: 100,
  /** Of a sheet; what comes after is refused, not left out. */
  rows: 20_000,
  /** What stands further right is not read. */
  columns: 100,
  cells: 600_000,
  /** Characters of a cell; Excel's own limit. */
  text: 32_767,
} as const;

/** `B7`: where a person finds the cell. */
export function cellAddress(row: number, column: number): string {
  let letters = '';
  for (let n = column + 1; n > 0; n = Math.floor((n - 1) / 26))
    letters = String.fromCharCode(65 + ((n - 1) % 26)) + letters;
  return `${letters}${row}`;
}

/** 0-based column and 1-based row of `B7`; undefined for anything else. */
export function parseAddress(address: string): { readonly row: number; readonly column: number } | undefined {
  const match = /^\$?([A-Z]{1,3})\$?([1-9]\d{0,6})$/.exec(address);
  if (!match?.[1] || !match[2]) return undefined;
  let column = 0;
  for (const letter of match[1]) column = column * 26 + letter.charCodeAt(0) - 64;
  return { row: Number(match[2]), column: column - 1 };
}
