/** What a list may be at most. */
export const listLimits = {
  /** Of the uploaded file. */
  fileBytes: 64 * 1024 * 1024,
  rows: 500_000,
  columns: 60,
  /** Characters of a cell; what is longer is cut. */
  text: 300,
  /** Different texts of a workbook, and their characters together. */
  strings: 2_500_000,
  stringChars: 60_000_000,
  /** Rows shown before the import. */
  sample: 12,
  /** Errors told by row; all are counted. */
  errors: 1000,
} as const;
