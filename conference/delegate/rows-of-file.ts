/** Rows of a list's file, whatever kind it is: told by its first bytes, never by its name. */
import { open, stat } from 'node:fs/promises';
import { CodedError } from '#contracts/errors.ts';
import { listLimits } from './list-limits.ts';
import { rowsOfCsv } from './rows-of-csv.ts';
import { rowsOfXlsx } from './rows-of-xlsx.ts';

export type SheetRow = {
  /** 1-based line. */
  readonly row: number;
  readonly cells: readonly string[];
};
export type Progress = { read: number; all: number };

/** `progress` is brought up to date while rows come. @throws CodedError of ListFailure */
export async function* rowsOfFile(path: string, progress: Progress): AsyncGenerator<SheetRow> {
  const { size } = await stat(path);
  if (size > listLimits.fileBytes) throw new CodedError('delegate.tooMany', `${size} bytes`);
  if (size === 0) throw new CodedError('delegate.empty');
  const file = await open(path, 'r');
  const start = Buffer.alloc(8);
  await file.read(start, 0, 8, 0).finally(() => file.close());
  if (start.toString('latin1', 0, 4) === '\xd0\xcf\x11\xe0') throw new CodedError('delegate.oldWorkbook');
  progress.all = size;
  const rows =
    start.toString('latin1', 0, 2) === 'PK'
      ? rowsOfXlsx(path, (bytes, all) => {
          progress.read += bytes;
          progress.all = all;
        })
      : rowsOfCsv(path, (bytes) => {
          progress.read += bytes;
        });
  let count = 0;
  for await (const row of rows) {
    if (++count > listLimits.rows)
      throw new CodedError('delegate.tooMany', `more than ${listLimits.rows} rows`);
    yield row;
  }
}
