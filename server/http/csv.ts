/** CSV that spreadsheets open as text: formulas defused, line ends and quotes kept inside their cell (FAULTS 55). */

/** Opened by Excel, such a cell would be calculated: it gets an apostrophe before it. */
const formula = /^\s*[=+\-@\t\r\n|]/;
const plainNumber = /^-?\d+(\.\d+)?$/;
/** Without it Excel takes UTF-8 for the code page of the machine. */
export const byteOrderMark = '\ufeff';

export function csvCell(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  const safe = formula.test(text) && !plainNumber.test(text) ? `'${text}` : text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters but tab and line ends are what is taken out
  return `"${safe.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '').replaceAll('"', '""')}"`;
}
/** RFC 4180. */
export const csvLine = (cells: readonly (string | number | null)[]): string =>
  `${cells.map(csvCell).join(',')}\r\n`;
